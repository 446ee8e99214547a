/* worker.c - see worker.h.
 *
 * A snapshot is stored together with the history of the epochs that it covers, so that a job that
 * resumes from it continues both. */
#include "server/jobs/worker.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/pool.h"
#include "server/models/model_cache.h"
#include "server/store/audit.h"
#include "server/tasks/params_json.h"
#include "server/tasks/promotion.h"
#include "server/tasks/report.h"
#include "server/tasks/task_table.h"
#include "server/tasks/warm_start.h"

#include <limits.h>
#include <lstm/cpu.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEASE_MS = 60000,
    DEATHS_MAX = 3,       /* in a row that a job may cause without making progress */
    LAST_WRITE_MS = 4000, /* limit of the last snapshot when the daemon stops */
    FIRST_PART = 8, /* after a death, the first checkpoint comes after this part of the interval, */
    FIRST_PAUSE_MS = 1000, /* and at the latest after this time */
    STORE_TRIES = 50,
    STORE_PAUSE_MS = 200,
    NOTIFY_MS = 50
};

struct run {
    const struct worker_env *env;
    struct job job;
    const struct job_task *task; /* NULL: unknown to this program */
    struct running_job running;
    int64_t begun_ms, saved_ms, notified_ms;
    int64_t stopped_ms;    /* when a writer first noticed that the daemon stops; 0: not yet */
    double pause_ms;       /* between two checkpoints */
    int64_t samples;       /* at the last call of the hook */
    int64_t samples_begun; /* at the beginning of this run; > 0 when it was resumed */
    double fraction_begun;
    bool cancelled, lost;    /* lost: the store does not have the job as ours any more */
    double fraction_claimed; /* progress of the snapshot when the job was claimed */
    double fraction_saved;   /* progress of the last snapshot since */
    bool left;               /* the state to resume from is in the store, as far as possible */
};

static void notify(struct run *r, bool always)
{
    const struct jobs_config *c = r->env->config;
    int64_t now = clock_monotonic_ms();

    if (!c->on_change || (!always && now - r->notified_ms < NOTIFY_MS))
        return;
    r->notified_ms = now;
    c->on_change(c->on_change_ctx, r->job.id);
}

/* ---- progress ---- */

static void take_progress(struct job_progress *out, struct run *r, const struct fit_progress *p)
{
    double seconds = (double)(clock_monotonic_ms() - r->begun_ms) / 1000.0;
    double done = p->fraction - r->fraction_begun;

    *out = (struct job_progress){.epoch = p->epoch,
                                 .epochs = p->epochs,
                                 .fraction = p->fraction,
                                 .loss = p->loss,
                                 .validation_loss = p->validation_loss,
                                 .samples_per_second = NAN,
                                 .eta_seconds = NAN};
    if (seconds > 0.05) {
        out->samples_per_second = (double)(p->samples - r->samples_begun) / seconds;
        if (done > 0)
            out->eta_seconds = seconds * (1 - p->fraction) / done;
    }
}

/* The epochs that the store does not have yet. Only this thread changes them, so it needs no lock
 * to read them. */
static struct job_advance advance_of(const struct run *r)
{
    const struct running_job *j = &r->running;

    return (struct job_advance){.progress = j->progress,
                                .first_epoch = j->first,
                                .epochs = j->count,
                                .loss = j->loss,
                                .validation = j->validation};
}

/* Stores progress and history, with a snapshot unless saver is NULL. */
static enum status checkpoint(struct run *r, const struct fit_saver *saver, struct err *e)
{
    struct job_advance a = advance_of(r);
    uint8_t *bytes = NULL;
    bool cancel = false;
    enum status st = saver ? saver->save(saver->ctx, &bytes, &a.snapshot_len, e) : ST_OK;

    a.snapshot = bytes;
    a.progress.advanced = saver && a.progress.fraction > r->fraction_claimed;
    if (!st)
        st = store_job_checkpoint(&cancel, r->env->store, r->job.id, &a, LEASE_MS, e);
    free(bytes);
    if (st)
        return st;
    if (saver)
        r->fraction_saved = a.progress.fraction;
    if (a.progress.advanced && r->job.deaths) {
        r->job.deaths = 0;
        r->env->wake(r->env->wake_ctx); /* another job with deaths may run from now on */
    }
    running_flushed(r->env->running, &r->running, a.epochs);
    if (cancel)
        atomic_store(&r->running.cancel, true);
    return ST_OK;
}

static bool due(const struct run *r)
{
    return (double)(clock_monotonic_ms() - r->saved_ms) >= r->pause_ms;
}

/* A job during which the process died saves its state early, and then less and less often, so that
 * it makes some progress before another death. */
static double next_pause(double pause, const struct run *r)
{
    double interval = r->env->config->checkpoint_interval_seconds * 1000.0;

    return 2 * pause < interval ? 2 * pause : interval;
}

/* A checkpoint may fail for a while (a full disk, a busy file). That loses only work, and only
 * after a crash. When the job is not ours any more, its run ends here. */
static void try_checkpoint(struct run *r, const struct fit_saver *saver)
{
    struct err e = {0};
    enum status st = checkpoint(r, saver, &e);

    r->saved_ms = clock_monotonic_ms();
    r->pause_ms = next_pause(r->pause_ms, r);
    if (st == ST_CONFLICT || st == ST_NOT_FOUND)
        r->lost = true;
    if (st && !(st == ST_CANCELLED && atomic_load(&r->running.cancel)))
        log_msg(LOG_WARN, "checkpoint", "job %s: %s", r->job.id, e.message);
}

/* Called after every batch. */
static bool on_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *saver)
{
    struct run *r = ctx;
    struct job_progress now;
    struct err e = {0};

    if (r->samples_begun <
        0) { /* the first call: earlier samples do not count for the speed of this run */
        r->samples_begun = r->samples = p->samples;
        r->fraction_begun = p->fraction;
    }
    atomic_fetch_add(&r->env->running->samples, (uint64_t)(p->samples - r->samples));
    r->samples = p->samples;
    take_progress(&now, r, p);
    running_set_progress(r->env->running, &r->running, &now);
    if (p->epoch_end) {
        if (running_add_epoch(r->env->running, &r->running, p->loss, p->validation_loss, &e))
            log_msg(LOG_WARN, "history", "job %s: %s", r->job.id, e.message);
        notify(r, false);
    }
    if (atomic_load(&r->running.cancel)) {
        r->cancelled = true;
        return false;
    }
    if (atomic_load(r->env->stopping)) {
        if (!r->left && p->fraction > r->fraction_saved)
            try_checkpoint(r, saver);
        r->left = true;
        return false;
    }
    if (due(r))
        try_checkpoint(r, saver);
    if (atomic_load(&r->running.cancel))
        r->cancelled = true;
    return !r->lost && !r->cancelled;
}

/* The core reads this flag within batches too, on all its threads. */
static bool stop_wanted(void *ctx)
{
    struct run *r = ctx;

    return atomic_load_explicit(&r->running.cancel, memory_order_relaxed) ||
           atomic_load_explicit(r->env->stopping, memory_order_relaxed);
}

/* Whether to stop writing a snapshot: that of a cancelled job, or one that takes too long while the
 * daemon stops. The previous one stays. */
static bool writing_is_over(void *ctx)
{
    struct run *r = ctx;

    if (atomic_load(&r->running.cancel))
        return true;
    if (!atomic_load(r->env->stopping))
        return false;
    if (!r->stopped_ms)
        r->stopped_ms = clock_monotonic_ms();
    return clock_monotonic_ms() - r->stopped_ms > LAST_WRITE_MS;
}

/* ---- the end ---- */

/* Whether to try again. The database may be busy, or the disk full, for a moment, and hours of
 * training are worth the wait. */
static bool again(const struct run *r, enum status st, int try)
{
    if ((st != ST_BUSY && st != ST_IO && st != ST_NOMEM && st != ST_FULL && st != ST_READONLY) ||
        try >= STORE_TRIES || atomic_load(r->env->stopping))
        return false;
    poll(NULL, 0, STORE_PAUSE_MS);
    return true;
}

static void give_back(struct run *r)
{
    struct err e = {0};

    if (store_job_release(r->env->store, r->job.id, &e))
        log_msg(LOG_WARN, "release", "job %s: %s", r->job.id, e.message);
}

/* Counts a job that has ended in the store. */
static void count_end(struct run *r, enum job_state final)
{
    if (r->task)
        job_times_add(&r->env->running->times, r->task->name, final,
                      clock_ms() - r->job.started_at);
}

static void fail(struct run *r, enum job_state final, const struct err *why)
{
    const struct jobs_config *c = r->env->config;
    char *problem = why && c->problem_text ? c->problem_text(why, r->job.id) : NULL;
    struct err e = {0};
    enum status st;
    int try = 0;

    do {
        st = store_job_fail(r->env->store, r->job.id, final, problem, &e);
    } while (st && again(r, st, try++));
    if (st)
        log_msg(LOG_ERROR, "job_end", "job %s: %s", r->job.id, e.message);
    else
        count_end(r, final);
    if (st && st != ST_CONFLICT)
        give_back(r);
    free(problem);
}

/* Ends a job that makes no model. */
static void complete(struct run *r, const struct trained *t)
{
    const struct job_result result = {.metrics = t->metrics, .result = t->evaluation};
    struct job_advance last = advance_of(r);
    struct err e = {0};
    enum status st;
    int try = 0;

    last.progress.fraction = 1;
    do {
        st = store_job_complete(r->env->store, r->job.id, &last, &result, &e);
    } while (st && again(r, st, try++));
    if (st)
        give_back(r);
    else
        count_end(r, JOB_SUCCEEDED);
    if (st)
        log_msg(LOG_ERROR, "job_end", "job %s: %s", r->job.id, e.message);
    else
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
    const struct stop_flag stop = {.ctx = r, .asked = stop_wanted};
    struct model_cache *cache = r->env->config->cache;
    struct job_advance last = advance_of(r);
    struct promotion p;
    enum status st;
    int try = 0;

    last.progress.fraction = 1;
    do {
        p = (struct promotion){0};
        m->promotion = r->job.promote ? &p.decision : NULL;
        st = m->promotion ? promotion_decide(&p, r->env->store, &r->job, t, &stop, e) : ST_OK;
        if (!st && cache)
            model_cache_change_begin(cache);
        if (!st) {
            st = store_job_succeed(version, r->env->store, r->job.id, &last, m, e);
            if (cache)
                model_cache_change_end(cache, r->job.model);
        }
        promotion_release(&p);
    } while (st && (again(r, st, try++) || (st == ST_PRECONDITION && try < STORE_TRIES)));
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
    else if (st)
        give_back(r);
    else
        count_end(r, JOB_SUCCEEDED);
    if (st)
        log_msg(LOG_ERROR, "job_end", "job %s: %s", r->job.id, e.message);
    else
        log_msg(LOG_INFO, "job_end", "job %s: model %s version %lld", r->job.id, r->job.model,
                (long long)version);
}

static void end(struct run *r, enum status st, const struct trained *t, const struct err *e)
{
    if (r->lost)
        return;
    if (st == ST_CANCELLED && atomic_load(&r->running.cancel))
        r->cancelled = true;
    if (!st && r->task->makes_model)
        succeed(r, t);
    else if (!st)
        complete(r, t);
    else if (r->cancelled)
        fail(r, JOB_CANCELLED, NULL);
    else if (st == ST_CANCELLED)
        give_back(r);
    else
        fail(r, JOB_FAILED, e);
}

/* Records the data that the model was trained on, since the data set may change. */
static enum status name_data(struct run *r, struct trained *t, struct err *e)
{
    char digest[DIGEST_LEN + 1];
    enum status st;

    if (!t->details)
        return ST_OK;
    st = store_dataset_digest(digest, r->env->store, r->job.dataset_id, e);
    if (st || !digest[0])
        return st;
    t->details = report_with(t->details, "dataset_digest", cJSON_CreateString(digest));
    if (r->job.validation_dataset)
        t->details = report_with(t->details, "validation_dataset",
                                 cJSON_CreateString(r->job.validation_dataset));
    return t->details ? ST_OK : err_nomem(e, 0);
}

/* ---- the whole job ---- */

static enum status train(struct run *r, struct trained *t, const uint8_t *snapshot, size_t len,
                         struct err *e)
{
    const struct stop_flag stop = {.ctx = r, .asked = stop_wanted};
    struct fit_hooks hooks = {.ctx = r,
                              .progress = on_progress,
                              .stop = &stop,
                              .max_bytes = r->env->config->max_training_bytes,
                              .resume = snapshot,
                              .resume_len = len};
    struct pool *pool = NULL;
    uint8_t *warm = NULL;
    struct params p;
    enum status st;

    if (!r->task)
        return err_set(e, ST_CORRUPT, "job %s has the unknown task '%s'", r->job.id, r->job.task);
    if (r->job.deaths >= DEATHS_MAX)
        return err_set(
            e, ST_INTERNAL,
            "the server ended %d times in a row while this job was running, and the job "
            "got no further in between: it may take more memory than there is; a smaller "
            "batch_size or hidden_size takes less",
            r->job.deaths);
    st = params_from_json(&p, r->task->task, r->job.params, e);
    if (!st && r->job.warm_start)
        st = warm_start_load(&warm, &hooks.warm_len, r->env->store, r->job.warm_start, e);
    hooks.warm = warm;
    if (!st && p.threads > 1)
        st = pool_new(&pool, p.threads < POOL_THREADS_MAX ? p.threads : POOL_THREADS_MAX, e);
    hooks.parallel = pool ? pool_parallel(pool) : NULL;
    if (!st)
        st = r->task->run(t, r->env->store, &r->job, &p, &hooks, e);
    if (!st)
        st = name_data(r, t, e);
    pool_free(pool);
    free(warm);
    return st;
}

/* Finds which epochs the store has already; those of this run follow them. */
static enum status begin(struct run *r, struct err *e)
{
    double *loss = NULL, *validation = NULL;
    int n = 0;
    enum status st =
        store_job_history(&loss, &validation, &n, r->env->store, r->job.id, 1, INT_MAX, e);

    free(loss);
    free(validation);
    r->running.first = n + 1;
    r->running.progress = r->job.progress;
    memcpy(r->running.id, r->job.id, sizeof(r->running.id));
    r->fraction_claimed = r->fraction_saved = r->job.progress.fraction;
    r->pause_ms = r->env->config->checkpoint_interval_seconds * 1000.0;
    if (r->job.deaths)
        r->pause_ms = fmin(r->pause_ms / FIRST_PART, FIRST_PAUSE_MS);
    r->begun_ms = r->saved_ms = clock_monotonic_ms();
    r->samples_begun = -1;
    return st;
}

/* A job without a snapshot is restarted, but its earlier epochs may have been sent as events. This
 * marks that later epochs belong to another run. */
static void leave_behind(struct run *r, const char *name)
{
    char note[2 * ARITHMETIC_LEN_MAX + 120];
    struct err e = {0};

    snprintf(note, sizeof(note),
             "begun anew: it was computed in %s, with no state kept yet, and here in %s",
             r->job.arithmetic, name);
    log_msg(LOG_WARN, "checkpoint", "job %s is %s", r->job.id, note);
    if (store_job_restart(r->env->store, r->job.id, note, &e))
        log_msg(LOG_WARN, "checkpoint", "job %s: %s", r->job.id, e.message);
    running_restart(r->env->running, &r->running);
}

/* Stores the arithmetic of this run. If that fails, the job still trains: snapshots and model
 * contain the arithmetic themselves. */
static void name_arithmetic(struct run *r, bool begins)
{
    char name[ARITHMETIC_LEN_MAX + 1];
    struct err e = {0};

    arithmetic_name(name);
    if (r->job.arithmetic && strcmp(r->job.arithmetic, name) == 0)
        return;
    if (begins && r->job.arithmetic)
        leave_behind(r, name);
    if (store_job_set_arithmetic(r->env->store, r->job.id, name, &e))
        log_msg(LOG_WARN, "arithmetic", "job %s: %s", r->job.id, e.message);
}

/* A snapshot of another version of the program may be unreadable, and a training must not resume in
 * another arithmetic. Then the job is restarted instead of failing. */
static enum status train_anew(struct run *r, struct trained *t, struct err *e)
{
    char note[sizeof(e->message) + 32];
    enum status st;

    log_msg(LOG_WARN, "checkpoint", "job %s begins anew: %s", r->job.id, e->message);
    snprintf(note, sizeof(note), "begun anew: %s", e->message);
    *e = (struct err){0};
    trained_release(t);
    st = store_job_restart(r->env->store, r->job.id, note, e);
    running_restart(r->env->running, &r->running);
    notify(r, true);
    r->begun_ms = r->saved_ms = clock_monotonic_ms();
    r->samples_begun = -1;
    r->fraction_claimed = r->fraction_saved = 0;
    return st ? st : train(r, t, NULL, 0, e);
}

/* A request to cancel between the claim and this point did not find the job among the running ones.
 * Later requests do. */
static void look_for_cancel(struct run *r)
{
    struct job now = {0};
    struct err e = {0};

    if (store_job_get(&now, r->env->store, r->job.id, &e))
        return; /* the next checkpoint checks again */
    if (now.cancel_requested)
        atomic_store(&r->running.cancel, true);
    job_release(&now);
}

enum status worker_run_one(const struct worker_env *env, struct err *e)
{
    struct run r = {.env = env};
    struct trained t = {0};
    uint8_t *snapshot = NULL;
    size_t len = 0;
    struct err why = {0};
    enum status st = store_job_claim(&r.job, &snapshot, &len, env->store, env->owner, LEASE_MS, e);

    if (st)
        return st;
    log_msg(LOG_INFO, "job_start", "job %s: %s on dataset %s%s", r.job.id, r.job.task,
            r.job.dataset, snapshot ? ", from its checkpoint" : "");
    store_training_begin(env->store, r.job.api_key);
    r.task = task_of_job(&r.job);
    st = begin(&r, &why);
    if (!st)
        st = store_give_up_when(env->store, writing_is_over, &r, &why);
    name_arithmetic(&r, !snapshot);
    running_add(env->running, &r.running);
    look_for_cancel(&r);
    notify(&r, true);
    if (!st)
        st = train(&r, &t, snapshot, len, &why);
    if (st == ST_CORRUPT && snapshot)
        st = train_anew(&r, &t, &why);
    (void)store_give_up_when(env->store, NULL, NULL, NULL);
    end(&r, st, &t, &why);
    running_remove(env->running, &r.running);
    store_training_end(env->store, r.job.api_key);
    if (r.job.deaths)
        env->wake(env->wake_ctx);
    notify(&r, true);
    trained_release(&t);
    free(snapshot);
    job_release(&r.job);
    return ST_OK;
}
