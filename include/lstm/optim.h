/* optim.h - optimisers as PyTorch defines them, over one parameter block.
 * https://pytorch.org/docs/stable/generated/torch.optim.SGD.html, .Adam.html, .AdamW.html */
#ifndef LSTM_OPTIM_H
#define LSTM_OPTIM_H

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

enum optim_kind { OPTIM_SGD, OPTIM_ADAM, OPTIM_ADAMW };

struct optim_config {
    enum optim_kind kind;
    float learning_rate;
    float momentum;              /* SGD only; dampening 0, no Nesterov */
    float weight_decay;          /* L2 added to the gradient (SGD, Adam), decoupled (AdamW) */
    float beta1, beta2, epsilon; /* Adam, AdamW; 0 means 0.9, 0.999, 1e-8 */
};

struct optim {
    struct optim_config config;
    size_t n;     /* parameters */
    float *m, *v; /* (n) first and second moment; SGD with momentum uses m; else NULL. Owned */
    int64_t step; /* updates done */
};

enum status optim_init(struct optim *o, const struct optim_config *c, size_t n, struct err *e);
void optim_release(struct optim *o);
/* One update of w (n) with grad (n, read only); never allocates. learning rate: o->config's. */
void optim_step(struct optim *o, float *w, const float *grad);
/* The same for a part of the parameters: the listed rows of `width` floats at the front (each at
 * most once), and everything from `dense` on. The rest keeps weights and moments, as in
 * torch.optim.SparseAdam. Bias correction counts all steps. Adam and AdamW only. */
void optim_step_rows(struct optim *o, float *w, const float *grad, const int32_t *rows,
                     int num_rows, size_t width, size_t dense);
/* Scales grad (n) so that its global 2-norm is at most max_norm, as torch's clip_grad_norm_ (with
 * its 1e-6 in the denominator); returns the norm before. max_norm <= 0: only measures. */
double clip_grad_norm(float *grad, size_t n, double max_norm);

#endif
