/* handler.c - see handler.h. */
#include "tests/unit/server/api/handler.h"

#include "tests/unit/server/json_at.h"

#include "server/base/log.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct fixture files;
    struct jobs *jobs;
    struct model_cache *cache;
    struct app app;
    struct http_res *res;
    struct reply reply;
    /* the last request; its response borrows them */
    struct call call;
    struct http_fields fields;
    struct http_req rq;
} h;

static void forget_reply(void)
{
    cJSON_Delete(h.reply.json);
    http_res_free(h.res);
    h.res = NULL;
    h.reply = (struct reply){0};
}

void handler_start(void)
{
    const struct jobs_config jobs = {
        .cores = 1, .max_parameters = 1000000, .max_queue = 3, .max_training_bytes = 1 << 30};
    struct err e = {0};

    memset(&h, 0, sizeof(h));
    ck_ok(log_open(LOG_TEXT, LOG_ERROR, NULL, &e), &e);
    fixture_open(&h.files);
    ck_ok(model_cache_new(&h.cache, h.files.store, 1 << 26, &e), &e);
    ck_ok(jobs_start(&h.jobs, h.files.store, &jobs, &e), &e);
    h.app = (struct app){.store = h.files.store,
                         .jobs = h.jobs,
                         .cache = h.cache,
                         .limits = wide,
                         .max_tokens_per_request = 1000,
                         .max_parameters = 1000000,
                         .ui = true};
    h.app.limits.max_json_depth = 32;
}

void handler_stop(void)
{
    forget_reply();
    jobs_stop(h.jobs);
    model_cache_free(h.cache);
    fixture_close(&h.files);
}

struct app *handler_app(void)
{
    return &h.app;
}

struct fixture *handler_files(void)
{
    return &h.files;
}

static int count(const struct http_pair *list, int max)
{
    int n = 0;

    while (n < max && list[n].name)
        n++;
    return n;
}

const struct reply *ask(const struct call *c)
{
    forget_reply();
    h.call = *c;
    h.fields = (struct http_fields){h.call.header, count(h.call.header, CALL_HEADER_MAX)};
    h.rq = (struct http_req){.method = c->method,
                             .path = "/test",
                             .param = {c->param[0], c->param[1], c->param[2]},
                             .query = h.call.query,
                             .num_query = count(h.call.query, CALL_QUERY_MAX),
                             .body = c->body ? c->body : "",
                             .body_len = c->len ? c->len : strlen(c->body ? c->body : ""),
                             .content_type = c->type ? c->type : "",
                             .request_id = "test",
                             .lane = HTTP_BULK,
                             .fields = &h.fields,
                             .key = c->key,
                             .prefix = c->prefix};
    h.res = http_res_new(&h.rq);
    ck_assert_ptr_nonnull(h.res);
    c->handler(&h.app, &h.rq, h.res);
    h.reply.status = http_res_get(h.res, &h.reply.type, &h.reply.body, &h.reply.len);
    h.reply.json = strstr(h.reply.type, "json") ? cJSON_Parse(h.reply.body) : NULL;
    h.reply.res = h.res;
    return &h.reply;
}

const struct reply *expect(int status, const struct call *c)
{
    const struct reply *r = ask(c);

    ck_assert_msg(r->status == status, "%d instead of %d: %.2000s", r->status, status, r->body);
    return r;
}

void expect_problem(int status, const char *place, const struct call *c)
{
    const struct reply *r = expect(status, c);
    const cJSON *first, *pointer, *parameter;

    ck_assert_str_eq(r->type, "application/problem+json");
    ck_assert_int_eq((int)number("status"), status);
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(r->json, "errors"), 0);
    pointer = cJSON_GetObjectItem(first, "pointer");
    parameter = cJSON_GetObjectItem(first, "parameter");
    if (!place)
        ck_assert_msg(!first, "names a place: %s", r->body);
    else if (place[0] == '?')
        ck_assert_msg(parameter && strcmp(parameter->valuestring, place + 1) == 0, "not at %s: %s",
                      place, r->body);
    else
        ck_assert_msg(pointer && strcmp(pointer->valuestring, place) == 0, "not at %s: %s", place,
                      r->body);
}

const cJSON *member(const char *path)
{
    const cJSON *at = json_at(h.reply.json, path);

    ck_assert_msg(at != NULL, "no %s in %.2000s", path, h.reply.body);
    return at;
}

double number(const char *path)
{
    const cJSON *m = member(path);

    ck_assert_msg(cJSON_IsNumber(m), "%s is no number in %.2000s", path, h.reply.body);
    return m->valuedouble;
}

const char *text(const char *path)
{
    const cJSON *m = member(path);

    ck_assert_msg(cJSON_IsString(m), "%s is no text in %.2000s", path, h.reply.body);
    return m->valuestring;
}

void put_csv(const char *name, const char *csv)
{
    expect(201, &(struct call){.handler = api_dataset_put,
                               .method = HTTP_PUT,
                               .param = {name},
                               .type = "text/csv",
                               .body = csv});
}

const char *train(const char *json)
{
    const struct jobs_config config = {.workers = 1,
                                       .cores = 1,
                                       .checkpoint_interval_seconds = 60,
                                       .max_parameters = 1000000,
                                       .max_queue = 3,
                                       .max_training_bytes = 1 << 30};
    static char id[JOB_ID_LEN + 1];
    struct jobs *jobs = NULL;
    struct job job = {0};
    struct err e = {0};

    expect(202, &(struct call){.handler = api_job_create,
                               .method = HTTP_POST,
                               .type = "application/json",
                               .body = json});
    snprintf(id, sizeof(id), "%s", text("id"));
    ck_ok(jobs_start(&jobs, h.files.store, &config, &e), &e);
    for (int i = 0; !job_state_final(job.state) && i < 6000; i++) {
        job_release(&job);
        poll(NULL, 0, 10);
        ck_ok(store_job_get(&job, h.files.store, id, &e), &e);
    }
    ck_assert_msg(job.state == JOB_SUCCEEDED, "%s: %s", job_state_name(job.state),
                  job.error ? job.error : "");
    job_release(&job);
    jobs_stop(jobs);
    return id;
}

int handler_run(Suite *s, const TTest *const *tests, size_t n)
{
    TCase *t = tcase_create("handlers");

    tcase_add_checked_fixture(t, handler_start, handler_stop);
    tcase_set_timeout(t, 120);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}

void import(const char *name, const char *file)
{
    static uint8_t data[1 << 20];
    char path[120];
    FILE *f;
    size_t n;

    snprintf(path, sizeof(path), "tests/fuzz/corpus/safetensors/%s", file);
    f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s cannot be opened", path);
    n = fread(data, 1, sizeof(data), f);
    fclose(f);
    expect(201, &(struct call){.handler = api_checkpoint_put,
                               .method = HTTP_PUT,
                               .param = {name},
                               .body = (const char *)data,
                               .len = n});
}
