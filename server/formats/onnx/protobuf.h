/* protobuf.h - writes messages of Protocol Buffers
 * (https://protobuf.dev/programming-guides/encoding/): numbers, bytes, and messages in messages.
 * Lengths are varints of the least size, so equal messages have equal bytes. Errors are kept by the
 * buffer. */
#ifndef SERVER_FORMATS_ONNX_PROTOBUF_H
#define SERVER_FORMATS_ONNX_PROTOBUF_H

#include <lstm/buf.h>

/* A field of type int32, int64 or enum. field: its number, from 1. */
void protobuf_int(struct buf *b, int field, int64_t v);
/* A field of type string or bytes. */
void protobuf_bytes(struct buf *b, int field, const void *p, size_t n);
void protobuf_text(struct buf *b, int field, const char *s);
/* The beginning of a field of n bytes, which the caller appends. */
void protobuf_sized(struct buf *b, int field, size_t n);
/* Begins a field that is a message. Its fields follow, then protobuf_close() with the value that
 * was returned. */
size_t protobuf_open(struct buf *b, int field);
void protobuf_close(struct buf *b, size_t at);

#endif
