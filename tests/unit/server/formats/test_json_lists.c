/* Lists of numbers beside the tree: the same series as through the tree, and numbers as strtod() reads them. */
#include "server/formats/json.h"
#include "server/formats/json_lists.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_series = 4,
                                          .max_series_length = 6,
                                          .max_sentences = 10,
                                          .max_tokens = 10,
                                          .max_json_depth = 4};

static const char *const numbers[] = {
    "0",
    "-0",
    "1",
    "-17",
    "447.1",
    "0.1",
    "-0.30000000000000004",
    "9007199254740992",
    "9007199254740993",
    "0.0000000000000000000001",
    "0.00000000000000000000001",
    "1234567890123456789",
    "12345678901234567890",
    "1.7976931348623157e308",
    "1e5",
    "1E-5",
    "5e-324",
    "123456789.123456789",
    "3.14159265358979323846264338327950288",
};

START_TEST(numbers_are_those_of_strtod)
{
    char text[100];
    size_t n;
    double v = json_number_value(numbers[_i], strlen(numbers[_i])),
           expect = strtod(numbers[_i], NULL);

    ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", numbers[_i], v);
    snprintf(text, sizeof(text), "%s,                    ", numbers[_i]);
    n = json_short_number(&v, text, text + strlen(text));
    ck_assert(n == 0 || n == strlen(numbers[_i]));
    ck_assert(memcmp(&v, &expect, sizeof(v)) == 0);
}
END_TEST

static const char *const no_short_numbers[] = {
    "01,                 ",  "-,                   ", "1.,                  ",
    ".5,                  ", "1.2.3,              ",  "1e5,                 ",
    "1234567890123456,    ", "1.234567890123456,   ", "12,",
    "-01,                ",  "n,                   ", "1.5E0,               ",
};

START_TEST(others_are_left_to_the_grammar)
{
    double v;
    const char *s = no_short_numbers[_i];

    ck_assert_uint_eq(json_short_number(&v, s, s + strlen(s)), 0);
}
END_TEST

START_TEST(random_decimals_are_those_of_strtod)
{
    uint64_t state = 7;

    for (int i = 0; i < 200000; i++) {
        char text[64];
        double v, expect;
        size_t n;

        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        snprintf(text, sizeof(text), "%.*f", (int)(state >> 60), (double)(state >> 12) / 1e9);
        v = json_number_value(text, strlen(text));
        expect = strtod(text, NULL);
        ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", text, v);
        n = json_short_number(&v, text, text + sizeof(text));
        ck_assert(n == 0 || n == strlen(text));
        ck_assert_msg(memcmp(&v, &expect, sizeof(v)) == 0, "%s read as %.17g", text, v);
    }
}
END_TEST

/* Documents, well and badly formed: both ways come to the same. */
static const char *const documents[] = {
    "{\"values\":[1,2.5,null,-3e2]}",
    "{\"values\":[5]}",
    "{\"values\":[0]}",
    "{\"values\":[]}",
    "{\"values\":[null]}",
    "{\"val\\u0075es\":[5,6]}",
    "{\"val\\u0075es\":[5]}",
    "{\"values\":[1,2,3,4,5,6,7]}",
    "{\"values\":[1,\"2\"]}",
    "{\"values\":[1,true]}",
    "{\"values\":[1,nul]}",
    "{\"values\":[1,2",
    "{\"values\":[1,]}",
    "{\"values\":[,1]}",
    "{\"values\":[01]}",
    "{\"values\":[1e999]}",
    "{\"values\":[1 2]}",
    "{\"values\" : [ 1 , 2 ] , \"start\" : \"1949-01\" , \"frequency\" : \"M\" }",
    "{\"values\":[[1,2],[3,4]],\"columns\":[\"a\",\"b\"]}",
    "{\"values\":[1,2],\"columns\":[\"a\",\"b\"]}",
    "{\"values\":[[1],[2]]}",
    "{\"values\":[[1]]}",
    "{\"values\":[{\"values\":[1,2]}]}",
    "{\"values\":3}",
    "{\"values\":{\"values\":[1,2]}}",
    "{\"values\":[1,2],\"values\":[1,2]}",
    "{\"values\":[1,2],\"covariates\":{\"heat\":[3,4],\"wind\":[0]}}",
    "{\"values\":[1,2],\"covariates\":{\"heat\":[0.5]}}",
    "{\"values\":[1,2],\"covariates\":{\"values\":[3,4]}}",
    "{\"values\":[1,2],\"covariates\":{\"values\":[3],\"heat\":[4]}}",
    "{\"series\":[{\"values\":[3],\"id\":\"b\"},{\"id\":\"c\",\"values\":[null,4]}]}",
    "{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"b\",\"values\":[3,\"x\"]}]}",
    "{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"a\",\"values\":[3]}]}",
    "{\"series\":[{\"values\":[1]}]}",
    "{\"start\":[{\"values\":[1]}],\"values\":[1]}",
    "[[[[{\"values\":[1]}]]]]",
    "[[[{\"values\":[1]}]]]",
    "\xef\xbb\xbf{\"values\":[1,2]}",
};

static enum status read_plain(struct series_set *out, const char *text, struct err *e)
{
    cJSON *tree = NULL;
    enum status st = json_read(&tree, text, strlen(text), limits.max_json_depth, e);

    if (!st)
        st = json_read_series(out, tree, "", "x", NULL, &limits, e);
    cJSON_Delete(tree);
    return st;
}

static enum status read_lists(struct series_set *out, const char *text, struct err *e)
{
    struct json_lists lists = {0};
    cJSON *tree = NULL;
    enum status st = json_read_lists(&tree, &lists, text, strlen(text), limits.max_json_depth, e);

    if (!st)
        st = json_read_series(out, tree, "", "x", &lists, &limits, e);
    cJSON_Delete(tree);
    json_lists_release(&lists);
    return st;
}

START_TEST(both_ways_come_to_the_same)
{
    struct series_set a = {0}, b = {0};
    struct err e = {0}, f = {0};
    enum status st = read_plain(&a, documents[_i], &e);

    ck_assert_int_eq(read_lists(&b, documents[_i], &f), st);
    ck_assert_str_eq(f.message, e.message);
    ck_assert_str_eq(f.pointer, e.pointer);
    ck_assert_int_eq(f.line, e.line);
    ck_assert_int_eq(a.count, b.count);
    for (int i = 0; i < a.count; i++) {
        ck_assert_str_eq(a.items[i].id, b.items[i].id);
        ck_assert_int_eq(a.items[i].length, b.items[i].length);
        for (int k = 0; k < a.items[i].length * a.num_columns; k++) {
            double x = a.items[i].values[k], y = b.items[i].values[k];

            ck_assert_msg(x == y || (isnan(x) && isnan(y)), "%s: %g, %g", documents[_i], x, y);
        }
    }
    if (!st) {
        series_set_release(&a);
        series_set_release(&b);
    }
}
END_TEST

START_TEST(many_lists_are_told_apart)
{
    static const struct data_limits wide = {
        .max_series = 100, .max_series_length = 100, .max_json_depth = 4};
    struct json_lists lists = {0};
    struct series_set set = {0};
    struct err e = {0};
    cJSON *tree = NULL;
    struct buf b;

    buf_init(&b, 100000);
    buf_puts(&b, "{\"series\":[");
    for (int i = 0; i < 60; i++) {
        buf_printf(&b, "%s{\"id\":\"s%d\",\"values\":[%d", i ? "," : "", i, i);
        for (int k = 0; k < i; k++)
            buf_printf(&b, ",%d", k);
        buf_puts(&b, "]}");
    }
    buf_puts(&b, "]}");
    ck_assert_int_eq(json_read_lists(&tree, &lists, b.data, b.len, 4, &e), ST_OK);
    ck_assert_int_eq(json_read_series(&set, tree, "", "x", &lists, &wide, &e), ST_OK);
    for (int i = 0; i < 60; i++) {
        ck_assert_int_eq(set.items[i].length, i + 1);
        ck_assert(set.items[i].values[0] == i);
        ck_assert(i == 0 || set.items[i].values[i] == i - 1);
    }
    series_set_release(&set);
    cJSON_Delete(tree);
    json_lists_release(&lists);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json lists");
    TCase *t = tcase_create("lists");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, numbers_are_those_of_strtod, 0,
                        (int)(sizeof(numbers) / sizeof(numbers[0])));
    tcase_add_loop_test(t, others_are_left_to_the_grammar, 0,
                        (int)(sizeof(no_short_numbers) / sizeof(no_short_numbers[0])));
    tcase_add_test(t, random_decimals_are_those_of_strtod);
    tcase_add_loop_test(t, both_ways_come_to_the_same, 0,
                        (int)(sizeof(documents) / sizeof(documents[0])));
    tcase_add_test(t, many_lists_are_told_apart);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
