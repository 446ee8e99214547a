/* test_params_json.c - parameters as JSON and back. */
#include "server/tasks/params_json.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct err e;

START_TEST(parameters_come_back_as_they_were)
{
    for (int task = 0; task < 2; task++) {
        enum task t = task ? TASK_TAG : TASK_FORECAST;
        struct params p, back;
        char *json, *again;
        int n;
        const struct param_spec *table = params_table(&n);

        ck_assert_int_eq(params_defaults(&p, t, NULL, &e), ST_OK);
        p.hidden_size = 3;
        p.seed = 9007199254740991;
        if (t == TASK_FORECAST)
            ck_assert_int_eq(params_add_known_in_advance(&p, "promo", &e), ST_OK);
        json = params_to_json(t, &p);
        ck_assert_ptr_nonnull(json);
        ck_assert_msg(params_from_json(&back, t, json, &e) == ST_OK, "%s", e.message);
        again = params_to_json(t, &back);
        ck_assert_str_eq(json, again);
        for (int i = 0; i < n; i++)
            if (t == TASK_FORECAST ? table[i].forecast : table[i].tag)
                ck_assert_msg(params_number(&p, &table[i]) == params_number(&back, &table[i]), "%s",
                              table[i].name);
        free(json);
        free(again);
    }
}
END_TEST

START_TEST(what_is_left_out_has_its_default)
{
    struct params p, defaults;

    ck_assert_int_eq(params_defaults(&defaults, TASK_FORECAST, "tutorial-sine", &e), ST_OK);
    ck_assert_int_eq(
        params_from_json(&p, TASK_FORECAST, "{\"recipe\":\"tutorial-sine\",\"seed\":5}", &e),
        ST_OK);
    ck_assert_int_eq(p.seed, 5);
    ck_assert_int_eq(p.hidden_size, defaults.hidden_size);
    ck_assert_str_eq(p.recipe, "tutorial-sine");
}
END_TEST

START_TEST(broken_texts_are_refused)
{
    struct params p;

    ck_assert_int_eq(params_from_json(&p, TASK_TAG, "{", &e), ST_CORRUPT);
    ck_assert_int_eq(params_from_json(&p, TASK_TAG, "[]", &e), ST_CORRUPT);
    ck_assert_int_eq(params_from_json(&p, TASK_TAG, "{\"sed\":1}", &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "'sed'"));
    ck_assert_int_ne(params_from_json(&p, TASK_TAG, "{\"hidden_size\":-1}", &e), ST_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks params json");
    TCase *t = tcase_create("params_json");

    tcase_add_test(t, parameters_come_back_as_they_were);
    tcase_add_test(t, what_is_left_out_has_its_default);
    tcase_add_test(t, broken_texts_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
