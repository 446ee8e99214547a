/* test_params_io.c - hyper-parameters as metadata of a checkpoint, and back. */
#include <check.h>
#include <lstm/checkpoint.h>
#include <lstm/optim.h>
#include <lstm/params.h>
#include <stdlib.h>
#include <string.h>

static const enum task tasks[] = {TASK_FORECAST, TASK_TAG};

/* Compares the parameters of the task; the others are not stored. */
static void assert_same(const struct params *a, const struct params *b, enum task t)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++) {
        const struct param_spec *s = params_find(t, table[i].name);

        if (s)
            ck_assert_msg(params_number(a, s) == params_number(b, s), "%s", s->name);
    }
    ck_assert_str_eq(a->recipe, b->recipe);
}

START_TEST(metadata_round_trips_exactly)
{
    for (int k = 0; k < 2; k++) {
        struct params p, q;
        struct checkpoint *c;
        struct err e = {0};

        ck_assert_int_eq(params_defaults(&p, tasks[k], NULL, &e), ST_OK);
        p.learning_rate = 1.0 / 3;
        p.dropout = 0.1 + 0.2;
        p.seed = 9007199254740991;
        p.bidirectional = true;
        p.test_size = -1;
        p.optimizer = OPTIM_ADAMW;
        ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
        ck_assert_int_eq(params_store(c, tasks[k], &p, &e), ST_OK);
        ck_assert_str_eq(checkpoint_get(c, "seed"), "9007199254740991");
        ck_assert_str_eq(checkpoint_get(c, "bidirectional"), "true");
        ck_assert_str_eq(checkpoint_get(c, "optimizer"), "adamw");
        ck_assert_str_eq(checkpoint_get(c, "test_size"), "-1");
        ck_assert(!checkpoint_get(c, "column") == (tasks[k] == TASK_FORECAST));
        ck_assert_int_eq(params_load(&q, c, tasks[k], &e), ST_OK);
        assert_same(&p, &q, tasks[k]);
        checkpoint_free(c);
    }
}
END_TEST

static const struct {
    const char *key, *value;
} lies[] = {
    {"hidden_size", "-1"},     {"hidden_size", "4097"},  {"hidden_size", ""},
    {"hidden_size", "1.5"},    {"hidden_size", " 6"},    {"hidden_size", "6\n"},
    {"hidden_size", "true"},   {"hidden_size", "1e999"}, {"learning_rate", "nan"},
    {"learning_rate", "-0.1"}, {"learning_rate", "inf"}, {"bidirectional", "1"},
    {"bidirectional", "TRUE"}, {"bidirectional", ""},    {"column", "2"},
    {"column", "UPOS"},        {"loss", "mse"},          {"seed", "-1"},
    {"seed", "1e16"},          {"recipe", "x"},          {"recipe", "tutorial-sine"},
};

START_TEST(metadata_that_lies_is_refused)
{
    struct params p = {.epochs = 77};
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, lies[_i].key, lies[_i].value, &e), ST_OK);
    ck_assert_msg(params_load(&p, c, TASK_TAG, &e) == ST_CORRUPT, "%s %s", lies[_i].key,
                  lies[_i].value);
    ck_assert_int_eq(e.status, ST_CORRUPT);
    ck_assert_str_eq(e.pointer, "");
    ck_assert_ptr_nonnull(strstr(e.message, lies[_i].key));
    ck_assert_int_eq(p.epochs, 77);
    checkpoint_free(c);
}
END_TEST

START_TEST(what_metadata_leave_out_is_the_recipes)
{
    struct params p, want;
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(params_load(&p, c, TASK_TAG, &e), ST_OK);
    ck_assert_int_eq(params_defaults(&want, TASK_TAG, NULL, &e), ST_OK);
    assert_same(&p, &want, TASK_TAG);
    ck_assert_int_eq(checkpoint_set(c, "recipe", "tutorial-tagger", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "bidirectional", "True", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "hidden_size", "7", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "horizon", "of another task", &e), ST_OK);
    ck_assert_int_eq(params_load(&p, c, TASK_TAG, &e), ST_OK);
    ck_assert(p.bidirectional && p.hidden_size == 7 && p.embedding_dim == 6);
    checkpoint_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("params_io");
    TCase *t = tcase_create("params_io");
    SRunner *r;
    int failed;

    tcase_add_test(t, metadata_round_trips_exactly);
    tcase_add_loop_test(t, metadata_that_lies_is_refused, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(t, what_metadata_leave_out_is_the_recipes);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
