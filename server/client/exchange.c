/* exchange.c - see exchange.h. */
#include "server/client/exchange.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UNIX "unix:"
enum { CONNECT_SECONDS = 20, HEADER_MAX = 4096 };

struct client {
    CURL *curl; /* keeps its connection between requests */
    char *base; /* URL without a slash at its end */
    char *path; /* of a unix socket, or NULL */
    char *key, *cacert;
    bool own, local; /* local: no proxy */
    bool (*give_up)(void);
};

/* One request in progress. */
struct transfer {
    struct client *client;
    const struct exchange *x;
    struct answer *answer;
    bool write_failed, read_failed;
    int error; /* errno of either */
};

static const char *const loopback[] = {"http://127.",       "https://127.", "http://localhost",
                                       "https://localhost", "http://[::1]", "https://[::1]"};

static bool begins_with_any(const char *url, const char *const *with, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strncasecmp(url, with[i], strlen(with[i])) == 0)
            return true;
    return false;
}

static enum status copy_options(struct client *c, const struct client_options *o, struct err *e)
{
    static const char *const schemes[] = {"http://", "https://"};
    size_t n;

    c->own = o->own;
    c->give_up = o->give_up;
    if (strncmp(o->url, UNIX, strlen(UNIX)) == 0 && o->url[strlen(UNIX)]) {
        c->path = strdup(o->url + strlen(UNIX));
        c->base = strdup("http://localhost");
        c->local = true;
    } else if (begins_with_any(o->url, schemes, 2) &&
               o->url[strcspn(o->url, ":") + strlen("://")]) {
        c->base = strdup(o->url);
        c->local = begins_with_any(o->url, loopback, sizeof loopback / sizeof *loopback);
    } else {
        return err_set(e, ST_INVALID,
                       "'%.200s' is no address of a server; write http://host:port, "
                       "https://host or unix:/path",
                       o->url);
    }
    c->key = o->key && o->key[0] ? strdup(o->key) : NULL;
    c->cacert = o->cacert ? strdup(o->cacert) : NULL;
    if (!c->base || (o->cacert && !c->cacert) || (o->key && o->key[0] && !c->key))
        return err_nomem(e, 0);
    for (n = strlen(c->base); n > 0 && c->base[n - 1] == '/'; n--)
        c->base[n - 1] = '\0';
    return ST_OK;
}

enum status client_open(struct client **out, const struct client_options *o, struct err *e)
{
    struct client *c = calloc(1, sizeof *c);
    enum status st;

    if (!c)
        return err_nomem(e, sizeof *c);
    st = copy_options(c, o, e);
    if (!st && curl_global_init(CURL_GLOBAL_DEFAULT)) {
        st = err_set(e, ST_INTERNAL, "libcurl cannot be initialised");
    } else if (!st) {
        c->curl = curl_easy_init();
        st = c->curl ? ST_OK : err_nomem(e, 0);
        if (st)
            curl_global_cleanup();
    }
    if (st) {
        client_close(c);
        return st;
    }
    *out = c;
    return ST_OK;
}

void client_close(struct client *c)
{
    if (!c)
        return;
    if (c->curl) {
        curl_easy_cleanup(c->curl);
        curl_global_cleanup();
    }
    if (c->key)
        explicit_bzero(c->key, strlen(c->key));
    free(c->key);
    free(c->cacert);
    free(c->base);
    free(c->path);
    free(c);
}

void answer_release(struct answer *a)
{
    buf_release(&a->body);
    *a = (struct answer){0};
}

/* ---- callbacks of libcurl ---- */

static size_t take_body(char *data, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    long status = 0;

    (void)curl_easy_getinfo(t->client->curl, CURLINFO_RESPONSE_CODE, &status);
    if (t->x->to && status >= 200 && status < 300) {
        if (fwrite(data, size, n, t->x->to) == n)
            return size * n;
        t->write_failed = true;
        t->error = errno;
        return 0;
    }
    buf_add(&t->answer->body, data, size * n);
    return t->answer->body.st ? 0 : size * n;
}

static size_t give_body(char *data, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    size_t got = fread(data, size, n, t->x->from);

    if (got > 0 || !ferror(t->x->from))
        return got * size;
    t->read_failed = true;
    t->error = errno;
    return CURL_READFUNC_ABORT;
}

static int check_progress(void *transfer, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct transfer *t = transfer;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return t->client->give_up && t->client->give_up();
}

/* ---- a request ---- */

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (!rc)                                                                                   \
            rc = curl_easy_setopt(c->curl, option, value);                                         \
    } while (0)

static CURLcode set_connection(struct client *c, const char *url, char *reason)
{
    CURLcode rc = curl_easy_setopt(c->curl, CURLOPT_URL, url);

    SET(CURLOPT_ERRORBUFFER, reason);
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    if (c->path)
        SET(CURLOPT_UNIX_SOCKET_PATH, c->path);
    if (c->local)
        SET(CURLOPT_NOPROXY, "*");
    if (c->cacert)
        SET(CURLOPT_CAINFO, c->cacert);
    if (c->own) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    return rc;
}

static CURLcode set_body(struct client *c, const struct exchange *x, struct transfer *t)
{
    CURLcode rc = CURLE_OK;

    if (x->from) {
        SET(CURLOPT_UPLOAD, 1L); /* in chunks, since the length is not known */
        SET(CURLOPT_READFUNCTION, give_body);
        SET(CURLOPT_READDATA, t);
    } else if (x->body || strcmp(x->method, "POST") == 0) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->len);
        SET(CURLOPT_POSTFIELDS, x->body ? x->body : "");
    }
    SET(CURLOPT_CUSTOMREQUEST, x->method);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, check_progress);
    SET(CURLOPT_XFERINFODATA, t);
    return rc;
}
#undef SET

/* Adds one header field; *list is NULL once memory ran out. */
static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    char line[HEADER_MAX];
    struct curl_slist *more;
    int n = snprintf(line, sizeof line, "%s:%s%s", name, value[0] ? " " : "", value);

    more = n > 0 && n < HEADER_MAX ? curl_slist_append(*list, line) : NULL;
    explicit_bzero(line, sizeof line);
    if (!more)
        return false;
    *list = more;
    return true;
}

/* "Expect:" keeps libcurl from waiting for a 100; a refused upload is cut off anyway. */
static bool add_headers(struct curl_slist **list, const struct client *c, const struct exchange *x)
{
    char bearer[HEADER_MAX - 100];
    bool ok =
        add_header(list, "Expect", "") && add_header(list, "Content-Type", x->type ? x->type : "");

    if (ok && x->coding)
        ok = add_header(list, "Content-Encoding", x->coding);
    if (ok && x->accept)
        ok = add_header(list, "Accept", x->accept);
    if (ok && x->once)
        ok = add_header(list, "Idempotency-Key", x->once);
    if (ok && c->key) {
        int n = snprintf(bearer, sizeof bearer, "Bearer %s", c->key);

        ok = n > 0 && n < (int)sizeof bearer && add_header(list, "Authorization", bearer);
        explicit_bzero(bearer, sizeof bearer);
    }
    return ok;
}

static enum status judge(const struct transfer *t, CURLcode rc, const char *reason, struct err *e)
{
    const struct client *c = t->client;

    if (!rc)
        return ST_OK;
    if (rc == CURLE_OUT_OF_MEMORY || t->answer->body.st == ST_NOMEM)
        return err_nomem(e, 0);
    if ((rc == CURLE_ABORTED_BY_CALLBACK && !t->read_failed) ||
        (t->read_failed && t->error == EINTR))
        return err_set(e, ST_CANCELLED, "interrupted");
    if (t->read_failed)
        return err_set(e, ST_IO, "the input cannot be read: %s", strerror(t->error));
    if (t->write_failed)
        return err_set(e, ST_IO, "the output cannot be written: %s", strerror(t->error));
    if (t->answer->body.st)
        return err_set(e, ST_TOO_LARGE, "the answer of %s is longer than %d MiB", c->base,
                       ANSWER_MAX >> 20);
    return err_set(e, ST_IO, "%s does not answer: %s", c->path ? c->path : c->base,
                   reason[0] ? reason : curl_easy_strerror(rc));
}

static void read_type(struct answer *a, CURL *curl)
{
    const char *type = NULL;

    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a->status);
    if (!curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) && type)
        (void)snprintf(a->type, sizeof a->type, "%.*s", (int)strcspn(type, "; "), type);
}

/* A server that refuses an upload answers before it has read it, and closes. The answer counts. */
static bool answered_early(struct answer *a, CURL *curl, CURLcode rc)
{
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a->status);
    return (rc == CURLE_SEND_ERROR || rc == CURLE_RECV_ERROR) && a->status >= 400;
}

enum status client_send(struct answer *a, struct client *c, const struct exchange *x, struct err *e)
{
    struct transfer t = {.client = c, .x = x, .answer = a};
    char reason[CURL_ERROR_SIZE] = "", *url = NULL;
    struct curl_slist *headers = NULL;
    CURLcode rc;
    enum status st;

    *a = (struct answer){0};
    buf_init(&a->body, ANSWER_MAX);
    if (asprintf(&url, "%s%s", c->base, x->path) < 0)
        return err_nomem(e, 0);
    curl_easy_reset(c->curl); /* the connection stays */
    rc = set_connection(c, url, reason);
    if (!rc)
        rc = set_body(c, x, &t);
    if (!rc && !add_headers(&headers, c, x))
        rc = CURLE_OUT_OF_MEMORY;
    if (!rc)
        rc = curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
    if (!rc)
        rc = curl_easy_perform(c->curl);
    if (answered_early(a, c->curl, rc))
        rc = CURLE_OK;
    st = judge(&t, rc, reason, e);
    if (!st)
        read_type(a, c->curl);
    curl_slist_free_all(headers);
    free(url);
    return st;
}

void client_put_encoded(struct buf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *text; text++) {
        if (strchr(plain, *text))
            buf_add(out, text, 1);
        else
            buf_printf(out, "%%%02X", (unsigned char)*text);
    }
}
