/* test_histories.c - the series from which a forecast starts: from the body or from a data set. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

/* y follows promo, which is known in advance. */
static void train_with_promo(void)
{
    char csv[4096] = "month,y,promo\n";
    size_t used = strlen(csv);

    for (int i = 0; i < 48; i++)
        used += (size_t)snprintf(csv + used, sizeof(csv) - used, "%d-%02d,%d,%d\n", 2015 + i / 12,
                                 i % 12 + 1, 10 + i % 5 + (i % 3 == 0 ? 20 : 0), i % 3 == 0);
    expect(201, &(struct call){.handler = api_dataset_put,
                               .method = HTTP_PUT,
                               .param = {"d"},
                               .query = {{"covariates", "promo"}},
                               .type = "text/csv",
                               .body = csv});
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"future_covariates\":["
          "\"promo\"],"
          "\"params\":{\"epochs\":1,\"patience\":0,\"hidden_size\":1,\"horizon\":2}}");
}

static struct call post(const char *body)
{
    return (struct call){.handler = api_forecast_post,
                         .method = HTTP_POST,
                         .param = {"m"},
                         .type = "application/json",
                         .body = body};
}

START_TEST(a_data_set_is_gone_on_from_as_it_is_now)
{
    struct call c = post("{\"dataset\":\"d\",\"horizon\":1,\"future_covariates\":{\"promo\":[0]}}");

    train_with_promo();
    expect(200, &c);
    ck_assert_str_eq(text("series/0/time/0"), "2019-01");
    expect(200, &(struct call){.handler = api_dataset_append,
                               .method = HTTP_POST,
                               .param = {"d"},
                               .type = "text/csv",
                               .body = "month,y,promo\n2019-01,33,1\n"});
    expect(200, &c);
    ck_assert_str_eq(text("series/0/time/0"), "2019-02");
}
END_TEST

START_TEST(what_is_no_series_is_refused)
{
    struct call c = post("{\"dataset\":\"x\"}");

    import("m", "forecaster-fitted");
    import("t", "tagger-plain");
    expect_problem(404, "/dataset", &c);
    put_tagged(handler_files(), "x", "the/DET dog/NOUN");
    expect_problem(422, "/dataset", &c);
    c = post("{\"dataset\":1}");
    expect_problem(422, "/dataset", &c);
    c.param[0] = "t";
    expect_problem(409, NULL, &c);
}
END_TEST

START_TEST(another_frequency_is_refused)
{
    char body[4096] = "{\"start\":\"2020-01-01\",\"frequency\":\"D\",\"values\":[1";
    struct call c = post(body);

    train_with_promo();
    for (int i = 0; i < 40; i++)
        snprintf(body + strlen(body), sizeof(body) - strlen(body), ",2");
    snprintf(body + strlen(body), sizeof(body) - strlen(body), "]}");
    expect_problem(422, "/series/0/frequency", &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_data_set_is_gone_on_from_as_it_is_now,
        what_is_no_series_is_refused,
        another_frequency_is_refused,
    };

    return handler_run(suite_create("api histories"), tests, sizeof(tests) / sizeof(tests[0]));
}
