/* onnx_reader.c - see onnx_reader.h. */
#include "tests/unit/server/formats/onnx/onnx_reader.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { VALUES_MAX = 400, GRAPH = 7, METADATA = 14 };
enum { NODE = 1, INITIALIZER = 5, INPUT = 11, OUTPUT = 12 };

struct message message_of(const struct buf *b)
{
    const unsigned char *at = (const unsigned char *)b->data;

    return (struct message){at, at + b->len};
}

static uint64_t read_varint(struct message *m)
{
    uint64_t v = 0;

    for (int shift = 0; shift < 70; shift += 7) {
        ck_assert(m->at < m->end);
        v |= shift < 64 ? (uint64_t)(*m->at & 0x7f) << shift : 0;
        if (!(*m->at++ & 0x80))
            return v;
    }
    ck_abort_msg("a varint of more than ten bytes");
    return 0;
}

bool message_next(struct field *out, struct message *m)
{
    uint64_t key;

    if (m->at == m->end)
        return false;
    key = read_varint(m);
    *out = (struct field){.number = (int)(key >> 3), .sized = (key & 7) == 2};
    ck_assert_int_gt(out->number, 0);
    ck_assert(out->sized || (key & 7) == 0);
    out->value = (int64_t)read_varint(m);
    if (out->sized) {
        ck_assert_int_le(out->value, m->end - m->at);
        out->data = (struct message){m->at, m->at + out->value};
        m->at += out->value;
    }
    return true;
}

bool message_find(struct field *out, struct message m, int number, int k)
{
    while (message_next(out, &m)) {
        if (out->number == number && k-- == 0)
            return true;
    }
    return false;
}

bool field_is(const struct field *f, const char *text)
{
    size_t n = (size_t)(f->data.end - f->data.at);

    return f->sized && n == strlen(text) && (!n || memcmp(f->data.at, text, n) == 0);
}

static void copy_text(char *out, size_t size, const struct field *f)
{
    snprintf(out, size, "%.*s", (int)(f->data.end - f->data.at), (const char *)f->data.at);
}

/* ---- the graph ---- */

/* The names of values that exist. */
struct values {
    char name[VALUES_MAX][128];
    int count;
};

static bool exists(const struct values *v, const char *name)
{
    for (int i = 0; i < v->count; i++) {
        if (strcmp(v->name[i], name) == 0)
            return true;
    }
    return false;
}

static void add(struct values *v, struct message m, int number)
{
    struct field f;

    ck_assert(message_find(&f, m, number, 0));
    ck_assert_int_lt(v->count, VALUES_MAX);
    copy_text(v->name[v->count], sizeof(v->name[0]), &f);
    for (int i = 0; i < v->count; i++)
        ck_assert_str_ne(v->name[i], v->name[v->count]);
    v->count++;
}

static struct constant read_constant(struct message m)
{
    struct constant c = {0};
    struct field f;
    size_t elements = 1, size;

    for (; message_find(&f, m, 1, c.ndim); c.ndim++) {
        ck_assert_int_lt(c.ndim, 4);
        c.dim[c.ndim] = f.value;
        elements *= (size_t)f.value;
    }
    ck_assert(message_find(&f, m, 2, 0));
    c.type = (int)f.value;
    ck_assert(message_find(&f, m, 9, 0));
    c.data = f.data.at;
    c.size = (size_t)(f.data.end - f.data.at);
    size = c.type == 1 ? 4 : 8;
    ck_assert(c.type == 1 || c.type == 7 || c.type == 11);
    ck_assert_uint_eq(c.size, elements * size);
    return c;
}

static void check_node(struct values *v, struct message node)
{
    struct field f;
    char name[128];

    for (int k = 0; message_find(&f, node, 1, k); k++) {
        copy_text(name, sizeof(name), &f);
        ck_assert_msg(!name[0] || exists(v, name), "the value %s does not exist yet", name);
    }
    add(v, node, 2);
}

struct message checked_graph(const struct buf *file)
{
    static struct values v;
    struct field f, graph;
    struct message m;
    char name[128];

    v.count = 0;
    ck_assert(message_find(&graph, message_of(file), GRAPH, 0));
    ck_assert(!message_find(&f, message_of(file), GRAPH, 1));
    for (int k = 0; message_find(&f, graph.data, INPUT, k); k++)
        add(&v, f.data, 1);
    for (int k = 0; message_find(&f, graph.data, INITIALIZER, k); k++) {
        add(&v, f.data, 8);
        (void)read_constant(f.data);
    }
    for (m = graph.data; message_next(&f, &m);) {
        if (f.number == NODE)
            check_node(&v, f.data);
    }
    for (int k = 0; message_find(&f, graph.data, OUTPUT, k); k++) {
        graph_value(name, graph.data, true, k);
        ck_assert_msg(exists(&v, name), "no node makes the output %s", name);
    }
    return graph.data;
}

int graph_count(struct message graph, const char *op)
{
    struct field f, type;
    int count = 0;

    for (int k = 0; message_find(&f, graph, NODE, k); k++)
        count += message_find(&type, f.data, 4, 0) && field_is(&type, op);
    return count;
}

struct constant graph_constant(struct message graph, const char *name)
{
    struct field f, own;

    for (int k = 0; message_find(&f, graph, INITIALIZER, k); k++) {
        if (message_find(&own, f.data, 8, 0) && field_is(&own, name))
            return read_constant(f.data);
    }
    ck_abort_msg("the graph has no constant %s", name);
    return (struct constant){0};
}

void graph_value(char out[64], struct message graph, bool output, int k)
{
    struct field f, name;

    out[0] = '\0';
    if (message_find(&f, graph, output ? OUTPUT : INPUT, k) && message_find(&name, f.data, 1, 0))
        copy_text(out, 64, &name);
}

void file_metadata(char *out, size_t size, const struct buf *file, const char *key)
{
    struct field f, part;

    out[0] = '\0';
    for (int k = 0; message_find(&f, message_of(file), METADATA, k); k++) {
        if (message_find(&part, f.data, 1, 0) && field_is(&part, key) &&
            message_find(&part, f.data, 2, 0))
            copy_text(out, size, &part);
    }
}
