/* body.c - see body.h. */
#include "server/http/body.h"

#include "server/http/charset.h"
#include "server/http/form.h"
#include "server/http/http.h"
#include "server/http/request.h"

#include <string.h>

bool body_is_work(const struct request *r)
{
    if (r->body.len == 0)
        return false;
    return r->coding != CODING_NONE || ((r->charset || r->form) && r->body.len > BODY_INLINE_BYTES);
}

static void count(struct request *r, size_t n)
{
    (void)atomic_fetch_add(&r->http->bodies, n);
    r->counted += n;
}

static void count_off(struct request *r, size_t n)
{
    (void)atomic_fetch_sub(&r->http->bodies, n);
    r->counted -= n;
}

/* ---- unpacking ---- */

static enum status take_step(void *ctx, size_t n, struct err *e)
{
    struct request *r = ctx;
    enum status st = http_go_on(&r->rq, e);

    if (!st && !request_has_room(r, n, e))
        st = e->status;
    if (!st)
        count(r, n);
    return st;
}

/* A few bytes may unpack to many. Outside of the bulk lane, no more is unpacked than a request of
 * the lane may have. */
static size_t unpacked_max(const struct request *r)
{
    size_t max = r->body.max;

    return r->rq.lane > HTTP_BULK && max > BODY_BULK_BYTES ? BODY_BULK_BYTES : max;
}

static enum status unpack(struct request *r, struct err *e)
{
    size_t packed = r->body.len, counted = r->counted;
    struct buf out;
    enum status st;

    buf_init(&out, unpacked_max(r));
    st = coding_decode(&out, r->body.data, packed, r->coding, take_step, r, e);
    if (st) {
        r->bulk = st == ST_TOO_LARGE && out.max < r->body.max;
        buf_release(&out);
        count_off(r, r->counted - counted);
        return r->bulk ? ST_OK : st;
    }
    out.max = r->body.max;
    buf_release(&r->body);
    r->body = out;
    r->coding = CODING_NONE;
    count_off(r, packed);
    return ST_OK;
}

/* ---- text ---- */

static enum status decode(struct request *r, struct err *e)
{
    size_t before = r->body.len;
    const char *charset = r->charset;
    enum status st;

    r->charset = NULL;
    st = charset_decode(&r->body, charset, e);
    if (!st && r->body.len > before)
        count(r, r->body.len - before);
    return st;
}

static enum status unpack_if_packed(struct request *r, struct err *e)
{
    return r->coding != CODING_NONE && r->body.len > 0 ? unpack(r, e) : ST_OK;
}

/* The form may be compressed, and so may the file in it. */
enum status body_read(struct request *r, struct err *e)
{
    enum status st;

    r->bulk = false;
    st = unpack_if_packed(r, e);
    if (!st && !r->bulk && r->form) {
        st = form_open(r, e);
        st = st ? st : unpack_if_packed(r, e);
    }
    if (st || r->bulk)
        return st;
    if (r->charset)
        st = decode(r, e);
    r->rq.body = r->body.data ? r->body.data : "";
    r->rq.body_len = r->body.len;
    return st;
}

static enum status take_all(void *ctx, size_t n, struct err *e)
{
    (void)ctx;
    (void)n;
    (void)e;
    return ST_OK;
}

enum status http_body_prepare(struct buf *body, const char *content_type, struct err *e)
{
    const char *charset = NULL;
    enum status st = charset_find(&charset, content_type, e);
    struct buf out;

    if (!st && body->len > 2 && memcmp(body->data, "\x1f\x8b", 2) == 0) {
        buf_init(&out, body->max);
        st = coding_decode(&out, body->data, body->len, CODING_GZIP, take_all, NULL, e);
        buf_release(st ? &out : body);
        if (!st)
            *body = out;
    }
    return !st && charset ? charset_decode(body, charset, e) : st;
}
