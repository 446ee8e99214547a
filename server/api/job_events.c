/* job_events.c - GET /v1/jobs/{id}/events: progress and state as a stream of server-sent events.
 *
 * Events are numbered so that Last-Event-ID can resume a stream of which the server keeps nothing:
 * 1 queued, 2 running, 3 + k - 1 the end of epoch k, and FINAL_EVENT the end of the job. When a job
 * is restarted, its epochs are new. From then on the name of the run precedes the number,
 * "RUN.NUMBER", and a client that has events of another run gets all events of this one. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/render.h"
#include <lstm/hash.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUED_EVENT = 1, RUNNING_EVENT = 2, FINAL_EVENT = 1000000000, RUN_LEN = 8 };
enum { EPOCHS_AT_ONCE = 100 }; /* takes the sending thread less than a millisecond */

struct follower {
    struct app *app;
    char id[JOB_ID_LEN + 1];
    char run[RUN_LEN + 1]; /* "" until the job is restarted */
    int64_t last;          /* number of the last event of the run that was sent */
};

/* The name is a hash of the note of the restart: a run with the same note trains the same way. A
 * job that resumes from its snapshot keeps its name. */
static void name_run(char out[RUN_LEN + 1], const struct job *job)
{
    out[0] = '\0';
    if (job->note)
        snprintf(out, RUN_LEN + 1, "%08" PRIx32, fnv1a32_text(job->note));
}

static void put_event(struct buf *out, const struct follower *f, const char *event, cJSON *data)
{
    char *text = data ? json_print(data) : NULL;

    cJSON_Delete(data);
    if (text)
        buf_printf(out, "id: %s%s%lld\nevent: %s\ndata: %s\n\n", f->run, f->run[0] ? "." : "",
                   (long long)f->last, event, text);
    else
        out->st = ST_NOMEM;
    free(text);
}

static void put_state(struct buf *out, struct follower *f, const struct job *job, int64_t number)
{
    cJSON *o;

    if (f->last >= number)
        return;
    o = json_put_text(cJSON_CreateObject(), "id", job->id);
    o = json_put_text(o, "state", job_state_name(job->state));
    o = json_put(o, "model_version",
                 job->model_version ? cJSON_CreateNumber((double)job->model_version)
                                    : cJSON_CreateNull());
    o = json_put_raw(o, "error", job->error);
    f->last = number;
    put_event(out, f, "state", o);
}

/* Writes the epochs that ended since the last event, at most EPOCHS_AT_ONCE; *all: whether these
 * are all of them. Their events contain the present speed of the training. */
static enum status put_epochs(struct buf *out, bool *all, struct follower *f, const struct job *job,
                              struct err *e)
{
    double *loss = NULL, *validation = NULL;
    int first = f->last > RUNNING_EVENT ? (int)(f->last - RUNNING_EVENT) + 1 : 1;
    int n = 0;
    enum status st =
        jobs_history(&loss, &validation, &n, f->app->jobs, f->id, first, EPOCHS_AT_ONCE, e);

    for (int i = 0; !st && i < n; i++) {
        struct job_progress p = job->progress;

        p.epoch = first + i;
        p.fraction = p.epochs > 0 ? (double)p.epoch / p.epochs : 0;
        p.loss = loss[i];
        p.validation_loss = validation[i];
        f->last = RUNNING_EVENT + p.epoch;
        put_event(out, f, "progress", render_progress(&p));
    }
    *all = !st && n < EPOCHS_AT_ONCE;
    free(loss);
    free(validation);
    return st;
}

/* When the job was restarted since the last event, starts again with its first epoch. */
static void follow_run(struct follower *f, const struct job *job)
{
    char now[RUN_LEN + 1];

    name_run(now, job);
    if (strcmp(now, f->run) == 0)
        return;
    memcpy(f->run, now, sizeof(f->run));
    f->last = 0;
}

/* Called again as soon as its events are sent, so it may write a part of them. */
static bool next_events(void *ctx, struct buf *out)
{
    struct follower *f = ctx;
    struct err e = {0};
    struct job job = {0};
    bool more = true, all = true;

    if (store_job_get(&job, f->app->store, f->id, &e))
        return false;
    jobs_overlay_progress(f->app->jobs, &job);
    follow_run(f, &job);
    if (job.state == JOB_QUEUED)
        put_state(out, f, &job, QUEUED_EVENT);
    else if (job.state == JOB_RUNNING)
        put_state(out, f, &job, RUNNING_EVENT);
    if (put_epochs(out, &all, f, &job, &e))
        more = false;
    if (all && job_state_final(job.state)) {
        put_state(out, f, &job, FINAL_EVENT);
        more = false;
    }
    job_release(&job);
    return more;
}

static bool only(const char *text, size_t n, const char *characters)
{
    return n > 0 && strspn(text, characters) >= n;
}

/* Continues after the event that Last-Event-ID names; FINAL_EVENT for that and any later number. An
 * unknown id starts from the beginning, because a browser's reconnection must not fail. */
static void read_last_event(struct follower *f, const struct http_req *rq)
{
    const char *text = http_header(rq, "Last-Event-ID"), *dot = text ? strchr(text, '.') : NULL;
    const char *number = dot ? dot + 1 : text;

    if (!text || !only(number, strlen(number), "0123456789") ||
        (dot && (dot - text != RUN_LEN || !only(text, RUN_LEN, "0123456789abcdef"))))
        return;
    snprintf(f->run, sizeof(f->run), "%.*s", dot ? RUN_LEN : 0, text);
    f->last = strlen(number) > 18 ? FINAL_EVENT : strtoll(number, NULL, 10);
    if (f->last > FINAL_EVENT)
        f->last = FINAL_EVENT;
}

static void stream_events(const struct follower *begin, struct http_res *rs)
{
    struct follower *f = malloc(sizeof(*f));
    struct err e = {0};
    char topic[64];

    if (!f) {
        err_nomem(&e, sizeof(*f));
        http_res_err(rs, &e);
        return;
    }
    *f = *begin;
    snprintf(topic, sizeof(topic), "job/%s", f->id);
    http_res_stream(rs, topic,
                    &(struct http_stream){.ctx = f, .next = next_events, .free_ctx = free});
}

/* GET -> 200, a stream; 204 when the job has ended and the client has its last event: after a 200
 * an EventSource would connect again, for ever. While a job runs, its last event has not been
 * sent. */
void api_job_events(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct follower f = {.app = app};
    struct err e = {0};
    struct job job = {0};
    enum status st = api_find_job(&job, app, rq, &e);

    read_last_event(&f, rq);
    memcpy(f.id, job.id, sizeof(f.id));
    if (f.last == FINAL_EVENT && !job_state_final(job.state))
        f.last = 0;
    if (st)
        http_res_err(rs, &e);
    else if (f.last < FINAL_EVENT)
        stream_events(&f, rs);
    else
        http_res_status(rs, 204);
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
