/* worker.c - see worker.h.
 *
 * A snapshot is stored together with the history of the epochs that it covers, so that a job that
 * resumes from it continues both. */
#include "server/jobs/worker.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/jobs/job_end.h"
#include "server/jobs/patience.h"
#include "server/jobs/pool.h"
#include "server/tasks/params_json.h"
#include "server/tasks/report.h"
#include "server/tasks/task_table.h"
#include "server/tasks/warm_start.h"

#include <lstm/cpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEATHS_MAX = 3,       /* in a row that a job may cause without making progress */
    LAST_WRITE_MS = 4000, /* limit of the last snapshot when the daemon stops */
    FIRST_PART = 8, /* after a death, the first checkpoint comes after this part of the interval, */
    FIRST_PAUSE_MS = 1000 /* and at the latest after this time */
};

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

/* Stores progress and history, with a snapshot unless saver is NULL. */
static enum status checkpoint(struct run *r, const struct fit_saver *saver, struct err *e)
{
    struct job_advance a = run_advance(r);
    uint8_t *bytes = NULL;
    bool cancel = false;
    enum status st = saver ? saver->save(saver->ctx, &bytes, &a.snapshot_len, e) : ST_OK;

    a.snapshot = bytes;
    a.progress.advanced = saver && a.progress.fraction > r->fraction_claimed;
    if (!st)
        st = store_job_checkpoint(&cancel, r->env->store, &r->running.lease, &a, e);
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

/* A write failed without which the run goes on, unless its lease is lost. */
static void note_trouble(struct run *r, const char *what, const struct err *e)
{
    if (e->status == ST_LOST)
        atomic_store(&r->running.lost, true);
    else
        log_msg(LOG_WARN, what, "job %s: %s", r->job.id, e->message);
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
 * after a crash. When the lease is lost, the run ends here. */
static void try_checkpoint(struct run *r, const struct fit_saver *saver)
{
    struct err e = {0};
    enum status st = checkpoint(r, saver, &e);

    r->saved_ms = clock_monotonic_ms();
    r->pause_ms = next_pause(r->pause_ms, r);
    if (st && !(st == ST_CANCELLED && atomic_load(&r->running.cancel)))
        note_trouble(r, "checkpoint", &e);
}

/* Called after every batch. */
static bool on_progress(void *ctx, const struct fit_progress *p, const struct fit_saver *saver)
{
    struct run *r = ctx;
    struct job_progress now;
    struct err e = {0};

    running_seen(&r->running);
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
        run_notify(r, false);
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
    return !atomic_load(&r->running.lost) && !r->cancelled;
}

/* Whether to stop writing a snapshot: that of a cancelled or lost job, or one that takes too long
 * while the daemon stops. The previous one stays. */
static bool writing_is_over(void *ctx)
{
    struct run *r = ctx;

    if (atomic_load(&r->running.cancel) || atomic_load(&r->running.lost))
        return true;
    if (!atomic_load(r->env->stopping))
        return false;
    if (!r->stopped_ms)
        r->stopped_ms = clock_monotonic_ms();
    return clock_monotonic_ms() - r->stopped_ms > LAST_WRITE_MS;
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
    const struct stop_flag stop = {.ctx = r, .asked = run_stops};
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

static void begin(struct run *r)
{
    running_seen(&r->running);
    r->running.first = r->job.kept_epochs + 1;
    r->running.progress = r->job.progress;
    r->fraction_claimed = r->fraction_saved = r->job.progress.fraction;
    r->pause_ms = r->env->config->checkpoint_interval_seconds * 1000.0;
    if (r->job.deaths)
        r->pause_ms = fmin(r->pause_ms / FIRST_PART, FIRST_PAUSE_MS);
    r->begun_ms = r->saved_ms = clock_monotonic_ms();
    r->samples_begun = -1;
}

/* A job without a snapshot is restarted, but its earlier epochs may have been sent as events. This
 * marks that later epochs belong to another run. */
static enum status leave_behind(struct run *r, const char *name, struct err *e)
{
    char note[2 * ARITHMETIC_LEN_MAX + 120];

    snprintf(note, sizeof(note),
             "begun anew: it was computed in %s, with no state kept yet, and here in %s",
             r->job.arithmetic, name);
    log_msg(LOG_WARN, "checkpoint", "job %s is %s", r->job.id, note);
    running_restart(r->env->running, &r->running);
    return store_job_restart(r->env->store, &r->running.lease, note, e);
}

/* Stores the arithmetic of this run, before anything is computed in it. */
static enum status name_arithmetic(struct run *r, bool begins, struct err *e)
{
    char name[ARITHMETIC_LEN_MAX + 1];
    enum status st = ST_OK;

    arithmetic_name(name);
    if (r->job.arithmetic && strcmp(r->job.arithmetic, name) == 0)
        return ST_OK;
    if (begins && r->job.arithmetic)
        st = leave_behind(r, name, e);
    return st ? st : store_job_set_arithmetic(r->env->store, &r->running.lease, name, e);
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
    st = store_job_restart(r->env->store, &r->running.lease, note, e);
    running_restart(r->env->running, &r->running);
    run_notify(r, true);
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

/* From the claim to the end; what the end needs is in r and t. */
static enum status run_job(struct run *r, struct trained *t, struct err *why)
{
    struct store *store = r->env->store;
    uint8_t *snapshot = NULL;
    size_t len = 0;
    enum status st = store_job_snapshot(&snapshot, &len, store, r->job.id, why);

    log_msg(LOG_INFO, "job_start", "job %s: %s on dataset %s%s", r->job.id, r->job.task,
            r->job.dataset, snapshot ? ", from its checkpoint" : "");
    if (!st)
        st = store_give_up_when(store, writing_is_over, r, why);
    if (!st)
        st = name_arithmetic(r, !snapshot, why);
    look_for_cancel(r);
    run_notify(r, true);
    if (!st)
        st = train(r, t, snapshot, len, why);
    if (st == ST_CORRUPT && snapshot)
        st = train_anew(r, t, why);
    (void)store_give_up_when(store, NULL, NULL, NULL);
    free(snapshot);
    return st;
}

enum status worker_run_one(const struct worker_env *env, struct err *e)
{
    struct run r = {.env = env};
    struct trained t = {0};
    struct err why = {0};
    enum status st = store_job_claim(&r.job, &r.running.lease, env->store, env->owner, e);

    if (st)
        return st;
    store_training_begin(env->store, r.job.api_key);
    r.task = task_of_job(&r.job);
    begin(&r);
    running_add(env->running, &r.running);
    st = run_job(&r, &t, &why);
    job_end(&r, st, &t, &why);
    running_remove(env->running, &r.running);
    store_training_end(env->store, r.job.api_key);
    if (r.job.deaths)
        env->wake(env->wake_ctx);
    if (r.ended || !atomic_load(&r.running.lost))
        run_notify(&r, true);
    if (r.ended || !store_may_recover(st))
        st = ST_OK;
    else
        *e = why;
    trained_release(&t);
    job_release(&r.job);
    return st;
}
