/* onnx_net.h - writes a net as nodes of ONNX: its LSTM layers and the linear layer.
 *
 * The gates of an ONNX LSTM are in the order i, o, f, c (https://onnx.ai/onnx/operators/
 * onnx__LSTM.html); those of a net, as in PyTorch, are i, f, g = c, o. The rows of the weights are
 * written in the other order. */
#ifndef SERVER_FORMATS_ONNX_ONNX_NET_H
#define SERVER_FORMATS_ONNX_ONNX_NET_H

#include <lstm/buf.h>
#include <lstm/net.h>

enum { ONNX_NAME_MAX = 64 };

/* Where a net stands in a graph. */
struct onnx_net_place {
    const char *name;    /* begins the names of all its values */
    const char *input;   /* floats (T, B, I); the embedding is not written here */
    const char *lengths; /* int32 (B): steps of each sequence; NULL: all T */
    bool last;           /* only the outputs of the last step are wanted */
};

/* Appends the layers. The value NAME_output has the net's outputs: (T, B, O), or (B, O) of the last
 * step. */
void onnx_net_write(struct buf *graph, const struct net *n, const struct onnx_net_place *at);
/* Appends the net's tensor of this name, under that name after NAME_. */
void onnx_net_tensor(struct buf *graph, const struct net *n, const char *name, const char *tensor);
/* The tensor of this state_dict name, which the net has. */
const struct net_tensor *onnx_net_find(const struct net *n, const char *tensor);

#endif
