/* test_forecaster_warm_start.c - forecasters that start from another one's weights. */
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fit_hooks from(const struct forecaster *f)
{
    struct fit_hooks hooks = {0};
    struct err e = {0};
    uint8_t *bytes = NULL;

    ck_assert_int_eq(forecaster_save(f, NULL, &bytes, &hooks.warm_len, &e), ST_OK);
    hooks.warm = bytes;
    return hooks;
}

/* With a learning rate of almost 0 the fit returns the weights that it began with, whether the net
 * is alone or in an ensemble. */
START_TEST(a_fit_begins_where_the_other_ended)
{
    struct series_view v = {.id = "air", .values = air, .length = AIR};
    struct panel panel = one(&v, 12);
    struct params p = _i ? quick() : quick_alone();
    struct forecaster *a = fitted(&panel, p, NULL), *b;
    struct fit_hooks hooks = from(a);
    struct room x = make_room(12, 0), y = make_room(12, 0);
    struct err e = {0};

    p.learning_rate = 1e-12;
    b = fitted(&panel, p, &hooks);
    for (size_t i = 0; i < net_num_params(forecaster_net(a)); i++)
        ck_assert_float_eq_tol(net_params_const(forecaster_net(a))[i],
                               net_params_const(forecaster_net(b))[i], 1e-6F);
    ck_assert_int_eq(forecaster_predict(&x.fc, a, air, AIR, 12, NULL, 0, &e), ST_OK);
    ck_assert_int_eq(forecaster_predict(&y.fc, b, air, AIR, 12, NULL, 0, &e), ST_OK);
    for (int h = 0; h < 12; h++)
        ck_assert_double_eq_tol(x.fc.mean[h], y.fc.mean[h], 1e-3 * x.fc.mean[h]);
    free(x.block);
    free(y.block);
    forecaster_free(a);
    forecaster_free(b);
    free((void *)hooks.warm);
}
END_TEST

START_TEST(another_shape_is_refused_by_name)
{
    struct series_view v = {.id = "air", .values = air, .length = AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick_alone();
    struct forecaster *a = fitted(&panel, p, NULL), *b = NULL;
    struct fit_hooks hooks = from(a);
    struct err e = {0};

    p.hidden_size++;
    ck_assert_int_eq(forecaster_fit(&b, &panel, &p, &hooks, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/warm_start_from");
    ck_assert_ptr_nonnull(strstr(e.message, "hidden_size"));
    hooks.warm_len--;
    ck_assert_int_eq(forecaster_fit(&b, &panel, &p, &hooks, &e), ST_CORRUPT);
    forecaster_free(a);
    free((void *)hooks.warm);
}
END_TEST

struct stopper {
    int batches;
    uint8_t *bytes;
    size_t len;
};

static bool stop(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stopper *k = ctx;
    struct err e = {0};

    (void)p;
    if (++k->batches < 3)
        return true;
    ck_assert_int_eq(s->save(s->ctx, &k->bytes, &k->len, &e), ST_OK);
    return false;
}

START_TEST(a_stopped_fit_goes_on_bit_for_bit_and_knows_its_model)
{
    struct series_view v = {.id = "air", .values = air, .length = AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *a = fitted(&panel, p, NULL), *whole, *b = NULL;
    struct fit_hooks hooks = from(a);
    struct stopper k = {0};
    struct err e = {0};

    p.seed = 5;
    whole = fitted(&panel, p, &hooks);
    hooks.ctx = &k;
    hooks.progress = stop;
    ck_assert_int_eq(forecaster_fit(&b, &panel, &p, &hooks, &e), ST_CANCELLED);
    hooks.progress = NULL;
    hooks.resume = k.bytes;
    hooks.resume_len = k.len;
    ck_assert_msg(!forecaster_fit(&b, &panel, &p, &hooks, &e), "%s", e.message);
    ck_assert(same_weights(whole, b));
    ck_assert(same_evaluation(forecaster_evaluation(whole), forecaster_evaluation(b)));
    forecaster_free(b);
    free((void *)hooks.warm);
    hooks.warm = NULL; /* a fit from random weights is another */
    ck_assert_int_eq(forecaster_fit(&b, &panel, &p, &hooks, &e), ST_CORRUPT);
    free(k.bytes);
    forecaster_free(a);
    forecaster_free(whole);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("warm start of a forecaster");
    TCase *t = tcase_create("warm");

    tcase_add_loop_test(t, a_fit_begins_where_the_other_ended, 0, 2);
    tcase_add_test(t, another_shape_is_refused_by_name);
    tcase_add_test(t, a_stopped_fit_goes_on_bit_for_bit_and_knows_its_model);
    suite_add_tcase(s, t);
    return run_suite(s);
}
