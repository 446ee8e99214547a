/* healthcheck.c - see healthcheck.h. */
#include "server/client/healthcheck.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIX "unix:"

/* The beginning of the response, for the message. */
struct answer {
    char text[200];
    size_t len;
};

static size_t keep_beginning(char *data, size_t size, size_t n, void *answer)
{
    struct answer *a = answer;
    size_t room = sizeof a->text - 1 - a->len;
    size_t take = size * n < room ? size * n : room;

    for (size_t i = 0; i < take; i++)
        a->text[a->len + i] = (unsigned char)data[i] < 0x20 || data[i] == 0x7f ? ' ' : data[i];
    a->len += take;
    a->text[a->len] = '\0';
    return size * n;
}

/* Uses no proxy, because the daemon is on this machine or its address is given. */
static CURLcode set_options(CURL *curl, const char *url, bool own, long timeout_ms, char *reason,
                            struct answer *a)
{
    CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, url);

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
#if LIBCURL_VERSION_NUM >= 0x075500
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    if (!rc && own)
        rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    if (!rc && own)
        rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_beginning);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
    return rc;
}

static enum status ask(CURL *curl, const char *url, const char *path, bool own, long timeout_ms,
                       struct err *e)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct answer a = {0};
    long code = 0;
    CURLcode rc = set_options(curl, url, own, timeout_ms, reason, &a);

    if (!rc && path)
        rc = curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, path);
    if (!rc)
        rc = curl_easy_perform(curl);
    if (path)
        url = path; /* for the messages */
    if (rc == CURLE_OUT_OF_MEMORY)
        return err_nomem(e, 0);
    if (rc)
        return err_set(e, ST_IO, "%s does not answer: %s", url,
                       reason[0] ? reason : curl_easy_strerror(rc));
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    if (code != 200)
        return err_set(e, ST_BUSY, "%s answers %ld: %s", url, code, a.text);
    return ST_OK;
}

enum status client_health(const char *url, bool own, long timeout_ms, struct err *e)
{
    const char *path = strncmp(url, UNIX, strlen(UNIX)) == 0 ? url + strlen(UNIX) : NULL;
    const char *base = path ? "http://localhost" : url;
    size_t n = strlen(base);
    char *full = NULL;
    CURL *curl = NULL;
    enum status st = ST_OK;

    while (n > 0 && base[n - 1] == '/')
        n--;
    if (asprintf(&full, "%.*s/readyz", (int)n, base) < 0) {
        full = NULL; /* undefined after a failure */
        st = err_nomem(e, n);
    }
    if (!st && curl_global_init(CURL_GLOBAL_DEFAULT))
        st = err_set(e, ST_INTERNAL, "libcurl cannot be initialised");
    if (!st) {
        curl = curl_easy_init();
        st = curl ? ask(curl, full, path, own, timeout_ms, e) : err_nomem(e, 0);
        curl_easy_cleanup(curl);
        curl_global_cleanup();
    }
    free(full);
    return st;
}
