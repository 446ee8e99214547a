/* test_api.c - a walk through the HTTP contract: resources, their fields, their codes. What models
 * answer: test_answers.c. */
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
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 200);
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

/* ---- problems ---- */

static void expect_problem(const char *type)
{
    char header[128];

    ck_assert_str_eq(reply_header(header, sizeof(header), &r, "Content-Type"),
                     "application/problem+json");
    ck_assert_int_eq((int)number_at(r.json, "status"), (int)r.status);
    ck_assert_msg(strstr(text_at(r.json, "type"), type), "type %s", text_at(r.json, "type"));
    ck_assert_int_gt((int)strlen(text_at(r.json, "title")), 0);
    ck_assert_int_gt((int)strlen(text_at(r.json, "detail")), 10);
    ck_assert_int_gt((int)strlen(text_at(r.json, "instance")), 0);
}

START_TEST(unknown_names_get_a_suggestion)
{
    get(&r, &d, "/v1/datasets/flihgts", 404);
    expect_problem("not-found");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "flights"));
    get(&r, &d, "/v1/models/flight", 404);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "flights"));
    get(&r, &d, "/v1/models/flihgts/forecast", 404);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "did you mean"));
    post(&r, &d, "/v1/jobs", "{\"task\":\"forecast\",\"dataset\":\"flight\",\"model\":\"x\"}", 404);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "flights"));
    get(&r, &d, "/v1/models/flights?version=7", 404);
    get(&r, &d, "/v1/jobs/nosuchjob", 404);
}
END_TEST

START_TEST(misspelt_parameters_are_named)
{
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"x\",\"params\":"
         "{\"hiden_size\":3}}",
         422);
    expect_problem("invalid");
    ck_assert_ptr_nonnull(strstr(r.body, "hiden_size"));
    ck_assert_ptr_nonnull(strstr(r.body, "hidden_size"));
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/params/hiden_size");
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"x\",\"params\":"
         "{\"epochs\":0}}",
         422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/params/epochs");
    get(&r, &d, "/v1/models/flights/forecast?horizont=3", 400);
    ck_assert_ptr_nonnull(strstr(r.body, "horizont"));
}
END_TEST

START_TEST(methods_and_options)
{
    char allow[128];

    http_send(&r, &d, &(struct request){.method = "PATCH", .path = "/v1/datasets/flights"});
    expect_status(&r, 405, "PATCH");
    reply_header(allow, sizeof(allow), &r, "Allow");
    ck_assert(strstr(allow, "GET") && strstr(allow, "PUT") && strstr(allow, "DELETE"));
    expect_problem("method-not-allowed");
    http_send(&r, &d, &(struct request){.method = "OPTIONS", .path = "/v1/jobs"});
    expect_status(&r, 204, "OPTIONS");
    ck_assert(strstr(reply_header(allow, sizeof(allow), &r, "Allow"), "POST"));
    http_send(&r, &d, &(struct request){.method = "HEAD", .path = "/v1/datasets/flights"});
    expect_status(&r, 200, "HEAD");
    ck_assert_uint_eq(r.len, 0);
    ck_assert_int_gt(atoi(reply_header(allow, sizeof(allow), &r, "Content-Length")), 10);
    get(&r, &d, "/v1/nothing", 404);
    expect_problem("not-found");
}
END_TEST

START_TEST(request_ids_come_back)
{
    char id[80];

    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/healthz", .headers = {"X-Request-Id: abc-1.2_Z"}});
    ck_assert_str_eq(reply_header(id, sizeof(id), &r, "X-Request-Id"), "abc-1.2_Z");
    http_send(&r, &d,
              &(struct request){
                  .method = "GET", .path = "/nope", .headers = {"X-Request-Id: a b<script>"}});
    reply_header(id, sizeof(id), &r, "X-Request-Id");
    ck_assert(id[0] && !strchr(id, '<'));
}
END_TEST

/* ---- data sets ---- */

START_TEST(dataset_resource)
{
    get(&r, &d, "/v1/datasets/flights", 200);
    ck_assert_str_eq(text_at(r.json, "name"), "flights");
    ck_assert_str_eq(text_at(r.json, "kind"), "series");
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 144);
    ck_assert_str_eq(text_at(r.json, "series.0.start"), "1949-01");
    ck_assert_str_eq(text_at(r.json, "series.0.end"), "1960-12");
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "M");
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 0);
    ck_assert_int_gt((int)number_at(r.json, "bytes"), 0);
    ck_assert_str_eq(text_at(r.json, "columns.0"), "passengers");
    get(&r, &d, "/v1/datasets/sentences", 200);
    ck_assert_str_eq(text_at(r.json, "kind"), "tagged");
    ck_assert_int_eq((int)number_at(r.json, "sentences"), 2);
    ck_assert_int_eq((int)number_at(r.json, "tokens"), 9);
    ck_assert_int_eq((int)number_at(r.json, "tags.upos"), 3);
    get(&r, &d, "/v1/datasets?limit=1", 200);
    ck_assert_str_eq(text_at(r.json, "items.0.name"), "flights");
    ck_assert_str_eq(text_at(r.json, "next"), "flights");
    get(&r, &d, "/v1/datasets?limit=1&cursor=flights", 200);
    ck_assert_str_eq(text_at(r.json, "items.0.name"), "sentences");
    get(&r, &d, "/v1/datasets?limit=0", 400);
    get(&r, &d, "/v1/datasets?limit=1001", 400);
}
END_TEST

START_TEST(dataset_formats_and_back)
{
    put(&r, &d, "/v1/datasets/j", "application/json",
        "{\"values\":[112,118,null,4],\"start\":\"1949-01\",\"frequency\":\"M\"}", 201);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 1);
    get(&r, &d, "/v1/datasets/j/data?format=csv", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "1949-02,118"));
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/curl",
                                .type = "application/x-www-form-urlencoded",
                                .body = " {\"values\":[1,2,3]}"});
    expect_status(&r, 201, "curl -d");
    put(&r, &d, "/v1/datasets/panel", "text/csv",
        "unique_id,ds,y\na,2020-01-01,1\na,2020-01-02,2\nb,2020-01-01,\nb,2020-01-02,5\n", 201);
    ck_assert_int_eq((int)number_at(r.json, "num_series"), 2);
    ck_assert_str_eq(text_at(r.json, "id_column"), "unique_id");
    ck_assert_str_eq(text_at(r.json, "time_column"), "ds");
    put(&r, &d, "/v1/datasets/c", "text/x-conllu",
        "# text = Hi "
        "you\n1\tHi\thi\tINTJ\tUH\t_\t_\t_\t_\t_\n2\tyou\tyou\tPRON\tPRP\t_\t_\t_\t_\t_"
        "\n\n",
        201);
    ck_assert_int_eq((int)number_at(r.json, "tags.xpos"), 2);
    get(&r, &d, "/v1/datasets/c/data", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "2\tyou\tyou\tPRON\tPRP"));
    ck_assert_ptr_nonnull(strstr(r.body, "# text = Hi you\n"));
    get(&r, &d, "/v1/datasets/c/data?format=csv", 406);
    put(&r, &d, "/v1/datasets/x", "application/xml", "<a/>", 415);
    del(&r, &d, "/v1/datasets/j", 204);
    del(&r, &d, "/v1/datasets/j", 404);
    put(&r, &d, "/v1/datasets/j", "application/json", "{\"values\":[1]}", 201);
}
END_TEST

START_TEST(dataset_fill)
{
    put(&r, &d, "/v1/datasets/f?fill=zero&frequency=M", "text/csv",
        "month,y\n2020-01,1\n2020-03,2\n", 201);
    ck_assert_str_eq(text_at(r.json, "fill"), "zero");
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 1);
    get(&r, &d, "/v1/datasets/f/data?format=csv", 200); /* what is stored stays missing */
    ck_assert_ptr_nonnull(strstr(r.body, "2020-02,\n"));
    put(&r, &d, "/v1/datasets/f", "text/csv", "month,y\n2020-01,1\n2020-02,2\n", 200);
    ck_assert_str_eq(text_at(r.json, "fill"), "linear");
    put(&r, &d, "/v1/datasets/f?fill=error&frequency=M", "text/csv",
        "month,y\n2020-01,1\n2020-03,2\n", 422);
    ck_assert_ptr_nonnull(strstr(r.body, "2020-02"));
    put(&r, &d, "/v1/datasets/f?fill=error", "text/csv", "month,y\n2020-01,1\n2020-02,2\n", 200);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/f/rows",
                                .type = "text/csv",
                                .body = "month,y\n2020-03,\n"});
    expect_status(&r, 422, "a missing row into fill=error");
    put(&r, &d, "/v1/datasets/f?fill=cubic", "text/csv", "month,y\n2020-01,1\n", 400);
    put(&r, &d, "/v1/datasets/t?fill=zero", "application/json", tagged, 400);
}
END_TEST

START_TEST(dataset_append)
{
    put(&r, &d, "/v1/datasets/grow", "text/csv", "month,y\n2020-01,1\n2020-02,2\n", 201);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/grow/rows",
                                .type = "text/csv",
                                .body = "month,y\n2020-03,3\n2020-05,5\n"});
    expect_status(&r, 200, "append");
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 5);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 1);
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/grow/rows",
                                .type = "text/csv",
                                .body = "month,y\n2020-04,3\n"});
    expect_status(&r, 422, "append before the end");
    post(&r, &d, "/v1/datasets/grow/rows", tagged, 409);
    post(&r, &d, "/v1/datasets/sentences/rows",
         "{\"sentences\":[{\"tokens\":[\"Hi\"],\"tags\":[\"V\"]}]}", 200);
    ck_assert_int_eq((int)number_at(r.json, "sentences"), 3);
}
END_TEST

START_TEST(etags_and_preconditions)
{
    char etag[128], line[160];

    get(&r, &d, "/v1/datasets/flights", 200);
    reply_header(etag, sizeof(etag), &r, "ETag");
    ck_assert_int_eq(etag[0], '"');
    snprintf(line, sizeof(line), "If-None-Match: %s", etag);
    http_send(
        &r, &d,
        &(struct request){.method = "GET", .path = "/v1/datasets/flights", .headers = {line}});
    expect_status(&r, 304, "If-None-Match");
    ck_assert_uint_eq(r.len, 0);
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/flights",
                                .type = "application/json",
                                .body = "{\"values\":[1,2]}",
                                .headers = {"If-None-Match: *"}});
    expect_status(&r, 412, "create only");
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/datasets/flights",
                                .type = "application/json",
                                .body = "{\"values\":[1,2]}",
                                .headers = {"If-Match: \"other\""}});
    expect_status(&r, 412, "If-Match");
    get(&r, &d, "/v1/datasets/flights", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 144);
}
END_TEST

/* ---- jobs ---- */

START_TEST(job_resource_and_idempotency)
{
    static const char body[] = "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"idem\","
                               "\"params\":{\"epochs\":3}}";
    struct request q = {.method = "POST",
                        .path = "/v1/jobs",
                        .type = "application/json",
                        .body = body,
                        .headers = {"Idempotency-Key: k1"}};
    char id[64], location[128];

    http_send(&r, &d, &q);
    expect_status(&r, 202, "first");
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    reply_header(location, sizeof(location), &r, "Location");
    ck_assert_ptr_nonnull(strstr(location, id));
    ck_assert_int_eq((int)number_at(r.json, "params.epochs"), 3);
    ck_assert_int_eq((int)number_at(r.json, "params.season_length"), 12);
    http_send(&r, &d, &q);
    expect_status(&r, 202, "again");
    ck_assert_str_eq(text_at(r.json, "id"), id);
    q.body = "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"other\"}";
    http_send(&r, &d, &q);
    expect_status(&r, 409, "key for another request");
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "succeeded");
    ck_assert_int_eq((int)number_at(r.json, "model_version"), 1);
    ck_assert_double_eq(number_at(r.json, "progress.fraction"), 1);
    ck_assert_int_gt((int)strlen(text_at(r.json, "finished_at")), 10);
    ck_assert(cJSON_IsNull(at(r.json, "error")));
    snprintf(location, sizeof(location), "/v1/jobs/%s/history", id);
    get(&r, &d, location, 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "loss")), 3);
    ck_assert_int_eq((int)number_at(r.json, "epoch.2"), 3);
    snprintf(location, sizeof(location), "/v1/jobs/%s/history?format=csv", id);
    get(&r, &d, location, 200);
    ck_assert_ptr_eq(strstr(r.body, "epoch,loss,validation_loss\n1,"), r.body);
    get(&r, &d, "/v1/jobs?state=succeeded&model=idem", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 1);
    get(&r, &d, "/v1/jobs?state=done", 400);
}
END_TEST

START_TEST(job_events_end_after_the_final_state)
{
    char id[64], path[128], header[128];

    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"ev\",\"recipe\":"
         "\"tutorial-flights\",\"params\":{\"epochs\":20,\"hidden_size\":8}}",
         202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    snprintf(path, sizeof(path), "/v1/jobs/%s/events", id);
    get(&r, &d, path, 200);
    ck_assert_str_eq(reply_header(header, sizeof(header), &r, "Content-Type"), "text/event-stream");
    ck_assert_str_eq(reply_header(header, sizeof(header), &r, "X-Accel-Buffering"), "no");
    ck_assert_ptr_nonnull(strstr(r.body, "event: progress\n"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":20"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
    http_send(&r, &d,
              &(struct request){.method = "GET", .path = path, .headers = {"Last-Event-ID: 12"}});
    ck_assert_ptr_null(strstr(r.body, "\"epoch\":10,"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":11,"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
}
END_TEST

/* A client that reconnects while the job waits has its state already. (Events that are not sent are
 * freed: a sanitizer would report a leak.) */
START_TEST(job_events_go_on_behind_the_last_one)
{
    char id[64], path[128];

    for (int i = 0; i < 2; i++)
        post(&r, &d, "/v1/jobs",
             "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"ev\",\"recipe\":"
             "\"tutorial-flights\",\"params\":{\"epochs\":60}}",
             202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    snprintf(path, sizeof(path), "/v1/jobs/%s/events", id);
    http_send(&r, &d,
              &(struct request){.method = "GET", .path = path, .headers = {"Last-Event-ID: 2"}});
    ck_assert_ptr_null(strstr(r.body, "\"state\":\"queued\""));
    ck_assert_ptr_null(strstr(r.body, "\"state\":\"running\""));
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":1,"));
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
}
END_TEST

START_TEST(job_cancel_keeps_no_model)
{
    char id[64], path[128];

    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"never\",\"recipe\":"
         "\"tutorial-flights\",\"params\":{\"epochs\":100000}}",
         202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    del(&r, &d, "/v1/datasets/flights", 409);
    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "", 202);
    wait_job(&r, &d, id);
    ck_assert_str_eq(text_at(r.json, "state"), "cancelled");
    ck_assert(cJSON_IsNull(at(r.json, "model_version")));
    post(&r, &d, path, "", 409);
    get(&r, &d, "/v1/models/never", 404);
}
END_TEST

/* A job cannot be deleted before its end. When it is deleted, its key is free, and its model
 * stays. */
START_TEST(job_deletion)
{
    char id[64], path[80], sub[128], events[80];
    struct request q = {.method = "POST",
                        .path = "/v1/jobs",
                        .type = "application/json",
                        .body = "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"made\","
                                "\"params\":{\"epochs\":2}}",
                        .headers = {"Idempotency-Key: deleted"}};

    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"never\",\"recipe\":"
         "\"tutorial-flights\",\"params\":{\"epochs\":100000}}",
         202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    snprintf(sub, sizeof(sub), "/v1/jobs/%s/cancel", id);
    del(&r, &d, path, 409);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "cancel it first"));
    post(&r, &d, sub, "", 202);
    wait_job(&r, &d, id);
    del(&r, &d, path, 204);
    get(&r, &d, path, 404);
    del(&r, &d, path, 404);
    post(&r, &d, sub, "", 404);

    for (int round = 0; round < 2; round++) {
        http_send(&r, &d, &q);
        expect_status(&r, 202, "submitted");
        if (round)
            ck_assert_str_ne(text_at(r.json, "id"), id);
        snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
        wait_job(&r, &d, id);
        ck_assert_str_eq(text_at(r.json, "state"), "succeeded");
        snprintf(path, sizeof(path), "/v1/jobs/%s", id);
        snprintf(sub, sizeof(sub), "/v1/jobs/%s/history", id);
        snprintf(events, sizeof(events), "/v1/jobs/%s/events", id);
        del(&r, &d, path, 204);
        get(&r, &d, sub, 404);
        get(&r, &d, events, 404);
    }
    get(&r, &d, "/v1/models/made", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 2);
    get(&r, &d, "/v1/models/made/forecast", 200);
    get(&r, &d, "/v1/jobs?model=made", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 0);
}
END_TEST

START_TEST(job_keeps_the_data_it_was_submitted_with)
{
    char id[64];

    put(&r, &d, "/v1/datasets/changing", "application/json",
        "{\"values\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]}", 201);
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"changing\",\"model\":\"kept\",\"recipe\":"
         "\"tutorial-sine\",\"params\":{\"window\":3,\"train_size\":10,\"epochs\":3000}}",
         202);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "id"));
    put(&r, &d, "/v1/datasets/changing", "application/json", "{\"values\":[1]}", 200);
    del(&r, &d, "/v1/datasets/changing", 204);
    wait_job(&r, &d, id);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "succeeded") == 0, "%s", r.body);
}
END_TEST

/* ---- models ---- */

START_TEST(model_versions_and_deletion)
{
    static const char job[] = "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"v\","
                              "\"params\":{\"epochs\":1}}";

    run_job(&r, &d, job, "succeeded");
    run_job(&r, &d, job, "succeeded");
    ck_assert_int_eq((int)number_at(r.json, "model_version"), 2);
    get(&r, &d, "/v1/models/v", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 2);
    ck_assert_str_eq(text_at(r.json, "dataset"), "flights");
    ck_assert_int_gt((int)number_at(r.json, "parameter_count"), 100);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "flights");
    for (int i = 0; i < 2; i++) {
        get(&r, &d, "/v1/models/v/forecast", 200);
        ck_assert_int_eq((int)number_at(r.json, "version"), 2);
    }
    get(&r, &d, "/v1/models/v?version=1", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 1);
    get(&r, &d, "/v1/models/v/versions", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 2);
    del(&r, &d, "/v1/models/v/versions/2", 204);
    get(&r, &d, "/v1/models/v/forecast", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 1);
    run_job(&r, &d, job, "succeeded");
    ck_assert_int_eq((int)number_at(r.json, "model_version"), 3);
    get(&r, &d, "/v1/models/v/forecast", 200);
    ck_assert_int_eq((int)number_at(r.json, "version"), 3);
    get(&r, &d, "/v1/models/v/versions/2", 404);
    del(&r, &d, "/v1/models/v", 204);
    get(&r, &d, "/v1/models/v", 404);
    get(&r, &d, "/v1/models/v/forecast", 404);
}
END_TEST

START_TEST(checkpoint_out_and_in)
{
    char *mean, *copied, *file;
    size_t len;

    get(&r, &d, "/v1/models/flights/forecast?horizon=5", 200);
    mean = cJSON_PrintUnformatted(at(r.json, "series"));
    get(&r, &d, "/v1/models/flights/checkpoint", 200);
    len = r.len;
    file = malloc(len);
    ck_assert_ptr_nonnull(file);
    memcpy(file, r.body, len);
    ck_assert_ptr_nonnull(memmem(file, len, "lstm.weight_ih_l0", 17));
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/models/copy/checkpoint",
                                .type = "application/octet-stream",
                                .body = file,
                                .len = len});
    expect_status(&r, 201, "import");
    get(&r, &d, "/v1/models/copy/forecast?horizon=5", 200);
    copied = cJSON_PrintUnformatted(at(r.json, "series"));
    ck_assert_str_eq(copied, mean);
    free(copied);
    free(mean);
    get(&r, &d, "/v1/models/copy/checkpoint", 200);
    ck_assert_uint_eq(r.len, len);
    ck_assert_mem_eq(r.body, file, len);
    get(&r, &d, "/v1/models/copy/evaluation", 404);
    file[len / 2] ^= 1;
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/models/copy/checkpoint",
                                .type = "application/octet-stream",
                                .body = file,
                                .len = len - 1});
    expect_status(&r, 422, "truncated");
    free(file);
}
END_TEST

START_TEST(evaluation_stands_beside_the_baseline)
{
    get(&r, &d, "/v1/models/flights/evaluation", 200);
    for (int i = 0; i < 5; i++) {
        static const char *const names[] = {"mae", "rmse", "mape", "smape", "mase"};
        char path[64];

        snprintf(path, sizeof(path), "metrics.%s", names[i]);
        ck_assert_double_gt(number_at(r.json, path), 0);
        snprintf(path, sizeof(path), "baseline.%s", names[i]);
        ck_assert_double_gt(number_at(r.json, path), 0);
    }
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "series.0.truth")), 12);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "1960-01");
    get(&r, &d, "/v1/models/tagger/evaluation", 200);
    ck_assert_double_ge(number_at(r.json, "metrics.accuracy"), 0.5);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "tags")), 3);
}
END_TEST

/* ---- operation ---- */

START_TEST(operation)
{
    get(&r, &d, "/healthz", 200);
    get(&r, &d, "/readyz", 200);
    get(&r, &d, "/version", 200);
    ck_assert_int_gt((int)strlen(text_at(r.json, "version")), 3);
    get(&r, &d, "/openapi.json", 200);
    ck_assert_ptr_eq(strstr(text_at(r.json, "openapi"), "3.1"), text_at(r.json, "openapi"));
    get(&r, &d, "/", 200);
    get(&r, &d, "/metrics", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "lstmd_http_requests_total{"));
    ck_assert_ptr_nonnull(strstr(r.body, "lstmd_jobs{state=\"succeeded\"}"));
    ck_assert_ptr_nonnull(strstr(r.body, "# TYPE lstmd_http_request_duration_seconds histogram"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("HTTP contract");
    TCase *t = tcase_create("walk");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, unknown_names_get_a_suggestion);
    tcase_add_test(t, misspelt_parameters_are_named);
    tcase_add_test(t, methods_and_options);
    tcase_add_test(t, request_ids_come_back);
    tcase_add_test(t, dataset_resource);
    tcase_add_test(t, dataset_formats_and_back);
    tcase_add_test(t, dataset_fill);
    tcase_add_test(t, dataset_append);
    tcase_add_test(t, etags_and_preconditions);
    tcase_add_test(t, job_resource_and_idempotency);
    tcase_add_test(t, job_events_end_after_the_final_state);
    tcase_add_test(t, job_events_go_on_behind_the_last_one);
    tcase_add_test(t, job_cancel_keeps_no_model);
    tcase_add_test(t, job_deletion);
    tcase_add_test(t, job_keeps_the_data_it_was_submitted_with);
    tcase_add_test(t, model_versions_and_deletion);
    tcase_add_test(t, checkpoint_out_and_in);
    tcase_add_test(t, evaluation_stands_beside_the_baseline);
    tcase_add_test(t, operation);
    suite_add_tcase(s, t);
    return suite_run(s);
}
