/* checkpoint_write.c - the canonical safetensors bytes of a checkpoint.
 *
 * Canonical, because a model file is compared by its bytes: metadata first, no blanks but the
 * padding, the shortest escapes, tensors one after the other in the order they were added. */
#include "core/checkpoint/checkpoint_internal.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_metadata(struct buf *t, const struct checkpoint *c)
{
    buf_puts(t, "\"" CHECKPOINT_METADATA "\":{");
    for (int i = 0; i < c->num_pairs; i++) {
        if (i)
            buf_puts(t, ",");
        buf_put_json_string(t, c->pairs[i].key);
        buf_puts(t, ":");
        buf_put_json_string(t, c->pairs[i].value);
    }
    buf_puts(t, "}");
}

static void put_tensor(struct buf *h, const struct ckpt_tensor *t, size_t begin)
{
    buf_put_json_string(h, t->name);
    buf_puts(h, ":{\"dtype\":\"");
    buf_puts(h, checkpoint_dtype_names[t->dtype]);
    buf_puts(h, "\",\"shape\":[");
    for (int i = 0; i < t->ndim; i++) {
        if (i)
            buf_puts(h, ",");
        buf_put_i64(h, t->shape[i]);
    }
    buf_printf(h, "],\"data_offsets\":[%zu,%zu]}", begin, begin + t->size);
}

/* The header, padded so that the data after it begin at a multiple of 8. *data: bytes of the
 * data. */
static enum status make_header(struct buf *h, size_t *data, const struct checkpoint *c,
                               struct err *e)
{
    size_t at = 0;

    buf_puts(h, "{");
    if (c->num_pairs)
        put_metadata(h, c);
    for (int i = 0; i < c->num_tensors; i++) {
        if (i || c->num_pairs)
            buf_puts(h, ",");
        put_tensor(h, &c->tensors[i], at);
        if (__builtin_add_overflow(at, c->tensors[i].size, &at) || at > PTRDIFF_MAX)
            return err_nomem(e, 0);
    }
    buf_puts(h, "}");
    while (h->len % 8 && !h->st)
        buf_puts(h, " ");
    if (h->st)
        return buf_status(h, e);
    if (h->len > CHECKPOINT_HEADER_MAX)
        return err_set(e, ST_INVALID,
                       "checkpoint: the header has %zu bytes; at most %d are possible", h->len,
                       CHECKPOINT_HEADER_MAX);
    *data = at;
    return ST_OK;
}

enum status checkpoint_write(uint8_t **bytes, size_t *len, const struct checkpoint *c,
                             struct err *e)
{
    struct buf h;
    uint8_t *out = NULL;
    size_t data = 0;
    size_t at;
    enum status st;

    buf_init(&h, SIZE_MAX);
    st = make_header(&h, &data, c, e);
    if (st)
        goto out;
    out = malloc(8 + h.len + data);
    if (!out) {
        st = err_nomem(e, 8 + h.len + data);
        goto out;
    }
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)h.len >> (8 * i));
    memcpy(out + 8, h.data, h.len);
    at = 8 + h.len;
    for (int i = 0; i < c->num_tensors; i++) {
        if (c->tensors[i].size)
            memcpy(out + at, c->tensors[i].data, c->tensors[i].size);
        at += c->tensors[i].size;
    }
    *bytes = out;
    *len = at;
out:
    buf_release(&h);
    return st;
}
