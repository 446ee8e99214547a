/* test_json.c - one document read strictly, and its members with their places. */
#include "server/formats/json.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct err e;
static cJSON *tree;

static void setup(void)
{
    e = (struct err){0};
    tree = NULL;
}

static void teardown(void)
{
    cJSON_Delete(tree);
}

static enum status parse(const char *text)
{
    cJSON_Delete(tree);
    tree = NULL;
    return json_read(&tree, text, strlen(text), 3, &e);
}

START_TEST(one_document_is_read)
{
    ck_assert_int_eq(parse(" {\"a\":[1,{\"b\":null}]} "), ST_OK);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(tree, "a")), 2);
    ck_assert_int_eq(parse("[[[[1]]]]"), ST_MALFORMED); /* deeper than 3 */
    ck_assert_int_eq(parse("{} {}"), ST_MALFORMED);
    ck_assert_int_eq(parse("{\"a\":1,\"a\":2}"), ST_MALFORMED);
    ck_assert_int_eq(parse("[1e400]"), ST_MALFORMED);
    ck_assert_int_eq(parse(""), ST_MALFORMED);
}
END_TEST

START_TEST(a_tree_has_a_size)
{
    size_t n = 3 << 20;
    char *text = malloc(n + 3);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        text[i] = i % 2 ? ',' : '1';
    memmove(text + 1, text, n);
    text[0] = '[';
    text[n + 1] = '1';
    text[n + 2] = ']';
    ck_assert_int_eq(json_read(&tree, text, n + 3, 3, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "more than 32 MiB"));
    ck_assert_uint_eq(json_tree_memory(100), 32 << 20);
    ck_assert_uint_eq(json_tree_memory(20 << 20), 60 << 20);
    free(text);
}
END_TEST

START_TEST(unknown_members_are_named)
{
    static const char *const names[] = {"epochs", "seed", NULL};

    ck_assert_int_eq(parse("{\"seed\":1}"), ST_OK);
    ck_assert_int_eq(json_only(tree, "", names, &e), ST_OK);
    ck_assert_int_eq(parse("{\"seed\":1,\"epoch\":2}"), ST_OK);
    ck_assert_int_eq(json_only(tree, "/params", names, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/params/epoch");
    ck_assert_ptr_nonnull(strstr(e.message, "'epochs'"));
    ck_assert_int_eq(parse("[]"), ST_OK);
    ck_assert_int_eq(json_only(tree, "/params", names, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "/params must be an object, not a list"));
    ck_assert_int_eq(json_only(NULL, "", names, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "the body must be an object, not nothing"));
}
END_TEST

START_TEST(members_have_their_type)
{
    const char *text = "untouched";
    int64_t n = 7;
    bool flag = false;

    ck_assert_int_eq(parse("{\"s\":\"x\",\"n\":5,\"b\":true,\"z\":null,\"f\":1.5}"), ST_OK);
    ck_assert_int_eq(json_get_string(&text, tree, "", "none", false, &e), ST_OK);
    ck_assert_int_eq(json_get_string(&text, tree, "", "z", false, &e), ST_OK);
    ck_assert_str_eq(text, "untouched");
    ck_assert_int_eq(json_get_string(&text, tree, "/p", "z", true, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/p/z");
    ck_assert_str_eq(e.message, "z is missing");
    ck_assert_int_eq(json_get_string(&text, tree, "", "s", true, &e), ST_OK);
    ck_assert_str_eq(text, "x");
    ck_assert_int_eq(json_get_string(&text, tree, "", "n", true, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "a string, not a number"));
    ck_assert_int_eq(json_get_int(&n, tree, "", "n", 1, 5, true, &e), ST_OK);
    ck_assert_int_eq(n, 5);
    ck_assert_int_eq(json_get_int(&n, tree, "", "n", 6, 9, true, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "n is 5; it must be a whole number from 6 to 9"));
    ck_assert_int_eq(json_get_int(&n, tree, "", "n", 1, 4, true, &e), ST_INVALID);
    ck_assert_int_eq(json_get_int(&n, tree, "", "f", 0, 9, true, &e), ST_INVALID);
    ck_assert_int_eq(json_get_int(&n, tree, "", "b", 0, 9, true, &e), ST_INVALID);
    ck_assert_int_eq(json_get_bool(&flag, tree, "", "b", true, &e), ST_OK);
    ck_assert(flag);
    ck_assert_int_eq(json_get_bool(&flag, tree, "", "s", true, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "true or false, not a string"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, one_document_is_read);
    tcase_add_test(t, a_tree_has_a_size);
    tcase_add_test(t, unknown_members_are_named);
    tcase_add_test(t, members_have_their_type);
    suite_add_tcase(s, t);
    return suite_run(s);
}
