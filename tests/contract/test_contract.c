/* test_contract.c - contract.h: an exchange that is not as the document describes it is found. */
#include "tests/contract/contract.h"
#include "tests/contract/document.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define JSON    "Content-Type: application/json\r\n"
#define PROBLEM "Content-Type: application/problem+json\r\n"
#define ETAG    JSON "ETag: \"a\"\r\n"
#define NO_JOB                                                                                     \
    "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404,\"detail\":\"no\"}"
#define HISTORY "{\"epoch\":[1],\"loss\":[0.5],\"validation_loss\":[null]}"
#define DATASET                                                                                    \
    "{\"name\":\"f\",\"kind\":\"tagged\",\"created_at\":\"2024-01-01T00:00:00Z\","                 \
    "\"updated_at\":\"2024-01-01T00:00:00Z\",\"bytes\":1,\"columns\":[]}"

static const struct {
    const char *method, *path, *request_type, *request;
    long status;
    const char *headers, *body;
    const char *fault; /* a part of it; NULL: all is well */
} rows[] = {
    {"GET", "/healthz", NULL, NULL, 200, JSON, "{\"status\":\"ok\"}", NULL},
    {"GET", "/healthz", NULL, NULL, 200, JSON, "{\"status\":\"fine\"}", "at \"/status\""},
    {"GET", "/healthz", NULL, NULL, 200, JSON, "{\"status\":\"ok\",\"load\":1}", "at \"/load\""},
    {"GET", "/healthz", NULL, NULL, 200, JSON, "{}", "\"status\" is missing"},
    {"GET", "/healthz", NULL, NULL, 200, JSON, "ok", "is not JSON"},
    {"GET", "/healthz", NULL, NULL, 200, "Content-Type: text/plain\r\n", "ok", "'text/plain'"},
    {"GET", "/healthz", NULL, NULL, 202, JSON, "{\"status\":\"ok\"}", "this status"},
    {"GET", "/v1/jobs/1/history", NULL, NULL, 200, JSON, HISTORY, NULL},
    {"GET", "/v1/jobs/1/history?format=csv", NULL, NULL, 200,
     "content-type: text/csv; charset=utf-8\r\n", "epoch\n", NULL},
    {"GET", "/v1/jobs/1/history?format=bmp", NULL, NULL, 200, JSON, HISTORY, "'format'"},
    {"GET", "/v1/jobs/1/history?first=2", NULL, NULL, 200, JSON, HISTORY, "'first'"},
    /* errors */
    {"GET", "/v1/jobs/1", NULL, NULL, 404, PROBLEM, NO_JOB, NULL},
    {"GET", "/v1/jobs/1", NULL, NULL, 404, JSON, NO_JOB, "'application/json'"},
    {"GET", "/v1/jobs/1", NULL, NULL, 404, PROBLEM, "{\"detail\":\"no\"}", "\"type\" is missing"},
    {"GET", "/v1/jobs/1", NULL, NULL, 418, PROBLEM, NO_JOB, NULL},
    {"GET", "/v1/jobs", NULL, NULL, 503, PROBLEM, NO_JOB, "Retry-After"},
    {"GET", "/v1/nothing", NULL, NULL, 404, PROBLEM, NO_JOB, NULL},
    {"GET", "/v1/nothing", NULL, NULL, 404, PROBLEM, "{}", "is missing"},
    {"GET", "/v1/nothing", NULL, NULL, 200, JSON, "{}", "no such operation"},
    {"PATCH", "/v1/jobs", NULL, NULL, 405, PROBLEM, NO_JOB, NULL},
    {"OPTIONS", "/v1/jobs", NULL, NULL, 204, "", "", NULL},
    {"DELETE", "/v1/jobs/1", NULL, NULL, 204, "", "", NULL},
    {"DELETE", "/v1/jobs/1", NULL, NULL, 204, "", "gone", "no body"},
    {"HEAD", "/v1/datasets/f", NULL, NULL, 200, ETAG, "", NULL},
    {"HEAD", "/v1/datasets/f", NULL, NULL, 200, JSON, "", "ETag"},
    /* requests */
    {"PUT", "/v1/datasets/f?fill=zero&series_limit=5", "text/csv; charset=utf-8", "a\n1\n", 200,
     ETAG, DATASET, NULL},
    {"PUT", "/v1/datasets/f?fill=nought", "text/csv", "a\n1\n", 200, ETAG, DATASET, "'fill'"},
    {"PUT", "/v1/datasets/f?series_limit=0", "text/csv", "a\n1\n", 200, ETAG, DATASET,
     "'series_limit'"},
    {"PUT", "/v1/datasets/f?series_limit=%35", "", "{\"values\":[1]}", 200, ETAG, DATASET, NULL},
    {"PUT", "/v1/datasets/f", "application/pdf", "x", 200, ETAG, DATASET, "'application/pdf'"},
    {"PUT", "/v1/datasets/f", "application/json", "{\"values\":[1],\"unit\":\"m\"}", 200, ETAG,
     DATASET, "at \"/unit\""},
    {"PUT", "/v1/datasets/f", "application/x-www-form-urlencoded", "{\"values\":7}", 200, ETAG,
     DATASET, "at \"/values\""},
    {"PUT", "/v1/datasets/f", "application/json", "{\"unit\":\"m\"}", 422, PROBLEM, NO_JOB, NULL},
    {"PUT", "/v1/datasets/f", "text/csv", NULL, 200, ETAG, DATASET, "without its body"},
    {"DELETE", "/v1/jobs/1", "text/plain", "now", 204, "", "", "none is documented"},
};

START_TEST(exchanges)
{
    const struct exchange x = {.method = rows[_i].method,
                               .path = rows[_i].path,
                               .request_type = rows[_i].request_type,
                               .request_body = rows[_i].request,
                               .request_len = rows[_i].request ? strlen(rows[_i].request) : 0,
                               .status = rows[_i].status,
                               .headers = rows[_i].headers,
                               .body = rows[_i].body,
                               .len = strlen(rows[_i].body)};
    char fault[CONTRACT_FAULT_SIZE] = "";
    bool ok = contract_check(fault, contract_document(), &x);

    ck_assert_msg(ok == !rows[_i].fault, "%s %s: %s", x.method, x.path, fault);
    if (!ok)
        ck_assert_msg(strstr(fault, rows[_i].fault) != NULL, "%s is not in: %s", rows[_i].fault,
                      fault);
}
END_TEST

START_TEST(paths_find_their_operation)
{
    static const char *const all[][3] = {
        {"get", "/", "/"},
        {"get", "/v1/jobs?limit=3", "/v1/jobs"},
        {"get", "/v1/jobs/01J/events", "/v1/jobs/{id}/events"},
        {"delete", "/v1/models/m/versions/3", "/v1/models/{name}/versions/{n}"},
        {"get", "/v1/models/", NULL},
        {"get", "/v1/models/m/", NULL},
        {"get", "/v1/jobs/01J/events/3", NULL},
        {"put", "/v1/jobs", NULL},
    };
    const char *pattern = NULL;
    const cJSON *item = NULL;
    const cJSON *op =
        contract_operation(&pattern, &item, contract_document(), all[_i][0], all[_i][1]);

    ck_assert_int_eq(op != NULL, all[_i][2] != NULL);
    ck_assert_pstr_eq(pattern, all[_i][2]);
}
END_TEST

START_TEST(documents_are_laid_out)
{
    cJSON *doc = cJSON_Parse(
        "{\"paths\":{\"/b\":{\"get\":{\"responses\":{},\"operationId\":\"b\"}},"
        "\"/a\":{}},\"openapi\":\"3.1.0\",\"x\":9007199254740991,\"example\":{\"z\":1,\"a\":2}}");
    char *text = document_text(doc);

    ck_assert_str_eq(text, "{\n"
                           "  \"openapi\": \"3.1.0\",\n"
                           "  \"paths\": {\n"
                           "    \"/a\": {},\n"
                           "    \"/b\": {\"get\": {\"operationId\": \"b\", \"responses\": {}}}\n"
                           "  },\n"
                           "  \"example\": {\"z\": 1, \"a\": 2},\n"
                           "  \"x\": 9007199254740991\n"
                           "}\n");
    free(text);
    cJSON_Delete(doc);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contract");
    TCase *t = tcase_create("contract");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, exchanges, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_loop_test(t, paths_find_their_operation, 0, 8);
    tcase_add_test(t, documents_are_laid_out);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
