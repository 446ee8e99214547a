/* test_json_body.c - bodies with series and sentences: the data that is read, and the place of each
 * error. */
#include "server/formats/json.h"
#include "server/formats/json_body.h"
#include "tests/unit/server/formats/shown.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct shown rows[] = {
    /* clang-format off */
    {"{\"values\":[1,2.5,null,-3e2]}", ST_OK,
     "<value>0 [x 0 1 0:1,2.5,nan,-300,]"},
    {"{\"values\":[5]}", ST_OK,
     "<value>0 [x 0 1 0:5,]"},
    {"{\"values\":[0]}", ST_OK,
     "<value>0 [x 0 1 0:0,]"},
    {"{\"values\":[null]}", ST_OK,
     "<value>0 [x 0 1 0:nan,]"},
    {"{\"val\\u0075es\":[5,6]}", ST_OK,
     "<value>0 [x 0 1 0:5,6,]"},
    {"{\"val\\u0075es\":[5]}", ST_OK,
     "<value>0 [x 0 1 0:5,]"},
    {"{\"values\":[1,nul]}", ST_MALFORMED,
     "not valid JSON: unexpected text where a value should be at line 1, column 14 |  | 1"},
    {"{\"values\":[1,2", ST_MALFORMED,
     "not valid JSON: an array without its end at line 1, column 15 |  | 1"},
    {"{\"values\":[1,]}", ST_MALFORMED,
     "not valid JSON: unexpected text where a value should be at line 1, column 14 |  | 1"},
    {"{\"values\":[,1]}", ST_MALFORMED,
     "not valid JSON: unexpected text where a value should be at line 1, column 12 |  | 1"},
    {"{\"values\":[01]}", ST_MALFORMED,
     "not valid JSON: a ',' or the end should be here at line 1, column 13 |  | 1"},
    {"{\"values\":[1e999]}", ST_MALFORMED,
     "not valid JSON: a number too large for a double at line 1, column 17 |  | 1"},
    {"{\"values\":[1 2]}", ST_MALFORMED,
     "not valid JSON: a ',' or the end should be here at line 1, column 14 |  | 1"},
    {"{\"values\" : [ 1 , 2 ] , \"start\" : \"1949-01\" , \"frequency\" : \"M\" }", ST_OK,
     "<value>0 [x 3 1 -252:1,2,]"},
    {"{\"values\":[[1,2],[3,4]],\"columns\":[\"a\",\"b\"]}", ST_OK,
     "<a><b>0 [x 0 1 0:1,2,3,4,]"},
    {"{\"values\":[[1],[2]]}", ST_OK,
     "<value>0 [x 0 1 0:1,2,]"},
    {"{\"values\":[[1]]}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"values\":[1,2],\"values\":[1,2]}", ST_MALFORMED,
     "not valid JSON: the member 'values' is there twice, at line 1, column 25 |  | 1"},
    {"{\"series\":[{\"values\":[3],\"id\":\"b\"},{\"id\":\"c\",\"values\":[null,4]}]}", ST_OK,
     "<value>0 [b 0 1 0:3,] [c 0 1 0:nan,4,]"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"a\",\"values\":[3]}]}", ST_INVALID,
     "the series id 'a' is there twice | /series | 0"},
    {"[[[[{\"values\":[1]}]]]]", ST_MALFORMED,
     "not valid JSON: nested deeper than max_json_depth = 5 at line 1, column 15 |  | 1"},
    {"[[[{\"values\":[1]}]]]", ST_INVALID,
     "the body must be an object, not a list |  | 0"},
    {"\xef""\xbb""\xbf""{\"values\":[1,2]}", ST_OK,
     "<value>0 [x 0 1 0:1,2,]"},
    {"", ST_MALFORMED,
     "not valid JSON: the end where a value should be at line 1, column 1 |  | 1"},
    {" ", ST_MALFORMED,
     "not valid JSON: the end where a value should be at line 1, column 2 |  | 1"},
    {"5", ST_INVALID,
     "the body must be an object, not a number |  | 0"},
    {"[]", ST_INVALID,
     "the body must be an object, not a list |  | 0"},
    {"null", ST_INVALID,
     "the body must be an object, not null |  | 0"},
    {"{}", ST_INVALID,
     "give either \"values\" of one series or \"series\", a list of them |  | 0"},
    {"{\"seris\":[1]}", ST_INVALID,
     "'seris' is not a member known here; did you mean 'series'? | /seris | 0"},
    {"{\"values\":[1],\"series\":[]}", ST_INVALID,
     "give either \"values\" of one series or \"series\", a list of them |  | 0"},
    {"{\"series\":[]}", ST_INVALID,
     "series must be a list of at least one series | /series | 0"},
    {"{\"series\":null}", ST_INVALID,
     "series must be a list of at least one series | /series | 0"},
    {"{\"values\":[1],\"start\":null,\"frequency\":null}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"series\":[{\"id\":\"y\",\"values\":[[1,2]]},{\"id\":\"z\",\"values\":[[3,4]]}],"
     "\"columns\":[\"a\",\"b\"]}", ST_OK,
     "<a><b>0 [y 0 1 0:1,2,] [z 0 1 0:3,4,]"},
    {"{\"series\":[{\"id\":7,\"values\":[1]}],\"x\":[01]}", ST_MALFORMED,
     "not valid JSON: a ',' or the end should be here at line 1, column 41 |  | 1"},
    {"{\"sentences\":[{\"tokens\":[\"a\"]}],\"values\":[1]}", ST_INVALID,
     "'values' is not a member known here | /values | 0"},
    {"{\"columns\":[],\"values\":[1]}", ST_INVALID,
     "columns must be a list of 1 to 256 names | /columns | 0"},
    {"{\"columns\":[\"a\",1],\"values\":[[1,2]]}", ST_INVALID,
     "a column name is empty | /columns | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1]},{\"id\":\"b\",\"values\":[1]},{\"id\":\""
     "c\",\"values\":[1]},{\"id\":\"d\",\"values\":[1]},{\"id\":\"e\",\"values\":[1]}]}",
     ST_TOO_LARGE,
     "more than max_series = 4 series |  | 0"},
    {"{\"series\":[5]}", ST_INVALID,
     "/series/0 must be an object, not a number | /series/0 | 0"},
    {"{\"id\":\"\\ud83d\\ude00\\u0025s\",\"values\":[1]}", ST_OK,
     "<value>0 [\xf0""\x9f""\x98""\x80""%s 0 1 0:1,]"},
    {"{\"id\":\"\\ud83d\",\"values\":[1]}", ST_MALFORMED,
     "not valid JSON: a lone surrogate at line 1, column 14 |  | 1"},
    {"{\"sentences\":[{\"tokens\":[\"The\",\"dog\"],\"tags\":[\"DET\",null]}]}", ST_OK,
     "The/DET/- dog/-/- ;"},
    {"{\"sentences\":[{\"tags\":[\"A\"],\"tokens\":[\"\\u0061\"]},{\"tokens\":[\"b\"],\"u"
     "pos\":[\"B\"],\"xpos\":[\"X\"]}]}", ST_OK,
     "a/A/- ;b/B/X ;"},
    {"{\"sentences\":[]}", ST_INVALID,
     "sentences must be a list of at least one sentence with a token | /sentences | 0"},
    {"{\"sentences\":[{\"tokens\":[]}]}", ST_INVALID,
     "sentences must be a list of at least one sentence with a token | /sentences | 0"},
    {"{\"sentences\":[{\"tokens\":[]},{\"tokens\":[\"a\"],\"tags\":[\"A\"]},{\"tokens\":[],"
     "\"tags\":[]}]}",
     ST_OK, "a/A/- ;"},
    {"{\"sentences\":[{\"tokens\":[]},{\"tokens\":[\"\"]}]}", ST_INVALID,
     "a token is empty | /sentences/1/tokens/0 | 0"},
    {"{\"sentences\":[{\"tags\":[]}]}", ST_INVALID,
     "tokens must be a list of at most 10000 strings | /sentences/0/tokens | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\",1]}]}", ST_INVALID,
     "a token must be a string | /sentences/0/tokens/1 | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[]}]}", ST_INVALID,
     "tags must be a list of 1 tags, one for each token | /sentences/0/tags | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[{}]}]}", ST_INVALID,
     "a tag must be a string, or null where it is not known | /sentences/0/tags/0 | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\"],\"tagz\":[\"X\"]}]}", ST_INVALID,
     "'tagz' is not a member known here; did you mean 'tags'? | /sentences/0/tagz | 0"},
    {"{\"sentences\":[[\"a\"]]}", ST_INVALID,
     "/sentences/0 must be an object, not a list | /sentences/0 | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]},{\"tokens\":[\"a"
     "\",\"b\",\"c\",\"d\",\"e\",\"f\"]},{\"tokens\":[\"a\"]}]}", ST_TOO_LARGE,
     "more than max_sentences = 10 sentences or max_tokens = 10 tokens |  | 0"},
    {"{\"values\":[1,2]} x", ST_MALFORMED,
     "not valid JSON: something behind the document at line 1, column 18 |  | 1"},
    {"{\"values\":[\"\xff""\"]}", ST_MALFORMED,
     "line 1 is not valid UTF-8 |  | 1"},
    {"{\"k0\":1,\"k1\":1,\"k2\":1,\"k3\":1,\"k4\":1,\"k5\":1,\"k6\":1,\"k7\":1,\"k8\":1,"
     "\"k9\":1,\"k10\":1,\"k11\":1,\"k12\":1,\"k13\":1,\"k14\":1,\"k15\":1,\"k16\":1,\"k1"
     "7\":1,\"k18\":1,\"k19\":1,\"k\\u0037\":2}", ST_MALFORMED,
     "not valid JSON: the member 'k7' is there twice, at line 1, column 161 |  | 1"},
    {"[[[[[{\"values\":[1]}]]]]]", ST_MALFORMED,
     "not valid JSON: nested deeper than max_json_depth = 5 at line 1, column 6 |  | 1"},
    /* clang-format on */
};

START_TEST(documents_are_read_or_refused)
{
    check_shown(&rows[_i]);
}
END_TEST

/* A text of so many bytes: head, unit again and again, tail. */
static void repeat(struct buf *b, const char *head, const char *unit, const char *tail, size_t len)
{
    buf_init(b, SIZE_MAX / 4);
    buf_puts(b, head);
    while (b->len + strlen(unit) + strlen(tail) <= len)
        buf_puts(b, unit);
    buf_puts(b, tail);
    ck_assert_int_eq(b->st, ST_OK);
}

static const struct data_limits small = {
    .max_series = 4, .max_series_length = 6, .max_json_depth = 5};

static const struct data_limits wide = {.max_series = 10000000,
                                        .max_series_length = 100000000,
                                        .max_sentences = 10000000,
                                        .max_tokens = 100000000,
                                        .max_json_depth = 64};

static const struct shape {
    const char *head, *unit, *tail;
    bool data; /* of a data set; else what a tree is made of */
} shapes[] = {
    {"[", "[],", "[]]", false},
    {"[", "{},", "{}]", false},
    {"[", "\"b\",", "1]", false},
    {"[", "[[[[[[[[[[]]]]]]]]]],", "1]", false},
    {"{\"a\":[", "{\"a\":1},", "1]}", false},
    {"{\"values\":[", "1,", "1]}", true},
    {"{\"values\":[1],\"covariates\":{\"h\":[", "1,", "1]}}", true},
    {"{\"sentences\":[", "{\"tokens\":[\"a\"]},", "{\"tokens\":[\"b\"]}]}", true},
};

/* Millions of small values are refused, whatever they are; thousands are not. */
START_TEST(small_values_take_no_more_memory_than_they_may)
{
    const struct shape *s = &shapes[_i];
    static const size_t sizes[] = {20000, 24 << 20};

    for (int i = 0; i < 2; i++) {
        struct buf text, shown;
        struct err e = {0};
        cJSON *tree = NULL;
        enum status st;

        repeat(&text, s->head, s->unit, s->tail, sizes[i]);
        buf_init(&shown, SIZE_MAX / 4);
        if (s->data)
            st = read_and_show(&shown, text.data, text.len, &wide, &e);
        else
            st = json_read(&tree, text.data, text.len, wide.max_json_depth, &e);
        ck_assert_msg(st == (i ? ST_TOO_LARGE : ST_OK), "%s: %s", s->unit, e.message);
        ck_assert(!i || strstr(e.message, "memory"));
        cJSON_Delete(tree);
        buf_release(&shown);
        buf_release(&text);
    }
}
END_TEST

static const char *const others[] = {"horizon", "level", NULL};

/* Other members than data stay bounded where data is left out. */
START_TEST(what_is_beside_the_data_is_bounded_too)
{
    const struct json_body_options o = {.default_id = "x", .others = others, .limits = &wide};
    struct buf text;
    struct err e = {0};
    struct json_body body;

    repeat(&text, "{\"values\":[1],\"level\":[", "[],", "[]]}", 24 << 20);
    ck_assert_int_eq(json_body_read(&body, &o, text.data, text.len, &e), ST_TOO_LARGE);
    buf_release(&text);
    e = (struct err){0};
    repeat(&text, "{\"level\":[80,95],\"values\":[", "[],", "[]]}", 24 << 20);
    ck_assert_int_eq(json_body_read(&body, &o, text.data, text.len, &e), ST_OK);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(body.tree, "level")), 2);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(body.tree, "values")));
    json_body_release(&body);
    buf_release(&text);
}
END_TEST

START_TEST(others_are_in_the_tree_and_named_members_are_not_refused)
{
    static const char text[] = "{\"level\":[[{}]],\"values\":[1,2],\"hori\\u007aon\":{\"x\":[]}}";
    static const char wrong[] = "{\"level\":1,\"values\":[1,2],\"last\":3}";
    const struct json_body_options o = {.default_id = "x", .others = others, .limits = &small};
    struct json_body body;
    struct series_set set;
    struct err e = {0};

    ck_assert_int_eq(json_body_read(&body, &o, text, strlen(text), &e), ST_OK);
    ck_assert(cJSON_IsObject(cJSON_GetObjectItem(body.tree, "horizon")));
    ck_assert_int_eq(json_body_series(&set, &body, &e), ST_OK);
    ck_assert_int_eq(set.items[0].length, 2);
    series_set_release(&set);
    json_body_release(&body);
    ck_assert_int_eq(json_body_read(&body, &o, wrong, strlen(wrong), &e), ST_OK);
    ck_assert_int_eq(json_body_series(&set, &body, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/last");
    json_body_release(&body);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_body");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, documents_are_read_or_refused, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, small_values_take_no_more_memory_than_they_may, 0,
                        (int)(sizeof(shapes) / sizeof(shapes[0])));
    tcase_add_test(t, what_is_beside_the_data_is_bounded_too);
    tcase_add_test(t, others_are_in_the_tree_and_named_members_are_not_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
