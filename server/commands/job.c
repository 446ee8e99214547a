/* job.c - see job.h.
 *
 * The own service is polled often, since that costs little and a small training takes a fraction of
 * a second. A server holds the answer for a second (?wait=1), so that a job costs one request a
 * second. */
#include "server/commands/job.h"

#include "server/commands/flag_list.h"
#include "server/commands/interrupt.h"
#include "server/commands/json_member.h"
#include "server/commands/notes.h"
#include "server/commands/progress.h"
#include "server/formats/json_build.h"

#include <lstm/params.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_FIRST_MS = 5, POLL_MOST_MS = 200, RETRY_MS = 500, RETRIES = 20, CANCEL_POLLS = 300 };

/* ---- the request ---- */

static bool is_text(const char *name)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].type == PARAM_ENUM;
    return false;
}

static cJSON *value_of(const struct flag *f, const char *text)
{
    if (f->optional)
        return cJSON_CreateBool(strcmp(text, "true") == 0);
    return is_text(f->member ? f->member : f->name) ? cJSON_CreateString(text)
                                                    : cJSON_CreateNumber(strtod(text, NULL));
}

cJSON *job_put_params(cJSON *body, const struct invocation *v)
{
    cJSON *params = cJSON_CreateObject();

    for (int i = 0; i < v->num_flags; i++)
        if ((v->flags[i].use == FLAG_PARAM || v->flags[i].parameter) && v->values[i])
            params = json_put(params, v->flags[i].member, value_of(&v->flags[i], v->values[i]));
    return json_put(body, "params", params);
}

/* ---- following ---- */

struct following {
    struct session *s;
    const struct invocation *v;
    char id[40];
    cJSON *job; /* the newest description; owned */
    struct progress progress;
};

static bool has_ended(const cJSON *job)
{
    const char *state = member_text(job, "state", "");

    return strcmp(state, "queued") != 0 && strcmp(state, "running") != 0;
}

static enum status read_job(struct following *f, bool wait, struct err *e)
{
    cJSON *job = NULL;
    struct buf path;
    enum status st;

    call_path(&path, "/v1/jobs/", f->id, wait ? "?wait=1" : "");
    st = buf_status(&path, e);
    if (!st)
        st = call_json(&job, f->s, "GET", path.data, NULL, e);
    buf_release(&path);
    if (st)
        return st;
    cJSON_Delete(f->job);
    f->job = job;
    return ST_OK;
}

/* A service that ends is joined again; its job goes on in the next one. A server may be restarted
 * meanwhile: it gets some time. */
static enum status read_again(struct following *f, enum status st, struct err *e)
{
    for (int i = 0; i < RETRIES && (st == ST_IO || st == ST_BUSY) && !interrupted(); i++) {
        struct err ignored = {0};

        interrupt_wait(RETRY_MS);
        if (st == ST_IO)
            (void)session_again(f->s, &ignored);
        st = read_job(f, false, e);
    }
    return st;
}

static enum status follow(struct following *f, struct err *e)
{
    int pause = POLL_FIRST_MS;
    enum status st = ST_OK;

    while (!st && !has_ended(f->job) && !interrupted()) {
        progress_show(&f->progress, f->job);
        if (session_own(f->s))
            interrupt_wait(pause);
        st = interrupted() ? ST_OK : read_job(f, !session_own(f->s), e);
        if (st && st != ST_CANCELLED)
            st = read_again(f, st, e);
        pause = pause * 3 / 2 < POLL_MOST_MS ? pause * 3 / 2 : POLL_MOST_MS;
    }
    return st;
}

/* Asks for the end of the job, and waits for it: it comes within a second. */
static void cancel(struct following *f)
{
    struct err ignored = {0};
    struct buf path;

    interrupt_take();
    call_path(&path, "/v1/jobs/", f->id, "/cancel");
    if (path.data && call_json(NULL, f->s, "POST", path.data, NULL, &ignored) == ST_OK)
        for (int i = 0; i < CANCEL_POLLS && !has_ended(f->job); i++) {
            interrupt_wait(POLL_MOST_MS / 10);
            if (read_job(f, !session_own(f->s), &ignored))
                break;
        }
    buf_release(&path);
}

/* What the end of the job means. */
static enum status judge(const struct following *f, struct err *e)
{
    const char *state = member_text(f->job, "state", "");
    const cJSON *error = member_of(f->job, "error");

    if (strcmp(state, "succeeded") == 0)
        return ST_OK;
    if (strcmp(state, "failed") == 0)
        return err_set(e, ST_INVALID, "the training failed: %s",
                       member_text(error, "detail", "no reason is known"));
    return err_set(e, ST_CANCELLED, "the training was cancelled");
}

enum status job_run(cJSON **out, struct session *s, const struct invocation *v,
                    const cJSON *request, struct err *e)
{
    struct following f = {.s = s, .v = v};
    enum status st = call_once(&f.job, s, "/v1/jobs", request, e);

    *out = NULL;
    if (st)
        return st;
    (void)snprintf(f.id, sizeof f.id, "%s", member_text(f.job, "id", ""));
    progress_init(&f.progress, v);
    st = follow(&f, e);
    if (interrupted() || st == ST_CANCELLED) {
        cancel(&f);
        st = ST_OK;
    }
    progress_end(&f.progress);
    if (!st)
        st = judge(&f, e);
    if (!st)
        notes_show(v, f.job);
    *out = f.job;
    return st;
}
