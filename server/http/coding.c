/* coding.c - see coding.h. zlib unpacks; this file checks limits and the end of the data. */
#include "server/http/coding.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

enum {
    STEP = 64 * 1024,
    WINDOW = 15, /* zlib: the largest window, of 32 KiB */
    GZIP = 16,   /* zlib: added to the window to expect a gzip header */
    GZIP_FIRST = 0x1f,
    GZIP_SECOND = 0x8b
};

/* ---- headers ---- */

static bool is_token(const char *s, size_t n, const char *token)
{
    return n == strlen(token) && strncasecmp(s, token, n) == 0;
}

static enum coding coding_of(const char *s, size_t n)
{
    if (is_token(s, n, "identity"))
        return CODING_NONE;
    if (is_token(s, n, "gzip") || is_token(s, n, "x-gzip"))
        return CODING_GZIP;
    return is_token(s, n, "deflate") ? CODING_DEFLATE : CODING_UNKNOWN;
}

enum status coding_find(enum coding *out, const char *header, struct err *e)
{
    const char *s = header ? header : "";

    *out = CODING_NONE;
    for (s += strspn(s, ", \t"); *s; s += strspn(s, ", \t")) {
        size_t n = strcspn(s, ", \t");
        enum coding c = coding_of(s, n);

        if (c != CODING_NONE && *out != CODING_NONE)
            c = CODING_UNKNOWN; /* several codings, one inside the other */
        if (c != CODING_NONE)
            *out = c;
        s += n;
    }
    if (*out != CODING_UNKNOWN)
        return ST_OK;
    return err_set(e, ST_UNSUPPORTED,
                   "Content-Encoding '%.40s' is not read; send gzip, deflate, or the body as it is",
                   header);
}

/* The weight of a coding in thousandths, from ";q=0.5". One that cannot be read is 0. */
static int weight_of(const char *s, size_t n)
{
    const char *q = memchr(s, '=', n), *end = s + n;
    int v = 0, scale = 1000;

    if (!memchr(s, ';', n))
        return 1000;
    if (!q)
        return 0;
    for (q++; q < end && *q == ' '; q++)
        ;
    if (q < end && (*q == '0' || *q == '1'))
        v = (*q++ - '0') * 1000;
    if (q < end && *q == '.')
        for (q++; q < end && *q >= '0' && *q <= '9' && scale > 1; q++)
            v += (*q - '0') * (scale /= 10);
    return v < 1000 ? v : 1000;
}

/* Weights of gzip, of the uncompressed response, and of all codings not named; -1: not named. */
struct weights {
    int gzip, identity, other;
};

static void read_weights(struct weights *w, const char *s)
{
    while (*s) {
        size_t item, name;

        s += strspn(s, ", \t");
        item = strcspn(s, ",");
        name = strcspn(s, ",; \t");
        if (is_token(s, name, "gzip") || is_token(s, name, "x-gzip"))
            w->gzip = weight_of(s + name, item - name);
        else if (is_token(s, name, "identity"))
            w->identity = weight_of(s + name, item - name);
        else if (is_token(s, name, "*"))
            w->other = weight_of(s + name, item - name);
        s += item;
    }
}

/* A "*" alone does not show that the client reads gzip. It gets gzip then only if it refuses the
 * uncompressed response. */
bool coding_gzip_wanted(const struct http_fields *f)
{
    struct weights w = {-1, -1, -1};

    for (int i = 0; f && i < f->count; i++)
        if (strcasecmp(f->list[i].name, "Accept-Encoding") == 0)
            read_weights(&w, f->list[i].value);
    if (w.gzip < 0 && w.identity == 0)
        w.gzip = w.other;
    return w.gzip > 0 && w.gzip >= w.identity;
}

/* ---- unpacking ---- */

struct unpacking {
    z_stream z;
    const char *data; /* (len) */
    size_t len, at;   /* at: the first byte that zlib does not have yet */
    enum coding coding;
    struct buf *out;
    coding_step *step;
    void *ctx;
};

static const char *name_of(const struct unpacking *u)
{
    return u->coding == CODING_GZIP ? "gzip" : "deflate";
}

/* Offset of the first byte that zlib has not used. */
static size_t place(const struct unpacking *u)
{
    return u->at - u->z.avail_in;
}

static void feed(struct unpacking *u)
{
    size_t n = u->len - u->at;

    if (u->z.avail_in > 0)
        return;
    n = n < STEP ? n : STEP;
    u->z.next_in = (unsigned char *)u->data + u->at;
    u->z.avail_in = (unsigned)n;
    u->at += n;
}

static enum status broken(const struct unpacking *u, struct err *e)
{
    return err_set(e, ST_MALFORMED, "the body is not %s: %s, at byte %zu", name_of(u),
                   u->z.msg ? u->z.msg : "it wants a dictionary", place(u));
}

static enum status too_short(const struct unpacking *u, struct err *e)
{
    return err_set(e, ST_MALFORMED,
                   "the body ends after %zu bytes, within its %s data; send all of it", u->len,
                   name_of(u));
}

/* Calls zlib once. *ended: whether this member of the data has ended. */
static enum status inflate_some(struct unpacking *u, bool *ended, struct err *e)
{
    unsigned char room[STEP];
    enum status st;
    size_t n;
    int rc;

    feed(u);
    u->z.next_out = room;
    u->z.avail_out = sizeof(room);
    rc = inflate(&u->z, Z_NO_FLUSH);
    n = sizeof(room) - u->z.avail_out;
    *ended = rc == Z_STREAM_END;
    if (rc == Z_MEM_ERROR)
        return err_nomem(e, 0);
    if (rc == Z_BUF_ERROR || (rc == Z_OK && n == 0 && u->at == u->len && u->z.avail_in == 0))
        return too_short(u, e);
    if (rc != Z_OK && rc != Z_STREAM_END)
        return broken(u, e);
    if (n > u->out->max - u->out->len)
        return err_set(e, ST_TOO_LARGE,
                       "the body is more than %zu bytes when it is unpacked (max_body_bytes)",
                       u->out->max);
    st = u->step(u->ctx, n, e);
    buf_add(u->out, room, st ? 0 : n);
    return st ? st : buf_status(u->out, e);
}

/* After a member of gzip: finds another member, padding, or the end. */
static enum status next_member(struct unpacking *u, bool *more, struct err *e)
{
    size_t at = place(u), n = u->len - at;
    const unsigned char *rest = (const unsigned char *)u->data + at;

    *more = false;
    if (n == 0)
        return ST_OK;
    if (u->coding == CODING_GZIP && n >= 2 && rest[0] == GZIP_FIRST && rest[1] == GZIP_SECOND) {
        *more = true;
        return inflateReset(&u->z) == Z_OK
                   ? ST_OK
                   : err_set(e, ST_INTERNAL, "zlib refuses to begin another member");
    }
    while (u->coding == CODING_GZIP && n > 0 && rest[n - 1] == 0)
        n--;
    if (n == 0)
        return ST_OK;
    return err_set(e, ST_MALFORMED, "the %s data end at byte %zu, and %zu bytes follow; send none",
                   name_of(u), at, n);
}

static enum status inflate_all(struct unpacking *u, struct err *e)
{
    enum status st = ST_OK;
    bool more = true, ended;

    while (!st && more) {
        st = inflate_some(u, &ended, e);
        if (!st && ended)
            st = next_member(u, &more, e);
    }
    return st;
}

/* Whether the data begin as RFC 1950 requires: method 8, a valid window, a multiple of 31. */
static bool is_zlib(const char *data, size_t n)
{
    const unsigned char *b = (const unsigned char *)data;

    return n >= 2 && (b[0] & 15) == 8 && b[0] >> 4 <= WINDOW - 8 && (b[0] * 256 + b[1]) % 31 == 0;
}

enum status coding_decode(struct buf *out, const char *data, size_t n, enum coding coding,
                          coding_step *step, void *ctx, struct err *e)
{
    struct unpacking u = {.data = data, .len = n, .coding = coding};
    int window = coding == CODING_GZIP ? WINDOW + GZIP : is_zlib(data, n) ? WINDOW : -WINDOW;
    enum status st;

    u.out = out;
    u.step = step;
    u.ctx = ctx;
    if (inflateInit2(&u.z, window) != Z_OK)
        return err_nomem(e, 0);
    st = inflate_all(&u, e);
    (void)inflateEnd(&u.z);
    return st;
}
