/* test_json_build.c - trees are built, and freed whole where a step fails. */
#include "server/formats/json.h"
#include "server/formats/json_build.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>

START_TEST(a_tree_is_built)
{
    const double values[] = {1, NAN, -INFINITY, 2.5};
    cJSON *o = json_put_text(cJSON_CreateObject(), "text", "a");
    char *text;

    o = json_put_text(o, "none", NULL);
    o = json_put_number(o, "number", 0.1);
    o = json_put_number(o, "nan", NAN);
    o = json_put(o, "list", json_push(json_numbers(values, 4), cJSON_CreateTrue()));
    o = json_put_raw(o, "raw", "{\"x\":[1]}");
    o = json_put_raw(o, "no", NULL);
    text = json_print(o);
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, "{\"text\":\"a\",\"none\":null,\"number\":0.1,\"nan\":null,"
                           "\"list\":[1,null,null,2.5,true],\"raw\":{\"x\":[1]},\"no\":null}");
    free(text);
    cJSON_Delete(o);
}
END_TEST

/* taken: blocks that cJSON has allocated and not freed; asked: calls so far; call fail_at fails. */
static int taken, asked, fail_at;

static void *take(size_t n)
{
    void *p = asked++ == fail_at ? NULL : malloc(n);

    taken += p != NULL;
    return p;
}

static void give_back(void *p)
{
    taken -= p != NULL;
    free(p);
}

static cJSON *build(void)
{
    const double values[] = {1, 2};
    cJSON *o = json_put(cJSON_CreateObject(), "list",
                        json_push(json_numbers(values, 2), cJSON_CreateString("x")));

    o = json_put_number(o, "n", 1);
    return json_put_raw(json_put_text(o, "t", "y"), "r", "[true]");
}

START_TEST(nothing_is_lost_where_memory_runs_out)
{
    cJSON_Hooks hooks = {take, give_back};
    bool whole = false;

    cJSON_InitHooks(&hooks);
    for (fail_at = 0; !whole; fail_at++) {
        cJSON *tree;

        asked = taken = 0;
        tree = build();
        whole = asked <= fail_at;
        ck_assert(whole == (tree != NULL));
        cJSON_Delete(tree);
        ck_assert_int_eq(taken, 0);
    }
    ck_assert_int_gt(fail_at, 10);
    cJSON_InitHooks(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json build");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_tree_is_built);
    tcase_add_test(t, nothing_is_lost_where_memory_runs_out);
    suite_add_tcase(s, t);
    return suite_run(s);
}
