/* onnx_graph.h - writes a model of ONNX (https://onnx.ai/onnx/repo-docs/IR.html) piece by piece:
 * nodes, constant tensors, inputs and outputs.
 *
 * Values are known by names. A node's inputs are one string of names, separated by blanks; "-" is
 * an optional input that is left out. All functions append to the buffer, which keeps errors. */
#ifndef SERVER_FORMATS_ONNX_ONNX_GRAPH_H
#define SERVER_FORMATS_ONNX_ONNX_GRAPH_H

#include <lstm/buf.h>

/* Protocol Buffers have no message of 2 GiB or more. */
#define ONNX_BYTES_MAX ((size_t)INT32_MAX)

/* The least versions that have all that is written here, which any runtime since 2021 reads. */
enum { ONNX_IR_VERSION = 7, ONNX_OPSET = 14 };

/* TensorProto.DataType. */
enum onnx_type { ONNX_FLOAT = 1, ONNX_INT32 = 6, ONNX_INT64 = 7, ONNX_BOOL = 9, ONNX_DOUBLE = 11 };

enum { ONNX_DIMS_MAX = 4 };

/* The shape of a constant. */
struct onnx_shape {
    int ndim;
    int64_t dim[ONNX_DIMS_MAX];
};

/* A named input or output. */
struct onnx_value {
    const char *name;
    enum onnx_type type;
    const char *dims; /* separated by blanks: numbers, or names of sizes that may differ */
    const char *doc;
};

/* An attribute of a node: a number, or numbers, or a text. */
struct onnx_attribute {
    const char *name; /* NULL ends a list */
    const char *text; /* or NULL */
    int64_t number;
    int count; /* of numbers; 0: `number` is the value */
    int64_t numbers[ONNX_DIMS_MAX];
};

/* Begins the model and its graph. Metadata may follow the graph only. */
struct onnx_file {
    struct buf *out;
    size_t graph;
};
void onnx_begin(struct onnx_file *f, struct buf *out, const char *producer, int64_t model_version,
                const char *graph_name, const char *doc);
/* Ends the graph. */
void onnx_end_graph(struct onnx_file *f);
/* A pair of the model's metadata. */
void onnx_metadata(struct onnx_file *f, const char *key, const char *value);

void onnx_input(struct buf *graph, const struct onnx_value *v);
void onnx_output(struct buf *graph, const struct onnx_value *v);

/* A node with one output. attributes: ended by one without a name, or NULL. */
void onnx_node(struct buf *graph, const char *op, const char *inputs, const char *output,
               const struct onnx_attribute *attributes);

/* Constants; row-major. */
void onnx_floats(struct buf *graph, const char *name, struct onnx_shape s, const float *v);
void onnx_doubles(struct buf *graph, const char *name, struct onnx_shape s, const double *v);
void onnx_ints(struct buf *graph, const char *name, struct onnx_shape s, const int64_t *v);
/* A vector of one whole number. */
void onnx_int(struct buf *graph, const char *name, int64_t v);
/* A constant of floats in parts, one after the other, of as many elements as s has; then
 * onnx_tensor_end() with the returned value. */
size_t onnx_tensor_begin(struct buf *graph, const char *name, struct onnx_shape s);
void onnx_tensor_part(struct buf *graph, const float *v, size_t n);
void onnx_tensor_end(struct buf *graph, size_t at);

#endif
