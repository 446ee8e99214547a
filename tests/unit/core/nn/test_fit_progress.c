/* test_fit_progress.c - a fit also reports, stops and uses threads outside its training. */
#include "core/nn/fit_progress.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 37, SERIES = 11, LENGTH = 72, THREADS_MAX = 5 };

/* ---- threads ---- */

struct crew {
    int n, runs;
    atomic_int next;
    void (*task)(void *arg, int i);
    void *arg;
};

static void *work(void *ctx)
{
    struct crew *c = ctx;

    for (int i; (i = atomic_fetch_add(&c->next, 1)) < c->n;)
        c->task(c->arg, c->n - 1 - i);
    return NULL;
}

static void run_crew(void *ctx, int n, void (*task)(void *arg, int i), void *arg)
{
    struct crew *c = ctx;
    pthread_t threads[THREADS_MAX];

    c->n = n;
    c->runs++;
    c->task = task;
    c->arg = arg;
    atomic_store(&c->next, 0);
    for (int i = 0; i < THREADS_MAX; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, c), 0);
    for (int i = 0; i < THREADS_MAX; i++)
        pthread_join(threads[i], NULL);
}

/* ---- tasks ---- */

struct calls {
    int done[TASKS];
    int left; /* reports until one says no; 0: never */
    double fraction;
};

static bool count_down(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct calls *c = ctx;

    (void)s;
    ck_assert(p->fraction >= c->fraction && p->fraction <= 1);
    c->fraction = p->fraction;
    return !c->left || --c->left;
}

static enum status do_task(void *ctx, int i, struct err *e)
{
    struct calls *c = ctx;

    c->done[i]++;
    return i % 10 == 9 ? err_set(e, ST_INVALID, "task %d", i) : ST_OK;
}

static enum status do_well(void *ctx, int i, struct err *e)
{
    (void)e;
    ((struct calls *)ctx)->done[i]++;
    return ST_OK;
}

START_TEST(each_task_is_done_once)
{
    struct calls c = {0};
    struct crew crew = {0};
    struct parallel p = {&crew, 1 + _i, run_crew};
    struct fit_hooks hooks = {.ctx = &c, .progress = count_down, .parallel = &p};
    struct progress w = {.hooks = &hooks, .to = 0.5};

    ck_assert_int_eq(progress_each(&w, TASKS, do_well, &c, NULL), ST_OK);
    for (int i = 0; i < TASKS; i++)
        ck_assert_int_eq(c.done[i], 1);
    ck_assert_double_eq(c.fraction, 0.5);
    ck_assert_int_eq(crew.runs > 0, _i > 0);
    ck_assert_int_eq(progress_each(NULL, TASKS, do_well, &c, NULL), ST_OK);
    ck_assert_int_eq(c.done[TASKS - 1], 2);
}
END_TEST

START_TEST(the_first_error_wins)
{
    struct calls c = {0};
    struct crew crew = {0};
    struct parallel p = {&crew, 1 + _i, run_crew};
    struct fit_hooks hooks = {.parallel = &p};
    struct progress w = {.hooks = &hooks, .to = 1};
    struct err e = {0};

    ck_assert_int_eq(progress_each(&w, TASKS, do_task, &c, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "task 9");
    ck_assert_int_eq(c.done[TASKS - 1], 0);
}
END_TEST

START_TEST(a_no_ends_the_phase)
{
    struct calls c = {.left = 2};
    struct fit_hooks hooks = {.ctx = &c, .progress = count_down};
    struct progress w = {.hooks = &hooks, .to = 1};

    ck_assert_int_eq(progress_each(&w, TASKS, do_well, &c, NULL), ST_CANCELLED);
    ck_assert_int_eq(c.done[0], 1);
    ck_assert_int_eq(c.done[TASKS - 1], 0);
}
END_TEST

/* ---- a whole fit ---- */

static double y[SERIES][LENGTH];
static char id[SERIES][16];
static struct series_view views[SERIES];

static struct panel make_panel(void)
{
    for (int s = 0; s < SERIES; s++) {
        snprintf(id[s], sizeof(id[s]), "s%d", s);
        views[s] = (struct series_view){.id = id[s], .values = y[s], .length = LENGTH - s};
        for (int i = 0; i < LENGTH; i++)
            y[s][i] = 50 + s * i * 0.1 + 6 * sin((i + s) * M_PI / 6) + ((i + s) * 31 % 13) * 0.3;
    }
    return (struct panel){.series = views, .count = SERIES, .season_length = 12};
}

static struct params two_epochs(void)
{
    struct params p = quick();

    p.ensemble = true;
    p.epochs = 2;
    p.horizon = 4;
    return p;
}

START_TEST(threads_change_nothing)
{
    struct panel panel = make_panel();
    struct forecaster *one = fitted(&panel, two_epochs(), NULL);
    uint8_t *want = NULL;
    size_t want_len = 0;

    ck_assert_int_eq(forecaster_save(one, NULL, &want, &want_len, NULL), ST_OK);
    for (int threads = 2; threads <= THREADS_MAX; threads += 3) {
        struct crew crew = {0};
        struct parallel p = {&crew, threads, run_crew};
        struct fit_hooks hooks = {.parallel = &p};
        struct forecaster *f = fitted(&panel, two_epochs(), &hooks);
        uint8_t *have = NULL;
        size_t len = 0;

        ck_assert_int_gt(crew.runs, 0);
        ck_assert_int_eq(forecaster_save(f, NULL, &have, &len, NULL), ST_OK);
        ck_assert_uint_eq(len, want_len);
        ck_assert_mem_eq(have, want, len);
        free(have);
        forecaster_free(f);
    }
    free(want);
    forecaster_free(one);
}
END_TEST

struct stop {
    double fraction; /* the first report beyond stops */
    int epoch;
    uint8_t *bytes;
    size_t len;
};

static bool stop_beyond(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stop *k = ctx;

    if (p->fraction < k->fraction)
        return true;
    k->epoch = p->epoch;
    ck_assert_int_eq(s->save(s->ctx, &k->bytes, &k->len, NULL), ST_OK);
    return false;
}

static bool starts_at(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    double *least = ctx;

    (void)s;
    ck_assert_double_ge(p->fraction, *least);
    *least = p->fraction;
    return true;
}

/* Before the training, and after it. */
START_TEST(a_fit_stops_in_every_phase_and_goes_on)
{
    static const double at[] = {0, 0.1, 0.25, 0.32, 0.4, 0.6, 0.93, 0.98};
    struct panel panel = make_panel();
    struct stop k = {.fraction = at[_i]};
    struct fit_hooks hooks = {.ctx = &k, .progress = stop_beyond};
    struct params p = two_epochs();
    struct forecaster *f = NULL, *whole = fitted(&panel, p, NULL);
    double least = at[_i] - 1e-6;

    ck_assert_int_eq(forecaster_fit(&f, &panel, &p, &hooks, NULL), ST_CANCELLED);
    ck_assert_ptr_null(f);
    ck_assert(at[_i] < 0.45 ? k.epoch == 0 : at[_i] < 0.9 || k.epoch == 2);
    hooks = (struct fit_hooks){
        .ctx = &least, .progress = starts_at, .resume = k.bytes, .resume_len = k.len};
    f = fitted(&panel, p, &hooks);
    ck_assert_double_gt(least, 0.97);
    ck_assert(same_weights(whole, f));
    ck_assert(same_evaluation(forecaster_evaluation(whole), forecaster_evaluation(f)));
    free(k.bytes);
    forecaster_free(f);
    forecaster_free(whole);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fit_progress");
    TCase *t = tcase_create("fit_progress");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, each_task_is_done_once, 0, 2);
    tcase_add_loop_test(t, the_first_error_wins, 0, 2);
    tcase_add_test(t, a_no_ends_the_phase);
    tcase_add_test(t, threads_change_nothing);
    tcase_add_loop_test(t, a_fit_stops_in_every_phase_and_goes_on, 0, 8);
    suite_add_tcase(s, t);
    return run_suite(s);
}
