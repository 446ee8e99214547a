/* test_source_spec.c - what a client may say about a source. */
#include "server/sources/source_spec.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct outbound_rules closed = {.allow = ""}, open = {.http = true, .allow = ""};
static struct source_spec spec;
static struct err e;

static enum status read(const char *json, const struct outbound_rules *rules)
{
    static cJSON *tree;

    cJSON_Delete(tree);
    tree = cJSON_Parse(json);
    ck_assert_ptr_nonnull(tree);
    e = (struct err){0};
    return source_spec_read(&spec, tree, "/source", rules, &e);
}

START_TEST(a_url_is_read)
{
    ck_assert_int_eq(read("{\"url\":\"https://a.test/x.csv\",\"every\":\"1h\"}", &closed), ST_OK);
    ck_assert(!spec.prometheus);
    ck_assert_str_eq(spec.url, "https://a.test/x.csv");
    ck_assert_int_eq(spec.every, 3600);
}
END_TEST

START_TEST(a_prometheus_server_is_read)
{
    ck_assert_int_eq(
        read("{\"prometheus\":\"http://p.test:9090/p\",\"query\":\"up\",\"step\":\"1m\","
             "\"every\":\"5m\"}",
             &open),
        ST_OK);
    ck_assert(spec.prometheus);
    ck_assert_str_eq(spec.query, "up");
    ck_assert_int_eq(spec.step, 60);
    ck_assert_int_eq(spec.range, 660000);
    ck_assert_int_eq(read("{\"prometheus\":\"https://p.test\",\"query\":\"up\",\"step\":\"1h\","
                          "\"every\":\"1h\",\"range\":\"30d\"}",
                          &closed),
                     ST_OK);
    ck_assert_int_eq(spec.range, 30 * 86400);
}
END_TEST

static const struct {
    const char *json, *pointer;
    enum status st;
} wrong[] = {
    {"{\"url\":\"http://a.test/\",\"every\":\"1h\"}", "/source/url", ST_FORBIDDEN},
    {"{\"url\":\"https://a.test/\"}", "/source/every", ST_INVALID},
    {"{\"every\":\"1h\"}", "/source/url", ST_INVALID},
    {"{\"url\":\"https://a.test/\",\"every\":\"4s\"}", "/source/every", ST_INVALID},
    {"{\"url\":\"https://a.test/\",\"every\":\"367d\"}", "/source/every", ST_INVALID},
    {"{\"url\":\"https://a.test/\",\"every\":\"1h\",\"query\":\"up\"}", "/source/query",
     ST_INVALID},
    {"{\"url\":7,\"every\":\"1h\"}", "/source/url", ST_INVALID},
    {"{\"prometheus\":\"https://p.test\",\"query\":\"\",\"step\":\"1m\",\"every\":\"1h\"}",
     "/source/query", ST_INVALID},
    {"{\"prometheus\":\"https://p.test\",\"query\":\"up\",\"step\":\"8d\",\"every\":\"1h\"}",
     "/source/step", ST_INVALID},
    {"{\"prometheus\":\"https://p.test\",\"query\":\"up\",\"step\":\"1h\",\"every\":\"1h\","
     "\"range\":\"1m\"}",
     "/source/range", ST_INVALID},
    {"{\"prometheus\":\"https://p.test/?x=1\",\"query\":\"up\",\"step\":\"1h\",\"every\":\"1h\"}",
     "/source/prometheus", ST_INVALID},
    {"[]", "/source", ST_INVALID},
};

START_TEST(an_error_names_its_member)
{
    ck_assert_msg(read(wrong[_i].json, &closed) == wrong[_i].st, "%s", wrong[_i].json);
    ck_assert_str_eq(e.pointer, wrong[_i].pointer);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source_spec");
    TCase *t = tcase_create("source_spec");

    tcase_add_test(t, a_url_is_read);
    tcase_add_test(t, a_prometheus_server_is_read);
    tcase_add_loop_test(t, an_error_names_its_member, 0, (int)(sizeof wrong / sizeof wrong[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
