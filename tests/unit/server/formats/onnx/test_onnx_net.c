/* test_onnx_net.c - a net's layers as nodes: the order of gates, directions, the linear layer. */
#include "server/formats/onnx/onnx_graph.h"
#include "server/formats/onnx/onnx_net.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <string.h>

enum { H = 3, I = 2, O = 4 };

static struct buf out;
static struct net *net;

/* Each weight is a number of its own. */
static void setup(void)
{
    const struct net_config c = {.input_size = I,
                                 .hidden_size = H,
                                 .num_layers = 2,
                                 .bidirectional = true,
                                 .output_size = O};
    struct err e;

    buf_init(&out, ONNX_BYTES_MAX);
    ck_assert_int_eq(net_new(&net, &c, &e), ST_OK);
    for (size_t i = 0; i < net_num_params(net); i++)
        net_params(net)[i] = (float)i;
}

static void teardown(void)
{
    buf_release(&out);
    net_free(net);
}

static struct message write_net(bool last, const char *lengths)
{
    struct onnx_file file;

    onnx_begin(&file, &out, "1", 1, "net", "");
    onnx_input(&out, &(struct onnx_value){"x", ONNX_FLOAT, "steps batch 2", ""});
    if (lengths)
        onnx_input(&out, &(struct onnx_value){lengths, ONNX_INT32, "batch", ""});
    onnx_net_write(
        &out, net,
        &(struct onnx_net_place){.name = "n", .input = "x", .lengths = lengths, .last = last});
    onnx_output(&out, &(struct onnx_value){"n_output", ONNX_FLOAT, "batch 4", ""});
    onnx_end_graph(&file);
    ck_assert_int_eq(out.st, ST_OK);
    return checked_graph(&out);
}

/* Compares rows of a constant with those of a gate in the net: `gate` among i, f, g, o. */
static void expect_gate(const struct constant *c, size_t at, const char *tensor, int gate)
{
    const struct net_tensor *t = onnx_net_find(net, tensor);
    size_t part = t->count / 4;

    ck_assert_str_eq(t->name, tensor);
    ck_assert_mem_eq(c->data + at * sizeof(float),
                     net_params_const(net) + t->offset + (size_t)gate * part, part * sizeof(float));
}

START_TEST(gates_are_in_the_order_of_onnx)
{
    static const int order[4] = {0, 3, 1, 2}; /* i, o, f, c */
    struct message graph = write_net(false, NULL);
    struct constant W = graph_constant(graph, "n_layer1_W"),
                    R = graph_constant(graph, "n_layer1_R");
    struct constant B = graph_constant(graph, "n_layer0_B");

    ck_assert_int_eq(W.dim[0], 2);
    ck_assert_int_eq(W.dim[1], 4 * H);
    ck_assert_int_eq(W.dim[2], 2 * H);
    ck_assert_int_eq(R.dim[2], H);
    ck_assert_int_eq(B.dim[1], 8 * H);
    for (size_t g = 0; g < 4; g++) {
        size_t w = (size_t)H * 2 * H, r = (size_t)H * H;

        expect_gate(&W, g * w, "lstm.weight_ih_l1", order[g]);
        expect_gate(&W, (4 + g) * w, "lstm.weight_ih_l1_reverse", order[g]);
        expect_gate(&R, g * r, "lstm.weight_hh_l1", order[g]);
        expect_gate(&R, (4 + g) * r, "lstm.weight_hh_l1_reverse", order[g]);
        expect_gate(&B, g * H, "lstm.bias_ih_l0", order[g]);
        expect_gate(&B, (4 + g) * H, "lstm.bias_hh_l0", order[g]);
        expect_gate(&B, (12 + g) * H, "lstm.bias_hh_l0_reverse", order[g]);
    }
}
END_TEST

START_TEST(layers_follow_each_other)
{
    struct message graph = write_net(true, "lengths");
    struct field node, f;

    ck_assert_int_eq(graph_count(graph, "LSTM"), 2);
    ck_assert_int_eq(graph_count(graph, "Gather"), 1);
    ck_assert_int_eq(graph_count(graph, "MatMul"), 1);
    ck_assert(message_find(&node, graph, 1, 0));
    ck_assert(message_find(&f, node.data, 4, 0) && field_is(&f, "LSTM"));
    ck_assert(message_find(&f, node.data, 1, 4) && field_is(&f, "lengths"));
}
END_TEST

START_TEST(all_steps_have_outputs_unless_the_last_is_wanted)
{
    struct message graph = write_net(false, NULL);
    struct constant linear = graph_constant(graph, "n_linear.weight");

    ck_assert_int_eq(graph_count(graph, "Gather"), 0);
    ck_assert_int_eq(linear.dim[0], O);
    ck_assert_int_eq(linear.dim[1], 2 * H);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_net");
    TCase *t = tcase_create("onnx_net");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, gates_are_in_the_order_of_onnx);
    tcase_add_test(t, layers_follow_each_other);
    tcase_add_test(t, all_steps_have_outputs_unless_the_last_is_wanted);
    suite_add_tcase(s, t);
    return suite_run(s);
}
