/* test_onnx_graph.c - nodes, constants, inputs and outputs of a file. */
#include "server/formats/onnx/onnx_graph.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf out;

static void setup(void)
{
    buf_init(&out, ONNX_BYTES_MAX);
}

static void teardown(void)
{
    buf_release(&out);
}

/* y = (a + b) with the sum over axis 1, and an optional input that is left out. */
static struct message write_graph(void)
{
    static const float ones[6] = {1, 2, 3, 4, 5, 6};
    const struct onnx_attribute attributes[] = {{.name = "axes", .count = 2, .numbers = {1, -1}},
                                                {.name = "keepdims", .number = 0},
                                                {.name = "direction", .text = "forward"},
                                                {0}};
    struct onnx_file file;
    size_t at;

    onnx_begin(&file, &out, "1.2.3", 7, "model", "what it is");
    onnx_input(&out, &(struct onnx_value){"a", ONNX_FLOAT, "batch 3", "an input"});
    onnx_output(&out, &(struct onnx_value){"y", ONNX_FLOAT, "batch", "an output"});
    onnx_floats(&out, "b", (struct onnx_shape){2, {2, 3}}, ones);
    at = onnx_tensor_begin(&out, "parts", (struct onnx_shape){1, {6}});
    onnx_tensor_part(&out, ones, 2);
    onnx_tensor_part(&out, ones + 2, 4);
    onnx_tensor_end(&out, at);
    onnx_int(&out, "five", 5);
    onnx_node(&out, "Add", "a b", "sum", NULL);
    onnx_node(&out, "Some", "sum - five", "y", attributes);
    onnx_end_graph(&file);
    onnx_metadata(&file, "key", "value");
    ck_assert_int_eq(out.st, ST_OK);
    return checked_graph(&out);
}

START_TEST(a_file_names_its_versions)
{
    struct field f;
    char value[64];

    (void)write_graph();
    ck_assert(message_find(&f, message_of(&out), 1, 0) && f.value == ONNX_IR_VERSION);
    ck_assert(message_find(&f, message_of(&out), 2, 0) && field_is(&f, "lstmd"));
    ck_assert(message_find(&f, message_of(&out), 3, 0) && field_is(&f, "1.2.3"));
    ck_assert(message_find(&f, message_of(&out), 5, 0) && f.value == 7);
    ck_assert(message_find(&f, message_of(&out), 8, 0) && message_find(&f, f.data, 2, 0));
    ck_assert_int_eq(f.value, ONNX_OPSET);
    file_metadata(value, sizeof(value), &out, "key");
    ck_assert_str_eq(value, "value");
}
END_TEST

START_TEST(values_have_a_type_and_a_shape)
{
    struct message graph = write_graph();
    struct field f, dim;

    ck_assert(message_find(&f, graph, 11, 0) && message_find(&f, f.data, 2, 0));
    ck_assert(message_find(&f, f.data, 1, 0));
    ck_assert(message_find(&dim, f.data, 1, 0) && dim.value == ONNX_FLOAT);
    ck_assert(message_find(&f, f.data, 2, 0));
    ck_assert(message_find(&dim, f.data, 1, 0) && message_find(&dim, dim.data, 2, 0));
    ck_assert(field_is(&dim, "batch"));
    ck_assert(message_find(&dim, f.data, 1, 1) && message_find(&dim, dim.data, 1, 0));
    ck_assert_int_eq(dim.value, 3);
    ck_assert(!message_find(&dim, f.data, 1, 2));
}
END_TEST

START_TEST(nodes_have_inputs_and_attributes)
{
    struct message graph = write_graph();
    struct field node, f, a;

    ck_assert_int_eq(graph_count(graph, "Add"), 1);
    ck_assert(message_find(&node, graph, 1, 1));
    ck_assert(message_find(&f, node.data, 1, 0) && field_is(&f, "sum"));
    ck_assert(message_find(&f, node.data, 1, 1) && field_is(&f, ""));
    ck_assert(message_find(&f, node.data, 1, 2) && field_is(&f, "five"));
    ck_assert(!message_find(&f, node.data, 1, 3));
    ck_assert(message_find(&a, node.data, 5, 0) && message_find(&f, a.data, 8, 1));
    ck_assert_int_eq(f.value, -1);
    ck_assert(message_find(&f, a.data, 20, 0) && f.value == 7);
    ck_assert(message_find(&a, node.data, 5, 1) && message_find(&f, a.data, 3, 0));
    ck_assert_int_eq(f.value, 0);
    ck_assert(message_find(&f, a.data, 20, 0) && f.value == 2);
    ck_assert(message_find(&a, node.data, 5, 2) && message_find(&f, a.data, 4, 0));
    ck_assert(field_is(&f, "forward"));
    ck_assert(message_find(&f, a.data, 20, 0) && f.value == 3);
}
END_TEST

START_TEST(constants_hold_their_numbers)
{
    struct message graph = write_graph();
    struct constant whole = graph_constant(graph, "b"), parts = graph_constant(graph, "parts");
    struct constant five = graph_constant(graph, "five");
    int64_t v;

    ck_assert_int_eq(whole.ndim, 2);
    ck_assert_int_eq(whole.dim[1], 3);
    ck_assert_uint_eq(whole.size, parts.size);
    ck_assert_mem_eq(whole.data, parts.data, whole.size);
    memcpy(&v, five.data, sizeof(v));
    ck_assert_int_eq(v, 5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_graph");
    TCase *t = tcase_create("onnx_graph");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_file_names_its_versions);
    tcase_add_test(t, values_have_a_type_and_a_shape);
    tcase_add_test(t, nodes_have_inputs_and_attributes);
    tcase_add_test(t, constants_hold_their_numbers);
    suite_add_tcase(s, t);
    return suite_run(s);
}
