/* loss.h - losses with their gradients, PyTorch's definitions with reduction "mean".
 * https://pytorch.org/docs/stable/nn.html#loss-functions */
#ifndef LSTM_LOSS_H
#define LSTM_LOSS_H

#include <lstm/stop.h>
#include <stdbool.h>
#include <stdint.h>

enum loss_kind {
    LOSS_MSE,   /* (y - t)^2 */
    LOSS_HUBER, /* delta = 1 */
    LOSS_MAE,   /* |y - t| */
    LOSS_NLL    /* -log_softmax(y)[class] */
};

enum { LOSS_HEADS_MAX = 4 };

struct loss_target {
    enum loss_kind kind;
    bool last_only;         /* only each sequence's own last step counts; target is (B,O) then */
    const float *values;    /* (T,B,O) or (B,O): MSE, Huber, MAE; NaN entries are left out */
    const int32_t *classes; /* (T,B) or (B): NLL; -1 is left out (PyTorch's ignore_index) */
    /* NLL only. 0: one softmax over all O outputs. Otherwise there are several softmaxes side by
     * side, the k-th over head_size[k] outputs (O in all), and classes is (heads,T,B): see
     * loss_heads(). */
    int heads;
    int head_size[LOSS_HEADS_MAX];
    float smoothing; /* with heads: this part of the target is spread over all classes of a head */
    /* Stops the computation; loss and gradient are then undefined. Borrowed, or NULL. */
    const struct stop_flag *stop;
};

/* Returns the mean over all counted elements (MSE, Huber, MAE: values; NLL: steps). dy (T,B,O),
 * unless NULL: its gradient, zero at elements that do not count. *count, unless NULL: the number of
 * counted elements; when it is 0, loss and gradient are 0. lengths as in struct net_input. Sums run
 * in a fixed order in double. */
double loss_eval(float *dy, int64_t *count, const struct loss_target *t, const float *y,
                 const int *lengths, int T, int B, int O);

/* The same for a target with heads: the sum of their NLLs (with label smoothing as in
 * torch.nn.CrossEntropyLoss), divided by *count, the number of steps with any known class. float32,
 * sums in double. loss_eval() calls it when target.heads > 0. last_only must be false. */
double loss_heads(float *dy, int64_t *count, const struct loss_target *t, const float *y,
                  const int *lengths, int T, int B, int O);

/* For a target with heads: the number of known classes whose output is not the largest of their
 * head. *known: the number of known classes. */
int64_t loss_heads_wrong(int64_t *known, const struct loss_target *t, const float *y,
                         const int *lengths, int T, int B, int O);

/* out (n,O) = log_softmax of y (n,O), row by row; out may be y. */
void log_softmax(float *out, const float *y, int n, int O);

#endif
