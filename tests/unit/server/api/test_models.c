/* test_models.c - list, describe, export, import and delete models. */
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/server/api/handler.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(an_import_makes_the_next_version)
{
    import("f", "forecaster-fitted");
    import("f", "forecaster-fitted");
    ck_assert_int_eq((int)number("version"), 2);
    expect(200, &(struct call){.handler = api_model_get, .param = {"f"}});
    ck_assert_int_eq((int)number("version"), 2);
    ck_assert_int_eq((int)number("num_versions"), 2);
    ck_assert_int_eq((int)number("parameter_count"), 40);
    ck_assert_str_eq(text("series/0/id"), "a");
    expect(200,
           &(struct call){.handler = api_model_get, .param = {"f"}, .query = {{"version", "1"}}});
    ck_assert_int_eq((int)number("version"), 1);
    expect(200, &(struct call){.handler = api_version_get, .param = {"f", "1"}});
    expect(404, &(struct call){.handler = api_version_get, .param = {"f", "3"}});
    expect_problem(404, NULL, &(struct call){.handler = api_version_get, .param = {"f", "x"}});
    expect_problem(400, NULL, &(struct call){.handler = api_version_get, .param = {"f", "-1"}});
}
END_TEST

/* What other programs compute with such a file, tests/client/onnx.ts shows. */
START_TEST(a_model_is_exported_as_a_graph)
{
    const struct reply *r;
    char etag[128];

    import("f", "forecaster-fitted");
    r = expect(200, &(struct call){.handler = api_checkpoint_get,
                                   .param = {"f"},
                                   .query = {{"format", "onnx"}}});
    ck_assert_str_eq(r->type, "application/onnx");
    ck_assert_str_eq(http_res_get_header(r->res, "Content-Disposition"),
                     "attachment; filename=\"f-1.onnx\"");
    ck_assert_uint_gt(r->len, 100);
    ck_assert_int_eq(r->body[0], 8); /* the field ir_version */
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(r->res, "ETag"));
    ck_assert(strstr(etag, "-onnx"));
    r = expect(200, &(struct call){.handler = api_checkpoint_get,
                                   .param = {"f"},
                                   .header = {{"Accept", "application/onnx"}}});
    ck_assert_str_eq(r->type, "application/onnx");
    r = expect(200, &(struct call){.handler = api_checkpoint_get,
                                   .param = {"f"},
                                   .header = {{"Accept", "application/json"}}});
    ck_assert_str_eq(r->type, "application/vnd.safetensors");
    ck_assert_str_ne(etag, http_res_get_header(r->res, "ETag"));
    import("t", "tagger-capitals");
    r = expect(200, &(struct call){.handler = api_checkpoint_get,
                                   .param = {"t"},
                                   .query = {{"format", "onnx"}, {"version", "1"}}});
    ck_assert_str_eq(r->type, "application/onnx");
}
END_TEST

START_TEST(a_graph_that_cannot_be_is_refused)
{
    put_csv("short", "y\n3\n5\n4\n6\n5\n7\n");
    train("{\"task\":\"forecast\",\"dataset\":\"short\",\"model\":\"f\","
          "\"params\":{\"epochs\":1}}");
    expect_problem(409, NULL,
                   &(struct call){.handler = api_checkpoint_get,
                                  .param = {"f"},
                                  .query = {{"format", "onnx"}}});
    expect_problem(406, "?format",
                   &(struct call){.handler = api_checkpoint_get,
                                  .param = {"f"},
                                  .query = {{"format", "svg"}}});
    expect_problem(404, NULL,
                   &(struct call){.handler = api_checkpoint_get,
                                  .param = {"none"},
                                  .query = {{"format", "onnx"}}});
    expect_problem(404, NULL,
                   &(struct call){.handler = api_checkpoint_get,
                                  .param = {"f"},
                                  .query = {{"format", "onnx"}, {"version", "7"}}});
}
END_TEST

START_TEST(a_checkpoint_comes_back_as_it_went_in)
{
    const struct reply *r;
    static char first[1 << 20];
    size_t len;

    import("f", "forecaster-fitted");
    r = expect(200, &(struct call){.handler = api_checkpoint_get, .param = {"f"}});
    ck_assert_str_eq(r->type, "application/vnd.safetensors");
    ck_assert_str_eq(http_res_get_header(r->res, "Content-Disposition"),
                     "attachment; filename=\"f-1.safetensors\"");
    len = r->len;
    memcpy(first, r->body, len);
    expect(201, &(struct call){.handler = api_checkpoint_put,
                               .method = HTTP_PUT,
                               .param = {"g"},
                               .body = first,
                               .len = len});
    r = expect(200, &(struct call){.handler = api_checkpoint_get, .param = {"g"}});
    ck_assert_uint_eq(r->len, len);
    ck_assert_mem_eq(r->body, first, len);
}
END_TEST

START_TEST(bad_imports_are_refused)
{
    struct call c = {
        .handler = api_checkpoint_put, .method = HTTP_PUT, .param = {"f"}, .body = "no checkpoint"};

    expect(422, &c);
    c.body = "";
    expect_problem(400, NULL, &c);
    c.body = "x";
    c.type = "text/csv";
    expect_problem(415, NULL, &c);
    c.type = "";
    expect(404, &(struct call){.handler = api_model_get, .param = {"f"}});
}
END_TEST

/* RFC 9110: If-Match compares strongly (13.1.1), If-None-Match weakly (13.1.2). */
START_TEST(conditions_are_checked)
{
    static char bytes[1 << 20];
    char etag[100], weak[104];
    struct call c = {
        .handler = api_checkpoint_put, .method = HTTP_PUT, .param = {"f"}, .body = bytes};
    struct call get = {.handler = api_checkpoint_get, .param = {"f"}};
    const struct reply *r;

    import("f", "forecaster-fitted");
    r = expect(200, &get);
    c.len = r->len;
    memcpy(bytes, r->body, r->len);
    snprintf(etag, sizeof(etag), "%s", http_res_get_header(r->res, "ETag"));
    snprintf(weak, sizeof(weak), "W/%s", etag);
    get.header[0] = (struct http_pair){"If-None-Match", weak};
    expect(304, &get);
    c.header[0] = (struct http_pair){"If-Match", weak};
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-None-Match", weak};
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-None-Match", etag};
    expect_problem(412, NULL, &c);
    c.header[0] = (struct http_pair){"If-Match", etag};
    expect(201, &c);
    ck_assert_int_eq((int)number("version"), 2);
    c.param[0] = "g";
    c.header[0] = (struct http_pair){"If-Match", "*"};
    expect_problem(412, NULL, &c);
    expect(404, &(struct call){.handler = api_model_get, .param = {"g"}});
    c.header[0] = (struct http_pair){"If-None-Match", "*"};
    expect(201, &c);
    expect_problem(412, NULL, &c);
}
END_TEST

/* ---- imports at once ---- */

enum { ROUNDS = 12, CLIENTS = 4 };

/* A client that puts a model under a condition; its own server connection. */
struct importer {
    const struct api_server *server;
    const char *head, *body;
    size_t len;
    pthread_barrier_t *start;
    int status;
};

static void *put_once(void *ctx)
{
    struct importer *c = ctx;
    char answer[8192];

    pthread_barrier_wait(c->start);
    c->status = api_server_ask(c->server, answer, sizeof(answer),
                               &(struct api_question){.method = "PUT",
                                                      .target = "/v1/models/f/checkpoint",
                                                      .head = c->head,
                                                      .body = c->body,
                                                      .len = c->len});
    return NULL;
}

/* How many of the clients were answered 201; all others have to be refused for the condition. */
static int winners(const struct api_server *s, const char *head, const char *body, size_t len)
{
    struct importer client[CLIENTS];
    pthread_t thread[CLIENTS];
    pthread_barrier_t start;
    int won = 0;

    ck_assert_int_eq(pthread_barrier_init(&start, NULL, CLIENTS), 0);
    for (int i = 0; i < CLIENTS; i++) {
        client[i] = (struct importer){s, head, body, len, &start, 0};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, put_once, &client[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        ck_assert(client[i].status == 201 || client[i].status == 412);
        won += client[i].status == 201;
    }
    pthread_barrier_destroy(&start);
    return won;
}

/* Two files take turns, so that each version has another tag than the one before. */
START_TEST(of_imports_with_one_tag_one_wins)
{
    static const char *const files[] = {"tests/fuzz/corpus/safetensors/tagger-plain",
                                        "tests/fuzz/corpus/safetensors/tagger-fitted"};
    struct api_server s;
    char digest[DIGEST_LEN + 1], head[128] = "If-None-Match: *\r\n";

    api_server_start(&s, NULL, NULL);
    for (int i = 0; i < ROUNDS; i++) {
        size_t len;
        char *body = api_file(&len, files[i % 2]);

        ck_assert_int_eq(winners(&s, head, body, len), 1);
        digest_hex(digest, body, len);
        snprintf(head, sizeof(head), "If-Match: \"%s\"\r\n", digest);
        free(body);
    }
    api_server_stop(&s);
}
END_TEST

START_TEST(a_name_keeps_its_task_and_models_their_size)
{
    const struct reply *r;
    static char tagger[1 << 16];
    size_t len;

    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    r = expect(200, &(struct call){.handler = api_checkpoint_get, .param = {"t"}});
    len = r->len;
    memcpy(tagger, r->body, len);
    expect_problem(409, NULL,
                   &(struct call){.handler = api_checkpoint_put,
                                  .method = HTTP_PUT,
                                  .param = {"f"},
                                  .body = tagger,
                                  .len = len});
    handler_app()->max_parameters = 22;
    expect_problem(413, NULL,
                   &(struct call){.handler = api_checkpoint_put,
                                  .method = HTTP_PUT,
                                  .param = {"t"},
                                  .body = tagger,
                                  .len = len});
}
END_TEST

START_TEST(models_and_versions_are_listed)
{
    import("f", "forecaster-fitted");
    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    expect(200, &(struct call){.handler = api_model_list, .query = {{"limit", "1"}}});
    ck_assert_str_eq(text("items/0/name"), "f");
    ck_assert_str_eq(text("next"), "f");
    expect(200, &(struct call){.handler = api_model_list, .query = {{"cursor", "f"}}});
    ck_assert_str_eq(text("items/0/name"), "t");
    expect(200, &(struct call){
                    .handler = api_model_versions, .param = {"f"}, .query = {{"limit", "1"}}});
    ck_assert_int_eq((int)number("items/0/version"), 2);
    expect(200, &(struct call){
                    .handler = api_model_versions, .param = {"f"}, .query = {{"cursor", "2"}}});
    ck_assert_int_eq((int)number("items/0/version"), 1);
    expect_problem(
        400, "?cursor",
        &(struct call){.handler = api_model_versions, .param = {"f"}, .query = {{"cursor", "x"}}});
    expect(404, &(struct call){.handler = api_model_versions, .param = {"x"}});
}
END_TEST

START_TEST(a_deleted_version_is_forgotten)
{
    import("f", "forecaster-fitted");
    import("f", "forecaster-fitted");
    expect(200, &(struct call){.handler = api_forecast_get, .param = {"f"}});
    expect(204, &(struct call){
                    .handler = api_version_delete, .method = HTTP_DELETE, .param = {"f", "2"}});
    expect(200, &(struct call){.handler = api_forecast_get, .param = {"f"}});
    ck_assert_int_eq((int)number("version"), 1); /* not the one that was loaded */
    expect(204, &(struct call){.handler = api_model_delete, .method = HTTP_DELETE, .param = {"f"}});
    expect(404, &(struct call){.handler = api_forecast_get, .param = {"f"}});
    expect(404, &(struct call){.handler = api_model_delete, .method = HTTP_DELETE, .param = {"f"}});
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_import_makes_the_next_version, a_checkpoint_comes_back_as_it_went_in,
        a_model_is_exported_as_a_graph,   a_graph_that_cannot_be_is_refused,
        bad_imports_are_refused,          conditions_are_checked,
        of_imports_with_one_tag_one_wins, a_name_keeps_its_task_and_models_their_size,
        models_and_versions_are_listed,   a_deleted_version_is_forgotten,
    };

    return handler_run(suite_create("api models"), tests, sizeof(tests) / sizeof(tests[0]));
}
