/* job_end.c - see job_end.h. */
#include "server/jobs/job_end.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/patience.h"
#include "server/models/model_cache.h"
#include "server/store/audit.h"
#include "server/store/setback.h"
#include "server/tasks/promotion.h"

#include <stdio.h>
#include <stdlib.h>

enum { TRIES = 50 }; /* while other versions begin to serve */

/* Whether to try again, after a pause. Hours of training are worth the wait. */
static bool again(struct run *r, enum status st, struct patience *p)
{
    running_seen(&r->running);
    return (store_may_recover(st) || st == ST_IO || st == ST_NOMEM) &&
           patience_wait(p, r->env->stopping);
}

static struct patience patience_of(const struct run *r)
{
    return (struct patience){.limit_ms = PATIENCE_MS, .pause_ms = r->env->config->store_pause_ms};
}

/* After the last attempt to return the job to the queue. */
static void returned(struct run *r, enum status st, const struct err *e)
{
    r->ended = !st;
    if (st == ST_LOST)
        atomic_store(&r->running.lost, true);
    else if (st)
        log_msg(LOG_WARN, "release", "job %s: %s", r->job.id, e->message);
}

/* Waits as long as it takes: this worker could not get another job meanwhile, and nobody else would
 * get this one. If the daemon stops before, its next start takes the job back. */
static void give_back(struct run *r)
{
    struct patience p = {.pause_ms = r->env->config->store_pause_ms};
    struct err e = {0};
    enum status st;

    do {
        st = store_job_release(r->env->store, &r->running.lease, &e);
    } while (st && again(r, st, &p));
    returned(r, st, &e);
}

/* ST_LOST after an attempt to end the job: an earlier attempt may have ended it, although it
 * returned an error. Returns ST_OK if the job ended under this lease, and its version. */
static enum status look_back(int64_t *version, struct run *r, struct err *e)
{
    struct job now = {0};
    struct err why = {0};
    enum status st = store_job_get(&now, r->env->store, r->job.id, &why);

    *version = now.model_version;
    /* It may also have ended, and been deleted since. *e holds the loss already. */
    if (st == ST_NOT_FOUND || (!st && now.lease_token != r->running.lease.token))
        st = ST_LOST;
    else if (st)
        *e = why;
    job_release(&now);
    if (st == ST_LOST)
        atomic_store(&r->running.lost, true);
    return st;
}

/* Counts a job that has ended in the store. */
static void count_end(struct run *r, enum job_state final)
{
    if (r->task)
        job_times_add(&r->env->running->times, r->task->name, final,
                      clock_ms() - r->job.started_at);
}

/* After the last attempt to end the job. A lost job is not this worker's any more. */
static void conclude(struct run *r, enum status st, enum job_state final, const struct err *e)
{
    r->ended = !st;
    if (!st)
        count_end(r, final);
    else if (st != ST_LOST)
        log_msg(LOG_ERROR, "job_end", "job %s: %s", r->job.id, e->message);
    if (st && st != ST_LOST)
        give_back(r);
}

static void fail(struct run *r, enum job_state final, const struct err *why)
{
    const struct jobs_config *c = r->env->config;
    char *problem = why && c->problem_text ? c->problem_text(why, r->job.id) : NULL;
    struct err e = {0};
    struct patience p = patience_of(r);
    int64_t version;
    enum status st;

    do {
        st = store_job_fail(r->env->store, &r->running.lease, final, problem, &e);
        if (st == ST_LOST)
            st = look_back(&version, r, &e);
    } while (st && again(r, st, &p));
    conclude(r, st, final, &e);
    free(problem);
}

/* Ends a job that makes no model. */
static void complete(struct run *r, const struct trained *t)
{
    const struct job_result result = {.metrics = t->metrics, .result = t->evaluation};
    struct job_advance last = run_advance(r);
    struct err e = {0};
    struct patience p = patience_of(r);
    int64_t version;
    enum status st;

    last.progress.fraction = 1;
    do {
        st = store_job_complete(r->env->store, &r->running.lease, &last, &result, &e);
        if (st == ST_LOST)
            st = look_back(&version, r, &e);
    } while (st && again(r, st, &p));
    conclude(r, st, JOB_SUCCEEDED, &e);
    if (!st)
        log_msg(LOG_INFO, "job_end", "job %s: %s done", r->job.id, r->task->name);
}

/* A job can change which version serves. The key that submitted it is in the entry of its
 * submission. */
static void audit_promotion(const struct run *r)
{
    struct audit_entry a = {0};
    struct err e = {0};
    char text[AUDIT_RESOURCE_MAX + 1];

    audit_set(a.key, sizeof(a.key), ACCESS_JOB);
    audit_set(a.request_id, sizeof(a.request_id), r->job.id);
    (void)snprintf(text, sizeof(text), "promote %s", r->job.promote);
    audit_set(a.action, sizeof(a.action), text);
    (void)snprintf(text, sizeof(text), "/v1/models/%s/aliases/" ALIAS_SERVES, r->job.model);
    audit_set(a.resource, sizeof(a.resource), text);
    if (store_audit_add(r->env->store, &a, &e))
        log_msg(LOG_WARN, "audit", "job %s: %s", r->job.id, e.message);
}

/* Stores the version, and decides which one serves in the same transaction: a killed daemon has
 * done neither. If another version serves by then, it decides again. */
static enum status store_version(int64_t *version, struct run *r, const struct trained *t,
                                 struct model_submission *m, struct err *e)
{
    const struct stop_flag stop = {.ctx = r, .asked = run_stops};
    struct model_cache *cache = r->env->config->cache;
    struct job_advance last = run_advance(r);
    struct patience p = patience_of(r);
    struct promotion promotion;
    enum status st;
    int try = 0;

    last.progress.fraction = 1;
    do {
        promotion = (struct promotion){0};
        m->promotion = r->job.promote ? &promotion.decision : NULL;
        st = m->promotion ? promotion_decide(&promotion, r->env->store, &r->job, t, &stop, e)
                          : ST_OK;
        if (!st && cache)
            model_cache_change_begin(cache);
        if (!st) {
            st = store_job_succeed(version, r->env->store, &r->running.lease, &last, m, e);
            if (st == ST_LOST)
                st = look_back(version, r, e);
            if (cache)
                model_cache_change_end(cache, r->job.model);
        }
        promotion_release(&promotion);
    } while (st && (again(r, st, &p) || (st == ST_PRECONDITION && try++ < TRIES)));
    m->promotion = NULL;
    if (!st && r->job.promote)
        audit_promotion(r);
    return st;
}

static void succeed(struct run *r, const struct trained *t)
{
    struct model_submission m = {.name = r->job.model,
                                 .task = r->job.task,
                                 .dataset = r->job.dataset,
                                 .params = t->params ? t->params : r->job.params,
                                 .metrics = t->metrics,
                                 .details = t->details,
                                 .evaluation = t->evaluation,
                                 .parameter_count = t->parameter_count,
                                 .checkpoint = t->checkpoint,
                                 .checkpoint_len = t->checkpoint_len};
    struct err e = {0};
    int64_t version = 0;
    enum status st = store_version(&version, r, t, &m, &e);

    if (st == ST_CONFLICT) /* the name has another task by now */
        fail(r, JOB_FAILED, &e);
    else if (st == ST_CANCELLED && atomic_load(&r->running.cancel))
        fail(r, JOB_CANCELLED, NULL);
    else
        conclude(r, st, JOB_SUCCEEDED, &e);
    if (!st)
        log_msg(LOG_INFO, "job_end", "job %s: model %s version %lld", r->job.id, r->job.model,
                (long long)version);
}

/* The job's data cannot be read now, or the database cannot be used at all. Then the job waits in
 * the queue. If it is alone with its trouble for too long, it fails, and does not go round for
 * ever. */
static void wait_or_fail(struct run *r, const struct err *why)
{
    const struct jobs_config *c = r->env->config;
    const struct setback_rule rule = {
        .pause_ms = c->store_pause_ms ? c->store_pause_ms : PATIENCE_PAUSE_MS,
        .pause_max_ms = PATIENCE_PAUSE_MAX_MS,
        .limit_ms = c->setback_limit_ms ? c->setback_limit_ms : PATIENCE_MS};
    struct patience p = {.pause_ms = c->store_pause_ms};
    struct err e = {0};
    bool retry = true;
    enum status st;

    do {
        st = store_job_set_back(&retry, r->env->store, &r->running.lease, &rule, &e);
    } while (st && again(r, st, &p));
    if (st || retry) {
        returned(r, st, &e);
    } else {
        (void)err_set(&e, ST_IO,
                      "for %lld s this job failed at each try, while the database could be used "
                      "otherwise: %s",
                      (long long)(rule.limit_ms / 1000), why->message);
        fail(r, JOB_FAILED, &e);
    }
}

void job_end(struct run *r, enum status st, const struct trained *t, const struct err *e)
{
    if (st == ST_CANCELLED && atomic_load(&r->running.cancel))
        r->cancelled = true;
    if (st == ST_LOST)
        atomic_store(&r->running.lost, true);
    if (atomic_load(&r->running.lost)) {
        /* it is another worker's: nothing is written */
    } else if (!st && r->task->makes_model)
        succeed(r, t);
    else if (!st)
        complete(r, t);
    else if (r->cancelled)
        fail(r, JOB_CANCELLED, NULL);
    else if (st == ST_CANCELLED)
        give_back(r); /* with the last snapshot; the claim after it goes on from there */
    else if (store_may_recover(st))
        wait_or_fail(r, e);
    else
        fail(r, JOB_FAILED, e);
    if (!r->ended && atomic_load(&r->running.lost))
        log_msg(LOG_WARN, "lease",
                "job %s: the lease is lost; this run of it ends without a result", r->job.id);
}
