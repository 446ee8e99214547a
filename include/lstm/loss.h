/* loss.h - losses with their gradients, PyTorch's definitions with reduction "mean".
 * https://pytorch.org/docs/stable/nn.html#loss-functions */
#ifndef LSTM_LOSS_H
#define LSTM_LOSS_H

#include <stdbool.h>
#include <stdint.h>

enum loss_kind {
    LOSS_MSE,   /* (y - t)^2 */
    LOSS_HUBER, /* delta = 1 */
    LOSS_MAE,   /* |y - t| */
    LOSS_NLL    /* -log_softmax(y)[class] */
};

struct loss_target {
    enum loss_kind kind;
    bool last_only;         /* only each sequence's own last step counts; target is (B,O) then */
    const float *values;    /* (T,B,O) or (B,O): MSE, Huber, MAE; NaN entries are left out */
    const int32_t *classes; /* (T,B) or (B): NLL; -1 is left out (PyTorch's ignore_index) */
};

/* The mean over all counted elements (MSE, Huber, MAE: values; NLL: steps), and when dy is not
 * NULL its gradient (T,B,O), zero at what does not count. count (may be NULL) gets the number of
 * counted elements; 0 elements: loss 0, gradient 0. lengths as in struct net_input. Sums run in a
 * fixed order in double. */
double loss_eval(float *dy, int64_t *count, const struct loss_target *t, const float *y,
                 const int *lengths, int T, int B, int O);

/* out (n,O) = log_softmax of y (n,O), row by row; out may be y. */
void log_softmax(float *out, const float *y, int n, int O);

#endif
