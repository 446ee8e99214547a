/* test_recipe.c - recipes: values within the ranges, names, flags. */
#include "core/params/recipe.h"

#include <check.h>
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <stdlib.h>
#include <string.h>

static const enum task tasks[] = {TASK_FORECAST, TASK_TAG};

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

START_TEST(every_recipe_has_its_row)
{
    for (int k = 0; k < 2; k++) {
        for (const char *const *r = params_recipes(tasks[k]); *r; r++) {
            struct params p;

            ck_assert_int_eq(params_defaults(&p, tasks[k], *r, NULL), ST_OK);
            ck_assert_str_eq(recipe_of(tasks[k], &p)->name, *r);
        }
    }
}
END_TEST

START_TEST(flags_of_forecasts)
{
    struct params p;
    const struct recipe *r;

    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, NULL), ST_OK);
    r = recipe_of(TASK_FORECAST, &p);
    ck_assert(r->validation && r->keep_best && r->cosine_schedule && r->level_windows);
    ck_assert(r->exogenous_effects && r->season_check && r->thin_windows);
    ck_assert(!r->one_step_evaluation);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, "tutorial-sine", NULL), ST_OK);
    r = recipe_of(TASK_FORECAST, &p);
    ck_assert(r->one_step_evaluation && !r->keep_best && !r->validation && !r->level_windows);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, "tutorial-flights", NULL), ST_OK);
    r = recipe_of(TASK_FORECAST, &p);
    ck_assert(!r->one_step_evaluation && !r->keep_best && !r->cosine_schedule);
}
END_TEST

START_TEST(an_unknown_name_has_the_default_flags)
{
    struct params p = {.recipe = "tutorial-tagger"};

    ck_assert_str_eq(recipe_of(TASK_FORECAST, &p)->name, "default");
    ck_assert_str_eq(recipe_of(TASK_TAG, &p)->name, "tutorial-tagger");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("recipe");
    TCase *t = tcase_create("recipe");
    SRunner *r;
    int failed;

    tcase_add_test(t, every_recipe_is_inside_the_ranges);
    tcase_add_test(t, recipes_are_found_by_task_and_name);
    tcase_add_test(t, every_recipe_has_its_row);
    tcase_add_test(t, flags_of_forecasts);
    tcase_add_test(t, an_unknown_name_has_the_default_flags);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
