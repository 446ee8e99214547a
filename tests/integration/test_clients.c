/* test_clients.c - headers that libraries and browsers send by themselves, and how they read
 * responses. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static const char small_job[] =
    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"small\","
    "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":%d,"
    "\"hidden_size\":4}}";

static void setup(void)
{
    char *text = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ---- an EventSource ---- */

/* One connection of an EventSource that has had the events up to `last` ("": none). */
static void connect_again(const char *job, const char *last)
{
    char path[128], header[80];
    struct request q = {.method = "GET", .path = path};

    snprintf(path, sizeof(path), "/v1/jobs/%s/events", job);
    snprintf(header, sizeof(header), "Last-Event-ID: %s", last);
    if (last[0])
        q.headers[0] = header;
    http_send(&r, &d, &q);
}

/* The id of the last event of the stream that was read. */
static void last_id(char out[32])
{
    const char *at = NULL;

    for (const char *p = r.body; (p = strstr(p, "id: ")) != NULL; p += 4)
        at = p + 4;
    ck_assert_ptr_nonnull(at);
    snprintf(out, 32, "%.*s", (int)strspn(at, "0123456789"), at);
    ck_assert_int_gt((int)strlen(out), 0);
}

static void submit(char id[64], int epochs)
{
    char body[400];

    snprintf(body, sizeof(body), small_job, epochs);
    post(&r, &d, "/v1/jobs", body, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

/* Follows the job to its end as a browser does: it connects again until an answer is not 200. */
static void follow(const char *job, char last[32])
{
    int connections = 0;

    last[0] = '\0';
    do {
        connect_again(job, last);
        if (r.status == 200)
            last_id(last);
        ck_assert_int_lt(++connections, 20);
    } while (r.status == 200);
    ck_assert_int_eq(r.status, 204);
    ck_assert_uint_eq(r.len, 0);
}

START_TEST(an_event_source_ends)
{
    char id[64], last[32];

    submit(id, 3);
    follow(id, last);
    connect_again(id, "99999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "99999999999999999999999999999999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "3");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
    connect_again(id, "not-ours");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":1,"));
    ck_assert_int_eq(daemon_stop(&d, 15), 0);
    daemon_start(&d, NULL); /* the ids are the same in another process */
    connect_again(id, last);
    ck_assert_int_eq(r.status, 204);
}
END_TEST

START_TEST(an_event_source_of_a_cancelled_job_ends)
{
    char id[64], path[128], last[32];

    submit(id, 100000);
    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "{}", 202);
    follow(id, last);
    connect_again(id, "");
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"cancelled\""));
}
END_TEST

/* ---- what is preferred ---- */

START_TEST(axios_gets_json)
{
    char type[80];
    struct request q = {.method = "GET",
                        .path = "/v1/datasets/flights/data",
                        .headers = {"Accept: application/json, text/plain, */*"}};

    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "application/json");
    ck_assert_ptr_nonnull(r.json);
    q.headers[0] = "Accept: */*";
    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "text/csv");
}
END_TEST

/* ---- a model without residuals ---- */

static void expect_no_intervals(const char *path, const char *body)
{
    http_send(&r, &d,
              &(struct request){.method = body ? "POST" : "GET",
                                .path = path,
                                .type = body ? "application/json" : NULL,
                                .body = body});
    ck_assert_msg(r.status == 200, "%s %s: %s", path, body ? body : "", r.body);
    ck_assert(number_at(r.json, "series.0.mean.0") > 0);
    ck_assert(cJSON_IsNull(at(r.json, "series.0.lower")));
    ck_assert(cJSON_IsNull(at(r.json, "series.0.upper")));
    ck_assert_str_eq(text_at(r.json, "series.0.notes.0.code"), "no_residuals");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "series.0.notes.0.detail"), "residuals"));
}

/* Quarters with a gap that is longer than the known part, so no errors can be measured. */
START_TEST(a_forecast_without_residuals_is_given)
{
    put(&r, &d, "/v1/datasets/gap", "application/json",
        "{\"values\":[10,12,11,null,null,null,null,null,null,null,null,null,13,14,12],"
        "\"start\":\"2015Q1\",\"frequency\":\"Q\"}",
        201);
    run_job(&r, &d, "{\"task\":\"forecast\",\"dataset\":\"gap\",\"model\":\"gap\"}", "succeeded");
    ck_assert(cJSON_IsNull(at(r.json, "metrics.coverage_80")));
    expect_no_intervals("/v1/models/gap/forecast", NULL);
    expect_no_intervals("/v1/models/gap/forecast", NULL); /* from memory */
    expect_no_intervals("/v1/models/gap/forecast?level=90&horizon=7", NULL);
    expect_no_intervals("/v1/models/gap/forecast", "{\"dataset\":\"gap\",\"level\":[50,99]}");
    expect_no_intervals("/v1/models/gap/forecast", "{\"values\":[3,4,5,6,7,8],\"horizon\":2}");
    get(&r, &d, "/v1/models/gap/forecast?level=", 200); /* nothing asked, nothing missing */
    ck_assert_ptr_null(strstr(r.body, "no_residuals"));
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.lower")), 0);
    get(&r, &d, "/v1/models/gap/forecast?format=csv&horizon=1", 200);
    ck_assert_ptr_eq(strstr(r.body, "unique_id,ds,mean,lo-80,hi-80,lo-95,hi-95\ngap,2018Q4,"),
                     r.body);
    ck_assert_ptr_nonnull(strstr(r.body, ",,,,\n"));
    get(&r, &d, "/v1/models/gap/forecast?format=svg", 200);
    ck_assert_ptr_null(strstr(r.body, "nan"));
    ck_assert_ptr_null(strstr(r.body, "80 %"));
    get(&r, &d, "/v1/models/gap/evaluation", 200);
    ck_assert(cJSON_IsNull(at(r.json, "series.0.lower")));
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "no_residuals");
    get(&r, &d, "/v1/models/gap/evaluation?format=svg", 200);
    ck_assert_ptr_null(strstr(r.body, "95 %"));
    post(&r, &d, "/v1/models/gap/anomalies", "{\"dataset\":\"gap\"}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "no residuals"));
}
END_TEST

START_TEST(a_backtest_without_residuals_is_given)
{
    char path[128];

    put(&r, &d, "/v1/datasets/gaps", "application/json",
        "{\"values\":[10,12,11,null,null,null,null,null,null,null,null,null,13,14,12,13],"
        "\"start\":\"2015Q1\",\"frequency\":\"Q\"}",
        201);
    run_job(&r, &d, "{\"task\":\"backtest\",\"dataset\":\"gaps\",\"windows\":1,\"horizon\":1}",
            "succeeded");
    snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", text_at(r.json, "id"));
    get(&r, &d, path, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "forecasts")), 1);
    ck_assert(number_at(r.json, "forecasts.0.forecast.0") > 0);
    ck_assert(cJSON_IsNull(at(r.json, "forecasts.0.lower")));
    ck_assert(cJSON_IsNull(at(r.json, "metrics.coverage_95")));
    ck_assert_str_eq(text_at(r.json, "notes.0.code"), "no_residuals");
}
END_TEST

/* ---- what is sent to be tagged ---- */

#define TAG "/v1/models/words/tag"
#define BOM "\xEF\xBB\xBF"

static void train_words(void)
{
    put(&r, &d, "/v1/datasets/words", "application/json",
        "{\"sentences\":[{\"tokens\":[\"The\",\"dog\",\"ate\"],\"tags\":[\"DET\",\"NN\",\"V\"]},"
        "{\"tokens\":[\"The\",\"cat\",\"ran\"],\"tags\":[\"DET\",\"NN\",\"V\"]}]}",
        201);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"words\",\"recipe\":"
            "\"tutorial-tagger\"}",
            "succeeded");
}

/* The tokens of the answer, as in "The dog|A cat|", and no others. */
static void tagged_as(const char *type, const char *body, const char *want)
{
    char got[400] = "";
    const cJSON *sentence, *token;

    http_send(&r, &d, &(struct request){.method = "POST", .path = TAG, .type = type, .body = body});
    ck_assert_msg(r.status == 200, "%s: %s", body, r.body);
    cJSON_ArrayForEach(sentence, at(r.json, "sentences"))
    {
        cJSON_ArrayForEach(token, at(sentence, "tokens"))
        {
            strncat(got, token->valuestring, sizeof(got) - strlen(got) - 2);
            strcat(got, token->next ? " " : "");
        }
        ck_assert_int_eq(cJSON_GetArraySize(at(sentence, "tokens")),
                         cJSON_GetArraySize(at(sentence, "tags")));
        strncat(got, "|", sizeof(got) - strlen(got) - 1);
    }
    ck_assert_msg(strcmp(got, want) == 0, "%s is tagged as '%s'", body, got);
}

START_TEST(the_shape_of_a_data_set_is_tagged)
{
    static const char json[] = "application/json";

    train_words();
    tagged_as(json, "{\"sentences\":[{\"tokens\":[\"The\",\"dog\"]}]}", "The dog|");
    tagged_as(json, "{\"sentences\":[{\"tokens\":[\"The\",\"dog\"],\"tags\":[\"X\",\"Y\"]}]}",
              "The dog|");
    ck_assert_str_eq(text_at(r.json, "sentences.0.tags.0"), "DET");
    tagged_as(
        json,
        "{\"sentences\":[{\"tokens\":[\"A\"],\"upos\":[null],\"xpos\":[\"Z\"]},[\"B\",\"C\"]]}",
        "A|B C|");
    get(&r, &d, "/v1/datasets/words/data?format=json", 200);
    {
        char *back = strdup(r.body); /* a data set as it is read back */

        tagged_as(json, back, "The dog ate|The cat ran|");
        free(back);
    }
    post(&r, &d, TAG, "{\"sentences\":[{\"token\":[\"A\"]}]}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "did you mean"));
    post(&r, &d, TAG, "{\"sentences\":[{\"tokens\":\"A\"}]}", 422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/sentences/0/tokens");
    post(&r, &d, TAG, "{\"sentences\":[\"A b\"]}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "{\"tokens\": [...]}"));
}
END_TEST

/* A sentence for each one that is given; a text without a word has none. */
START_TEST(nothing_is_tagged_as_nothing)
{
    static const char json[] = "application/json", text[] = "text/plain";

    tagged_as(json, "{\"text\":\"\"}", "");
    tagged_as(json, "{\"text\":\" \\n\\t \"}", "");
    tagged_as(json, "{\"text\":\"\",\"input\":\"words\"}", "");
    tagged_as(json, "{\"sentences\":[]}", "");
    tagged_as(json, "{\"sentences\":[[]]}", "|");
    tagged_as(json, "{\"sentences\":[{\"tokens\":[]}]}", "|");
    tagged_as(json, "{\"tokens\":[]}", "|");
    tagged_as(json, "{\"sentences\":[[\"The\"],[],[\"dog\"]]}", "The||dog|");
    tagged_as(text, "", "");
    tagged_as(text, " \n\n", "");
    tagged_as(text, BOM, "");
    tagged_as("text/x-conllu", "", "");
    tagged_as("text/x-conllu", "# only a comment\n\n", "");
    get(&r, &d, TAG "?text=", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences")), 0);
    get(&r, &d, TAG "?text=%20&format=conllu", 200);
    get(&r, &d, TAG, 400);
}
END_TEST

START_TEST(a_byte_order_mark_is_no_word)
{
    tagged_as("text/plain", BOM "The dog", "The dog|");
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start.0"), 0); /* of the text behind it */
    tagged_as("application/json", "{\"text\":\"\\uFEFFThe dog\"}", "The dog|");
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start.0"), 1); /* of the client's string */
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.end.1"), 8);
    tagged_as("application/json", BOM "{\"tokens\":[\"The\"]}", "The|");
    tagged_as("", BOM "{\"tokens\":[\"The\"]}", "The|"); /* curl's own type */
    get(&r, &d, TAG "?text=%EF%BB%BFThe", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.0"), "The");
    get(&r, &d, TAG "?text=%EF%BB%BFThe+dog&input=words", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.0"), "The");
    ck_assert_str_eq(text_at(r.json, "sentences.0.tags.0"), "DET");
}
END_TEST

/* fetch() sends a string as text/plain. */
START_TEST(a_request_that_comes_as_text_is_read)
{
    tagged_as("text/plain;charset=UTF-8", "{\"text\":\"The dog\"}", "The dog|");
    tagged_as("text/plain", "{\"tokens\":[\"The\"]}", "The|");
    tagged_as("text/plain", "{ braces }", "{ braces }|");
}
END_TEST

START_TEST(a_type_that_is_not_read_lists_those_that_are)
{
    static const struct {
        const char *method, *path, *type, *want[4];
    } rows[] = {
        {"POST", TAG, "image/png", {"application/json", "text/plain", "text/x-conllu"}},
        {"POST",
         TAG,
         "application/octet-stream",
         {"application/json", "text/plain", "text/x-conllu"}},
        {"POST", TAG, NULL, {"application/json", "text/plain", "text/x-conllu"}},
        {"POST", TAG, "text/csv", {"application/json", "text/plain", "text/x-conllu"}},
        {"PUT", "/v1/datasets/x", "image/png", {"text/csv", "application/json", "text/x-conllu"}},
        {"POST",
         "/v1/datasets/words/rows",
         "text/html",
         {"text/csv", "application/json", "text/x-conllu"}},
        {"POST", "/v1/jobs", "text/csv", {"application/json"}},
        {"POST", "/v1/models/words/evaluate", "text/csv", {"application/json"}},
        {"PUT",
         "/v1/models/x/checkpoint",
         "text/csv",
         {"application/vnd.safetensors", "application/octet-stream"}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        http_send(&r, &d,
                  &(struct request){.method = rows[i].method,
                                    .path = rows[i].path,
                                    .type = rows[i].type,
                                    .body = "The dog"});
        ck_assert_msg(r.status == 415, "%s %s %s is answered %ld: %s", rows[i].method, rows[i].path,
                      rows[i].type, r.status, r.body);
        for (int k = 0; k < 4 && rows[i].want[k]; k++)
            ck_assert_msg(strstr(text_at(r.json, "detail"), rows[i].want[k]) != NULL, "%s: %s",
                          rows[i].path, text_at(r.json, "detail"));
    }
}
END_TEST

/* 1,100 letters, 400 letters of three bytes, and a line of signs among words. */
START_TEST(a_very_long_token_is_tagged)
{
    static char text[8000];
    size_t n = (size_t)snprintf(text, sizeof(text), "The ");

    memset(text + n, 'a', 1100);
    n += 1100;
    n += (size_t)snprintf(text + n, sizeof(text) - n, " ran . The ");
    for (int i = 0; i < 400; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "\xE5\xAD\xA6");
    n += (size_t)snprintf(text + n, sizeof(text) - n, " ate ");
    memset(text + n, '=', 3000);
    text[n + 3000] = '\0';
    http_send(
        &r, &d,
        &(struct request){
            .method = "POST", .path = TAG "?input=words", .type = "text/plain", .body = text});
    expect_status(&r, 200, "a long token");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.tokens")), 8);
    ck_assert_uint_eq(strlen(text_at(r.json, "sentences.0.tokens.1")), 1100);
    ck_assert_uint_eq(strlen(text_at(r.json, "sentences.0.tokens.5")), 1200);
    ck_assert_uint_eq(strlen(text_at(r.json, "sentences.0.tokens.7")), 3000);
    http_send(&r, &d,
              &(struct request){.method = "POST", .path = TAG, .type = "text/plain", .body = text});
    expect_status(&r, 200, "a long token that is split");
    snprintf(text, sizeof(text), "{\"sentences\":[{\"tokens\":[\"The\",\"");
    n = strlen(text);
    memset(text + n, 'b', 5000);
    snprintf(text + n + 5000, sizeof(text) - n - 5000, "\"],\"tags\":[\"DET\",\"NN\"]}]}");
    put(&r, &d, "/v1/datasets/long", "application/json", text, 201);
    run_job(&r, &d, "{\"task\":\"tag\",\"dataset\":\"long\",\"model\":\"long\"}", "succeeded");
    del(&r, &d, "/v1/datasets/long", 204);
}
END_TEST

/* ---- charsets ---- */

START_TEST(bodies_are_read_in_their_charset)
{
    put(&r, &d, "/v1/datasets/latin", "text/csv; charset=ISO-8859-1",
        "Monat,Verk\xE4ufe\n2020-01,1\n2020-02,2\n", 201);
    ck_assert_str_eq(text_at(r.json, "columns.0"), "Verk\xC3\xA4ufe");
    put(&r, &d, "/v1/datasets/latin", "application/json; charset=\"windows-1252\"",
        "{\"series\":[{\"id\":\"\x80uro\",\"values\":[1,2]}]}", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "\xE2\x82\xACuro");
    tagged_as("text/plain; charset=iso-8859-15", "The caf\xE9", "The caf\xC3\xA9|");
    tagged_as("application/json;charset=latin1", "{\"tokens\":[\"caf\xE9\"]}", "caf\xC3\xA9|");
    tagged_as("text/x-conllu; charset=koi8-r", "1\t\xC1\t_\t_\t_\t_\t_\t_\t_\t_\n\n", "\xD0\xB0|");
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/wide",
                                .type = "text/csv; charset=utf-16",
                                .body = "\xFF\xFEy\0\n\0\x31\0\n\0\x32\0\n\0",
                                .len = 14});
    expect_status(&r, 201, "UTF-16");
    ck_assert_str_eq(text_at(r.json, "columns.0"), "y");
}
END_TEST

START_TEST(a_charset_that_is_not_read_names_utf_8)
{
    static const char *const paths[] = {"/v1/datasets/none", "/v1/jobs", TAG,
                                        "/v1/models/small/forecast"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        http_send(&r, &d,
                  &(struct request){.method = i ? "POST" : "PUT",
                                    .path = paths[i],
                                    .type = "application/json; charset=klingon",
                                    .body = "{\"values\":[1,2]}"});
        expect_status(&r, 415, paths[i]);
        ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "utf-8"));
    }
    get(&r, &d, "/v1/datasets/none", 404);
    put(&r, &d, "/v1/datasets/none", "text/csv; charset=windows-1252", "y\n1\n\x81\n", 400);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "byte 5"));
    put(&r, &d, "/v1/datasets/none", "text/csv", "caf\xE9\n1\n2\n", 400); /* no charset: UTF-8 */
    get(&r, &d, "/v1/datasets/none", 404);
}
END_TEST

static void varies(const char *path)
{
    char vary[80];

    reply_header(vary, sizeof(vary), &r, "Vary");
    ck_assert_msg(strcmp(vary, "Accept") == 0 || strncmp(vary, "Accept,", 7) == 0, "%s %ld: %s",
                  path, r.status, vary);
}

/* A cache keeps the answers to other Accept headers apart. */
START_TEST(answers_that_accept_chooses_vary_with_it)
{
    static const char *const paths[] = {"/v1/datasets/flights/data", "/v1/models/small/forecast",
                                        "/v1/models/small/evaluation", "/v1/jobs/%s/history"};
    char id[64], path[128], body[240], etag[100], condition[140], vary[80];

    snprintf(body, sizeof(body), small_job, 1);
    run_job(&r, &d, body, "succeeded");
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const char *end = strstr(paths[i], "%s");

        snprintf(path, sizeof(path), "%.*s%s%s", end ? (int)(end - paths[i]) : 100, paths[i],
                 end ? id : "", end ? end + 2 : "");
        get(&r, &d, path, 200);
        varies(path);
        reply_header(etag, sizeof(etag), &r, "ETag");
        snprintf(condition, sizeof(condition), "If-None-Match: %s", etag);
        if (etag[0]) {
            http_send(
                &r, &d,
                &(struct request){.method = "GET", .path = path, .headers = {condition, NULL}});
            expect_status(&r, 304, path);
            varies(path);
        }
        http_send(&r, &d,
                  &(struct request){
                      .method = "GET", .path = path, .headers = {"Accept: audio/ogg", NULL}});
        expect_status(&r, 406, path);
        varies(path);
    }
    get(&r, &d, "/v1/datasets/flights/data?format=json", 200);
    ck_assert_ptr_null(strstr(reply_header(vary, sizeof(vary), &r, "Vary"), "Accept,"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clients");
    TCase *t = tcase_create("clients");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, an_event_source_ends);
    tcase_add_test(t, an_event_source_of_a_cancelled_job_ends);
    tcase_add_test(t, axios_gets_json);
    tcase_add_test(t, a_forecast_without_residuals_is_given);
    tcase_add_test(t, a_backtest_without_residuals_is_given);
    tcase_add_test(t, the_shape_of_a_data_set_is_tagged);
    tcase_add_test(t, nothing_is_tagged_as_nothing);
    tcase_add_test(t, a_byte_order_mark_is_no_word);
    tcase_add_test(t, a_request_that_comes_as_text_is_read);
    tcase_add_test(t, a_type_that_is_not_read_lists_those_that_are);
    tcase_add_test(t, a_very_long_token_is_tagged);
    tcase_add_test(t, bodies_are_read_in_their_charset);
    tcase_add_test(t, a_charset_that_is_not_read_names_utf_8);
    tcase_add_test(t, answers_that_accept_chooses_vary_with_it);
    suite_add_tcase(s, t);
    return suite_run(s);
}
