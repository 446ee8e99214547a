/* onnx_net.c - see onnx_net.h. */
#include "server/formats/onnx/onnx_net.h"

#include "server/formats/onnx/onnx_graph.h"

#include <stdio.h>
#include <string.h>

enum { GATES = 4, INPUTS_MAX = 6 * ONNX_NAME_MAX };

/* The place of each of ONNX's gates i, o, f, c among i, f, g, o. */
static const int gate_order[GATES] = {0, 3, 1, 2};

const struct net_tensor *onnx_net_find(const struct net *n, const char *tensor)
{
    int i = 0;

    while (i < net_num_tensors(n) - 1 && strcmp(net_tensor(n, i)->name, tensor) != 0)
        i++;
    return net_tensor(n, i);
}

void onnx_net_tensor(struct buf *graph, const struct net *n, const char *name, const char *tensor)
{
    const struct net_tensor *t = onnx_net_find(n, tensor);
    struct onnx_shape s = {t->ndim, {t->shape[0], t->ndim > 1 ? t->shape[1] : 0}};
    char full[2 * ONNX_NAME_MAX];

    snprintf(full, sizeof(full), "%s_%s", name, tensor);
    onnx_floats(graph, full, s, net_params_const(n) + t->offset);
}

/* One tensor of a cell, its gates in ONNX's order. */
static void put_gates(struct buf *graph, const struct net *n, const char *kind, int layer,
                      bool reverse)
{
    const struct net_tensor *t;
    char tensor[ONNX_NAME_MAX];

    snprintf(tensor, sizeof(tensor), "lstm.%s_l%d%s", kind, layer, reverse ? "_reverse" : "");
    t = onnx_net_find(n, tensor);
    for (int g = 0; g < GATES; g++) {
        size_t part = t->count / GATES;

        onnx_tensor_part(graph, net_params_const(n) + t->offset + (size_t)gate_order[g] * part,
                         part);
    }
}

/* The constants W (D, 4H, K), R (D, 4H, H) and B (D, 8H) of a layer. */
static void put_weights(struct buf *graph, const struct net *n, const char *layer_name, int layer,
                        int columns)
{
    const struct net_config *c = net_get_config(n);
    int D = c->bidirectional ? 2 : 1, H = c->hidden_size;
    const struct onnx_shape shapes[3] = {
        {3, {D, (int64_t)GATES * H, columns}},
        {3, {D, (int64_t)GATES * H, H}},
        {2, {D, (int64_t)2 * GATES * H}},
    };
    static const char *const kinds[3][2] = {
        {"weight_ih", NULL}, {"weight_hh", NULL}, {"bias_ih", "bias_hh"}};
    static const char letters[] = "WRB";

    for (int k = 0; k < 3; k++) {
        char name[ONNX_NAME_MAX];
        size_t at;

        snprintf(name, sizeof(name), "%s_%c", layer_name, letters[k]);
        at = onnx_tensor_begin(graph, name, shapes[k]);
        for (int d = 0; d < D; d++) {
            for (int i = 0; i < 2 && kinds[k][i]; i++)
                put_gates(graph, n, kinds[k][i], layer, d);
        }
        onnx_tensor_end(graph, at);
    }
}

/* A layer from `input` (T, B, K) to LAYER_h (T, B, D H). */
static void put_layer(struct buf *graph, const struct net *n, const char *layer_name, int layer,
                      int columns, const char *input, const char *lengths)
{
    const struct net_config *c = net_get_config(n);
    const struct onnx_attribute attributes[] = {
        {.name = "hidden_size", .number = c->hidden_size},
        {.name = "direction", .text = c->bidirectional ? "bidirectional" : "forward"},
        {0}};
    const struct onnx_attribute order[] = {{.name = "perm", .count = 4, .numbers = {0, 2, 1, 3}},
                                           {0}};
    const int64_t joined[3] = {0, 0, -1};
    char inputs[INPUTS_MAX], name[ONNX_NAME_MAX], from[2 * ONNX_NAME_MAX];

    put_weights(graph, n, layer_name, layer, columns);
    snprintf(inputs, sizeof(inputs), "%s %s_W %s_R %s_B %s", input, layer_name, layer_name,
             layer_name, lengths ? lengths : "");
    snprintf(name, sizeof(name), "%s_directions", layer_name);
    onnx_node(graph, "LSTM", inputs, name, attributes);
    snprintf(from, sizeof(from), "%s_directions", layer_name);
    snprintf(name, sizeof(name), "%s_steps", layer_name);
    onnx_node(graph, "Transpose", from, name, order);
    snprintf(name, sizeof(name), "%s_joined", layer_name);
    onnx_ints(graph, name, (struct onnx_shape){1, {3}}, joined);
    snprintf(from, sizeof(from), "%s_steps %s_joined", layer_name, layer_name);
    snprintf(name, sizeof(name), "%s_h", layer_name);
    onnx_node(graph, "Reshape", from, name, NULL);
}

/* The linear layer from `hidden` to NAME_output. */
static void put_linear(struct buf *graph, const struct net *n, const char *name, const char *hidden)
{
    const struct onnx_attribute order[] = {{.name = "perm", .count = 2, .numbers = {1, 0}}, {0}};
    char inputs[2 * ONNX_NAME_MAX], output[2 * ONNX_NAME_MAX];

    onnx_net_tensor(graph, n, name, "linear.weight");
    onnx_net_tensor(graph, n, name, "linear.bias");
    snprintf(inputs, sizeof(inputs), "%s_linear.weight", name);
    snprintf(output, sizeof(output), "%s_linear.columns", name);
    onnx_node(graph, "Transpose", inputs, output, order);
    snprintf(inputs, sizeof(inputs), "%s %s_linear.columns", hidden, name);
    snprintf(output, sizeof(output), "%s_product", name);
    onnx_node(graph, "MatMul", inputs, output, NULL);
    snprintf(inputs, sizeof(inputs), "%s_product %s_linear.bias", name, name);
    snprintf(output, sizeof(output), "%s_output", name);
    onnx_node(graph, "Add", inputs, output, NULL);
}

void onnx_net_write(struct buf *graph, const struct net *n, const struct onnx_net_place *at)
{
    const struct onnx_attribute steps[] = {{.name = "axis", .number = 0}, {0}};
    const struct net_config *c = net_get_config(n);
    const int64_t last = -1;
    char hidden[ONNX_NAME_MAX], from[2 * ONNX_NAME_MAX], index[ONNX_NAME_MAX];
    int columns = c->input_size;

    snprintf(hidden, sizeof(hidden), "%s", at->input);
    for (int layer = 0; layer < c->num_layers; layer++) {
        char name[ONNX_NAME_MAX - 16];

        snprintf(name, sizeof(name), "%s_layer%d", at->name, layer);
        put_layer(graph, n, name, layer, columns, hidden, at->lengths);
        snprintf(hidden, sizeof(hidden), "%s_h", name);
        columns = c->hidden_size * (c->bidirectional ? 2 : 1);
    }
    if (at->last) {
        snprintf(index, sizeof(index), "%s_last", at->name);
        onnx_ints(graph, index, (struct onnx_shape){0}, &last);
        snprintf(from, sizeof(from), "%s %s", hidden, index);
        snprintf(hidden, sizeof(hidden), "%s_h", at->name);
        onnx_node(graph, "Gather", from, hidden, steps);
    }
    put_linear(graph, n, at->name, hidden);
}
