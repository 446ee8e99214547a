/* job_events.c - GET /v1/jobs/{id}/events: progress and state as a stream of server-sent events.
 *
 * Events are numbered so that Last-Event-ID can resume without anything being kept for the stream:
 * 1 queued, 2 running, 3 + k - 1 the end of epoch k, and FINAL_EVENT the end of the job. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUED_EVENT = 1, RUNNING_EVENT = 2, FINAL_EVENT = 1000000000, EPOCHS_AT_ONCE = 10000 };

struct follower {
    struct app *app;
    char id[JOB_ID_LEN + 1];
    int64_t last; /* number of the last event sent */
};

static void put_event(struct buf *out, const char *event, int64_t number, cJSON *data)
{
    char *text = data ? cJSON_PrintUnformatted(data) : NULL;

    cJSON_Delete(data);
    if (text)
        buf_printf(out, "id: %lld\nevent: %s\ndata: %s\n\n", (long long)number, event, text);
    else
        out->st = ST_NOMEM;
    free(text);
}

static void put_state(struct buf *out, struct follower *f, const struct job *job, int64_t number)
{
    cJSON *o;

    if (f->last >= number)
        return;
    o = api_put_text(cJSON_CreateObject(), "id", job->id);
    o = api_put_text(o, "state", job_state_name(job->state));
    o = api_put(o, "model_version",
                job->model_version ? cJSON_CreateNumber((double)job->model_version)
                                   : cJSON_CreateNull());
    o = api_put_raw(o, "error", job->error);
    put_event(out, "state", number, o);
    f->last = number;
}

/* Every epoch that ended since the last event. The newest carries the live speed as well. */
static enum status put_epochs(struct buf *out, struct follower *f, const struct job *job,
                              struct err *e)
{
    double *loss = NULL, *validation = NULL;
    int first = f->last > RUNNING_EVENT ? (int)(f->last - RUNNING_EVENT) + 1 : 1;
    int n = 0;
    enum status st = jobs_history(&loss, &validation, &n, f->app->jobs, f->id, first, e);

    for (int i = 0; !st && i < n && i < EPOCHS_AT_ONCE; i++) {
        struct job_progress p = job->progress;

        p.epoch = first + i;
        p.fraction = p.epochs > 0 ? (double)p.epoch / p.epochs : 0;
        p.loss = loss[i];
        p.validation_loss = validation[i];
        f->last = RUNNING_EVENT + p.epoch;
        put_event(out, "progress", f->last, render_progress(&p));
    }
    free(loss);
    free(validation);
    return st;
}

static bool next_events(void *ctx, struct buf *out)
{
    struct follower *f = ctx;
    struct err e = {0};
    struct job job = {0};
    bool more = true;

    if (store_job_get(&job, f->app->store, f->id, &e))
        return false;
    jobs_live(f->app->jobs, &job);
    if (job.state == JOB_QUEUED)
        put_state(out, f, &job, QUEUED_EVENT);
    else if (job.state == JOB_RUNNING)
        put_state(out, f, &job, RUNNING_EVENT);
    if (put_epochs(out, f, &job, &e))
        more = false;
    if (job_state_final(job.state)) {
        put_state(out, f, &job, FINAL_EVENT);
        more = false;
    }
    job_release(&job);
    return more;
}

/* FINAL_EVENT for that and all that is beyond. An id that is not ours begins from the start, as a
 * browser's reconnection must not fail. */
static int64_t last_event_id(const struct http_req *rq)
{
    const char *text = http_header(rq, "Last-Event-ID");
    int64_t id;

    if (!text || !*text || strspn(text, "0123456789") != strlen(text))
        return 0;
    id = strlen(text) > 18 ? FINAL_EVENT : strtoll(text, NULL, 10);
    return id < FINAL_EVENT ? id : FINAL_EVENT;
}

static void stream_events(struct app *app, const struct job *job, int64_t last, struct http_res *rs)
{
    struct follower *f = calloc(1, sizeof(*f));
    struct err e = {0};
    char topic[64];

    if (!f) {
        err_nomem(&e, sizeof(*f));
        http_res_err(rs, &e);
        return;
    }
    f->app = app;
    f->last = last;
    snprintf(f->id, sizeof(f->id), "%s", job->id);
    snprintf(topic, sizeof(topic), "job/%s", job->id);
    http_res_stream(rs, topic,
                    &(struct http_stream){.ctx = f, .next = next_events, .free_ctx = free});
}

/* GET -> 200, a stream; 204 when the job has ended and its last event has been had: an EventSource
 * that got 200 would connect again, for ever. A job that goes on has not sent its last event yet. */
void api_job_events(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    int64_t last = last_event_id(rq);
    enum status st = store_job_get(&job, app->store, rq->param[0], &e);

    if (st)
        http_res_err(rs, &e);
    else if (last < FINAL_EVENT)
        stream_events(app, &job, last, rs);
    else if (job_state_final(job.state))
        http_res_status(rs, 204);
    else
        stream_events(app, &job, 0, rs);
    job_release(&job);
}

void api_job_changed(void *ctx, const char *job_id)
{
    struct app *app = ctx;
    char topic[64];

    if (!app->http)
        return;
    snprintf(topic, sizeof(topic), "job/%s", job_id);
    http_notify(app->http, topic);
}
