/* test_training_request.c - bodies of jobs from command lines; with call.h's queries. */
#include "server/commands/training_request.h"

#include "server/commands/call.h"
#include "server/commands/command_table.h"
#include "server/commands/parse.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct invocation v;
static struct err e;
static cJSON *series, *tagged, *request;

static void setup(void)
{
    series = cJSON_Parse("{\"kind\":\"series\"}");
    tagged = cJSON_Parse("{\"kind\":\"tagged\"}");
    request = NULL;
}

static void teardown(void)
{
    cJSON_Delete(series);
    cJSON_Delete(tagged);
    cJSON_Delete(request);
}

static void read_line(const char *name, char *const *argv, int argc)
{
    v = (struct invocation){.command = command_find(name)};
    e = (struct err){0};
    ck_assert_msg(parse_arguments(&v, argc, argv, &e) == ST_OK, "%s", e.message);
}
#define READ(name, ...)                                                                            \
    do {                                                                                           \
        static char *argv[] = {"", __VA_ARGS__, NULL};                                             \
        read_line(name, argv, (int)(sizeof argv / sizeof *argv) - 1);                              \
    } while (0)

static void expect(const char *json)
{
    char *text = cJSON_PrintUnformatted(request);

    ck_assert_str_eq(text, json);
    cJSON_free(text);
}

START_TEST(parameters_have_their_types)
{
    READ("train", "f.csv", "--hidden-size", "32", "--bidirectional", "--loss=mae",
         "--model-target=sequence", "shuffle=false", "learning_rate=1e-3");
    ck_assert_int_eq(training_request(&request, &v, series, "d", "m", &e), ST_OK);
    expect(
        "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"hidden_size\":32,"
        "\"bidirectional\":true,\"target\":\"sequence\",\"shuffle\":false,\"loss\":\"mae\","
        "\"learning_rate\":0.001}}");
}
END_TEST

START_TEST(sentences_make_a_tagger)
{
    READ("train", "f.conllu", "--recipe", "tutorial-tagger", "--promote", "never",
         "--validation-dataset=dev", "--warm-start-from", "m/3", "--search=5");
    ck_assert_int_eq(training_request(&request, &v, tagged, "d", "m", &e), ST_OK);
    expect("{\"task\":\"tag\",\"dataset\":\"d\",\"model\":\"m\",\"recipe\":\"tutorial-tagger\","
           "\"warm_start_from\":\"m/3\",\"promote\":\"never\",\"validation_dataset\":\"dev\","
           "\"search\":{\"trials\":5},\"params\":{}}");
}
END_TEST

START_TEST(a_horizon_is_of_the_query_and_of_the_training)
{
    struct buf path;

    READ("forecast", "f.csv", "--horizon", "3", "--level=80,95", "--explain", "--time=a&b");
    ck_assert_int_eq(training_request(&request, &v, series, "d", "m", &e), ST_OK);
    expect("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"horizon\":3}}");
    call_path(&path, "/v1/models/", "a/b c", "/forecast");
    call_flags(&path, &v, FLAG_QUERY);
    ck_assert_str_eq(path.data,
                     "/v1/models/a%2Fb%20c/forecast?horizon=3&level=80%2C95&explain=true");
    call_flags(&path, &v, FLAG_UPLOAD);
    ck_assert_ptr_nonnull(strstr(path.data, "&time=a%26b"));
    buf_release(&path);
}
END_TEST

START_TEST(a_backtest_has_its_plan)
{
    READ("backtest", "f.csv", "--windows", "3", "--step", "many", "--horizon=12",
         "--future-covariates", "a,b", "epochs=5");
    ck_assert_int_eq(backtest_request(&request, &v, series, "d", &e), ST_OK);
    expect("{\"task\":\"backtest\",\"dataset\":\"d\",\"windows\":3,\"step\":\"many\","
           "\"horizon\":12,\"future_covariates\":[\"a\",\"b\"],\"params\":{\"epochs\":5}}");
    cJSON_Delete(request);
    ck_assert_int_eq(backtest_request(&request, &v, tagged, "d", &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "tagged sentences"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("training_request");
    TCase *t = tcase_create("training_request");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, parameters_have_their_types);
    tcase_add_test(t, sentences_make_a_tagger);
    tcase_add_test(t, a_horizon_is_of_the_query_and_of_the_training);
    tcase_add_test(t, a_backtest_has_its_plan);
    suite_add_tcase(s, t);
    return suite_run(s);
}
