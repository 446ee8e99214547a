/* metrics.c - GET /metrics in the Prometheus text format 0.0.4; names and units as OpenMetrics
 * asks. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/base/log.h"
#include "server/base/version.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { METRICS_BYTES_MAX = 4 << 20 };

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, double v)
{
    head(b, name, type, help);
    buf_printf(b, "%s ", name);
    buf_put_f64(b, v);
    buf_puts(b, "\n");
}

static const char *method_name(enum http_method m)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"};

    return names[m];
}

static void put_requests(struct buf *b, const struct http *h)
{
    struct http_stats_row r;

    head(b, "lstmd_http_requests_total", "counter",
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

    head(b, name, "histogram", "Time from the request's headers to its answer, by route.");
    for (int i = 0; http_stats(h, i, &r); i++) {
        char labels[200];

        if (row_total(&r) == 0)
            continue;
        snprintf(labels, sizeof(labels), "method=\"%s\",route=\"%s\"", method_name(r.method),
                 r.pattern);
        for (int k = 0; k < 11; k++)
            buf_printf(b, "%s_bucket{%s,le=\"%g\"} %llu\n", name, labels, http_bucket_bounds[k],
                       (unsigned long long)r.bucket[k]);
        buf_printf(b, "%s_bucket{%s,le=\"+Inf\"} %llu\n", name, labels,
                   (unsigned long long)r.bucket[11]);
        buf_printf(b, "%s_sum{%s} %.9g\n", name, labels, r.seconds);
        buf_printf(b, "%s_count{%s} %llu\n", name, labels, (unsigned long long)r.bucket[11]);
    }
}

static void put_lanes(struct buf *b, const char *name, const char *help, const unsigned *count)
{
    static const char *const lanes[HTTP_LANES] = {"bulk", "work", "write", "read", "inline"};

    head(b, name, "gauge", help);
    for (int i = 0; i < HTTP_INLINE; i++)
        buf_printf(b, "%s{lane=\"%s\"} %u\n", name, lanes[i], count[i]);
}

static void put_workers(struct buf *b, const struct http *h)
{
    struct http_pool_counts c;

    http_pool_counts(h, &c);
    one(b, "lstmd_http_connections", "gauge", "Open connections.", http_connections(h));
    one(b, "lstmd_http_connections_evicted_total", "counter",
        "Connections closed to make room for others.", (double)c.evicted);
    put_lanes(b, "lstmd_http_requests_waiting", "Requests that wait for a worker, by lane.",
              c.waiting);
    put_lanes(b, "lstmd_http_requests_serving", "Requests that a worker computes, by lane.",
              c.serving);
    one(b, "lstmd_http_requests_refused_total", "counter",
        "Requests answered 503 because too many were waiting.", (double)c.refused);
    one(b, "lstmd_http_body_bytes", "gauge",
        "Bodies of requests that are read, wait, or are worked on.", (double)c.bodies);
    one(b, "lstmd_http_unsent_bytes", "gauge", "Large answers in files that are not read yet.",
        (double)c.unsent);
}

static void put_keys(struct buf *b, const struct http *h)
{
    struct http_key_counts c;

    http_key_counts(h, &c);
    head(b, "lstmd_http_key_failures_total", "counter",
         "Requests refused for their key, by what was wrong with it.");
    for (int i = 0; i < HTTP_KEY_FAILURES; i++)
        buf_printf(b, "lstmd_http_key_failures_total{reason=\"%s\"} %llu\n",
                   http_key_failure_names[i], (unsigned long long)c.failures[i]);
    one(b, "lstmd_http_wrong_key_addresses", "gauge",
        "Addresses that sent a wrong key within a quarter of an hour.", c.addresses);
    one(b, "lstmd_http_refusals_held", "gauge", "Refusals of wrong keys that are held back.",
        c.held);
}

static void put_jobs(struct buf *b, struct app *app)
{
    int64_t counts[5] = {0};
    struct err e = {0};
    uint64_t samples = 0;
    unsigned busy = 0, workers = 0;

    if (store_job_counts(counts, app->store, &e) == ST_OK) {
        head(b, "lstmd_jobs", "gauge", "Training jobs in the database, by state.");
        for (int s = 0; s < 5; s++)
            buf_printf(b, "lstmd_jobs{state=\"%s\"} %lld\n", job_state_name((enum job_state)s),
                       (long long)counts[s]);
    }
    jobs_totals(app->jobs, &samples, &busy, &workers);
    one(b, "lstmd_training_samples_total", "counter", "Samples trained on since the start.",
        (double)samples);
    one(b, "lstmd_workers", "gauge", "Training workers.", workers);
    one(b, "lstmd_workers_busy", "gauge", "Training workers that run a job.", busy);
}

/* Why writes are refused, each as 0 or 1. */
static void put_trouble(struct buf *b, struct app *app)
{
    struct err e = {0};
    enum status st = store_trouble(app->store, &e);

    one(b, "lstmd_database_writable", "gauge", "0: writes to the database are refused.", !st);
    head(b, "lstmd_database_trouble", "gauge",
         "Why writes are refused: no room, or a file that is read-only, removed or replaced.");
    buf_printf(b, "lstmd_database_trouble{reason=\"full\"} %d\n", st == ST_FULL);
    buf_printf(b, "lstmd_database_trouble{reason=\"not_writable\"} %d\n", st == ST_READONLY);
}

static void put_store(struct buf *b, struct app *app)
{
    int64_t datasets = 0, models = 0, versions = 0, bytes = 0;
    struct err e = {0};

    put_trouble(b, app);
    if (store_totals(&datasets, &models, &versions, &bytes, app->store, &e))
        return;
    one(b, "lstmd_datasets", "gauge", "Stored data sets.", (double)datasets);
    one(b, "lstmd_models", "gauge", "Stored models.", (double)models);
    one(b, "lstmd_model_versions", "gauge", "Stored model versions.", (double)versions);
    one(b, "lstmd_database_bytes", "gauge", "Size of the database with its log.", (double)bytes);
}

static void put_cache(struct buf *b, struct app *app)
{
    uint64_t hits = 0, misses = 0, evictions = 0;
    size_t bytes = 0;
    int models = 0;

    model_cache_totals(app->cache, &hits, &misses, &evictions, &bytes, &models);
    one(b, "lstmd_model_cache_hits_total", "counter", "Requests that found their model loaded.",
        (double)hits);
    one(b, "lstmd_model_cache_misses_total", "counter", "Models loaded from the database.",
        (double)misses);
    one(b, "lstmd_model_cache_evictions_total", "counter", "Models dropped to make room.",
        (double)evictions);
    one(b, "lstmd_model_cache_bytes", "gauge", "Memory of the loaded models.", (double)bytes);
    one(b, "lstmd_model_cache_models", "gauge", "Loaded model versions.", models);
}

/* Resident pages are the second number of /proc/self/statm; left out where there is none. */
static void put_process(struct buf *b, const struct app *app)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long size = 0, resident = 0;

    if (f && fscanf(f, "%ld %ld", &size, &resident) == 2)
        one(b, "process_resident_memory_bytes", "gauge", "Resident memory.",
            (double)resident * (double)sysconf(_SC_PAGESIZE));
    if (f)
        fclose(f);
    one(b, "lstmd_log_dropped_total", "counter", "Lines of the log that could not be written.",
        (double)log_dropped());
    one(b, "process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.",
        (double)app->started_at / 1000.0);
}

void api_metrics(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct buf b;

    (void)rq;
    buf_init(&b, METRICS_BYTES_MAX);
    if (http_certificate_expires(app->http))
        one(&b, "lstmd_certificate_expires_timestamp_seconds", "gauge",
            "When the certificate of the service ends, in seconds since 1970.",
            (double)http_certificate_expires(app->http));
    head(&b, "lstmd_build_info", "gauge", "Always 1; the version is in the label.");
    buf_printf(&b, "lstmd_build_info{version=\"%s\"} 1\n", LSTMD_VERSION);
    put_requests(&b, app->http);
    put_latency(&b, app->http);
    put_workers(&b, app->http);
    put_keys(&b, app->http);
    put_jobs(&b, app);
    put_store(&b, app);
    put_cache(&b, app);
    put_process(&b, app);
    http_res_buf(rs, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
    buf_release(&b);
}
