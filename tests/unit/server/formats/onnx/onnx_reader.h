/* onnx_reader.h - reads files of ONNX for tests: fields of protobuf messages, nodes, constants. */
#ifndef TESTS_UNIT_SERVER_FORMATS_ONNX_ONNX_READER_H
#define TESTS_UNIT_SERVER_FORMATS_ONNX_ONNX_READER_H

#include <lstm/buf.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes of a message; borrowed. */
struct message {
    const unsigned char *at, *end;
};
struct field {
    int number;
    bool sized; /* bytes: `data`; otherwise a number: `value` */
    int64_t value;
    struct message data;
};

struct message message_of(const struct buf *b);
/* Reads the next field. Returns false at the end; a malformed field ends the test. */
bool message_next(struct field *out, struct message *m);
/* Finds occurrence k, from 0, of a field. */
bool message_find(struct field *out, struct message m, int number, int k);
bool field_is(const struct field *f, const char *text);

/* A constant of the graph. */
struct constant {
    int type, ndim;
    int64_t dim[4];
    const unsigned char *data; /* not aligned */
    size_t size;
};

/* The graph of a model whose whole form is checked: each node's inputs exist before it, no value is
 * made twice, all outputs exist, constants have as many bytes as their shape needs. */
struct message checked_graph(const struct buf *file);
/* How many nodes of the kind there are. */
int graph_count(struct message graph, const char *op);
/* The constant of this name; the test fails if there is none. */
struct constant graph_constant(struct message graph, const char *name);
/* The name of input or output k, copied; "" when there are not as many. */
void graph_value(char out[64], struct message graph, bool output, int k);
/* The value of a metadata key, copied and cut to the size; "" when there is none. */
void file_metadata(char *out, size_t size, const struct buf *file, const char *key);

#endif
