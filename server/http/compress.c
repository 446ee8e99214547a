/* compress.c - see compress.h. */
#include "server/http/compress.h"

#include "server/http/coding.h"
#include "server/http/http.h"
#include "server/http/route.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

enum {
    FROM_BYTES = 2048,        /* a shorter response saves little, compared to its header */
    INLINE_BYTES = 16 * 1024, /* more takes too long on a thread that reads requests (0.3 ms) */
    STEP = 64 * 1024,
    UNPACKED_MAX = 1 << 20, /* size of the page's files, unpacked */
    /* zlib's fastest level. Forecasts as JSON (numbers of 17 digits) shrink to 50 % with level 1,
     * and to 47 % with level 6, which takes three times as long. */
    LEVEL = 1,
    WINDOW_GZIP = 15 + 16, /* the largest window, with the header of gzip */
    MEMORY = 8             /* zlib's default */
};

/* ---- whether to compress ---- */

static bool is_text(const char *type)
{
    static const char *const types[] = {"text/", "application/json", "application/problem+json",
                                        "application/openmetrics-text", "image/svg+xml"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strncasecmp(type, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

static bool is_candidate(const struct http_res *rs)
{
    return !rs->no_memory && (rs->kind == RESPONSE_BODY || rs->kind == RESPONSE_FILE) &&
           rs->len >= FROM_BYTES && rs->status >= 200 && rs->status < 300 &&
           is_text(rs->content_type) && !http_res_get_header(rs, "Content-Encoding");
}

/* ---- compressing ---- */

/* The bytes of the uncompressed response, in memory or in its file. */
struct source {
    const char *data; /* NULL: in the file */
    const struct spool_file *file;
    size_t len, at;
    char room[STEP];
};

static bool next_input(struct source *s, z_stream *z)
{
    size_t n = s->len - s->at < STEP ? s->len - s->at : STEP;
    ssize_t got = (ssize_t)n;

    if (!s->data && !s->file)
        return false;
    if (!s->data)
        got = pread(s->file->fd, s->room, n, (off_t)s->at);
    if (got <= 0)
        return false;
    z->next_in = (unsigned char *)(s->data ? s->data + s->at : s->room);
    z->avail_in = (unsigned)got;
    s->at += (size_t)got;
    return true;
}

static bool pack(struct buf *out, struct source *s, z_stream *z, const struct http_req *rq)
{
    unsigned char room[STEP];
    struct err e = {0};
    int rc = Z_OK;

    while (rc == Z_OK) {
        if (z->avail_in == 0 && s->at < s->len && (http_go_on(rq, &e) || !next_input(s, z)))
            return false;
        z->next_out = room;
        z->avail_out = sizeof(room);
        rc = deflate(z, s->at < s->len ? Z_NO_FLUSH : Z_FINISH);
        buf_add(out, room, sizeof(room) - z->avail_out);
        if (out->st)
            return false;
    }
    return rc == Z_STREAM_END;
}

static bool pack_all(struct buf *out, struct source *s, const struct http_req *rq)
{
    z_stream z = {0};
    bool ok;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    ok = pack(out, s, &z, rq);
    (void)deflateEnd(&z);
    return ok;
}

/* ---- the response ---- */

/* Sets the strong tag of the compressed representation, in a response to GET. */
static void rename_etag(struct http_res *rs, const struct http_req *rq)
{
    const char *is = http_res_get_header(rs, "ETag");
    size_t n = is ? strlen(is) : 0;
    char text[192];

    if (n < 2 || rq->method != HTTP_GET)
        return;
    if (snprintf(text, sizeof(text), "%.*s" HTTP_ETAG_GZIP "\"", (int)n - 1, is) <
        (int)sizeof(text))
        http_res_header(rs, "ETag", text);
    rs->not_modified = rs->not_modified_gzip;
}

/* Makes the content of b the body of the response. */
static void put(struct http_res *rs, const struct http_req *rq, struct buf *b)
{
    char type[sizeof(rs->content_type)];

    memcpy(type, rs->content_type, sizeof(type));
    http_res_buf(rs, 0, type, b);
    if (rs->status >= 300 || rs->no_memory)
        return; /* the response has become a problem document */
    http_res_header(rs, "Content-Encoding", "gzip");
    rename_etag(rs, rq);
}

/* The file replaces that of the response only when it is complete. */
static void compress_file(struct http_res *rs, const struct http_req *rq)
{
    struct spool_file plain = rs->file;
    struct source s = {.file = &plain, .len = rs->len};
    struct buf b;

    rs->file = (struct spool_file){0};
    http_res_open(rs, &b, plain.len);
    if (pack_all(&b, &s, rq)) {
        spool_close(&plain);
        put(rs, rq, &b);
    } else {
        spool_close(&rs->file);
        rs->file = plain;
    }
    buf_release(&b);
}

static void compress_memory(struct http_res *rs, const struct http_req *rq)
{
    struct source s = {.data = rs->data, .len = rs->len};
    struct buf b;

    buf_init(&b, rs->len);
    if (pack_all(&b, &s, rq))
        put(rs, rq, &b);
    buf_release(&b);
}

/* ---- bodies that are stored compressed ---- */

static enum status go_on(void *ctx, size_t n, struct err *e)
{
    const struct http_res *rs = ctx;

    (void)n;
    return http_go_on(rs->rq, e);
}

static void stays(void *ctx)
{
    (void)ctx;
}

static void send_unpacked(struct http_res *rs, const char *content_type, const char *data,
                          size_t len)
{
    struct err e = {0};
    struct buf b;

    buf_init(&b, UNPACKED_MAX);
    if (coding_decode(&b, data, len, CODING_GZIP, go_on, rs, &e))
        http_res_err(rs, &e);
    else
        http_res_buf(rs, 200, content_type, &b);
    buf_release(&b);
}

void http_res_gzip(struct http_res *rs, const char *content_type, const char *data, size_t len,
                   const char *etag)
{
    if (!coding_gzip_wanted(rs->rq->fields)) {
        send_unpacked(rs, content_type, data, len);
        if (rs->status == 200)
            http_res_etag(rs, etag);
        return;
    }
    http_res_shared(rs, 200, content_type, data, len, stays, NULL);
    http_res_header(rs, "Content-Encoding", "gzip");
    http_res_etag(rs, etag);
    rename_etag(rs, rs->rq);
    http_res_vary(rs, "Accept-Encoding");
}

void response_compress(struct http_res *rs, const struct http_req *rq,
                       const struct http_route *route)
{
    if (!is_candidate(rs))
        return;
    if (!coding_gzip_wanted(rq->fields) || rs->not_modified) {
        http_res_vary(rs, "Accept-Encoding");
        return;
    }
    if (rq->lane == HTTP_INLINE && rs->len > INLINE_BYTES && !route_is_probe(route) &&
        http_move(rs, rq, HTTP_READ))
        return;
    if (rs->kind == RESPONSE_FILE)
        compress_file(rs, rq);
    else
        compress_memory(rs, rq);
    http_res_vary(rs, "Accept-Encoding");
}
