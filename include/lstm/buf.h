/* buf.h - a growing byte buffer with a limit, for text that is built piece by piece. */
#ifndef LSTM_BUF_H
#define LSTM_BUF_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* Initialise with buf_init(). After the first error (ST_NOMEM, ST_TOO_LARGE) all calls do nothing,
 * so callers append freely and check buf_status() once. data is NUL-terminated. */
struct buf {
    char *data; /* owned; NULL while empty */
    size_t len, cap, max;
    enum status st;
    /* Takes the content when it reaches BUF_DRAIN_BYTES. NULL: the buffer grows instead. An error
     * that it returns becomes st. */
    enum status (*drain)(void *ctx, const void *data, size_t n);
    void *drain_ctx; /* borrowed */
    size_t drained;  /* bytes that drain() has taken */
};

enum { BUF_DRAIN_BYTES = 256 * 1024 }; /* a buffer with drain() holds at most about twice as much */

void buf_init(struct buf *b, size_t max); /* max: most bytes, drained ones included */
void buf_release(struct buf *b);
void buf_want(struct buf *b, size_t n); /* makes room for n more bytes at once, as a hint */
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
