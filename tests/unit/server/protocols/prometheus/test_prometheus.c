/* test_prometheus.c - Prometheus' HTTP API as handlers. */
#include "server/protocols/prometheus/prometheus.h"

#include "tests/unit/server/api/handler.h"

#include <string.h>

static struct call query(http_handler *handler, const char *expression)
{
    return (struct call){.handler = handler, .method = HTTP_GET, .query = {{"query", expression}}};
}

static void fill(void)
{
    put_csv("d", "ds,id,y\n2020-01,a,1\n2020-02,a,2.5\n2020-03,a,3\n2020-01,b,1e30\n2020-02,b,\n"
                 "2020-03,b,-3\n");
}

START_TEST(an_instant_has_a_vector_or_a_scalar)
{
    struct call c = query(prometheus_query, "d:actual");

    fill();
    c.query[1] = (struct http_pair){"time", "2020-02-10T00:00:00Z"};
    ck_assert_str_eq(expect(200, &c)->body,
                     "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{"
                     "\"metric\":{\"__name__\":\"d:actual\",\"dataset\":\"d\",\"series\":\"a\"},"
                     "\"value\":[1581292800,\"2.5\"]}]}}\n");
    c.query[0].value = "1+1";
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":{\"resultType\":"
                                            "\"scalar\",\"result\":[1581292800,\"2\"]}}\n");
    c.query[0].value = "-Inf";
    expect(200, &c);
    ck_assert_str_eq(text("data/result/1"), "-Inf");
    c.query[0].value = "NaN";
    expect(200, &c);
    ck_assert_str_eq(text("data/result/1"), "NaN");
}
END_TEST

START_TEST(a_range_has_a_matrix)
{
    struct call c = query(prometheus_query_range, "d:actual");

    fill();
    c.query[1] = (struct http_pair){"start", "2020-01-15T00:00:00Z"};
    c.query[2] = (struct http_pair){"end", "2020-04-15T00:00:00Z"};
    c.query[3] = (struct http_pair){"step", "30d"};
    ck_assert_str_eq(expect(200, &c)->body,
                     "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{"
                     "\"metric\":{\"__name__\":\"d:actual\",\"dataset\":\"d\",\"series\":\"a\"},"
                     "\"values\":[[1579046400,\"1\"],[1581638400,\"2.5\"],[1584230400,\"3\"]]},{"
                     "\"metric\":{\"__name__\":\"d:actual\",\"dataset\":\"d\",\"series\":\"b\"},"
                     "\"values\":[[1579046400,\"1e+30\"],[1584230400,\"-3\"]]}]}}\n");
    c.query[0].value = "2";
    expect(200, &c);
    ck_assert_str_eq(text("data/result/0/values/3/1"), "2");
}
END_TEST

START_TEST(what_is_wrong_is_refused_in_the_form_of_prometheus)
{
    static const char *const wrong[][4] = {
        {"d:actual", "0", "1", "0"}, {"d:actual", "0", "1", ""},
        {"d:actual", "1", "0", "1"}, {"d:actual", "0", "11001", "1"},
        {"d:actual", "x", "1", "1"}, {"rate(d:actual[5m])", "0", "1", "1"},
        {"", "0", "1", "1"}};
    struct call c = query(prometheus_query_range, "");

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        c.query[0].value = wrong[i][0];
        c.query[1] = (struct http_pair){"start", wrong[i][1]};
        c.query[2] = (struct http_pair){"end", wrong[i][2]};
        c.query[3] = (struct http_pair){"step", wrong[i][3]};
        expect(400, &c);
        ck_assert_str_eq(text("status"), "error");
        ck_assert_str_eq(text("errorType"), "bad_data");
    }
    c.query[0].value = "1";
    c.query[1].value = "0";
    c.query[2].value = "11000";
    c.query[3].value = "1";
    expect(200, &c);
    c.query[4] = (struct http_pair){"timeout", "soon"};
    expect(400, &c);
}
END_TEST

START_TEST(a_form_counts_like_the_query)
{
    struct call c = {.handler = prometheus_series,
                     .method = HTTP_POST,
                     .type = "application/x-www-form-urlencoded",
                     .body = "match[]=d%3Aactual%7Bseries%3D%22b%22%7D&match%5B%5D=up&start=0"};

    fill();
    ck_assert_str_eq(expect(200, &c)->body,
                     "{\"status\":\"success\",\"data\":[{\"__name__\":\"d:actual\",\"dataset\":"
                     "\"d\",\"series\":\"b\"}]}\n");
    c.body = "start=0";
    expect(400, &c);
    c.body = "start=0&start=1";
    expect(400, &c);
    c.type = "application/json";
    expect(415, &c);
}
END_TEST

START_TEST(labels_and_their_values_are_listed)
{
    struct call c = {.handler = prometheus_labels, .method = HTTP_GET};

    fill();
    ck_assert_str_eq(expect(200, &c)->body,
                     "{\"status\":\"success\",\"data\":[\"__name__\",\"dataset\",\"series\"]}\n");
    c.handler = prometheus_label_values;
    c.param[0] = "series";
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":[\"a\",\"b\"]}\n");
    c.query[0] = (struct http_pair){"limit", "1"};
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":[\"a\"]}\n");
    c.query[1] = (struct http_pair){"match[]", "{series!=\"a\",dataset=\"d\"}"};
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":[\"b\"]}\n");
    c.param[0] = "job";
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":[]}\n");
    c.query[0].value = "-1";
    expect(400, &c);
}
END_TEST

START_TEST(a_query_reads_a_bounded_number_of_series)
{
    struct call c = query(prometheus_query, "many:actual");
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_puts(&b, "ds,id,y\n");
    for (int i = 0; i <= PROMETHEUS_QUERY_SERIES_MAX; i++)
        buf_printf(&b, "2020-01-01,s%d,1\n", i);
    put_csv("many", b.data);
    buf_release(&b);
    expect(400, &c);
    ck_assert_ptr_nonnull(strstr(text("error"), "chooses 501 series"));
}
END_TEST

START_TEST(the_rest_is_empty_or_names_the_program)
{
    struct call c = {.handler = prometheus_exemplars, .method = HTTP_GET};

    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":[]}\n");
    c.handler = prometheus_metadata;
    ck_assert_str_eq(expect(200, &c)->body, "{\"status\":\"success\",\"data\":{}}\n");
    c.handler = prometheus_buildinfo;
    expect(200, &c);
    ck_assert_str_eq(text("data/application"), "lstmd");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_instant_has_a_vector_or_a_scalar,
        a_range_has_a_matrix,
        what_is_wrong_is_refused_in_the_form_of_prometheus,
        a_form_counts_like_the_query,
        labels_and_their_values_are_listed,
        a_query_reads_a_bounded_number_of_series,
        the_rest_is_empty_or_names_the_program,
    };

    return handler_run(suite_create("prometheus"), tests, sizeof(tests) / sizeof(tests[0]));
}
