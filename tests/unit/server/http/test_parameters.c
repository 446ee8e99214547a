/* test_parameters.c - query parameters against their declarations. */
#include "server/http/parameters.h"
#include "tests/unit/suite.h"

#include <string.h>

static enum status check_even(const char *value, struct err *e)
{
    return strlen(value) % 2 ? err_set(e, ST_INVALID, "'%s' is odd", value) : ST_OK;
}

static const char *const choices[] = {"red", "green", "blue", NULL};
static const struct http_parameter table[] = {
    {"n", HTTP_INTEGER, 1, 9},
    {"flag", HTTP_FLAG},
    {"color", HTTP_CHOICE, .choices = choices},
    {"even", HTTP_CHECKED, .check = check_even},
    {"text", HTTP_TEXT},
};
enum { ROWS = sizeof(table) / sizeof(table[0]) };

START_TEST(values_are_checked_by_kind)
{
    static const struct {
        const char *name, *value, *place; /* place NULL: it fits */
    } rows[] = {
        {"n", "1", NULL},        {"n", "9", NULL},
        {"n", "0", "?n"},        {"n", "10", "?n"},
        {"n", "", "?n"},         {"flag", "", NULL},
        {"flag", "yes", NULL},   {"flag", "2", "?flag"},
        {"color", "blue", NULL}, {"color", "Blue", "?color"},
        {"even", "ab", NULL},    {"even", "abc", "?even"},
        {"text", "", NULL},      {"unknown", "x", NULL}, /* the route refuses it */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct http_pair q[] = {{"text", "x"}, {rows[i].name, rows[i].value}};
        struct err e = {0};
        enum status st = parameters_check(q, 2, table, ROWS, &e);

        ck_assert_msg((st == ST_OK) == !rows[i].place, "%s=%s", rows[i].name, rows[i].value);
        if (rows[i].place)
            ck_assert_str_eq(e.pointer, rows[i].place);
    }
}
END_TEST

START_TEST(choices_are_listed)
{
    const struct http_pair q = {"color", "pink"};
    struct err e = {0};

    ck_assert_int_eq(parameters_check(&q, 1, table, ROWS, &e), ST_MALFORMED);
    ck_assert_str_eq(e.message, "color is 'pink'; it must be red, green or blue");
}
END_TEST

START_TEST(a_route_takes_only_what_is_declared)
{
    struct http_route routes[] = {{HTTP_GET, "/a", NULL, "n flag"}, {HTTP_GET, "/b", NULL, NULL}};
    struct err e = {0};

    ck_assert_int_eq(parameters_complete(table, ROWS, routes, 2, &e), ST_OK);
    routes[1].query = "text fla";
    ck_assert_int_eq(parameters_complete(table, ROWS, routes, 2, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "/b"));
    ck_assert_ptr_nonnull(strstr(e.message, "'fla'"));
    ck_assert_int_eq(parameters_complete(NULL, 0, routes, 2, &e), ST_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http parameters");
    TCase *t = tcase_create("parameters");

    tcase_add_test(t, values_are_checked_by_kind);
    tcase_add_test(t, choices_are_listed);
    tcase_add_test(t, a_route_takes_only_what_is_declared);
    suite_add_tcase(s, t);
    return suite_run(s);
}
