/* test_spare.c - what a tagger keeps between calls: as much as there is room for, to each caller his own. */
#include "core/tagging/spare.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

static const struct net_config config = {
    .input_size = 2, .hidden_size = 3, .num_layers = 1, .output_size = 2};

START_TEST(what_was_given_is_taken_again)
{
    struct net_work *w[SPARE_MAX + 2], *again;
    struct spare *s = NULL;

    ck_assert_int_eq(spare_new(&s, NULL), ST_OK);
    for (int i = 0; i < SPARE_MAX + 2; i++) {
        ck_assert_int_eq(spare_take(&w[i], s, &config, NULL), ST_OK);
        for (int k = 0; k < i; k++)
            ck_assert_ptr_ne(w[i], w[k]);
    }
    spare_give(s, NULL);
    for (int i = 0; i < SPARE_MAX + 2; i++) /* two more than it keeps */
        spare_give(s, w[i]);
    ck_assert_int_eq(spare_take(&again, s, &config, NULL), ST_OK);
    /* the last that went in, of those that were not freed, lies in the first place */
    ck_assert_ptr_eq(again, w[SPARE_MAX + 1]);
    net_work_free(again);
    spare_free(s);
    spare_free(NULL);
}
END_TEST

static void *take_and_give(void *arg)
{
    struct spare *s = arg;
    struct net *n = NULL;
    float x[2] = {1, 2};

    if (net_new(&n, &config, NULL))
        return arg;
    for (int i = 0; i < 200; i++) {
        struct net_work *w;

        if (spare_take(&w, s, &config, NULL)) {
            net_free(n);
            return arg;
        }
        net_forward(w, n, &(struct net_input){.T = 1, .B = 1, .x = x}, NULL);
        spare_give(s, w);
    }
    net_free(n);
    return NULL;
}

/* A race would be the sanitizer's to find. */
START_TEST(threads_have_their_own)
{
    enum { THREADS = SPARE_MAX + 2 };
    pthread_t thread[THREADS];
    struct spare *s = NULL;

    ck_assert_int_eq(spare_new(&s, NULL), ST_OK);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, take_and_give, s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;

        ck_assert_int_eq(pthread_join(thread[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    spare_free(s);
}
END_TEST

START_TEST(bytes_have_a_bound)
{
    struct net_config giant = {.vocab_size = 0,
                               .input_size = NET_INPUT_MAX,
                               .hidden_size = 0,
                               .num_layers = 1,
                               .output_size = 1};

    ck_assert_uint_eq(spare_bytes(&config),
                      SPARE_MAX * net_work_size(&config, SPARE_TOKENS, SPARE_SENTENCES, false));
    ck_assert_uint_eq(spare_bytes(&giant), SIZE_MAX); /* refused: no hidden units */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("spare");
    TCase *t = tcase_create("spare");
    SRunner *r;
    int failed;

    tcase_add_test(t, what_was_given_is_taken_again);
    tcase_add_test(t, threads_have_their_own);
    tcase_add_test(t, bytes_have_a_bound);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
