/* onnx_graph.c - see onnx_graph.h. The numbers of fields are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
#include "server/formats/onnx/onnx_graph.h"

#include "server/formats/onnx/protobuf.h"

#include <stdlib.h>
#include <string.h>

enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER_NAME = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_VERSION = 5,
    MODEL_DOC = 6,
    MODEL_GRAPH = 7,
    MODEL_OPSET_IMPORT = 8,
    MODEL_METADATA = 14,
    OPSET_VERSION = 2,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP_TYPE = 4,
    NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_DATA_TYPE = 2,
    TENSOR_NAME = 8,
    TENSOR_RAW_DATA = 9,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    VALUE_DOC = 3,
    TYPE_TENSOR = 1,
    TENSOR_ELEM_TYPE = 1,
    TENSOR_SHAPE = 2,
    SHAPE_DIM = 1,
    DIM_VALUE = 1,
    DIM_NAME = 2
};

/* AttributeProto.AttributeType. */
enum { TYPE_INT = 2, TYPE_STRING = 3, TYPE_INTS = 7 };

/* ---- the model ---- */

void onnx_begin(struct onnx_file *f, struct buf *out, const char *producer, int64_t model_version,
                const char *graph_name, const char *doc)
{
    size_t opset;

    *f = (struct onnx_file){.out = out};
    protobuf_int(out, MODEL_IR_VERSION, ONNX_IR_VERSION);
    protobuf_text(out, MODEL_PRODUCER_NAME, "lstmd");
    protobuf_text(out, MODEL_PRODUCER_VERSION, producer);
    protobuf_int(out, MODEL_VERSION, model_version);
    protobuf_text(out, MODEL_DOC, doc);
    opset = protobuf_open(out, MODEL_OPSET_IMPORT);
    protobuf_int(out, OPSET_VERSION, ONNX_OPSET);
    protobuf_close(out, opset);
    f->graph = protobuf_open(out, MODEL_GRAPH);
    protobuf_text(out, GRAPH_NAME, graph_name);
}

void onnx_end_graph(struct onnx_file *f)
{
    protobuf_close(f->out, f->graph);
}

void onnx_metadata(struct onnx_file *f, const char *key, const char *value)
{
    size_t entry = protobuf_open(f->out, MODEL_METADATA);

    protobuf_text(f->out, ENTRY_KEY, key);
    protobuf_text(f->out, ENTRY_VALUE, value);
    protobuf_close(f->out, entry);
}

/* ---- words of a list that is separated by blanks ---- */

/* Moves *at after the next word, and returns its length; 0 at the end. */
static size_t next_word(const char **word, const char **at)
{
    size_t n;

    *word = *at + strspn(*at, " ");
    n = strcspn(*word, " ");
    *at = *word + n;
    return n;
}

/* ---- inputs and outputs ---- */

static void put_dim(struct buf *b, const char *word, size_t n)
{
    size_t dim = protobuf_open(b, SHAPE_DIM);

    if (word[0] >= '0' && word[0] <= '9')
        protobuf_int(b, DIM_VALUE, strtoll(word, NULL, 10));
    else
        protobuf_bytes(b, DIM_NAME, word, n);
    protobuf_close(b, dim);
}

static void put_value(struct buf *b, int field, const struct onnx_value *v)
{
    const char *at = v->dims, *word;
    size_t value = protobuf_open(b, field), type, tensor, shape, n;

    protobuf_text(b, VALUE_NAME, v->name);
    type = protobuf_open(b, VALUE_TYPE);
    tensor = protobuf_open(b, TYPE_TENSOR);
    protobuf_int(b, TENSOR_ELEM_TYPE, v->type);
    shape = protobuf_open(b, TENSOR_SHAPE);
    while ((n = next_word(&word, &at)) > 0)
        put_dim(b, word, n);
    protobuf_close(b, shape);
    protobuf_close(b, tensor);
    protobuf_close(b, type);
    protobuf_text(b, VALUE_DOC, v->doc);
    protobuf_close(b, value);
}

void onnx_input(struct buf *graph, const struct onnx_value *v)
{
    put_value(graph, GRAPH_INPUT, v);
}

void onnx_output(struct buf *graph, const struct onnx_value *v)
{
    put_value(graph, GRAPH_OUTPUT, v);
}

/* ---- nodes ---- */

static void put_attribute(struct buf *b, const struct onnx_attribute *a)
{
    size_t at = protobuf_open(b, NODE_ATTRIBUTE);

    protobuf_text(b, ATTRIBUTE_NAME, a->name);
    if (a->text)
        protobuf_text(b, ATTRIBUTE_S, a->text);
    else if (!a->count)
        protobuf_int(b, ATTRIBUTE_I, a->number);
    for (int i = 0; !a->text && i < a->count; i++)
        protobuf_int(b, ATTRIBUTE_INTS, a->numbers[i]);
    protobuf_int(b, ATTRIBUTE_TYPE, a->text ? TYPE_STRING : a->count ? TYPE_INTS : TYPE_INT);
    protobuf_close(b, at);
}

void onnx_node(struct buf *graph, const char *op, const char *inputs, const char *output,
               const struct onnx_attribute *attributes)
{
    const char *at = inputs, *word;
    size_t node = protobuf_open(graph, GRAPH_NODE), n;

    while ((n = next_word(&word, &at)) > 0)
        protobuf_bytes(graph, NODE_INPUT, word, n == 1 && word[0] == '-' ? 0 : n);
    protobuf_text(graph, NODE_OUTPUT, output);
    protobuf_text(graph, NODE_NAME, output);
    protobuf_text(graph, NODE_OP_TYPE, op);
    for (const struct onnx_attribute *a = attributes; a && a->name; a++)
        put_attribute(graph, a);
    protobuf_close(graph, node);
}

/* ---- constants ---- */

static size_t elements(const struct onnx_shape *s)
{
    size_t n = 1;

    for (int i = 0; i < s->ndim; i++)
        n *= (size_t)s->dim[i];
    return n;
}

/* All of a constant but its numbers, of which `size` bytes must follow. The processors that lstmd
 * runs on keep numbers as the file does, the lowest byte first. */
static size_t begin_tensor(struct buf *b, const char *name, const struct onnx_shape *s,
                           enum onnx_type type, size_t size)
{
    size_t at = protobuf_open(b, GRAPH_INITIALIZER);

    for (int i = 0; i < s->ndim; i++)
        protobuf_int(b, TENSOR_DIMS, s->dim[i]);
    protobuf_int(b, TENSOR_DATA_TYPE, type);
    protobuf_text(b, TENSOR_NAME, name);
    protobuf_sized(b, TENSOR_RAW_DATA, size);
    return at;
}

static void put_tensor(struct buf *b, const char *name, const struct onnx_shape *s,
                       enum onnx_type type, const void *v, size_t size)
{
    size_t all = elements(s) * size, at = begin_tensor(b, name, s, type, all);

    buf_add(b, v, all);
    protobuf_close(b, at);
}

void onnx_floats(struct buf *graph, const char *name, struct onnx_shape s, const float *v)
{
    put_tensor(graph, name, &s, ONNX_FLOAT, v, sizeof(*v));
}

void onnx_doubles(struct buf *graph, const char *name, struct onnx_shape s, const double *v)
{
    put_tensor(graph, name, &s, ONNX_DOUBLE, v, sizeof(*v));
}

void onnx_ints(struct buf *graph, const char *name, struct onnx_shape s, const int64_t *v)
{
    put_tensor(graph, name, &s, ONNX_INT64, v, sizeof(*v));
}

void onnx_int(struct buf *graph, const char *name, int64_t v)
{
    onnx_ints(graph, name, (struct onnx_shape){1, {1}}, &v);
}

size_t onnx_tensor_begin(struct buf *graph, const char *name, struct onnx_shape s)
{
    return begin_tensor(graph, name, &s, ONNX_FLOAT, elements(&s) * sizeof(float));
}

void onnx_tensor_part(struct buf *graph, const float *v, size_t n)
{
    buf_add(graph, v, n * sizeof(*v));
}

void onnx_tensor_end(struct buf *graph, size_t at)
{
    protobuf_close(graph, at);
}
