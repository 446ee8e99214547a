/* jobs.c - see jobs.h. The store holds the queue; this file has the threads that work on it. */
#include "server/jobs/jobs.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/formats/json.h"
#include "server/jobs/heartbeat.h"
#include "server/jobs/patience.h"
#include "server/jobs/worker.h"
#include "server/tasks/params_json.h"
#include "server/tasks/task_table.h"
#include "server/tasks/warm_start.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_MS = 500, HOST_MAX = 65, OWNER_MAX = HOST_MAX + 48 };

struct jobs {
    struct store *store;
    struct jobs_config config;
    struct running running;
    struct worker_env env;
    char owner[OWNER_MAX];
    pthread_mutex_t lock;
    pthread_cond_t wake;
    uint64_t submitted; /* guarded by lock: number of submissions, for sleeping workers */
    atomic_bool stopping;
    atomic_uint alive;
    unsigned threads; /* number of started threads */
    int resumed;      /* jobs that were running when the process before ended */
    pthread_t *thread;
    struct heartbeat *heartbeat; /* or NULL */
};

/* ---- workers ---- */

/* Lowers the priority of a worker, and of the threads that it starts, below that of threads that
 * serve requests. With SCHED_BATCH it never takes the core from such a thread when it wakes up. */
static void become_quiet(int nice)
{
    const struct sched_param none = {0};

    errno = 0;
    if (sched_setscheduler(0, SCHED_BATCH, &none) ||
        setpriority(PRIO_PROCESS, (id_t)gettid(), nice))
        log_msg(LOG_DEBUG, "priority", "a worker keeps its priority: errno %d", errno);
}

static uint64_t submitted(struct jobs *j)
{
    uint64_t n;

    pthread_mutex_lock(&j->lock);
    n = j->submitted;
    pthread_mutex_unlock(&j->lock);
    return n;
}

/* Sleeps until something was submitted since `seen`, the daemon stops, or, unless pause_ms is 0,
 * this time has passed. */
static void sleep_worker(struct jobs *j, uint64_t seen, int pause_ms)
{
    struct timespec until = clock_deadline(pause_ms);

    pthread_mutex_lock(&j->lock);
    while (j->submitted == seen && !atomic_load(&j->stopping)) {
        if (!pause_ms)
            pthread_cond_wait(&j->wake, &j->lock);
        else if (pthread_cond_timedwait(&j->wake, &j->lock, &until) == ETIMEDOUT)
            break;
    }
    pthread_mutex_unlock(&j->lock);
}

static void *work(void *ctx)
{
    struct jobs *j = ctx;

    int first = j->config.store_pause_ms ? j->config.store_pause_ms : RETRY_MS, pause = first;

    become_quiet(j->config.nice);
    while (!atomic_load(&j->stopping)) {
        struct err e = {0};
        uint64_t seen = submitted(j);
        enum status st = worker_run_one(&j->env, &e);

        if (st && st != ST_NOT_FOUND && st != ST_QUOTA)
            log_msg(LOG_WARN, "claim", "%s", e.message);
        if (st)
            sleep_worker(j, seen, st == ST_NOT_FOUND ? 0 : pause);
        pause = store_may_recover(st) ? patience_longer(pause) : first;
    }
    atomic_fetch_sub(&j->alive, 1);
    return NULL;
}

static void wake_workers(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->submitted++;
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

static void wake(void *ctx)
{
    wake_workers(ctx);
}

/* ---- start and stop ---- */

static enum status start_heartbeat(struct jobs *j, struct err *e)
{
    const struct heartbeat_config c = {.store = j->store,
                                       .running = &j->running,
                                       .owner = j->owner,
                                       .jobs = (int)j->config.workers,
                                       .interval_ms = HEARTBEAT_MS,
                                       .stall_ms = j->config.stall_ms,
                                       .wake = wake,
                                       .wake_ctx = j};

    return j->config.workers ? heartbeat_start(&j->heartbeat, &c, e) : ST_OK;
}

/* Signals are for the main thread. */
static enum status start_threads(struct jobs *j, struct err *e)
{
    sigset_t all, before;
    int rc = 0;
    enum status st;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    st = start_heartbeat(j, e);
    while (!st && !rc && j->threads < j->config.workers) {
        atomic_fetch_add(&j->alive, 1);
        rc = pthread_create(&j->thread[j->threads], NULL, work, j);
        if (rc)
            atomic_fetch_sub(&j->alive, 1);
        else
            j->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc ? err_set(e, ST_IO, "cannot start worker %u: %s", j->threads + 1, strerror(rc)) : st;
}

/* Names this process in leases. The random part tells it from another one with the same number, in
 * a container or after a restart. */
static enum status name_owner(char out[OWNER_MAX], struct err *e)
{
    char host[HOST_MAX] = "";
    uint64_t random = 0;

    if (gethostname(host, sizeof(host) - 1))
        host[0] = '\0';
    if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return err_set(e, ST_IO, "the system has no random numbers: %s", strerror(errno));
    snprintf(out, OWNER_MAX, "%s/%ld/%016" PRIx64, host, (long)getpid(), random);
    return ST_OK;
}

static enum status init_sync(struct jobs *j, struct err *e)
{
    if (pthread_mutex_init(&j->lock, NULL) || clock_cond_init(&j->wake))
        return err_nomem(e, 0);
    return running_init(&j->running, e);
}

enum status jobs_start(struct jobs **out, struct store *store, const struct jobs_config *config,
                       struct err *e)
{
    struct jobs *j = calloc(1, sizeof(*j));
    enum status st;

    if (!j)
        return err_nomem(e, sizeof(*j));
    j->store = store;
    j->config = *config;
    st = name_owner(j->owner, e);
    if (st) {
        free(j);
        return st;
    }
    j->env = (struct worker_env){.store = store,
                                 .running = &j->running,
                                 .config = &j->config,
                                 .stopping = &j->stopping,
                                 .owner = j->owner,
                                 .wake = wake,
                                 .wake_ctx = j};
    st = init_sync(j, e);
    if (st) {
        free(j);
        return st;
    }
    j->thread = calloc(config->workers + 1, sizeof(*j->thread));
    st = j->thread ? store_job_take_back(&j->resumed, store, j->owner, e) : err_nomem(e, 0);
    if (!st && j->resumed)
        log_msg(LOG_INFO, "resume", "%d unfinished jobs go on", j->resumed);
    if (!st)
        st = start_threads(j, e);
    if (st) {
        jobs_stop(j);
        return st;
    }
    *out = j;
    return ST_OK;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    atomic_store(&j->stopping, true);
    wake_workers(j);
    for (unsigned i = 0; i < j->threads; i++)
        pthread_join(j->thread[i], NULL);
    heartbeat_stop(j->heartbeat); /* last: the workers wrote under their leases until now */
    free(j->thread);
    running_release(&j->running);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

bool jobs_alive(const struct jobs *j)
{
    return atomic_load(&j->alive) == j->config.workers;
}

void jobs_totals(struct jobs *j, uint64_t *samples, unsigned *busy, unsigned *workers)
{
    *samples = atomic_load(&j->running.samples);
    *busy = atomic_load(&j->running.busy);
    *workers = j->config.workers;
}

const struct job_times *jobs_times(const struct jobs *j)
{
    return &j->running.times;
}

int jobs_resumed(const struct jobs *j)
{
    return j->resumed;
}

/* ---- requests ---- */

static enum status check_size(const struct jobs *j, const struct job_need *need,
                              const struct params *p, struct err *e)
{
    if (need->parameters > j->config.max_parameters) {
        err_set(e, ST_TOO_LARGE, "the model would have %lld parameters; max_parameters allows %lld",
                (long long)need->parameters, (long long)j->config.max_parameters);
        return err_at(e, "/params/hidden_size");
    }
    if (need->bytes <= need->limit)
        return ST_OK;
    if (need->batch_fits) {
        err_set(
            e, ST_INVALID,
            "with batch_size %d the training takes %zu MiB of memory; max_training_bytes allows "
            "%zu MiB, which a batch_size of %d stays within",
            p->batch_size, need->bytes >> 20, need->limit >> 20, need->batch_fits);
        return err_at(e, "/params/batch_size");
    }
    err_set(e, ST_INVALID,
            "with hidden_size %d and num_layers %d the training takes more than the %zu MiB of "
            "memory that max_training_bytes allows, even with batch_size 1; lower hidden_size",
            p->hidden_size, p->num_layers, need->limit >> 20);
    return err_at(e, "/params/hidden_size");
}

static enum status check_kind(const struct job_request *r, const char *name,
                              const struct dataset *d, struct err *e)
{
    if (d->kind == task_of_request(r)->kind)
        return ST_OK;
    if (d->kind == DATA_TEXT)
        err_set(e, ST_INVALID,
                "dataset '%s' holds a text, which no task trains on; a model tags it: POST what "
                "GET /v1/datasets/%s/data returns to /v1/models/{model}/tag as text/plain",
                name, name);
    else
        err_set(e, ST_INVALID, "dataset '%s' holds %s; task '%s' needs %s", name,
                d->kind == DATA_SERIES ? "series" : "tagged sentences", task_name(r->task),
                d->kind == DATA_SERIES ? "tagged sentences (task 'forecast' takes series)"
                                       : "series (task 'tag' takes sentences)");
    return err_at(e, name == r->dataset ? "/dataset" : "/validation_dataset");
}

static bool is_given(const struct job_request *r, const char *name)
{
    int n;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++)
        if (!strcmp(table[i].name, name))
            return r->given[i];
    return false;
}

/* Finds the data set for validation, if there is one. */
static enum status find_validation(struct dataset *out, struct jobs *j, const struct job_request *r,
                                   struct err *e)
{
    enum status st;

    if (!r->validation_dataset)
        return ST_OK;
    if (!strcmp(r->validation_dataset, r->dataset)) {
        err_set(e, ST_INVALID,
                "validation_dataset is the dataset itself; it must be another one, or be left out: "
                "then the last test_size sentences are held out");
        return err_at(e, "/validation_dataset");
    }
    if (is_given(r, "test_size")) {
        err_set(e, ST_INVALID,
                "with a validation_dataset all of it is held out; leave test_size out");
        return err_at(e, "/params/test_size");
    }
    st = store_dataset_get(out, j->store, r->validation_dataset, e);
    if (st == ST_NOT_FOUND)
        err_at(e, "/validation_dataset");
    return st ? st : check_kind(r, r->validation_dataset, out, e);
}

/* Each covariate that is to be known in advance must exist in the data set. */
static enum status check_known(const struct job_request *r, const struct dataset *d, struct err *e)
{
    int first = d->num_columns - d->num_covariates, at = 0;
    const char *s = r->params.future_covariates;

    for (; *s; at++) {
        char name[FUTURE_COVARIATES_SIZE];
        char near[DID_YOU_MEAN_MAX];
        size_t n = strcspn(s, "\x1f");
        bool found = false;

        snprintf(name, sizeof(name), "%.*s", (int)n, s);
        s += n + (s[n] != '\0');
        for (int k = first; k < d->num_columns; k++)
            found = found || !strcmp(d->columns[k], name);
        if (found)
            continue;
        did_you_mean_clause(near, name, (const char *const *)d->columns + first,
                            (size_t)d->num_covariates);
        err_set(e, ST_INVALID, "the dataset '%s' has no covariate '%.80s'%s%s", r->dataset, name,
                near, d->num_covariates ? "" : "; ?covariates= of an upload names them");
        return err_at(e, "/future_covariates/%d", at);
    }
    return ST_OK;
}

/* Checks now, and not after hours of training, that the model name is free or has this task. */
static enum status check_model(struct jobs *j, const struct job_request *r, struct err *e)
{
    struct model_version m = {0};
    struct err ignored = {0};
    enum status st;

    if (!task_of_request(r)->makes_model)
        return ST_OK;
    st = store_model_get(&m, j->store, r->model, 0, &ignored);

    if (!st && strcmp(m.task, task_name(r->task)) != 0) {
        st = err_set(e, ST_CONFLICT,
                     "the model '%s' holds versions of task '%s'; give this one another name",
                     r->model, m.task);
        err_at(e, "/model");
    } else if (st == ST_NOT_FOUND) {
        st = ST_OK;
    } else if (st) {
        *e = ignored;
    }
    model_version_release(&m);
    return st;
}

/* The data that a request is checked against, and the job that it becomes. Release it after an
 * error too. */
struct checked {
    struct dataset data, validation;
    struct job_draft draft;
    char warm_start[WARM_START_NAME_MAX]; /* "": none */
    char *params;                         /* JSON, owned */
};

static void checked_release(struct checked *c)
{
    free(c->params);
    job_draft_release(&c->draft);
    dataset_release(&c->data);
    dataset_release(&c->validation);
}

static enum status check_names(struct checked *c, struct jobs *j, const struct job_request *r,
                               struct err *e)
{
    enum status st = store_dataset_get(&c->data, j->store, r->dataset, e);

    if (st == ST_NOT_FOUND)
        err_at(e, "/dataset");
    if (!st)
        st = check_kind(r, r->dataset, &c->data, e);
    if (!st)
        st = find_validation(&c->validation, j, r, e);
    if (!st)
        st = check_known(r, &c->data, e);
    return st ? st : check_model(j, r, e);
}

/* The effective parameters, checked against the data. */
static enum status resolve(struct checked *c, struct jobs *j, const struct job_request *r,
                           struct err *e)
{
    struct job_draft *d = &c->draft;
    enum status st = ST_OK;

    d->params = r->params;
    d->need.limit = j->config.max_training_bytes;
    if (r->warm_start_from)
        st = warm_start_resolve(c->warm_start, &d->params, j->store, r, e);
    if (!st)
        st = task_of_request(r)->resolve(d, r, j->store, &c->data, c->validation.id, e);
    if (!st)
        st = check_size(j, &d->need, &d->sized, e);
    if (st)
        return st;
    if (!d->params.threads)
        d->params.threads = j->config.cores > 1 ? (int)j->config.cores : 1;
    c->params = params_to_json(r->task, &d->params);
    return c->params ? ST_OK : err_nomem(e, 0);
}

enum status jobs_submit(struct job *out, bool *existing, struct jobs *j,
                        const struct job_request *r, struct err *e)
{
    struct job_submission sub = {.task = task_name(r->task),
                                 .dataset = r->dataset,
                                 .model = r->model,
                                 .validation_dataset = r->validation_dataset,
                                 .promote = r->promote,
                                 .retrain = r->retrain,
                                 .idempotency_key = r->idempotency_key,
                                 .request_digest = r->request_digest,
                                 .api_key = r->api_key,
                                 .max_queue = j->config.max_queue};
    struct checked c = {0};
    enum status st;

    *out = (struct job){0};
    /* A retry gets the first job, even if the data have changed since. */
    st = store_job_find_retry(out, existing, j->store, &sub, e);
    if (st || *existing)
        return st;
    st = check_names(&c, j, r, e);
    if (!st)
        st = resolve(&c, j, r, e);
    if (!st) {
        sub.dataset_id = c.data.id;
        sub.validation_dataset_id = c.validation.id;
        sub.params = c.params;
        sub.backtest = c.draft.backtest;
        sub.search = c.draft.search;
        sub.warm_start = c.warm_start[0] ? c.warm_start : NULL;
        st = store_job_submit(out, existing, j->store, &sub, e);
    }
    if (!st)
        wake_workers(j);
    checked_release(&c);
    return st;
}

/* ST_OK when the job has ended as cancelled; otherwise the error that *e holds already. */
static enum status already_cancelled(struct job *out, struct jobs *j, const char *id, struct err *e)
{
    struct err ignored = {0};

    if (store_job_get(out, j->store, id, &ignored))
        return ST_CONFLICT;
    if (out->state == JOB_CANCELLED) {
        *e = (struct err){0};
        return ST_OK;
    }
    job_release(out);
    return ST_CONFLICT;
}

enum status jobs_cancel(struct job *out, struct jobs *j, const char *id, struct err *e)
{
    /* The running job sees the flag at once, even while another writer holds the database. */
    bool stops = running_cancel(&j->running, id);
    enum status st = store_job_cancel(out, j->store, id, e);

    /* If this request is the one that stops the job, the job may have ended as cancelled before the
     * store got the request. A later request comes too late. */
    if (st == ST_CONFLICT && stops)
        st = already_cancelled(out, j, id, e);
    if (!st && !stops && out->state == JOB_RUNNING)
        running_cancel(&j->running, id); /* it was claimed in between */
    if (!st && job_state_final(out->state) && j->config.on_change)
        j->config.on_change(j->config.on_change_ctx, id);
    return st;
}

void jobs_overlay_progress(struct jobs *j, struct job *job)
{
    if (job->state == JOB_RUNNING)
        running_progress(&j->running, job->id, &job->progress);
}

enum status jobs_history(double **loss, double **validation, int *n, struct jobs *j, const char *id,
                         int first_epoch, int most, struct err *e)
{
    enum status st = store_job_history(loss, validation, n, j->store, id, first_epoch, most, e);

    return st ? st
              : running_history(&j->running, id, first_epoch + *n, most, loss, validation, n, e);
}
