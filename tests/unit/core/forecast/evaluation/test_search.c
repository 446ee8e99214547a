/* test_search.c - a search: the drawn values, the choice of the best trial, and its snapshot. */
#include <check.h>
#include <lstm/cpu.h>
#include <lstm/search.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 90 };

static double y[N];
static struct series_view view = {"s", y, N};
static struct panel panel = {&view, 1, 12};

static void setup(void)
{
    for (int i = 0; i < N; i++)
        y[i] = 30 + 5 * sin(i * M_PI / 6) + (i * 31 % 13) * 0.2;
}

static struct params base(void)
{
    struct params p;

    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, NULL), ST_OK);
    p.epochs = 2;
    p.horizon = 4;
    p.test_size = 0;
    return p;
}

/* Epochs stay as they are, so that the test is quick. */
static const bool *fixed(void)
{
    static bool f[64];
    int n;
    const struct param_spec *table = params_table(&n);

    ck_assert_int_le(n, 64);
    for (int i = 0; i < n; i++)
        f[i] = !strcmp(table[i].name, "epochs");
    return f;
}

START_TEST(draws)
{
    struct params p = base(), a, b;
    bool differ = false;

    search_draw(&a, &p, fixed(), 0);
    ck_assert_mem_eq(&a, &p, sizeof(p));
    for (int i = 1; i < 50; i++) {
        search_draw(&a, &p, fixed(), i);
        search_draw(&b, &p, fixed(), i);
        ck_assert_mem_eq(&a, &b, sizeof(a));
        ck_assert_int_eq(a.epochs, 2);
        ck_assert(a.hidden_size >= 16 && a.hidden_size <= 64);
        ck_assert(a.learning_rate >= 0.0003 && a.learning_rate <= 0.01);
        differ = differ || a.hidden_size != p.hidden_size;
        p.seed++;
        search_draw(&b, &p, fixed(), i);
        p.seed--;
        ck_assert(memcmp(&a.learning_rate, &b.learning_rate, sizeof(double)));
    }
    ck_assert(differ);
}
END_TEST

static bool enough_at_two(void *ctx)
{
    return ++*(int *)ctx >= 2;
}

START_TEST(the_best_trial_is_fitted)
{
    int asked = 0;
    struct search_plan plan = {.trials = 5, .fixed = fixed(), .plan = {2, 4, 4}};
    struct params p = base();
    struct forecaster *f, *same;
    struct search *s;

    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, NULL, NULL), ST_OK);
    ck_assert_int_eq(s->count, 5);
    for (int i = 0; i < s->count; i++)
        ck_assert(s->trials[s->best].score <= s->trials[i].score);
    ck_assert_int_eq(forecaster_params(f)->hidden_size, s->trials[s->best].params.hidden_size);
    ck_assert_int_eq(forecaster_fit(&same, &panel, &s->trials[s->best].params, NULL, NULL), ST_OK);
    ck_assert_mem_eq(net_params_const(forecaster_net(f)), net_params_const(forecaster_net(same)),
                     net_num_params(forecaster_net(f)) * sizeof(float));
    forecaster_free(f);
    forecaster_free(same);
    search_free(s);
    plan.enough = enough_at_two;
    plan.ctx = &asked;
    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, NULL, NULL), ST_OK);
    ck_assert_int_eq(s->count, 2);
    forecaster_free(f);
    search_free(s);
    search_free(NULL);
}
END_TEST

struct stop {
    int left;
    uint8_t *bytes;
    size_t len;
};

static bool stop_at(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stop *stop = ctx;

    ck_assert(p->fraction >= 0 && p->fraction <= 1);
    if (--stop->left)
        return true;
    ck_assert_int_eq(s->save(s->ctx, &stop->bytes, &stop->len, NULL), ST_OK);
    return false;
}

START_TEST(goes_on_from_a_snapshot)
{
    const struct search_plan plan = {.trials = 3, .fixed = fixed(), .plan = {2, 4, 4}};
    struct params p = base();
    struct forecaster *whole, *f;
    struct search *ws, *s;
    bool stopped = true;

    ck_assert_int_eq(search_fit(&whole, &ws, &panel, &p, &plan, NULL, NULL), ST_OK);
    for (int at = 1; stopped; at += 7) {
        struct stop stop = {.left = at};
        struct fit_hooks hooks = {.ctx = &stop, .progress = stop_at};
        enum status st = search_fit(&f, &s, &panel, &p, &plan, &hooks, NULL);

        stopped = st == ST_CANCELLED;
        if (stopped) {
            const struct fit_hooks again = {.resume = stop.bytes, .resume_len = stop.len};

            st = search_fit(&f, &s, &panel, &p, &plan, &again, NULL);
        }
        ck_assert_int_eq(st, ST_OK);
        ck_assert_int_eq(s->best, ws->best);
        for (int i = 0; i < 3; i++)
            ck_assert(s->trials[i].score == ws->trials[i].score);
        ck_assert_mem_eq(net_params_const(forecaster_net(f)),
                         net_params_const(forecaster_net(whole)),
                         net_num_params(forecaster_net(f)) * sizeof(float));
        forecaster_free(f);
        search_free(s);
        free(stop.bytes);
    }
    forecaster_free(whole);
    search_free(ws);
}
END_TEST

/* A snapshot of another arithmetic is refused, because its scores were measured in that one. */
START_TEST(another_arithmetic_is_refused)
{
    const struct search_plan plan = {.trials = 3, .fixed = fixed(), .plan = {2, 4, 4}};
    struct stop stop = {.left = 20};
    struct fit_hooks hooks = {.ctx = &stop, .progress = stop_at};
    struct params p = base();
    struct forecaster *f = NULL;
    struct search *s = NULL;
    struct err e = {0};

    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, &hooks, NULL), ST_CANCELLED);
    hooks = (struct fit_hooks){.resume = stop.bytes, .resume_len = stop.len};
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, &hooks, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "arithmetic portable-"));
    ck_assert_ptr_null(f);
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    free(stop.bytes);
}
END_TEST

START_TEST(plans_are_checked)
{
    struct search_plan plan = {.trials = 0};
    struct params p = base();
    struct forecaster *f = NULL;
    struct search *s = NULL;
    struct err e = {0};

    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, NULL, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/search/trials");
    plan.trials = 2;
    plan.plan.windows = 900;
    ck_assert_int_eq(search_fit(&f, &s, &panel, &p, &plan, NULL, &e), ST_INVALID);
    ck_assert_ptr_null(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("search");
    TCase *t = tcase_create("search");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, draws);
    tcase_add_test(t, the_best_trial_is_fitted);
    tcase_add_test(t, goes_on_from_a_snapshot);
    tcase_add_test(t, another_arithmetic_is_refused);
    tcase_add_test(t, plans_are_checked);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
