/* test_catalog.c - the series that selectors choose. */
#include "server/protocols/prometheus/catalog.h"

#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const char *chooser;
static bool with_series;

/* Writes the labels of what `chooser` chooses, one entry a line. */
static void list(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct exchange x;
    struct catalog c = {0};
    struct selector s = {0};
    struct err e = {0};
    struct buf b;

    exchange_begin(&x, app, rq, rs);
    ck_assert_msg(selector_read(&s, chooser, &e) == ST_OK, "%s", e.message);
    catalog_read(&c, &x, &s, 1, with_series);
    if (!x.over) {
        buf_init(&b, 1 << 20);
        for (int i = 0; i < c.count; i++) {
            for (const char *const *l = catalog_labels; *l; l++)
                buf_printf(&b, "%s ", catalog_label(&c.items[i], *l));
            buf_puts(&b, "\n");
        }
        http_res_buf(rs, 200, "text/plain", &b);
    }
    catalog_release(&c);
    selector_release(&s);
    exchange_end(&x);
}

static const char *chosen(const char *selector, bool series)
{
    static const struct call c = {.handler = list, .method = HTTP_GET};

    chooser = selector;
    with_series = series;
    return expect(200, &c)->body;
}

static void fill(void)
{
    put_csv("air-2", "ds,y\n2020-01-01,1\n2020-01-02,2\n");
    put_csv("shops", "ds,id,y\n2020-01-01,a,1\n2020-01-02,a,2\n2020-01-01,b,1\n2020-01-02,b,2\n");
    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
}

START_TEST(data_sets_have_their_actual_values)
{
    fill();
    ck_assert_str_eq(chosen("{__name__=~\".+\"}", true), "U__air_2d_2:actual air-2   air-2 \n"
                                                         "shops:actual shops   a \n"
                                                         "shops:actual shops   b \n");
    ck_assert_str_eq(chosen("shops:actual{series!=\"a\"}", true), "shops:actual shops   b \n");
    ck_assert_str_eq(chosen("U__air_2d_2:actual", true), "U__air_2d_2:actual air-2   air-2 \n");
    ck_assert_str_eq(chosen("{dataset=~\"s.*\",model=\"\"}", false), "shops:actual shops    \n");
    ck_assert_str_eq(chosen("{dataset=\"shops\",model!=\"\"}", true), "");
    ck_assert_str_eq(chosen("{dataset=\"shops\",other=\"1\"}", true), "");
    ck_assert_str_eq(chosen("{\"air-2:actual\"}", true), "");
}
END_TEST

START_TEST(models_have_forecasts_and_anomalies)
{
    put_csv("d", "ds,a,b\n2020-01-01,1,2\n2020-01-02,2,3\n2020-01-03,4,4\n2020-01-04,2,3\n"
                 "2020-01-05,2,3\n2020-01-06,2,4\n2020-01-07,2,3\n2020-01-08,2,3\n2020-01-09,5,3\n"
                 "2020-01-10,3,3\n");
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"
          "\"ensemble\":false}}");
    ck_assert_str_eq(chosen("{model=\"m\"}", false), "m:anomalous d  m  \n"
                                                     "m:predicted d yhat m  \n"
                                                     "m:predicted d yhat_lower m  \n"
                                                     "m:predicted d yhat_upper m  \n");
    ck_assert_str_eq(chosen("m:predicted{ml_forecast=\"yhat\"}", true),
                     "m:predicted d yhat m a \nm:predicted d yhat m b \n");
    ck_assert_str_eq(chosen("m:anomalous{series=\"b\"}", true), "m:anomalous d  m b \n");
    ck_assert_str_eq(chosen("m:actual", true), "");
    ck_assert_str_eq(chosen("d:predicted", true), "");
}
END_TEST

START_TEST(more_than_can_be_listed_is_refused)
{
    const struct call c = {.handler = list, .method = HTTP_GET};
    struct buf b;

    buf_init(&b, 1 << 24);
    buf_puts(&b, "ds,id,y\n");
    for (int i = 0; i <= CATALOG_MAX; i++)
        buf_printf(&b, "2020-01-01,s%d,1\n", i);
    put_csv("many", b.data);
    buf_release(&b);
    chooser = "many:actual";
    with_series = true;
    expect(400, &c);
    ck_assert_ptr_nonnull(strstr(text("error"), "more than 10000 series"));
    ck_assert_str_eq(chosen("many:actual{series=\"s7\"}", true), "many:actual many   s7 \n");
    ck_assert_str_eq(chosen("many:actual", false), "many:actual many    \n");
}
END_TEST

START_TEST(a_key_sees_its_names_only)
{
    const struct access key = {.id = 1, .name = "k", .scopes = SCOPE_READ, .names = "s*"};
    const struct call c = {.handler = list, .method = HTTP_GET, .key = &key};

    fill();
    chooser = "{__name__=~\".+\"}";
    with_series = true;
    ck_assert_str_eq(expect(200, &c)->body, "shops:actual shops   a \nshops:actual shops   b \n");
    chooser = "U__air_2d_2:actual";
    ck_assert_str_eq(expect(200, &c)->body, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        data_sets_have_their_actual_values,
        models_have_forecasts_and_anomalies,
        more_than_can_be_listed_is_refused,
        a_key_sees_its_names_only,
    };

    return handler_run(suite_create("catalog"), tests, sizeof(tests) / sizeof(tests[0]));
}
