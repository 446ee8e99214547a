/* buf.h - a growing byte buffer with a ceiling, for everything that is built piece by piece. */
#ifndef LSTM_BUF_H
#define LSTM_BUF_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* Initialise with buf_init(). The first error (ST_NOMEM, ST_TOO_LARGE) sticks, later calls do
 * nothing, so callers append freely and check buf_status() once. data is NUL-terminated. */
struct buf {
    char *data; /* owned; NULL while empty */
    size_t len, cap, max;
    enum status st;
    /* Takes what b holds when it is long, or NULL: then b grows. Its error sticks. */
    enum status (*drain)(void *ctx, const void *data, size_t n);
    void *drain_ctx; /* borrowed */
    size_t drained;  /* bytes */
};

enum { BUF_DRAIN_BYTES = 256 * 1024 }; /* one that drains holds about twice as much at most */

void buf_init(struct buf *b, size_t max); /* max: bytes it may ever hold and have drained */
void buf_release(struct buf *b);
void buf_want(struct buf *b, size_t n); /* n more bytes are likely: room for them at once */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_put_f64(struct buf *b,
                 double v); /* shortest text that reads back the same; NaN: nothing */
void buf_put_decimals(struct buf *b, double v, int decimals); /* 0 to 6; finite */
void buf_put_i64(struct buf *b, int64_t v);
void buf_put_json_string(struct buf *b, const char *s); /* quoted and escaped; s is UTF-8 */
enum status buf_status(const struct buf *b, struct err *e);
/* The bytes, owned by the caller (free()), never NULL on ST_OK; b is empty again. */
enum status buf_take(struct buf *b, char **data, size_t *len, struct err *e);

#endif
