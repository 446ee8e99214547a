/* test_future.c - future values of covariates in a request for a forecast. */
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

START_TEST(coming_values_move_the_forecast)
{
    struct call c = post("{\"horizon\":2,\"future_covariates\":{\"promo\":[0,0]}}");
    double without, with;

    train_with_promo();
    expect(200, &c);
    without = number("series/0/mean/0");
    c = post("{\"horizon\":2,\"future_covariates\":{\"promo\":[1,0]}}");
    expect(200, &c);
    with = number("series/0/mean/0");
    ck_assert_msg(with > without + 5, "%g with the promotion, %g without", with, without);
    c = post("{\"horizon\":2,\"future_covariates\":{\"d\":{\"promo\":[1,0]}}}"); /* by series */
    expect(200, &c);
    ck_assert_double_eq(number("series/0/mean/0"), with);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    static const struct {
        const char *body, *place;
    } bad[] = {
        {"{\"horizon\":2,\"future_covariates\":{\"promo\":[1]}}", "/future_covariates/promo"},
        {"{\"horizon\":2,\"future_covariates\":{\"promo\":[1,\"x\"]}}",
         "/future_covariates/promo/1"},
        {"{\"horizon\":2,\"future_covariates\":{\"prom\":[1,0]}}", "/future_covariates/prom"},
        {"{\"horizon\":2,\"future_covariates\":{\"x\":{\"promo\":[1,0]}}}", "/future_covariates/x"},
        {"{\"horizon\":2,\"future_covariates\":{\"d\":{\"promo\":[1]}}}",
         "/future_covariates/d/promo"},
    };

    train_with_promo();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct call c = post(bad[i].body);

        expect_problem(422, bad[i].place, &c);
    }
}
END_TEST

START_TEST(a_model_without_covariates_takes_none)
{
    struct call c = post("{\"horizon\":2,\"future_covariates\":{\"promo\":[1,0]}}");

    import("m", "forecaster-fitted");
    expect_problem(422, "/future_covariates", &c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        coming_values_move_the_forecast,
        what_is_wrong_is_named,
        a_model_without_covariates_takes_none,
    };

    return handler_run(suite_create("api future"), tests, sizeof(tests) / sizeof(tests[0]));
}
