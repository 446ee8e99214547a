/* test_work_pool.c - a pool keeps as many workspaces as it has slots, and gives each to one
 * caller. */
#include "core/nn/work_pool.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

static const struct net_config config = {
    .input_size = 2, .hidden_size = 3, .num_layers = 1, .output_size = 2};
enum { TOKENS = 64, SENTENCES = 4, SLOTS = WORK_POOL_SLOTS_MAX };

START_TEST(what_was_given_is_taken_again)
{
    struct net_work *w[SLOTS + 2], *again;
    struct work_pool *s = NULL;

    ck_assert_int_eq(work_pool_new(&s, &config, TOKENS, SENTENCES, SLOTS, NULL), ST_OK);
    for (int i = 0; i < SLOTS + 2; i++) {
        ck_assert_int_eq(work_pool_take(&w[i], s, NULL), ST_OK);
        for (int k = 0; k < i; k++)
            ck_assert_ptr_ne(w[i], w[k]);
    }
    work_pool_give(s, NULL);
    for (int i = 0; i < SLOTS + 2; i++) /* two more than there are slots */
        work_pool_give(s, w[i]);
    ck_assert_int_eq(work_pool_take(&again, s, NULL), ST_OK);
    /* the last that was given back is the first to be taken */
    ck_assert_ptr_eq(again, w[SLOTS + 1]);
    net_work_free(again);
    work_pool_free(s);
    work_pool_free(NULL);
}
END_TEST

static void *take_and_give(void *arg)
{
    struct work_pool *s = arg;
    struct net *n = NULL;
    float x[2] = {1, 2};

    if (net_new(&n, &config, NULL))
        return arg;
    for (int i = 0; i < 200; i++) {
        struct net_work *w;

        if (work_pool_take(&w, s, NULL)) {
            net_free(n);
            return arg;
        }
        net_forward(w, n, &(struct net_input){.T = 1, .B = 1, .x = x}, NULL);
        work_pool_give(s, w);
    }
    net_free(n);
    return NULL;
}

/* The thread sanitizer would report a race. */
START_TEST(threads_have_their_own)
{
    enum { THREADS = SLOTS + 2 };
    pthread_t thread[THREADS];
    struct work_pool *s = NULL;

    ck_assert_int_eq(work_pool_new(&s, &config, TOKENS, SENTENCES, SLOTS, NULL), ST_OK);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, take_and_give, s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;

        ck_assert_int_eq(pthread_join(thread[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    work_pool_free(s);
}
END_TEST

START_TEST(a_quantised_pool_gives_quantised_workspaces)
{
    struct net *n = NULL;
    struct rng r;
    float x[2] = {0.3f, -0.7f}, y[2];

    ck_assert_int_eq(net_new(&n, &config, NULL), ST_OK);
    rng_seed(&r, 1);
    net_init(n, &r);
    for (int i = 0; i < 2; i++) {
        struct work_pool *s = NULL;
        struct net_work *w;

        ck_assert_int_eq(work_pool_new(&s, &config, TOKENS, SENTENCES, SLOTS, NULL), ST_OK);
        if (i)
            work_pool_quantize(s);
        ck_assert_int_eq(work_pool_take(&w, s, NULL), ST_OK);
        y[i] = net_forward(w, n, &(struct net_input){.T = 1, .B = 1, .x = x}, NULL)[0];
        work_pool_give(s, w);
        work_pool_free(s);
    }
    ck_assert(y[0] != y[1]);
    net_free(n);
}
END_TEST

START_TEST(bytes_have_a_bound)
{
    struct net_config giant = {.vocab_size = 0,
                               .input_size = NET_INPUT_MAX,
                               .hidden_size = 0,
                               .num_layers = 1,
                               .output_size = 1};

    size_t one = net_work_size(&config, TOKENS, SENTENCES, false);

    ck_assert_uint_eq(work_pool_size(&config, TOKENS, SENTENCES, SLOTS, false), SLOTS * one);
    ck_assert_uint_eq(work_pool_size(&config, TOKENS, SENTENCES, SLOTS, true),
                      SLOTS * (one + net_bytes_size(&config, TOKENS, SENTENCES)));
    ck_assert_uint_eq(work_pool_size(&giant, TOKENS, SENTENCES, SLOTS, false),
                      SIZE_MAX); /* refused: no hidden units */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("work_pool");
    TCase *t = tcase_create("work_pool");
    SRunner *r;
    int failed;

    tcase_add_test(t, what_was_given_is_taken_again);
    tcase_add_test(t, threads_have_their_own);
    tcase_add_test(t, a_quantised_pool_gives_quantised_workspaces);
    tcase_add_test(t, bytes_have_a_bound);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
