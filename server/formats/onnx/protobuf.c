/* protobuf.c - see protobuf.h. */
#include "server/formats/onnx/protobuf.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_LENGTH = 2, VARINT_MAX = 10 };

/* Seven bits in each byte, the lowest first; the eighth is set when another byte follows. */
static size_t varint(unsigned char out[VARINT_MAX], uint64_t v)
{
    size_t n = 0;

    do {
        out[n] = (unsigned char)(v & 0x7f);
        v >>= 7;
        if (v)
            out[n] |= 0x80;
        n++;
    } while (v);
    return n;
}

static void put_varint(struct buf *b, uint64_t v)
{
    unsigned char space[VARINT_MAX];

    buf_add(b, space, varint(space, v));
}

static void put_key(struct buf *b, int field, int wire)
{
    put_varint(b, (uint64_t)field << 3 | (uint64_t)wire);
}

void protobuf_int(struct buf *b, int field, int64_t v)
{
    put_key(b, field, WIRE_VARINT);
    put_varint(b, (uint64_t)v);
}

void protobuf_sized(struct buf *b, int field, size_t n)
{
    put_key(b, field, WIRE_LENGTH);
    put_varint(b, n);
}

void protobuf_bytes(struct buf *b, int field, const void *p, size_t n)
{
    protobuf_sized(b, field, n);
    buf_add(b, p, n);
}

void protobuf_text(struct buf *b, int field, const char *s)
{
    protobuf_bytes(b, field, s, strlen(s));
}

size_t protobuf_open(struct buf *b, int field)
{
    put_key(b, field, WIRE_LENGTH);
    return b->len;
}

/* The length stands before the message, and its size is known only now: the message is moved. */
void protobuf_close(struct buf *b, size_t at)
{
    unsigned char space[VARINT_MAX];
    size_t length, n;

    if (b->st)
        return;
    length = b->len - at;
    n = varint(space, length);
    buf_add(b, space, n); /* makes room */
    if (b->st)
        return;
    memmove(b->data + at + n, b->data + at, length);
    memcpy(b->data + at, space, n);
}
