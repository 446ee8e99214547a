/* test_golden.c - the core computes what PyTorch computes in float64, to float32 rounding.
 *
 * Every file of tests/golden, and of the folder that LSTMD_GOLDEN names, is one case: outputs,
 * states, loss, every gradient tensor and the weights after some optimiser steps. "Relative" is
 * relative to the largest magnitude of the tensor (the losses of the steps are one tensor): an
 * element that happens to be near zero has no digits of its own in float32.
 *
 * Adam divides a gradient by its own size: where that is small beside the rest of the tensor, its
 * rounding error is made as large as the step. PyTorch in float32 misses its own float64 weights
 * there, too. Weights after Adam's steps are therefore allowed what an error of GRADIENT_ERROR,
 * a tenth of what gradients themselves are allowed, does to each element. */
#include "tests/unit/core/nn/golden.h"

#include <check.h>
#include <lstm/cpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TOLERANCE = 1e-5, GRADIENT_ERROR = 1e-6;

struct fixture {
    const char *path;
    cJSON *file;
    struct net *net;
    struct net_work *work;
    struct optim optim;
    struct net_input in;
    struct loss_target target;
    int *lengths;
    float *x, *h0, *c0, *values, *dy, *grad;
    int32_t *ids, *classes;
    double *slack; /* per parameter, or NULL */
    double clip;
    int O;
};

static float *floats(const cJSON *file, const char *name)
{
    size_t n = 0;
    double *v = golden_numbers(&n, cJSON_GetObjectItemCaseSensitive(file, name));
    float *f = v ? malloc((n + 1) * sizeof(*f)) : NULL;

    for (size_t i = 0; f && i < n; i++)
        f[i] = (float)v[i];
    free(v);
    return f;
}

static int32_t *integers(const cJSON *file, const char *name)
{
    size_t n = 0;
    double *v = golden_numbers(&n, cJSON_GetObjectItemCaseSensitive(file, name));
    int32_t *k = v ? malloc((n + 1) * sizeof(*k)) : NULL;

    for (size_t i = 0; k && i < n; i++)
        k[i] = (int32_t)v[i];
    free(v);
    return k;
}

static void setup(struct fixture *f, cJSON *file)
{
    struct net_config c;
    struct optim_config o;
    size_t rows;

    f->file = file;
    golden_net_config(&c, file);
    golden_optim_config(&o, file);
    f->O = c.output_size;
    ck_assert_int_eq(net_new(&f->net, &c, NULL), ST_OK);
    ck_assert_msg(golden_set_weights(f->net, cJSON_GetObjectItem(file, "initial_weights")),
                  "%s: initial_weights do not fit the network", f->path);
    f->in.T = golden_int(file, "T", 0);
    f->in.B = golden_int(file, "B", 0);
    ck_assert_int_eq(net_work_new(&f->work, &c, f->in.T, f->in.B, true, NULL), ST_OK);
    ck_assert_int_eq(optim_init(&f->optim, &o, net_num_params(f->net), NULL), ST_OK);
    if (c.vocab_size)
        f->in.ids = f->ids = integers(file, "x");
    else
        f->in.x = f->x = floats(file, "x");
    f->in.lengths = f->lengths = integers(file, "lengths");
    f->in.h0 = f->h0 = floats(file, "h0");
    f->in.c0 = f->c0 = floats(file, "c0");
    f->target.kind = golden_loss(file);
    f->target.last_only = golden_bool(file, "loss_on_last_step_only");
    if (f->target.kind == LOSS_NLL)
        f->target.classes = f->classes = integers(file, "y");
    else
        f->target.values = f->values = floats(file, "y");
    f->clip = golden_double(file, "clip_grad_norm", 0);
    rows = (size_t)f->in.T * (size_t)f->in.B;
    f->dy = calloc(rows * (size_t)c.output_size, sizeof(float));
    f->grad = calloc(net_num_params(f->net), sizeof(float));
    f->slack = o.kind == OPTIM_SGD ? NULL : calloc(net_num_params(f->net), sizeof(double));
    ck_assert(o.kind == OPTIM_SGD || f->slack);
    ck_assert(f->dy && f->grad && (f->x || f->ids) && (f->values || f->classes));
}

static void teardown(struct fixture *f)
{
    net_work_free(f->work);
    net_free(f->net);
    optim_release(&f->optim);
    free(f->lengths);
    free(f->x);
    free(f->h0);
    free(f->c0);
    free(f->values);
    free(f->dy);
    free(f->grad);
    free(f->slack);
    free(f->ids);
    free(f->classes);
    cJSON_Delete(f->file);
}

/* Forward, loss, backward; the norm of the gradient before clipping. */
static double run(struct fixture *f, double *norm)
{
    size_t P = net_num_params(f->net);
    const float *y = net_forward(f->work, f->net, &f->in, NULL);
    double loss = loss_eval(f->dy, NULL, &f->target, y, f->in.lengths, f->in.T, f->in.B, f->O);

    memset(f->grad, 0, P * sizeof(float));
    net_backward(f->work, f->net, f->dy, f->grad);
    *norm = clip_grad_norm(f->grad, P, f->clip);
    return loss;
}

static bool compare_first(struct fixture *f)
{
    const cJSON *j = f->file;
    double norm, loss = run(f, &norm);
    const float *y = net_forward(f->work, f->net, &f->in, NULL);
    const char *p = f->path;
    bool ok = golden_compare(p, "output", y, cJSON_GetObjectItem(j, "output"), TOLERANCE, NULL);

    ok &= golden_compare(p, "hidden", net_hidden(f->work), cJSON_GetObjectItem(j, "hidden"),
                         TOLERANCE, NULL);
    ok &=
        golden_compare(p, "h_n", net_h_n(f->work), cJSON_GetObjectItem(j, "h_n"), TOLERANCE, NULL);
    ok &=
        golden_compare(p, "c_n", net_c_n(f->work), cJSON_GetObjectItem(j, "c_n"), TOLERANCE, NULL);
    ok &= golden_compare_number(p, "loss", loss, golden_double(j, "loss", -1), TOLERANCE);
    if (cJSON_GetObjectItem(j, "grad_norm_before_clip"))
        ok &= golden_compare_number(p, "grad_norm_before_clip", norm,
                                    golden_double(j, "grad_norm_before_clip", -1), TOLERANCE);
    ok &= golden_compare_block(p, "gradient", f->net, f->grad, cJSON_GetObjectItem(j, "gradients"),
                               TOLERANCE, NULL);
    return ok;
}

/* The change of Adam's step by an error of GRADIENT_ERROR in the gradient that was just used. */
static void add_slack(struct fixture *f)
{
    const struct optim *o = &f->optim;
    double correction = sqrt(1.0 - pow(0.999, (double)o->step));

    for (int i = 0; f->slack && i < net_num_tensors(f->net); i++) {
        const struct net_tensor *t = net_tensor(f->net, i);
        double top = 0;

        for (size_t k = t->offset; k < t->offset + t->count; k++)
            top = fabs((double)f->grad[k]) > top ? fabs((double)f->grad[k]) : top;
        for (size_t k = t->offset; k < t->offset + t->count; k++) {
            double size = sqrt((double)o->v[k]) / correction + 1e-8;

            f->slack[k] += (double)o->config.learning_rate * fmin(2.0, GRADIENT_ERROR * top / size);
        }
    }
}

static bool compare_steps(struct fixture *f)
{
    const cJSON *losses = cJSON_GetObjectItem(f->file, "losses_of_steps");
    int steps = golden_int(f->file, "steps", 0);
    float *loss = calloc((size_t)steps + 1, sizeof(*loss));
    bool ok;

    ck_assert_ptr_nonnull(loss);
    for (int s = 0; s < steps; s++) {
        double norm;

        loss[s] = (float)run(f, &norm);
        optim_step(&f->optim, net_params(f->net), f->grad);
        net_touch(f->net);
        add_slack(f);
    }
    ok = golden_compare(f->path, "losses_of_steps", loss, losses, TOLERANCE, NULL);
    free(loss);
    return golden_compare_block(
               f->path, "weights after the steps", f->net, net_params_const(f->net),
               cJSON_GetObjectItem(f->file, "weights_after"), TOLERANCE, f->slack) &&
           ok;
}

START_TEST(agrees_with_pytorch)
{
    const char *const *paths;
    int n = golden_files(&paths);
    struct fixture f = {0};
    cJSON *file;
    bool ok;

    ck_assert_int_lt(_i, n);
    f.path = paths[_i];
    file = golden_read(f.path);
    ck_assert_msg(file != NULL, "%s is not JSON", f.path);
    if (!golden_is_case(file)) { /* another format, another test's */
        cJSON_Delete(file);
        return;
    }
    setup(&f, file);
    ok = compare_first(&f);
    ok = compare_steps(&f) && ok;
    teardown(&f);
    ck_assert_msg(ok, "%s: see above (%s kernels)", paths[_i], kernels_name());
}
END_TEST

START_TEST(vectors_are_there)
{
    const char *const *paths;
    int cases = 0;

    for (int i = 0; i < golden_files(&paths); i++) {
        cJSON *file = golden_read(paths[i]);

        cases += file && golden_is_case(file);
        cJSON_Delete(file);
    }
    ck_assert_int_ge(cases, 6);
}
END_TEST

int main(void)
{
    const char *const *paths, *const *sets = kernels_available();
    int n = golden_files(&paths), failed = 0;

    /* Once per instruction set of this CPU; Check forks from here, so the choice holds. */
    for (; *sets; sets++) {
        Suite *s = suite_create("golden");
        TCase *t = tcase_create(*sets);
        SRunner *r;

        if (kernels_select(*sets, NULL))
            return EXIT_FAILURE;
        tcase_set_timeout(t, 120);
        tcase_add_test(t, vectors_are_there);
        tcase_add_loop_test(t, agrees_with_pytorch, 0, n);
        suite_add_tcase(s, t);
        r = srunner_create(s);
        srunner_run_all(r, CK_ENV);
        failed += srunner_ntests_failed(r);
        srunner_free(r);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
