/* outbound.c - see outbound.h. */
#include "server/client/outbound.h"

#include "server/base/version.h"
#include "server/client/address_rules.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECT_MS = 10000,
    ALL_MS = 60000,
    SLOW_BYTES = 10,             /* a second: slower than this ... */
    SLOW_SECONDS = 30,           /* ... for so long is given up */
    HEADER_BYTES_MAX = 64 << 10, /* of all header fields of a reply */
    HOST_MAX = 256,
};

/* The parts of a URL that decide what may be sent there. */
struct origin {
    char scheme[8], host[HOST_MAX], port[8];
};

/* One request with its redirects. */
struct transfer {
    CURL *curl;
    const struct outbound_request *request;
    const struct outbound_rules *rules;
    struct outbound_reply *reply;
    struct origin first, now;       /* of the request's URL; of the URL after redirects */
    bool listed;                    /* the host of `now` is in rules->allow */
    char refused[INET6_ADDRSTRLEN]; /* the last address that was not allowed; "": none */
    size_t header_bytes;
    bool over, header_over; /* too many bytes of the body; of the header */
    char reason[CURL_ERROR_SIZE];
};

/* ---- URLs ---- */

static bool copy_part(char *out, size_t max, CURLU *u, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    bool fits = curl_url_get(u, part, &text, flags) == CURLUE_OK && text && strlen(text) < max;

    if (fits)
        memcpy(out, text, strlen(text) + 1);
    curl_free(text);
    return fits;
}

static bool has_part(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK && text;

    curl_free(text);
    return has;
}

static enum status check_text(const char *url, struct err *e)
{
    size_t n = strnlen(url, OUTBOUND_URL_MAX + 1);

    if (n == 0 || n > OUTBOUND_URL_MAX)
        return err_set(e, ST_INVALID, "a URL has 1 to %d bytes", OUTBOUND_URL_MAX);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)url[i] <= 0x20 || (unsigned char)url[i] >= 0x7f)
            return err_set(e, ST_INVALID,
                           "the URL has a blank, a control character or a byte that is not ASCII "
                           "at byte %zu; encode it as %%%02X",
                           i + 1, (unsigned char)url[i]);
    return ST_OK;
}

static enum status check_parts(struct origin *out, CURLU *u, const char *url,
                               const struct outbound_rules *rules, struct err *e)
{
    bool http;

    if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        !copy_part(out->scheme, sizeof(out->scheme), u, CURLUPART_SCHEME, 0))
        return err_set(e, ST_INVALID, "'%.200s' is no URL; write https://host/path", url);
    http = strcmp(out->scheme, "http") == 0;
    if (!http && strcmp(out->scheme, "https") != 0)
        return err_set(e, ST_INVALID, "a URL begins with https://, not with %s://", out->scheme);
    if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
        return err_set(e, ST_INVALID,
                       "the URL has a user name or a password; leave out what is before the @");
    if (!copy_part(out->host, sizeof(out->host), u, CURLUPART_HOST, 0) ||
        !copy_part(out->port, sizeof(out->port), u, CURLUPART_PORT, CURLU_DEFAULT_PORT))
        return err_set(e, ST_INVALID, "'%.200s' names no host; write https://host/path", url);
    if (http && !rules->http)
        return err_set(e, ST_FORBIDDEN,
                       "http:// is not allowed here: write https://, or the operator sets "
                       "fetch_http");
    return ST_OK;
}

/* Reads and checks a URL. The parts come from the parser of the library that will use the URL. */
static enum status read_url(struct origin *out, const char *url, const struct outbound_rules *rules,
                            struct err *e)
{
    enum status st = check_text(url, e);
    CURLU *u;

    if (st)
        return st;
    u = curl_url();
    if (!u)
        return err_nomem(e, 0);
    st = check_parts(out, u, url, rules, e);
    curl_url_cleanup(u);
    return st;
}

enum status outbound_check_url(const char *url, const struct outbound_rules *rules, struct err *e)
{
    struct origin o;

    return read_url(&o, url, rules, e);
}

static bool same_origin(const struct origin *a, const struct origin *b)
{
    return strcmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

/* ---- callbacks of libcurl ---- */

static curl_socket_t open_socket(void *transfer, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct transfer *t = transfer;
    const void *at = to->family == AF_INET
                         ? (const void *)&((const struct sockaddr_in *)(void *)&to->addr)->sin_addr
                         : &((const struct sockaddr_in6 *)(void *)&to->addr)->sin6_addr;

    if (purpose == CURLSOCKTYPE_IPCXN && (to->family == AF_INET || to->family == AF_INET6) &&
        (t->listed || address_is_public(&to->addr) ||
         address_is_listed(&to->addr, t->rules->allow)))
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    if (!inet_ntop(to->family, at, t->refused, sizeof(t->refused)))
        snprintf(t->refused, sizeof(t->refused), "no IP address");
    return CURL_SOCKET_BAD;
}

static size_t take_body(char *data, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    struct buf *body = &t->reply->body;
    size_t bytes = size * n, room = t->request->max_bytes - body->len;

    t->over = bytes > room;
    if (!t->over || t->request->cut)
        buf_add(body, data, t->over ? room : bytes);
    return t->over || body->st ? 0 : bytes;
}

/* Keeps the value of a header field without blanks around it, if the line is of that field. */
static void take_field(char out[OUTBOUND_FIELD_MAX], const char *name, const char *line, size_t n)
{
    size_t length = strlen(name);

    if (n <= length || strncasecmp(line, name, length) != 0 || line[length] != ':')
        return;
    line += length + 1;
    n -= length + 1;
    while (n > 0 && strchr(" \t", *line))
        line++, n--;
    while (n > 0 && strchr(" \t\r\n", line[n - 1]))
        n--;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || (unsigned char)line[i] >= 0x7f)
            return;
    if (n >= OUTBOUND_FIELD_MAX)
        n = 0;
    memcpy(out, line, n);
    out[n] = '\0';
}

static size_t take_header(char *line, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    struct outbound_reply *r = t->reply;
    size_t bytes = size * n;

    t->header_bytes += bytes;
    t->header_over = t->header_bytes > HEADER_BYTES_MAX;
    if (bytes > 5 && strncmp(line, "HTTP/", 5) == 0)
        r->type[0] = r->etag[0] = r->last_modified[0] = '\0';
    take_field(r->type, "Content-Type", line, bytes);
    take_field(r->etag, "ETag", line, bytes);
    take_field(r->last_modified, "Last-Modified", line, bytes);
    return t->header_over ? 0 : bytes;
}

static int check_progress(void *transfer, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct transfer *t = transfer;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return t->request->give_up && t->request->give_up(t->request->ctx);
}

/* ---- options of libcurl ---- */

#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (!rc)                                                                                   \
            rc = curl_easy_setopt(t->curl, option, value);                                         \
    } while (0)

static CURLcode set_limits(struct transfer *t)
{
    const struct outbound_request *q = t->request;
    CURLcode rc = CURLE_OK;

    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, q->connect_ms ? q->connect_ms : (long)CONNECT_MS);
    SET(CURLOPT_TIMEOUT_MS, q->all_ms ? q->all_ms : (long)ALL_MS);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    SET(CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
    if (!q->cut)
        SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)q->max_bytes);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* do not wait for a name server when given up */
#endif
    return rc;
}

static CURLcode set_connection(struct transfer *t, const char *url)
{
    const char *cacert = t->rules->cacert;
    CURLcode rc = curl_easy_setopt(t->curl, CURLOPT_URL, url);

#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, t->rules->http ? "http,https" : "https");
#else
    SET(CURLOPT_PROTOCOLS,
        (long)(t->rules->http ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, t);
    SET(CURLOPT_FRESH_CONNECT, 1L); /* so that each one is checked */
    SET(CURLOPT_PROXY, "");         /* nor one of the environment */
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_FOLLOWLOCATION, 0L); /* outbound_send() does, with checks */
    SET(CURLOPT_USERAGENT, "lstmd/" LSTMD_VERSION);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    if (cacert && cacert[0])
        SET(CURLOPT_CAINFO, cacert);
    return rc;
}

static CURLcode set_callbacks(struct transfer *t)
{
    CURLcode rc = curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, t->reason);

    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, t);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, check_progress);
    SET(CURLOPT_XFERINFODATA, t);
    return rc;
}

static CURLcode set_body(struct transfer *t, bool post)
{
    CURLcode rc = CURLE_OK;

    if (!post) {
        SET(CURLOPT_HTTPGET, 1L);
        return rc;
    }
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->request->len);
    SET(CURLOPT_POSTFIELDS, t->request->body ? t->request->body : "");
    return rc;
}
#undef SET

static bool is_harmless(const char *header)
{
    static const char *const names[] = {"Accept:", "If-None-Match:", "If-Modified-Since:"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncasecmp(header, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Adds one line to the list; *list is NULL once memory ran out. */
static bool add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *more = curl_slist_append(*list, line);

    if (more)
        *list = more;
    return more != NULL;
}

/* "Expect:" keeps libcurl from waiting for a 100. */
static bool add_headers(struct curl_slist **list, const struct transfer *t, bool post)
{
    const char *const *headers = t->request->headers;
    bool same = same_origin(&t->first, &t->now), ok = add_line(list, "Expect:");

    for (int i = 0; ok && headers && headers[i] && i < OUTBOUND_HEADERS_MAX; i++)
        if ((same || is_harmless(headers[i])) &&
            (post || strncasecmp(headers[i], "Content-Type:", strlen("Content-Type:")) != 0))
            ok = add_line(list, headers[i]);
    return ok;
}

/* ---- a request ---- */

static enum status judge_refused(const struct transfer *t, struct err *e)
{
    return err_set(e, ST_FORBIDDEN,
                   "%s leads to %s, an address that is not public; the operator can allow it by "
                   "fetch_allow",
                   t->now.host, t->refused);
}

static enum status judge(const struct transfer *t, CURLcode rc, struct err *e)
{
    const struct buf *body = &t->reply->body;
    const char *host = t->now.host;

    if (!rc || (rc == CURLE_WRITE_ERROR && t->over && t->request->cut && !body->st))
        return ST_OK;
    if (rc == CURLE_OUT_OF_MEMORY || body->st == ST_NOMEM)
        return err_nomem(e, 0);
    if (rc == CURLE_ABORTED_BY_CALLBACK)
        return err_set(e, ST_CANCELLED, "the request to %s was given up", host);
    if (t->refused[0] && (rc == CURLE_COULDNT_CONNECT || rc == CURLE_ABORTED_BY_CALLBACK))
        return judge_refused(t, e);
    if (t->over || rc == CURLE_FILESIZE_EXCEEDED)
        return err_set(e, ST_TOO_LARGE, "%s sends more than %zu bytes, which is the limit", host,
                       t->request->max_bytes);
    if (t->header_over)
        return err_set(e, ST_TOO_LARGE, "%s sends more than %d bytes of header fields", host,
                       HEADER_BYTES_MAX);
    return err_set(e, ST_IO, "%s does not answer as it should: %.*s", host, OUTBOUND_REASON_MAX,
                   t->reason[0] ? t->reason : curl_easy_strerror(rc));
}

static CURLcode perform(struct transfer *t, const char *url, bool post)
{
    struct curl_slist *headers = NULL;
    CURLcode rc;

    curl_easy_reset(t->curl);
    t->reason[0] = t->refused[0] = '\0';
    buf_release(&t->reply->body);
    t->listed = host_is_listed(t->now.host, t->rules->allow);
    rc = set_connection(t, url);
    if (!rc)
        rc = set_limits(t);
    if (!rc)
        rc = set_callbacks(t);
    if (!rc)
        rc = set_body(t, post);
    if (!rc && !add_headers(&headers, t, post))
        rc = CURLE_OUT_OF_MEMORY;
    if (!rc)
        rc = curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, headers);
    if (!rc)
        rc = curl_easy_perform(t->curl);
    curl_slist_free_all(headers);
    return rc;
}

static void read_status(struct outbound_reply *reply, CURL *curl)
{
    curl_off_t wait = 0;
    long status = 0;

    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    reply->status = (int)status;
    reply->retry_after = wait > 0 ? (int64_t)wait : 0;
}

/* Reads where a redirect leads into url, and checks it. *leads is false for other replies. */
static enum status read_redirect(bool *leads, char url[OUTBOUND_URL_MAX + 1], struct transfer *t,
                                 bool *post, struct err *e)
{
    int status = t->reply->status;
    struct origin before = t->now;
    const char *to = NULL;
    enum status st;

    *leads = (status >= 301 && status <= 303) || status == 307 || status == 308;
    (void)curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &to);
    *leads = *leads && to && !t->request->no_redirects;
    if (!*leads)
        return ST_OK;
    st = read_url(&t->now, to, t->rules, e);
    if (st)
        return err_wrap(e, "%s redirects (%d)", before.host, status);
    if (strcmp(before.scheme, "https") == 0 && strcmp(t->now.scheme, "https") != 0)
        return err_set(e, ST_FORBIDDEN, "%s redirects (%d) from https:// to http://", before.host,
                       status);
    if (status < 307)
        *post = false;
    if (*post && !same_origin(&before, &t->now))
        return err_set(e, ST_FORBIDDEN, "%s redirects (%d) a POST to another server, %s",
                       before.host, status, t->now.host);
    memcpy(url, to, strlen(to) + 1);
    return ST_OK;
}

static enum status follow(struct transfer *t, struct err *e)
{
    bool post = strcmp(t->request->method, "POST") == 0, leads = false;
    char url[OUTBOUND_URL_MAX + 1];
    enum status st = read_url(&t->first, t->request->url, t->rules, e);

    if (st)
        return st;
    t->now = t->first;
    memcpy(url, t->request->url, strlen(t->request->url) + 1);
    for (int i = 0; i <= OUTBOUND_REDIRECTS; i++) {
        st = judge(t, perform(t, url, post), e);
        if (st)
            return st;
        read_status(t->reply, t->curl);
        st = read_redirect(&leads, url, t, &post, e);
        if (st || !leads)
            return st;
    }
    return err_set(e, ST_IO, "%s redirects more than %d times", t->first.host, OUTBOUND_REDIRECTS);
}

enum status outbound_send(struct outbound_reply *reply, const struct outbound_request *request,
                          const struct outbound_rules *rules, struct err *e)
{
    struct transfer t = {.request = request, .rules = rules, .reply = reply};
    enum status st;

    *reply = (struct outbound_reply){0};
    buf_init(&reply->body, request->max_bytes);
    t.curl = curl_easy_init();
    if (!t.curl)
        return err_nomem(e, 0);
    st = follow(&t, e);
    curl_easy_cleanup(t.curl);
    if (st)
        outbound_release(reply);
    return st;
}

void outbound_release(struct outbound_reply *reply)
{
    buf_release(&reply->body);
    *reply = (struct outbound_reply){0};
}

enum status outbound_start(struct err *e)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return err_set(e, ST_INTERNAL, "libcurl cannot be initialised");
    return ST_OK;
}

void outbound_stop(void)
{
    curl_global_cleanup();
}
