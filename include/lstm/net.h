/* net.h - the network: optional embedding -> LSTM stack -> linear, forward and backward.
 *
 * The arithmetic is that of torch.nn.Embedding, torch.nn.LSTM and torch.nn.Linear
 * (https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html), gate order i f g o; float32.
 * Letters: B batch, T steps, I input_size, H hidden_size, L num_layers, D directions (1 or 2), O
 * output_size, V vocab_size. All arrays are row-major and time-first: (T,B,I).
 *
 * A net is a configuration and one parameter block, which holds the tensors of PyTorch's state_dict
 * one after the other. So gradients, moments of an optimiser and checkpoints have the same layout.
 * Activations live in a net_work, which is sized once; forward and backward never allocate and
 * cannot fail. Threads may share a net that they only read; a net_work belongs to one thread. */
#ifndef LSTM_NET_H
#define LSTM_NET_H

#include <lstm/parallel.h>
#include <lstm/rng.h>
#include <lstm/status.h>
#include <lstm/stop.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    NET_HIDDEN_MAX = 4096,
    NET_INPUT_MAX = 65536,
    NET_LAYERS_MAX = 16,
    NET_OUTPUT_MAX = 65536,
    NET_VOCAB_MAX = 4000000,
    NET_FEATURES_MAX = 64
};

struct net_config {
    int vocab_size;       /* V; 0: inputs are real vectors, no embedding layer */
    int input_size;       /* I: features per step, or the embedding's dimension */
    int hidden_size;      /* H */
    int num_layers;       /* L */
    bool bidirectional;   /* D = 2 */
    int output_size;      /* O */
    float dropout;        /* between LSTM layers as in torch.nn.LSTM, while training; 0 <= p < 1 */
    int features;         /* F: ids per step, whose embeddings are summed as by
                           * torch.nn.EmbeddingBag(mode="sum"); 0 and 1: one */
    float input_dropout;  /* of the first layer's input, while training; 0 <= p < 1 */
    float output_dropout; /* of the last layer's output before the linear layer, likewise */
};

/* ST_INVALID naming the first member that is out of range. */
enum status net_config_check(const struct net_config *c, struct err *e);
/* Whether nets of both have the same tensors; rates of dropout may differ. */
bool net_config_same_shape(const struct net_config *a, const struct net_config *b);
/* Number of float32 parameters of a checked configuration; never overflows (at most 2^62). */
int64_t net_config_num_parameters(const struct net_config *c);

struct net;

/* One tensor of the parameter block, under its state_dict name. */
struct net_tensor {
    char name[48]; /* "embedding.weight", "lstm.weight_ih_l0_reverse", "linear.bias" ... */
    int ndim;      /* 1 or 2 */
    int64_t shape[2];
    size_t offset; /* in floats from the start of the block */
    size_t count;  /* floats */
};

/* A net with all parameters zero. ST_INVALID, ST_NOMEM. */
enum status net_new(struct net **out, const struct net_config *c, struct err *e);
void net_free(struct net *n); /* NULL is fine */
const struct net_config *net_get_config(const struct net *n);
/* The block, borrowed: net_num_params() floats, 64-byte aligned. */
float *net_params(struct net *n);
const float *net_params_const(const struct net *n);
size_t net_num_params(const struct net *n);
int net_num_tensors(const struct net *n);
const struct net_tensor *net_tensor(const struct net *n, int i); /* state_dict order; borrowed */

/* LSTM weights and biases from U(-1/sqrt(H), 1/sqrt(H)), linear from U(-1/sqrt(DH), 1/sqrt(DH)),
 * embedding from N(0, 1): PyTorch's defaults, drawn in state_dict order. With F > 1 embeddings are
 * from N(0, 1/F), so that a sum of F of them has variance 1, too. */
void net_init(struct net *n, struct rng *r);

struct net_types;
struct net_work;

/* The first layer's products for `count` inputs that many steps share, such as the distinct words
 * of a text: ids (count,F) as in struct net_input. They are computed here once, and net_forward()
 * only looks them up; results are the same to the bit. w: any workspace for n's configuration,
 * whose packed weights are used. Valid only while n does not change. ST_NOMEM. */
enum status net_types_new(struct net_types **out, struct net_work *w, const struct net *n,
                          const int32_t *ids, int count, struct err *e);
void net_types_free(struct net_types *t); /* NULL is fine */

/* One batch of sequences. Everything is borrowed for the call (forward AND the backward after
 * it). */
struct net_input {
    int T, B;
    const float *x;     /* (T,B,I), when vocab_size is 0 */
    const int32_t *ids; /* (T,B,F), each 0..V-1, when vocab_size > 0; padding ids must be valid too.
                         * With F > 1 an id may be -1: nothing is added */
    /* NULL, or the products of the first layer: then ids (T,B) are numbers of these inputs, and no
     * backward pass may follow. */
    const struct net_types *types;
    const int *lengths; /* (B), each 1..T, or NULL: all T. Later steps are padding */
    const float *h0;    /* (L*D,B,H) or NULL for zeros; order as in torch.nn.LSTM */
    const float *c0;    /* likewise */
};

/* Space for batches up to (T_max,B_max). training = false leaves out the space that net_backward()
 * needs. */
enum status net_work_new(struct net_work **out, const struct net_config *c, int T_max, int B_max,
                         bool training, struct err *e);
void net_work_free(struct net_work *w);
/* Lends threads to the forward and backward passes of training work; p is borrowed until w is
 * freed, and results are the same to the bit with any number of threads. ST_NOMEM. */
enum status net_work_share(struct net_work *w, const struct parallel *p, struct err *e);
/* From now on forward passes with w compute the LSTM layers in 8-bit integers: weights have one
 * scale for each row of a matrix, h the scale 1/127, and the input x of the first layer input_max /
 * 127; larger values are clamped. input_max 0: that input and its weights stay floats; better for
 * embeddings, and where x has few columns. c, the gates and the linear layer are floats. Results
 * are the same to the bit on every CPU, unlike those of float passes. Only for w without training;
 * it pays on CPUs with AVX-512 VNNI. Source: Jacob et al., "Quantization and training of neural
 * networks for efficient integer-arithmetic-only inference", CVPR 2018. ST_INVALID, ST_NOMEM. */
enum status net_work_quantize(struct net_work *w, float input_max, struct err *e);
/* net_work_new() without training and net_work_quantize() with input_max 0. */
enum status net_work_new_bytes(struct net_work **out, const struct net_config *c, int T_max,
                               int B_max, struct err *e);
/* Bytes that net_work_quantize() takes for input_max 0; saturates at SIZE_MAX. */
size_t net_bytes_size(const struct net_config *c, int T_max, int B_max);
/* Passes with w stop early when stop is set; net_types_new() then leaves its table unfinished. stop
 * is borrowed while w lives or until the next call; NULL: never, as at first. */
void net_work_stop(struct net_work *w, const struct stop_flag *stop);
/* Bytes that net_work_new() would take, for limits; saturates at SIZE_MAX. */
size_t net_work_size(const struct net_config *c, int T_max, int B_max, bool training);

/* Returns y (T,B,O), borrowed until the next call. Outputs at padding steps are those of the linear
 * layer for a zero hidden vector, as after torch's pad_packed_sequence. dropout: the generator for
 * masks while training (w needs training = true), NULL for evaluation. Packs the weights again when
 * n is another net than in the last call, or net_touch() was called since. Needs T <= T_max and B
 * <= B_max. A sequence's results do not depend, to the bit, on the other sequences, their order, or
 * padding. Returns NULL when the pass was stopped, which only net_work_stop() makes possible. */
const float *net_forward(struct net_work *w, const struct net *n, const struct net_input *in,
                         struct rng *dropout);
const float *net_hidden(const struct net_work *w); /* (T,B,D*H), last layer, zero at padding */
const float *net_h_n(const struct net_work *w);    /* (L*D,B,H): after each sequence's last step */
const float *net_c_n(const struct net_work *w);

/* grad += d loss / d parameters, from dy = d loss / d y (T,B,O), after net_forward() of the same
 * input with training = true. Rows of dy at padding steps are ignored. May be called once for each
 * forward pass, since it turns the gates of that pass into their gradients. Returns false when it
 * was stopped: grad is then of no use. */
bool net_backward(struct net_work *w, const struct net *n, const float *dy, float *grad);

/* Rounds the embedding table, if there is one, to 16-bit floats (F16), so that a file can store it
 * in half the space without a loss. A table with values beyond their range is not changed. */
void net_halve_embedding(struct net *n);

/* Copies all parameters of a net of the same shape. */
void net_copy(struct net *to, const struct net *from);

/* Call it after writing to the parameter block: packed copies of the weights are stale. */
void net_touch(struct net *n);

#endif
