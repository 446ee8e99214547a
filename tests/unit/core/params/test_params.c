/* test_params.c - setters and their ranges, and the check before a warm start. */
#include <check.h>
#include <lstm/checkpoint.h>
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <lstm/params.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct param_spec *spec(enum task t, const char *name)
{
    const struct param_spec *s = params_find(t, name);

    ck_assert_msg(s != NULL, "%s", name);
    return s;
}

static const struct {
    enum task task;
    const char *name;
    double value;
    const char *message; /* NULL: the value is accepted */
} numbers[] = {
    {TASK_FORECAST, "hidden_size", 0, "hidden_size is 0; it must be an integer from 1 to 4096"},
    {TASK_TAG, "hidden_size", 0, NULL},
    {TASK_TAG, "hidden_size", 1, NULL},
    {TASK_TAG, "hidden_size", 4096, NULL},
    {TASK_TAG, "hidden_size", 2147483648.0,
     "hidden_size is 2147483648; it must be an integer from 0 to 4096"},
    {TASK_FORECAST, "horizon", 1.5, "horizon is 1.5; it must be a whole number from 0 to 1440"},
    {TASK_FORECAST, "horizon", -1, "horizon is -1; it must be an integer from 0 to 1440"},
    {TASK_FORECAST, "horizon", 9223372036854775808.0,
     "horizon is 9.223372036854776e+18; it must be an integer from 0 to 1440"},
    {TASK_FORECAST, "horizon", (double)NAN, "horizon is nan; it must be an integer from 0 to 1440"},
    {TASK_FORECAST, "horizon", (double)INFINITY,
     "horizon is inf; it must be an integer from 0 to 1440"},
    {TASK_FORECAST, "test_size", -1, NULL},
    {TASK_FORECAST, "test_size", -2, "test_size is -2; it must be an integer from -1 to 100000000"},
    {TASK_TAG, "learning_rate", 0, "learning_rate is 0; it must be a number from 1e-12 to 100"},
    {TASK_TAG, "learning_rate", 0.1, NULL},
    {TASK_TAG, "dropout", 0.96, "dropout is 0.96; it must be a number from 0 to 0.95"},
    {TASK_TAG, "dropout", (double)NAN, "dropout is nan; it must be a number from 0 to 0.95"},
    {TASK_TAG, "seed", 9007199254740991.0, NULL},
    {TASK_TAG, "seed", 9007199254740992.0,
     "seed is 9007199254740992; it must be an integer from 0 to 9007199254740991"},
    {TASK_TAG, "shuffle", 1, "shuffle is 1; it must be true or false"},
    {TASK_TAG, "optimizer", 1, "optimizer is 1; it must be one of \"sgd\", \"adam\", \"adamw\""},
};

START_TEST(numbers_are_checked)
{
    struct params p, before;
    struct err e = {0};
    const struct param_spec *s = spec(numbers[_i].task, numbers[_i].name);
    char pointer[64];
    enum status st;

    ck_assert_int_eq(params_defaults(&p, numbers[_i].task, NULL, &e), ST_OK);
    before = p;
    st = params_set_number(&p, s, numbers[_i].value, &e);
    if (!numbers[_i].message) {
        ck_assert_int_eq(st, ST_OK);
        ck_assert(params_number(&p, s) == numbers[_i].value);
        return;
    }
    snprintf(pointer, sizeof(pointer), "/params/%s", numbers[_i].name);
    ck_assert_int_eq(st, ST_INVALID);
    ck_assert_str_eq(e.message, numbers[_i].message);
    ck_assert_str_eq(e.pointer, pointer);
    ck_assert(params_number(&before, s) == params_number(&p, s));
}
END_TEST

START_TEST(values_of_another_type_are_refused)
{
    struct params p = {.hidden_size = 3};
    struct err e = {0};

    ck_assert_int_eq(params_set_bool(&p, spec(TASK_TAG, "hidden_size"), true, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "hidden_size is true; it must be an integer from 0 to 4096");
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "hidden_size"), "3", &e), ST_INVALID);
    ck_assert_str_eq(e.message, "hidden_size is \"3\"; it must be an integer from 0 to 4096");
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "shuffle"), "yes", &e), ST_INVALID);
    ck_assert_str_eq(e.message, "shuffle is \"yes\"; it must be true or false");
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "column"), "feats", &e), ST_INVALID);
    ck_assert_str_eq(e.message,
                     "column is \"feats\"; it must be one of \"upos\", \"xpos\", \"both\"");
    ck_assert_str_eq(e.pointer, "/params/column");
    ck_assert_int_eq(params_set_bool(&p, spec(TASK_TAG, "shuffle"), true, &e), ST_OK);
    ck_assert(p.shuffle && params_number(&p, spec(TASK_TAG, "shuffle")) == 1);
    ck_assert_str_eq(params_text(&p, spec(TASK_TAG, "shuffle")), "");
    ck_assert_int_eq(p.hidden_size, 3);
}
END_TEST

START_TEST(a_net_is_checked_parameter_by_parameter)
{
    struct params have, want;
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&have, TASK_FORECAST, NULL, &e), ST_OK);
    want = have;
    want.epochs++;
    want.seed++;
    want.season_length = 7;
    ck_assert_int_eq(params_check_net(&have, &want, TASK_FORECAST, &e), ST_OK);
    want.embedding_dim++; /* of the other task */
    ck_assert_int_eq(params_check_net(&have, &want, TASK_FORECAST, &e), ST_OK);
    want.hidden_size = 25;
    ck_assert_int_eq(params_check_net(&have, &want, TASK_FORECAST, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "the model to start from has hidden_size 24, but the new model "
                                "would have 25; they must be the same");
    ck_assert_str_eq(e.pointer, "/warm_start_from");
    want = have;
    want.ensemble = !want.ensemble;
    ck_assert_int_eq(params_check_net(&have, &want, TASK_FORECAST, &e), ST_INVALID);
    ck_assert_int_eq(params_check_net(&have, &want, TASK_TAG, &e), ST_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("params");
    TCase *t = tcase_create("params");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, numbers_are_checked, 0, sizeof(numbers) / sizeof(numbers[0]));
    tcase_add_test(t, values_of_another_type_are_refused);
    tcase_add_test(t, a_net_is_checked_parameter_by_parameter);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
