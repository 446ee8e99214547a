/* metrics.c - GET /metrics in the Prometheus text format 0.0.4; names and units follow
 * OpenMetrics. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/metric_text.h"
#include "server/base/log.h"
#include "server/base/process.h"
#include "server/base/version.h"
#include "server/store/retrain.h"
#include "server/webhooks/webhooks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { METRICS_BYTES_MAX = 4 << 20 };

static const char *method_name(enum http_method m)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"};

    return names[m];
}

static void put_requests(struct buf *b, const struct http *h)
{
    struct http_stats_row r;

    metric_head(b, "lstmd_http_requests_total", "counter",
                "Requests answered, by route and status class.");
    for (int i = 0; http_stats(h, i, &r); i++)
        for (int c = 1; c < 6; c++)
            if (r.count[c])
                buf_printf(b,
                           "lstmd_http_requests_total{method=\"%s\",route=\"%s\",code=\"%dxx\"} "
                           "%llu\n",
                           method_name(r.method), r.pattern, c, (unsigned long long)r.count[c]);
}

static uint64_t row_total(const struct http_stats_row *r)
{
    uint64_t n = 0;

    for (int c = 0; c < 6; c++)
        n += r->count[c];
    return n;
}

static void put_latency(struct buf *b, const struct http *h)
{
    static const char name[] = "lstmd_http_request_duration_seconds";
    struct http_stats_row r;

    metric_head(b, name, "histogram", "Time from the request's headers to its answer, by route.");
    for (int i = 0; http_stats(h, i, &r); i++) {
        char labels[200];

        if (row_total(&r) == 0)
            continue;
        snprintf(labels, sizeof(labels), "method=\"%s\",route=\"%s\"", method_name(r.method),
                 r.pattern);
        metric_histogram(b, name, labels,
                         &(struct metric_histogram){.bounds = http_bucket_bounds,
                                                    .count = r.bucket,
                                                    .n = HTTP_BUCKETS,
                                                    .sum = r.seconds});
    }
}

static void put_lanes(struct buf *b, const char *name, const char *help, const unsigned *count)
{
    static const char *const lanes[HTTP_LANES] = {"bulk", "work", "write", "read", "inline"};

    metric_head(b, name, "gauge", help);
    for (int i = 0; i < HTTP_INLINE; i++)
        buf_printf(b, "%s{lane=\"%s\"} %u\n", name, lanes[i], count[i]);
}

static void put_workers(struct buf *b, const struct http *h)
{
    struct http_pool_counts c;

    http_pool_counts(h, &c);
    metric_one(b, "lstmd_http_connections", "gauge", "Open connections.", http_connections(h));
    metric_one(b, "lstmd_http_connections_evicted_total", "counter",
               "Connections closed to make room for others.", (double)c.evicted);
    put_lanes(b, "lstmd_http_requests_waiting", "Requests that wait for a worker, by lane.",
              c.waiting);
    put_lanes(b, "lstmd_http_requests_serving", "Requests that a worker computes, by lane.",
              c.serving);
    metric_one(b, "lstmd_http_requests_refused_total", "counter",
               "Requests answered 503 because too many were waiting.", (double)c.refused);
    metric_one(b, "lstmd_http_body_bytes", "gauge",
               "Bodies of requests that are read, wait, or are worked on.", (double)c.bodies);
    metric_one(b, "lstmd_http_unsent_bytes", "gauge",
               "Large answers in files that are not read yet.", (double)c.unsent);
}

static void put_job_times(struct buf *b, const struct jobs *j)
{
    static const char name[] = "lstmd_job_duration_seconds";
    struct job_times_count c;

    metric_head(b, name, "histogram",
                "Time from a job's first start to its end, by task and by how it ended.");
    for (int i = 0; job_times_read(jobs_times(j), i, &c); i++) {
        char labels[80];

        snprintf(labels, sizeof(labels), "task=\"%s\",state=\"%s\"", c.task, c.state);
        metric_histogram(b, name, labels,
                         &(struct metric_histogram){.bounds = job_time_bounds,
                                                    .count = c.bucket,
                                                    .n = JOB_TIME_BUCKETS,
                                                    .sum = c.seconds});
    }
}

static void put_queue(struct buf *b, struct app *app)
{
    int64_t counts[5] = {0}, oldest = 0;
    struct err e = {0};

    if (store_job_counts(counts, app->store, &e) == ST_OK) {
        metric_head(b, "lstmd_jobs", "gauge", "Training jobs in the database, by state.");
        for (int s = 0; s < 5; s++)
            metric_labelled(b, "lstmd_jobs", "state", job_state_name((enum job_state)s),
                            (double)counts[s]);
    }
    if (store_job_oldest_queued(&oldest, app->store, &e) == ST_OK) {
        double age = oldest ? (double)(clock_ms() - oldest) / 1000 : 0;

        metric_one(b, "lstmd_queue_age_seconds", "gauge",
                   "Time since the oldest queued job that may run was submitted; 0: there is none.",
                   age > 0 ? age : 0);
    }
}

static void put_keys(struct buf *b, const struct http *h)
{
    struct http_key_counts c;

    http_key_counts(h, &c);
    metric_head(b, "lstmd_http_key_failures_total", "counter",
                "Requests refused for their key, by what was wrong with it.");
    for (int i = 0; i < HTTP_KEY_FAILURES; i++)
        buf_printf(b, "lstmd_http_key_failures_total{reason=\"%s\"} %llu\n",
                   http_key_failure_names[i], (unsigned long long)c.failures[i]);
    metric_one(b, "lstmd_http_wrong_key_addresses", "gauge",
               "Addresses that sent a wrong key within a quarter of an hour.", c.addresses);
    metric_one(b, "lstmd_http_refusals_held", "gauge", "Refusals of wrong keys that are held back.",
               c.held);
}

static void put_jobs(struct buf *b, struct app *app)
{
    uint64_t samples = 0;
    unsigned busy = 0, workers = 0;

    put_queue(b, app);
    put_job_times(b, app->jobs);
    jobs_totals(app->jobs, &samples, &busy, &workers);
    metric_one(b, "lstmd_jobs_resumed", "gauge",
               "Jobs that the process before had left running, and that went on in this one.",
               jobs_resumed(app->jobs));
    metric_one(b, "lstmd_training_samples_total", "counter", "Samples trained on since the start.",
               (double)samples);
    metric_one(b, "lstmd_workers", "gauge", "Training workers.", workers);
    metric_one(b, "lstmd_workers_busy", "gauge", "Training workers that run a job.", busy);
}

static void put_sources(struct buf *b, struct app *app)
{
    static const char name[] = "lstmd_fetches_total";
    struct sources_counts c;
    int64_t all = 0, failing = 0;
    struct err e = {0};

    sources_count(&c, app->sources);
    metric_head(b, name, "counter", "Fetches of data sets from their sources, by result.");
    metric_labelled(b, name, "result", "changed", (double)c.changed);
    metric_labelled(b, name, "result", "unchanged", (double)c.unchanged);
    metric_labelled(b, name, "result", "failed", (double)c.failed);
    if (store_source_counts(&all, &failing, app->store, &e))
        return;
    metric_one(b, "lstmd_sources", "gauge", "Data sets with a source.", (double)all);
    metric_one(b, "lstmd_sources_failing", "gauge",
               "Data sets whose source could not be fetched the last time.", (double)failing);
}

static void put_retrain(struct buf *b, struct app *app)
{
    int64_t all = 0, failing = 0;
    struct err e = {0};

    if (store_retrain_counts(&all, &failing, app->store, &e))
        return;
    metric_one(b, "lstmd_retrain_rules", "gauge", "Models that are trained by a rule.",
               (double)all);
    metric_one(b, "lstmd_retrain_rules_failing", "gauge",
               "Models whose rule could not submit a job the last time.", (double)failing);
}

/* Writes why writes are refused, each reason as 0 or 1. */
static void put_trouble(struct buf *b, struct app *app)
{
    struct err e = {0};
    enum status st = store_trouble(app->store, &e);

    metric_one(b, "lstmd_database_writable", "gauge", "0: writes to the database are refused.",
               !st);
    metric_head(
        b, "lstmd_database_trouble", "gauge",
        "Why writes are refused: no room, or a file that is read-only, removed or replaced.");
    metric_labelled(b, "lstmd_database_trouble", "reason", "full", st == ST_FULL);
    metric_labelled(b, "lstmd_database_trouble", "reason", "not_writable", st == ST_READONLY);
}

static void put_disk(struct buf *b, const struct app *app)
{
    int64_t free_bytes, size, backup = store_last_backup(app->store);

    if (app->config && app->config->max_database_bytes)
        metric_one(b, "lstmd_database_max_bytes", "gauge",
                   "The quota of the database file: max_database_bytes.",
                   (double)app->config->max_database_bytes);

    store_disk(&free_bytes, &size, app->store);
    if (free_bytes >= 0) {
        metric_one(b, "lstmd_database_disk_free_bytes", "gauge",
                   "What may still be written to the disk of the database.", (double)free_bytes);
        metric_one(b, "lstmd_database_disk_bytes", "gauge", "Size of the disk of the database.",
                   (double)size);
    }
    if (backup)
        metric_one(b, "lstmd_last_backup_timestamp_seconds", "gauge",
                   "When lstmd backup last copied the database, in seconds since 1970.",
                   (double)backup / 1000);
}

static void put_store(struct buf *b, struct app *app)
{
    int64_t datasets = 0, models = 0, versions = 0, bytes = 0;
    struct err e = {0};

    put_trouble(b, app);
    put_disk(b, app);
    if (store_totals(&datasets, &models, &versions, &bytes, app->store, &e))
        return;
    metric_one(b, "lstmd_datasets", "gauge", "Stored data sets.", (double)datasets);
    metric_one(b, "lstmd_models", "gauge", "Stored models.", (double)models);
    metric_one(b, "lstmd_model_versions", "gauge", "Stored model versions.", (double)versions);
    metric_one(b, "lstmd_database_bytes", "gauge", "Size of the database with its log.",
               (double)bytes);
}

static void put_webhooks(struct buf *b, struct app *app)
{
    static const char name[] = "lstmd_webhook_attempts_total";
    struct webhooks_counts c;

    webhooks_read_counts(&c, app->webhooks);
    metric_head(b, name, "counter",
                "Attempts to deliver a message, by what became of it: delivered, failed for good, "
                "or to be retried.");
    metric_labelled(b, name, "result", "delivered", (double)c.delivered);
    metric_labelled(b, name, "result", "failed", (double)c.failed);
    metric_labelled(b, name, "result", "retried", (double)c.retried);
    metric_one(b, "lstmd_webhook_pending", "gauge", "Messages that are not delivered yet.",
               (double)c.pending);
}

static void put_cache(struct buf *b, struct app *app)
{
    uint64_t hits = 0, misses = 0, evictions = 0;
    size_t bytes = 0;
    int models = 0;

    model_cache_totals(app->cache, &hits, &misses, &evictions, &bytes, &models);
    metric_one(b, "lstmd_model_cache_hits_total", "counter",
               "Requests that found their model loaded.", (double)hits);
    metric_one(b, "lstmd_model_cache_misses_total", "counter", "Models loaded from the database.",
               (double)misses);
    metric_one(b, "lstmd_model_cache_evictions_total", "counter", "Models dropped to make room.",
               (double)evictions);
    metric_one(b, "lstmd_model_cache_bytes", "gauge", "Memory of the loaded models.",
               (double)bytes);
    metric_one(b, "lstmd_model_cache_models", "gauge", "Loaded model versions.", models);
}

static void put_drift(struct buf *b, const struct model_usage *u, const struct http_req *rq)
{
    static const char name[] = "lstmd_model_drift";

    metric_head(b, name, "gauge",
                "Mean drift of the series when anomalies were last asked for, of the busiest "
                "models; about 1 while the series go on as in training.");
    for (int i = 0; i < u->rows; i++) {
        const struct usage_row *r = &u->row[i];

        if (r->shown && !isnan(r->drift) && access_covers(rq->key, r->name))
            metric_labelled(b, name, "model", r->name, r->drift);
    }
}

/* Models that the key does not cover are not named. The label of the others cannot be a model's
 * name. */
static void put_usage(struct buf *b, const struct app *app, const struct http_req *rq)
{
    static const char name[] = "lstmd_model_requests_total";
    struct model_usage *u = malloc(sizeof(*u));

    if (!u)
        return; /* the metrics are read again in a few seconds */
    model_cache_usage(u, app->cache);
    metric_head(b, name, "counter",
                "Requests answered by the busiest models; those of all others are (other).");
    for (int i = 0; i < u->rows; i++) {
        const struct usage_row *r = &u->row[i];

        if (r->shown && access_covers(rq->key, r->name))
            metric_labelled(b, name, "model", r->name, (double)r->count);
        else
            u->rest += r->count;
    }
    metric_labelled(b, name, "model", "(other)", (double)u->rest);
    put_drift(b, u, rq);
    free(u);
}

/* Writes a value, if the system provides it. */
static void put_known(struct buf *b, const char *name, const char *help, int64_t v)
{
    if (v >= 0)
        metric_one(b, name, "gauge", help, (double)v);
}

static void put_process(struct buf *b, const struct app *app)
{
    struct process p;

    process_read(&p);
    metric_one(b, "process_cpu_seconds_total", "counter",
               "Processor time of all threads, user and system.", p.cpu_seconds);
    put_known(b, "process_resident_memory_bytes", "Resident memory.", p.resident_bytes);
    put_known(b, "process_virtual_memory_bytes", "Virtual memory.", p.virtual_bytes);
    put_known(b, "process_open_fds", "Open file descriptors.", p.open_files);
    put_known(b, "process_max_fds", "The most file descriptors that may be open.", p.max_files);
    metric_one(b, "process_start_time_seconds", "gauge",
               "Start of the process, seconds since 1970.", (double)app->started_at / 1000.0);
    metric_one(b, "lstmd_log_dropped_total", "counter",
               "Lines of the log that could not be written.", (double)log_dropped());
}

void api_metrics(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct buf b;

    buf_init(&b, METRICS_BYTES_MAX);
    if (http_certificate_expires(app->http))
        metric_one(&b, "lstmd_certificate_expires_timestamp_seconds", "gauge",
                   "When the certificate of the service ends, in seconds since 1970.",
                   (double)http_certificate_expires(app->http));
    metric_head(&b, "lstmd_build_info", "gauge", "Always 1; the version is in the label.");
    buf_printf(&b, "lstmd_build_info{version=\"%s\"} 1\n", LSTMD_VERSION);
    put_requests(&b, app->http);
    put_latency(&b, app->http);
    put_workers(&b, app->http);
    put_keys(&b, app->http);
    put_jobs(&b, app);
    put_store(&b, app);
    put_sources(&b, app);
    put_retrain(&b, app);
    put_webhooks(&b, app);
    put_cache(&b, app);
    put_usage(&b, app, rq);
    put_process(&b, app);
    http_res_buf(rs, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
    buf_release(&b);
}
