/* checkpoint_write.c - the canonical safetensors bytes of a checkpoint.
 *
 * Canonical, because a model file is compared by its bytes: metadata first, no blanks but the padding,
 * the shortest escapes, tensors one after the other in the order they were added. */
#include "core/base/text.h"
#include "core/checkpoint/checkpoint_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_string(struct text *t, const char *s)
{
    static const char short_escape[32] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    const char *run = s;

    text_putc(t, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        char u[8];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        text_add(t, run, (size_t)(s - run));
        run = s + 1;
        if (c >= 0x20)
            snprintf(u, sizeof(u), "\\%c", c);
        else if (short_escape[c])
            snprintf(u, sizeof(u), "\\%c", short_escape[c]);
        else
            snprintf(u, sizeof(u), "\\u%04x", c);
        text_puts(t, u);
    }
    text_add(t, run, (size_t)(s - run));
    text_putc(t, '"');
}

static void put_metadata(struct text *t, const struct checkpoint *c)
{
    text_puts(t, "\"" CHECKPOINT_METADATA "\":{");
    for (int i = 0; i < c->num_pairs; i++) {
        if (i)
            text_putc(t, ',');
        put_string(t, c->pairs[i].key);
        text_putc(t, ':');
        put_string(t, c->pairs[i].value);
    }
    text_putc(t, '}');
}

static void put_tensor(struct text *h, const struct ckpt_tensor *t, size_t begin)
{
    char s[80];

    put_string(h, t->name);
    text_puts(h, ":{\"dtype\":\"");
    text_puts(h, checkpoint_dtype_names[t->dtype]);
    text_puts(h, "\",\"shape\":[");
    for (int i = 0; i < t->ndim; i++) {
        snprintf(s, sizeof(s), i ? ",%lld" : "%lld", (long long)t->shape[i]);
        text_puts(h, s);
    }
    snprintf(s, sizeof(s), "],\"data_offsets\":[%zu,%zu]}", begin, begin + t->size);
    text_puts(h, s);
}

/* The header, padded so that the data behind it begin at a multiple of 8. *data: bytes of the data. */
static enum status make_header(struct text *h, size_t *data, const struct checkpoint *c,
                               struct err *e)
{
    size_t at = 0;

    text_putc(h, '{');
    if (c->num_pairs)
        put_metadata(h, c);
    for (int i = 0; i < c->num_tensors; i++) {
        if (i || c->num_pairs)
            text_putc(h, ',');
        put_tensor(h, &c->tensors[i], at);
        if (__builtin_add_overflow(at, c->tensors[i].size, &at) || at > PTRDIFF_MAX)
            return err_nomem(e, 0);
    }
    text_putc(h, '}');
    while (h->size % 8 && !h->failed)
        text_putc(h, ' ');
    if (h->failed)
        return err_nomem(e, 0);
    if (h->size > CHECKPOINT_HEADER_MAX)
        return err_set(e, ST_INVALID,
                       "checkpoint: the header has %zu bytes; at most %d are possible", h->size,
                       CHECKPOINT_HEADER_MAX);
    *data = at;
    return ST_OK;
}

enum status checkpoint_write(uint8_t **bytes, size_t *len, const struct checkpoint *c,
                             struct err *e)
{
    struct text h = {0};
    uint8_t *out = NULL;
    size_t data = 0;
    size_t at;
    enum status st = make_header(&h, &data, c, e);

    if (st)
        goto out;
    out = malloc(8 + h.size + data);
    if (!out) {
        st = err_nomem(e, 8 + h.size + data);
        goto out;
    }
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)((uint64_t)h.size >> (8 * i));
    memcpy(out + 8, h.p, h.size);
    at = 8 + h.size;
    for (int i = 0; i < c->num_tensors; i++) {
        if (c->tensors[i].size)
            memcpy(out + at, c->tensors[i].data, c->tensors[i].size);
        at += c->tensors[i].size;
    }
    *bytes = out;
    *len = at;
out:
    text_release(&h);
    return st;
}
