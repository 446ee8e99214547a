/* test_json_body.c - bodies with series and sentences: what is read of them, what is refused, and
 * where. */
#include "server/formats/json.h"
#include "server/formats/json_body.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_series = 4,
                                          .max_series_length = 6,
                                          .max_sentences = 10,
                                          .max_tokens = 10,
                                          .max_json_depth = 5};

/* The text, and what becomes of it: columns, number of covariates, series with id, frequency, start
 * and values; or words with their tags; or message, pointer and line. */
static const struct row {
    const char *text;
    enum status status;
    const char *shown;
} rows[] = {
    /* clang-format off */
    {"{\"values\":[1,2.5,null,-3e2]}", ST_OK,
     "<value>0 [x 0 1 0:1,2.5,nan,-300,]"},
    {"{\"values\":[5]}", ST_OK,
     "<value>0 [x 0 1 0:5,]"},
    {"{\"values\":[0]}", ST_OK,
     "<value>0 [x 0 1 0:0,]"},
    {"{\"values\":[]}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[null]}", ST_OK,
     "<value>0 [x 0 1 0:nan,]"},
    {"{\"val\\u0075es\":[5,6]}", ST_OK,
     "<value>0 [x 0 1 0:5,6,]"},
    {"{\"val\\u0075es\":[5]}", ST_OK,
     "<value>0 [x 0 1 0:5,]"},
    {"{\"values\":[1,2,3,4,5,6,7]}", ST_TOO_LARGE,
     "7 values; max_series_length allows 6 | /values | 0"},
    {"{\"values\":[1,\"2\"]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/1 | 0"},
    {"{\"values\":[1,true]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/1 | 0"},
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
    {"{\"values\":[1,2],\"columns\":[\"a\",\"b\"]}", ST_INVALID,
     "a row must be a list of 2 values, one a column | /values/0 | 0"},
    {"{\"values\":[[1],[2]]}", ST_OK,
     "<value>0 [x 0 1 0:1,2,]"},
    {"{\"values\":[[1]]}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"values\":[{\"values\":[1,2]}]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/0 | 0"},
    {"{\"values\":3}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":{\"values\":[1,2]}}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[1,2],\"values\":[1,2]}", ST_MALFORMED,
     "not valid JSON: the member 'values' is there twice, at line 1, column 25 |  | 1"},
    {"{\"values\":[1,2],\"covariates\":{\"heat\":[3,4],\"wind\":[0]}}", ST_OK,
     "<value><heat><wind>2 [x 0 1 0:1,3,0,2,4,nan,]"},
    {"{\"values\":[1,2],\"covariates\":{\"heat\":[0.5]}}", ST_OK,
     "<value><heat>1 [x 0 1 0:1,0.5,2,nan,]"},
    {"{\"values\":[1,2],\"covariates\":{\"values\":[3,4]}}", ST_OK,
     "<value><values>1 [x 0 1 0:1,3,2,4,]"},
    {"{\"values\":[1,2],\"covariates\":{\"values\":[3],\"heat\":[4]}}", ST_OK,
     "<value><values><heat>2 [x 0 1 0:1,3,4,2,nan,nan,]"},
    {"{\"series\":[{\"values\":[3],\"id\":\"b\"},{\"id\":\"c\",\"values\":[null,4]}]}", ST_OK,
     "<value>0 [b 0 1 0:3,] [c 0 1 0:nan,4,]"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"b\",\"values\":[3,\"x\"]}]}",
     ST_INVALID,
     "a value must be a number, or null where it is missing | /series/1/values/1 | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"a\",\"values\":[3]}]}", ST_INVALID,
     "the series id 'a' is there twice | /series | 0"},
    {"{\"series\":[{\"values\":[1]}]}", ST_INVALID,
     "id is missing | /series/0/id | 0"},
    {"{\"start\":[{\"values\":[1]}],\"values\":[1]}", ST_INVALID,
     "start must be a string, not a list | /start | 0"},
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
    {"{\"values\":null}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[1],\"start\":null,\"frequency\":null}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"values\":[1],\"frequency\":\"M\"}", ST_INVALID,
     "start is missing: a series with a frequency begins at some time | /start | 0"},
    {"{\"values\":[1],\"start\":5}", ST_INVALID,
     "start must be a string, not a number | /start | 0"},
    {"{\"values\":[1],\"start\":\"soon\"}", ST_INVALID,
     "'soon' is not a time: write 1949, 1949-01, 1949-01-31, 1949Q1, 1949-01-31T12:00:00Z"
     " or epoch seconds | /start | 0"},
    {"{\"values\":[1],\"start\":\"1949-01\",\"frequency\":\"Z\"}", ST_INVALID,
     "frequency 'Z' is not known; give Y, Q, M, W, B, D, H, min or S, with a multiple before"
     " it where needed (15min) | /frequency | 0"},
    {"{\"columns\":[\"a\",\"b\"],\"values\":[[1,null],[3,4]],\"covariates\":{\"heat\":[5,"
     "6,7]}}", ST_OK,
     "<a><b><heat>1 [x 0 1 0:1,nan,5,3,4,6,nan,nan,7,]"},
    {"{\"values\":[[1,2],[3,4]],\"id\":\"y\",\"covariates\":{\"h\":[5]},\"columns\":[\"a\","
     "\"b\"]}", ST_OK,
     "<a><b><h>1 [y 0 1 0:1,2,5,3,4,nan,]"},
    {"{\"series\":[{\"id\":\"y\",\"values\":[[1,2]]},{\"id\":\"z\",\"values\":[[3,4]]}],"
     "\"columns\":[\"a\",\"b\"]}", ST_OK,
     "<a><b>0 [y 0 1 0:1,2,] [z 0 1 0:3,4,]"},
    {"{\"series\":[{\"id\":\"y\",\"values\":[1]}],\"columns\":[\"a\",\"b\"]}", ST_INVALID,
     "a row must be a list of 2 values, one a column | /series/0/values/0 | 0"},
    {"{\"series\":[{\"id\":7,\"values\":[1]}],\"x\":[01]}", ST_MALFORMED,
     "not valid JSON: a ',' or the end should be here at line 1, column 41 |  | 1"},
    {"{\"sentences\":[{\"tokens\":[\"a\"]}],\"values\":[1]}", ST_INVALID,
     "'values' is not a member known here | /values | 0"},
    {"{\"columns\":[],\"values\":[1]}", ST_INVALID,
     "columns must be a list of 1 to 256 names | /columns | 0"},
    {"{\"columns\":[\"a\",1],\"values\":[[1,2]]}", ST_INVALID,
     "a column name is empty | /columns | 0"},
    {"{\"covariates\":{\"heat\":[1]},\"values\":[1],\"columns\":[\"heat\"]}", ST_INVALID,
     "'heat' is a value column and a covariate | /covariates | 0"},
    {"{\"values\":[1],\"covariates\":[1]}", ST_INVALID,
     "covariates must be an object of lists, one a name | /covariates | 0"},
    {"{\"values\":[1],\"covariates\":null}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"values\":[1],\"covariates\":{\"heat\":[]}}", ST_INVALID,
     "a covariate must be a list of 1 to 6 numbers, null where it is missing | /covariate"
     "s/heat | 0"},
    {"{\"values\":[1],\"covariates\":{\"heat\":[true]}}", ST_INVALID,
     "a value must be a number, or null where it is missing | /covariates/heat/0 | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1],\"covariates\":{\"h\":[1,2]}},{\"id\":\"b"
     "\",\"values\":[3],\"covariates\":{\"w\":[1]}}]}", ST_INVALID,
     "'w' is no covariate of the first series; all have the same ones | /series/1/covaria"
     "tes/w | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1],\"covariates\":{\"h\":[1,2]}},{\"id\":\"b"
     "\",\"values\":[3,4,5]}]}", ST_OK,
     "<value><h>1 [a 0 1 0:1,1,nan,2,] [b 0 1 0:3,nan,4,nan,5,nan,]"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1]},{\"id\":\"b\",\"values\":[1]},{\"id\":\""
     "c\",\"values\":[1]},{\"id\":\"d\",\"values\":[1]},{\"id\":\"e\",\"values\":[1]}]}",
     ST_TOO_LARGE,
     "more than max_series = 4 series |  | 0"},
    {"{\"series\":[5]}", ST_INVALID,
     "/series/0 must be an object, not a number | /series/0 | 0"},
    {"{\"series\":[{\"id\":7,\"values\":[1]}]}", ST_INVALID,
     "id must be a string, not a number | /series/0/id | 0"},
    {"{\"series\":[{\"id\":\"\",\"values\":[1]}]}", ST_INVALID,
     "a series id is empty | /series/0/id | 0"},
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
     "sentences must be a list of at least one sentence | /sentences | 0"},
    {"{\"sentences\":[{\"tokens\":[]}]}", ST_INVALID,
     "tokens must be a list of 1 to 10000 strings | /sentences/0/tokens | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\",1]}]}", ST_INVALID,
     "a token must be a string | /sentences/0/tokens/1 | 0"},
    {"{\"sentences\":[{\"tokens\":[\"a\"],\"tags\":[]}]}", ST_INVALID,
     "tags must be a list of 1 tags, one a token | /sentences/0/tags | 0"},
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
    {"{\"values\":[{\"a\":{\"a\":1}}]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/0 | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1]}],\"covariates\":{\"h\":[1]}}", ST_OK,
     "<value>0 [a 0 1 0:1,]"},
    /* clang-format on */
};

static void show_series(struct buf *b, const struct series_set *s)
{
    for (int k = 0; k < s->num_columns; k++)
        buf_printf(b, "<%s>", s->columns[k]);
    buf_printf(b, "%d", s->num_covariates);
    for (int i = 0; i < s->count; i++) {
        const struct series *one = &s->items[i];

        buf_printf(b, " [%s %d %d %lld:", one->id, (int)one->time.frequency.unit,
                   one->time.frequency.multiple, (long long)one->time.start);
        for (int k = 0; k < one->length * s->num_columns; k++)
            buf_printf(b, "%.17g,", one->values[k]);
        buf_puts(b, "]");
    }
}

static const char *or_dash(const char *s)
{
    return s ? s : "-";
}

static void show_sentences(struct buf *b, const struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        const struct tagged_sentence *s = &t->items[i];

        for (int k = 0; k < s->length; k++)
            buf_printf(b, "%s/%s/%s ", s->form[k], or_dash(s->upos[k]), or_dash(s->xpos[k]));
        buf_puts(b, ";");
    }
}

/* As an upload is read: the text is a copy with nothing behind it, so that a sanitizer sees who
 * reads on. */
static enum status read_and_show(struct buf *b, const char *text, size_t len,
                                 const struct data_limits *l, struct err *e)
{
    const struct json_body_options o = {.default_id = "x", .sentences = true, .limits = l};
    struct series_set series = {0};
    struct tagged_set tagged = {0};
    char *copy = malloc(len ? len : 1);
    struct json_body body;
    enum status st;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    st = json_body_read(&body, &o, copy, len, e);
    ck_assert_ptr_null(body.tree);
    if (!st && body.kind == DATA_TAGGED) {
        st = json_body_tagged(&tagged, &body, e);
        show_sentences(b, &tagged);
    } else if (!st) {
        st = json_body_series(&series, &body, e);
        show_series(b, &series);
    }
    if (st) {
        ck_assert(series.count == 0 && tagged.count == 0);
        b->len = 0;
        buf_printf(b, "%s | %s | %ld", e->message, e->pointer, e->line);
    }
    series_set_release(&series);
    tagged_set_release(&tagged);
    json_body_release(&body);
    free(copy);
    return st;
}

START_TEST(documents_are_read_or_refused)
{
    const struct row *row = &rows[_i];
    struct err e = {0};
    struct buf b;

    buf_init(&b, 100000);
    ck_assert_int_eq(read_and_show(&b, row->text, strlen(row->text), &limits, &e), row->status);
    ck_assert_ptr_nonnull(b.data);
    ck_assert_str_eq(b.data, row->shown);
    buf_release(&b);
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
    const struct json_body_options o = {.default_id = "x", .others = others, .limits = &limits};
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
