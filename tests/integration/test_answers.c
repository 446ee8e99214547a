/* test_answers.c - forecasts, tags and evaluations as the HTTP contract has them: formats, fields,
 * codes. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

static struct daemon d;
static struct reply r;
static const char tagged[] =
    "{\"sentences\":[{\"tokens\":[\"The\",\"dog\",\"ate\",\"the\",\"apple\"],"
    "\"tags\":[\"DET\",\"NN\",\"V\",\"DET\",\"NN\"]},{\"tokens\":[\"Everybody\",\"read\",\"that\","
    "\"book\"],\"tags\":[\"NN\",\"V\",\"DET\",\"NN\"]}]}";

static void setup(void)
{
    char *text;

    daemon_init(&d);
    daemon_start(&d, NULL);
    text = example("airpassengers.csv");
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    put(&r, &d, "/v1/datasets/sentences", "application/json", tagged, 201);
    free(text);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
            "\"params\":{\"epochs\":30,\"hidden_size\":16}}",
            "succeeded");
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"sentences\",\"model\":\"tagger\","
            "\"recipe\":\"tutorial-tagger\"}",
            "succeeded");
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

START_TEST(evaluation_of_a_tagger)
{
    get(&r, &d, "/v1/models/tagger/evaluation", 200);
    ck_assert(number_at(r.json, "columns.upos.accuracy") == number_at(r.json, "metrics.accuracy"));
    put(&r, &d, "/v1/datasets/gold", "application/json", tagged, 201);
    post(&r, &d, "/v1/models/tagger/evaluate", "{\"dataset\":\"gold\"}", 200);
    ck_assert_str_eq(text_at(r.json, "dataset"), "gold");
    ck_assert(number_at(r.json, "metrics.accuracy") == 1);
    ck_assert_int_eq((int)number_at(r.json, "metrics.tokens"), 9);
    /* DET, NN, V by their first appearance: three DET, none confused with another */
    ck_assert_int_eq((int)number_at(r.json, "columns.upos.confusion.0.0"), 3);
    ck_assert_int_eq((int)number_at(r.json, "columns.upos.confusion.0.1"), 0);
    ck_assert(number_at(r.json, "columns.upos.tags.1.f1") == 1);
    put(&r, &d, "/v1/datasets/other", "application/json",
        "{\"sentences\":[{\"tokens\":[\"The\",\"dog\"],\"tags\":[\"DET\",\"V\"]}]}", 201);
    post(&r, &d, "/v1/models/tagger/evaluate", "{\"dataset\":\"other\"}", 200);
    ck_assert(number_at(r.json, "metrics.accuracy") == 0.5);
    post(&r, &d, "/v1/models/tagger/evaluate", "{\"dataset\":\"flights\"}", 422);
    post(&r, &d, "/v1/models/tagger/evaluate", "{}", 422);
    post(&r, &d, "/v1/models/tagger/evaluate", "{\"dataset\":\"sentence\"}", 404);
    post(&r, &d, "/v1/models/flights/evaluate", "{\"dataset\":\"sentences\"}", 409);
    del(&r, &d, "/v1/datasets/other", 204);
    del(&r, &d, "/v1/datasets/gold", 204);
}
END_TEST

START_TEST(forecast_formats)
{
    char type[64];

    get(&r, &d, "/v1/models/flights/forecast?horizon=3&level=90", 200);
    ck_assert_str_eq(text_at(r.json, "model"), "flights");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.lower.90")), 3);
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "M");
    http_send(&r, &d,
              &(struct request){.method = "GET",
                                .path = "/v1/models/flights/forecast?horizon=2",
                                .headers = {"Accept: text/csv"}});
    ck_assert_ptr_eq(strstr(r.body, "unique_id,ds,mean,lo-80,hi-80,lo-95,hi-95\nflights,1961-01,"),
                     r.body);
    get(&r, &d, "/v1/models/flights/forecast?format=svg", 200);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "image/svg+xml");
    ck_assert_ptr_nonnull(strstr(r.body, "<svg"));
    get(&r, &d, "/v1/models/flights/forecast?horizon=1000", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.mean")), 1000);
    get(&r, &d, "/v1/models/flights/forecast?series=nope", 404);
    get(&r, &d, "/v1/models/tagger/forecast", 409);
    http_send(&r, &d,
              &(struct request){.method = "GET",
                                .path = "/v1/models/flights/forecast",
                                .headers = {"Accept: image/png"}});
    expect_status(&r, 406, "image/png");
}
END_TEST

/* A repeated request is answered from the response cache, with the same bytes. */
START_TEST(the_same_question_has_the_same_answer)
{
    static const char *const paths[] = {
        "/v1/models/flights/forecast?horizon=7&level=80,95",
        "/v1/models/flights/forecast?horizon=7&level=80,95", /* the same query: cached */
        "/v1/models/flights/forecast?horizon=7&level=95,80", /* another one: computed */
        "/v1/models/flights/forecast?horizon=7&series=flights",
        "/v1/models/flights/forecast?horizon=7&version=1",
        "/v1/models/flights/forecast?horizon=07",
    };
    char etag[80], first_etag[80] = "", condition[100];
    char *first = NULL;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        get(&r, &d, paths[i], 200);
        reply_header(etag, sizeof(etag), &r, "ETag");
        if (!first) {
            first = strdup(r.body);
            snprintf(first_etag, sizeof(first_etag), "%s", etag);
        }
        ck_assert_str_eq(r.body, first);
        ck_assert_str_eq(etag, first_etag);
    }
    free(first);
    snprintf(condition, sizeof(condition), "If-None-Match: %s", first_etag);
    http_send(&r, &d, &(struct request){.method = "GET", .path = paths[0], .headers = {condition}});
    expect_status(&r, 304, "the same ETag");
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = paths[0], .headers = {condition, "Accept: text/csv"}});
    expect_status(&r, 200, "another format");
    get(&r, &d, "/v1/models/flights/forecast?horizon=7&level=80,95&format=json", 200);
    ck_assert_str_eq(reply_header(etag, sizeof(etag), &r, "ETag"), first_etag);
    get(&r, &d, "/v1/models/flights/forecast?horizon=7&level=80,95&version=-x", 400);
    get(&r, &d, "/v1/models/flights/forecast?horizon=7&level=80,95&version=99", 404);
}
END_TEST

START_TEST(forecast_from_a_given_history)
{
    struct buf_text {
        char text[8192];
    } body;
    size_t n = (size_t)snprintf(body.text, sizeof(body.text),
                                "{\"series\":[{\"id\":\"mine\",\"start\":\"2001-05\","
                                "\"frequency\":\"M\",\"values\":[");

    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(body.text + n, sizeof(body.text) - n, "%s%d", i ? "," : "",
                              200 + i + 20 * (i % 12));
    snprintf(body.text + n, sizeof(body.text) - n, "]}],\"horizon\":4,\"level\":[80]}");
    post(&r, &d, "/v1/models/flights/forecast", body.text, 200);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "mine");
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "2006-05");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.upper.80")), 4);
    post(&r, &d, "/v1/models/flights/forecast",
         "{\"series\":[{\"id\":\"s\",\"start\":\"2001-05\",\"frequency\":\"M\",\"values\":[1,2]"
         "}],"
         "\"horizon\":4}",
         422);
    post(&r, &d, "/v1/models/flights/forecast", "{\"series\":[],\"horizon\":4}", 422);
}
END_TEST

START_TEST(tag_formats)
{
    post(&r, &d, "/v1/models/tagger/tag", "{\"tokens\":[\"The\",\"dog\"]}", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.1"), "dog");
    ck_assert_str_eq(text_at(r.json, "sentences.0.tags.0"), "DET");
    post(&r, &d, "/v1/models/tagger/tag",
         "{\"sentences\":[[\"The\",\"dog\"],[],[\"Everybody\",\"read\"]]}", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences")), 3);
    get(&r, &d, "/v1/models/tagger/tag?text=The+dog%20ate+the+apple", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tags.2"), "V");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/models/tagger/tag",
                                .type = "text/x-conllu",
                                .body = "1\tThe\t_\t_\tDT\t_\t_\t_\t_\t_\n\n",
                                .headers = {"Accept: text/x-conllu"}});
    expect_status(&r, 200, "CoNLL-U");
    ck_assert_ptr_nonnull(strstr(r.body, "1\tThe\t_\tDET\tDT\t"));
    post(&r, &d, "/v1/models/tagger/tag", "{\"text\":\"a\",\"tokens\":[\"a\"]}", 422);
    post(&r, &d, "/v1/models/tagger/tag", "{\"text\":\"  \"}", 200);
    post(&r, &d, "/v1/models/flights/tag", "{\"text\":\"a\"}", 409);
    get(&r, &d, "/v1/models/tagger/tag", 400);
}
END_TEST

static void send_text(const char *path, const char *type, const char *accept, const char *body)
{
    http_send(&r, &d,
              &(struct request){
                  .method = "POST", .path = path, .type = type, .body = body, .headers = {accept}});
}

#define TAG "/v1/models/tagger/tag"

START_TEST(tag_text)
{
    send_text(TAG "?top_k=2&probabilities=1", "text/plain; charset=utf-8", NULL,
              "The dog ate.\nEverybody read");
    expect_status(&r, 200, "text/plain");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences")), 2);
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start.1"), 4);
    ck_assert_int_eq((int)number_at(r.json, "sentences.1.end.0"), 22);
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start_byte.1"), 4);
    ck_assert_ptr_null(cJSON_GetObjectItem(at(r.json, "sentences.0"), "xpos_top_k"));
    ck_assert(cJSON_IsFalse(at(r.json, "sentences.0.space_after.2")));
    ck_assert(cJSON_IsTrue(at(r.json, "sentences.0.space_after.3")));
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.top_k.0")), 2);
    ck_assert_str_eq(text_at(r.json, "sentences.0.top_k.0.0.tag"),
                     text_at(r.json, "sentences.0.tags.0"));
    ck_assert_double_ge(number_at(r.json, "sentences.0.top_k.0.0.score"),
                        number_at(r.json, "sentences.0.top_k.0.1.score"));
    ck_assert_double_eq_tol(number_at(r.json, "sentences.0.probabilities.0.DET") +
                                number_at(r.json, "sentences.0.probabilities.0.NN") +
                                number_at(r.json, "sentences.0.probabilities.0.V"),
                            1.0, 1e-5);
    send_text(TAG "?input=words", "text/plain", NULL, "The dog, e-mail\n\nMr. X");
    expect_status(&r, 200, "words");
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.1"), "dog,");
    ck_assert_str_eq(text_at(r.json, "sentences.1.tokens.0"), "Mr.");
    ck_assert_ptr_null(cJSON_GetObjectItem(at(r.json, "sentences.0"), "start"));
    post(&r, &d, TAG, "{\"text\":\"New York\\nis\",\"input\":\"vertical\",\"top_k\":9}", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.0"), "New York");
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.top_k.0")), 3);
    send_text(TAG, "text/plain", "Accept: text/x-conllu", "Read that!");
    expect_status(&r, 200, "text to CoNLL-U");
    ck_assert_ptr_nonnull(strstr(r.body, "# text = Read that!\n1\tRead\t"));
    ck_assert_ptr_nonnull(strstr(r.body, "2\tthat\t"));
    ck_assert_ptr_nonnull(strstr(r.body, "\tSpaceAfter=No\n3\t!\t"));
    get(&r, &d, TAG "?text=The+dog.+The&input=words", 200);
    ck_assert_str_eq(text_at(r.json, "sentences.0.tokens.1"), "dog.");
    send_text(TAG, "text/plain", NULL, "fine\nnot \x01");
    expect_status(&r, 422, "control character");
    ck_assert_int_eq((int)number_at(r.json, "errors.0.line"), 2);
    get(&r, &d, TAG "?text=a&input=word", 400);
    get(&r, &d, TAG "?text=a&top_k=0", 400);
    post(&r, &d, TAG, "{\"text\":\"a\",\"top_k\":1.5}", 422);
    post(&r, &d, TAG, "{\"text\":\"a\",\"input\":1}", 422);
}
END_TEST

/* The scores of all tags are there for XPOS as for UPOS; places are bytes, too. */
START_TEST(tag_both_columns)
{
    put(&r, &d, "/v1/datasets/two", "text/x-conllu",
        "1\tHi\thi\tINTJ\tUH\t_\t_\t_\t_\t_\n2\tyou\tyou\tPRON\tPRP\t_\t_\t_\t_\t_\n\n"
        "1\tGo\tgo\tVERB\tVB\t_\t_\t_\t_\t_\n2\tout\tout\tADV\tRB\t_\t_\t_\t_\t_\n\n",
        201);
    run_job(&r, &d,
            "{\"task\":\"tag\",\"dataset\":\"two\",\"model\":\"two\",\"params\":{\"epochs\":2,"
            "\"hidden_size\":4,\"embedding_dim\":4}}",
            "succeeded");
    get(&r, &d, "/v1/models/two/tag?text=D%C3%A9+you&top_k=2&probabilities=1&all_scores=1", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.top_k.0")), 2);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "sentences.0.xpos_top_k.1")), 2);
    ck_assert_str_eq(text_at(r.json, "sentences.0.xpos_top_k.1.0.tag"),
                     text_at(r.json, "sentences.0.xpos.1"));
    ck_assert_double_eq_tol(number_at(r.json, "sentences.0.xpos_top_k.1.0.score"),
                            number_at(r.json, "sentences.0.xpos_scores.1"), 2e-6);
    ck_assert_double_eq_tol(number_at(r.json, "sentences.0.xpos_probabilities.0.UH") +
                                number_at(r.json, "sentences.0.xpos_probabilities.0.PRP") +
                                number_at(r.json, "sentences.0.xpos_probabilities.0.VB") +
                                number_at(r.json, "sentences.0.xpos_probabilities.0.RB"),
                            1.0, 1e-5);
    ck_assert(number_at(r.json, "sentences.0.xpos_all_scores.0.UH") < 0);
    ck_assert(number_at(r.json, "sentences.0.all_scores.0.INTJ") < 0);
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start.1"), 3);
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.start_byte.1"), 4);
    ck_assert_int_eq((int)number_at(r.json, "sentences.0.end_byte.1"), 7);
    get(&r, &d, "/v1/models/two/evaluation", 200);
    ck_assert_ptr_nonnull(at(r.json, "columns.xpos.confusion.0"));
    ck_assert_ptr_nonnull(at(r.json, "columns.xpos.tags.0.precision"));
    ck_assert_ptr_nonnull(at(r.json, "columns.upos.tags.0.recall"));
}
END_TEST

/* Everything that a model does not set comes back unchanged. */
START_TEST(tag_conllu_round_trip)
{
    static const char in[] = "# newdoc\n# text = The dog's ate\n"
                             "1\tThe\tthe\t_\tDT\tDefinite=Def\t2\tdet\t_\t_\n"
                             "2-3\tdog's\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
                             "2\tdog\tdog\tX\tNN\t_\t4\tnsubj\t_\t_\r\n"
                             "3\t's\t's\t_\t_\t_\t2\tcase\t_\t_\n"
                             "3.1\tx\t_\tVERB\t_\t_\t_\t_\t_\t_\n"
                             "4\tate\teat\t_\tVBD\t_\t0\troot\t_\tA=\xc3\xa9\n\n\n# end\n";
    char want[sizeof(in) + 16] = "";
    const char *s = in;

    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = TAG,
                                .type = "text/x-conllu",
                                .body = in,
                                .headers = {"Accept: text/x-conllu"}});
    expect_status(&r, 200, "CoNLL-U");
    /* With the original UPOS put back, both texts are the same. */
    for (const char *line = r.body; *line; line = strchr(line, '\n') + 1) {
        const char *mine = s;
        int tabs = 0;

        s = strchr(s, '\n') + 1;
        if (*line < '1' || *line > '9' || memchr(line, '-', 3) || memchr(line, '.', 3)) {
            strncat(want, line, (size_t)(strchr(line, '\n') + 1 - line));
            continue;
        }
        for (const char *p = line; *p != '\n'; p++) {
            tabs += *p == '\t';
            if (tabs == 3 && *p == '\t') {
                strcat(want, "\t");
                for (int k = 0; k < 3; mine++)
                    k += *mine == '\t';
                strncat(want, mine, strcspn(mine, "\t"));
            } else if (tabs != 3) {
                strncat(want, p, 1);
            } else {
                ck_assert(strchr("DETNV", *p) != NULL);
            }
        }
        strcat(want, "\n");
    }
    ck_assert_str_eq(want, in);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecasts and tags over HTTP");
    TCase *t = tcase_create("answers");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, evaluation_of_a_tagger);
    tcase_add_test(t, forecast_formats);
    tcase_add_test(t, the_same_question_has_the_same_answer);
    tcase_add_test(t, forecast_from_a_given_history);
    tcase_add_test(t, tag_formats);
    tcase_add_test(t, tag_text);
    tcase_add_test(t, tag_both_columns);
    tcase_add_test(t, tag_conllu_round_trip);
    suite_add_tcase(s, t);
    return suite_run(s);
}
