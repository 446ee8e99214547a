/* test_params.c - the table of hyper-parameters: ranges, defaults, setters, metadata. */
#include <check.h>
#include <lstm/checkpoint.h>
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <lstm/params.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const enum task tasks[] = {TASK_FORECAST, TASK_TAG};

static const struct param_spec *spec(enum task t, const char *name)
{
    const struct param_spec *s = params_find(t, name);

    ck_assert_msg(s != NULL, "%s", name);
    return s;
}

START_TEST(tasks_have_names)
{
    enum task t = TASK_FORECAST;

    ck_assert(task_from_name(&t, "tag") && t == TASK_TAG);
    ck_assert(task_from_name(&t, "forecast") && t == TASK_FORECAST);
    ck_assert(!task_from_name(&t, "Tag") && !task_from_name(&t, "") && t == TASK_FORECAST);
    ck_assert_str_eq(task_name(TASK_FORECAST), "forecast");
}
END_TEST

START_TEST(the_table_is_sound)
{
    int n = 0;
    const struct param_spec *t = params_table(&n);

    ck_assert_int_gt(n, 20);
    for (int i = 0; i < n; i++) {
        ck_assert(t[i].forecast || t[i].tag);
        ck_assert(t[i].min < t[i].max && t[i].offset < sizeof(struct params));
        ck_assert(t[i].help[0] && t[i].unit);
        ck_assert((t[i].type == PARAM_ENUM) == (t[i].choices != NULL));
        ck_assert_int_eq(params_find(TASK_FORECAST, t[i].name) != NULL, t[i].forecast);
        ck_assert_int_eq(params_find(TASK_TAG, t[i].name) != NULL, t[i].tag);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(t[i].name, t[j].name);
    }
    ck_assert_ptr_null(params_find(TASK_TAG, "hiden_size"));
    ck_assert_ptr_null(params_find(TASK_TAG, ""));
    ck_assert_ptr_null(params_find(TASK_TAG, "horizon"));
    ck_assert_ptr_null(params_find(TASK_FORECAST, "column"));
}
END_TEST

START_TEST(names_of_choices_are_those_of_the_enumerations)
{
    struct params p = {0};
    struct err e = {0};

    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "loss"), "nll", &e), ST_OK);
    ck_assert_int_eq(p.loss, LOSS_NLL);
    ck_assert_str_eq(params_text(&p, spec(TASK_TAG, "loss")), "nll");
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "loss"), "mse", &e), ST_INVALID);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "loss"), "nll", &e), ST_INVALID);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "loss"), "mae", &e), ST_OK);
    ck_assert_int_eq(p.loss, LOSS_MAE);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "differencing"), "auto", &e), ST_OK);
    ck_assert_int_eq(p.differencing, DIFFERENCING_AUTO);
    ck_assert_str_eq(params_text(&p, spec(TASK_FORECAST, "differencing")), "auto");
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "differencing"), "seasonal", &e),
                     ST_OK);
    ck_assert_int_eq(p.differencing, DIFFERENCING_SEASONAL);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "scaling"), "log", &e), ST_OK);
    ck_assert_int_eq(p.scaling, SCALING_LOG);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_FORECAST, "target"), "sequence", &e), ST_OK);
    ck_assert_int_eq(p.target, TARGET_SEQUENCE);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "column"), "xpos", &e), ST_OK);
    ck_assert_int_eq(p.column, COLUMN_XPOS);
    ck_assert_int_eq(params_set_text(&p, spec(TASK_TAG, "optimizer"), "adamw", &e), ST_OK);
    ck_assert_int_eq(p.optimizer, OPTIM_ADAMW);
}
END_TEST

static const struct {
    enum task task;
    const char *name;
    double value;
    const char *message; /* NULL: it is taken */
} numbers[] = {
    {TASK_FORECAST, "hidden_size", 0, "hidden_size is 0; it must be an integer from 1 to 4096"},
    {TASK_TAG, "hidden_size", 0, NULL},
    {TASK_TAG, "hidden_size", 1, NULL},
    {TASK_TAG, "hidden_size", 4096, NULL},
    {TASK_TAG, "hidden_size", 2147483648.0,
     "hidden_size is 2147483648; it must be an integer from 0 to 4096"},
    {TASK_FORECAST, "horizon", 1.5, "horizon is 1.5; it must be a whole number from 0 to 1000"},
    {TASK_FORECAST, "horizon", -1, "horizon is -1; it must be an integer from 0 to 1000"},
    {TASK_FORECAST, "horizon", 9223372036854775808.0,
     "horizon is 9.223372036854776e+18; it must be an integer from 0 to 1000"},
    {TASK_FORECAST, "horizon", (double)NAN, "horizon is nan; it must be an integer from 0 to 1000"},
    {TASK_FORECAST, "horizon", (double)INFINITY,
     "horizon is inf; it must be an integer from 0 to 1000"},
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

START_TEST(every_recipe_is_inside_the_ranges)
{
    int n = 0;
    const struct param_spec *t = params_table(&n);

    for (int k = 0; k < 2; k++) {
        for (const char *const *r = params_recipes(tasks[k]); *r; r++) {
            struct params p, again;
            struct err e = {0};

            ck_assert_int_eq(params_defaults(&p, tasks[k], *r, &e), ST_OK);
            ck_assert_str_eq(p.recipe, *r);
            again = p;
            for (int i = 0; i < n; i++) {
                const struct param_spec *s = params_find(tasks[k], t[i].name);

                if (!s)
                    continue;
                if (s->type == PARAM_ENUM)
                    ck_assert_int_eq(params_set_text(&again, s, params_text(&p, s), &e), ST_OK);
                else if (s->type != PARAM_BOOL)
                    ck_assert_msg(params_set_number(&again, s, params_number(&p, s), &e) == ST_OK,
                                  "%s: %s", *r, e.message);
                ck_assert(params_number(&p, s) == params_number(&again, s));
            }
        }
    }
}
END_TEST

START_TEST(recipes_are_found_by_task_and_name)
{
    struct params p = {.epochs = 77};
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, "tutorial-sine", &e), ST_INVALID);
    ck_assert_str_eq(e.message, "recipe is \"tutorial-sine\"; for task \"tag\" it must be one of "
                                "\"default\", \"tutorial-tagger\"");
    ck_assert_str_eq(e.pointer, "/recipe");
    ck_assert_int_eq(p.epochs, 77);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, &e), ST_OK);
    ck_assert_str_eq(p.recipe, "default");
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, "tutorial-tagger", &e), ST_OK);
    ck_assert(p.hidden_size == 6 && p.embedding_dim == 6 && p.epochs == 300 && !p.shuffle);
    ck_assert(p.optimizer == OPTIM_SGD && p.learning_rate == 0.1 && p.loss == LOSS_NLL);
    ck_assert(p.batch_size == 1 && p.test_size == 0 && !p.bidirectional && p.unknown_rate == 0);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, "tutorial-sine", &e), ST_OK);
    ck_assert(p.window == 10 && p.target == TARGET_SEQUENCE && p.train_size == 700);
    ck_assert(p.hidden_size == 6 && p.optimizer == OPTIM_SGD && p.learning_rate == 0.01);
    ck_assert(p.epochs == 10 && p.batch_size == 1 && !p.shuffle && p.momentum == 0);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, "tutorial-flights", &e), ST_OK);
    ck_assert(p.hidden_size == 100 && p.optimizer == OPTIM_ADAM && p.learning_rate == 0.001);
    ck_assert(p.window == 12 && p.horizon == 1 && p.epochs == 150 && p.test_size == 12);
    ck_assert(p.scaling == SCALING_MINMAX && p.patience == 0 && p.batch_size == 1);
}
END_TEST

/* Compares what the task takes; the other members do not travel. */
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
    Suite *s = suite_create("params");
    TCase *t = tcase_create("params");
    SRunner *r;
    int failed;

    tcase_add_test(t, tasks_have_names);
    tcase_add_test(t, the_table_is_sound);
    tcase_add_test(t, names_of_choices_are_those_of_the_enumerations);
    tcase_add_loop_test(t, numbers_are_checked, 0, sizeof(numbers) / sizeof(numbers[0]));
    tcase_add_test(t, values_of_another_type_are_refused);
    tcase_add_test(t, every_recipe_is_inside_the_ranges);
    tcase_add_test(t, recipes_are_found_by_task_and_name);
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
