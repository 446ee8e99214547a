/* test_params_table.c - the table of hyper-parameters: names, tasks, choices, and which ones shape
 * a net. */
#include <check.h>
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <lstm/params.h>
#include <stdlib.h>
#include <string.h>

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

/* A warm start refuses a model in which one of these differs. */
START_TEST(what_shapes_a_net)
{
    static const char *const shaping[] = {
        "hidden_size", "num_layers", "bidirectional", "embedding_dim", "members",  "features",
        "window",      "horizon",    "target",        "differencing",  "ensemble", NULL};
    int n = 0;
    const struct param_spec *t = params_table(&n);

    for (int i = 0; i < n; i++) {
        bool shapes = false;

        for (int k = 0; shaping[k]; k++)
            shapes = shapes || !strcmp(shaping[k], t[i].name);
        ck_assert_msg(t[i].shapes_net == shapes, "%s", t[i].name);
    }
    ck_assert(spec(TASK_FORECAST, "hidden_size")->shapes_net);
    ck_assert(spec(TASK_TAG, "hidden_size")->shapes_net);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("params_table");
    TCase *t = tcase_create("params_table");
    SRunner *r;
    int failed;

    tcase_add_test(t, tasks_have_names);
    tcase_add_test(t, the_table_is_sound);
    tcase_add_test(t, names_of_choices_are_those_of_the_enumerations);
    tcase_add_test(t, what_shapes_a_net);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
