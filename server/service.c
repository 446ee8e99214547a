/* service.c - see service.h. */
#include "server/service.h"

#include "server/api/api.h"
#include "server/base/database_url.h"
#include "server/base/log.h"
#include "server/client/outbound.h"
#include "server/jobs/retention.h"
#include "server/protocols/protocols.h"
#include "server/webhooks/anomaly_watch.h"
#include "server/webhooks/post.h"
#include "server/webhooks/webhooks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { RETENTION_MS = 5000 }; /* between two checks for old versions and jobs */

struct service {
    const struct config *config;
    char *folder;              /* where the database is; owned */
    struct http_route *routes; /* owned */
    struct app app;
    struct http_config http;
    struct store *store;
    struct model_cache *cache;
    struct jobs *jobs;
    struct retention *retention; /* NULL: nothing is to be removed */
    struct outbound_rules rules; /* of the daemon's own requests */
    struct webhooks *webhooks;
    struct anomaly_watch *watch;
    /* Workers report changes even before HTTP has started and after it has stopped; the lock
     * protects app.http then. */
    pthread_mutex_t notify_lock;
    bool serving;  /* guarded by notify_lock */
    bool outbound; /* outbound_stop() is to be called */
};

static void job_changed(void *ctx, const char *job_id)
{
    struct service *s = ctx;

    (void)pthread_mutex_lock(&s->notify_lock);
    if (s->serving)
        api_job_changed(&s->app, job_id);
    (void)pthread_mutex_unlock(&s->notify_lock);
}

static void source_changed(void *ctx, const char *name)
{
    struct service *s = ctx;

    (void)pthread_mutex_lock(&s->notify_lock);
    if (s->serving)
        api_source_changed(&s->app, name);
    (void)pthread_mutex_unlock(&s->notify_lock);
}

static void set_serving(struct service *s, bool serving)
{
    (void)pthread_mutex_lock(&s->notify_lock);
    s->serving = serving;
    (void)pthread_mutex_unlock(&s->notify_lock);
}

static enum status open_store(struct service *s, struct err *e)
{
    const struct store_config sc = {.path = s->config->database,
                                    .busy_timeout_ms = (int)s->config->busy_timeout_ms,
                                    .keep_audit_days = s->config->keep_audit_days,
                                    .max_bytes = s->config->max_database_bytes,
                                    .exclusive = true};

    return store_open(&s->store, &sc, e);
}

static enum status start_jobs(struct service *s, unsigned workers, struct err *e)
{
    const struct config *c = s->config;
    const struct jobs_config jc = {
        .workers = workers,
        .cores = config_cores(),
        .checkpoint_interval_seconds = c->checkpoint_interval_seconds,
        .max_parameters = c->max_parameters,
        .max_training_bytes = config_training_bytes(c),
        .nice = (int)c->training_priority,
        .max_queue = (int)c->max_queue,
        .stall_ms = c->stall_seconds * 1000,
        .on_change = job_changed,
        .on_change_ctx = s,
        .problem_text = http_problem_text,
        .cache = s->cache,
    };

    return jobs_start(&s->jobs, s->store, &jc, e);
}

static enum status start_retention(struct service *s, struct err *e)
{
    const struct retention_config rc = {.keep_versions = s->config->keep_versions,
                                        .keep_jobs_days = s->config->keep_jobs_days,
                                        .interval_ms = RETENTION_MS};

    return retention_start(&s->retention, s->store, s->cache, &rc, e);
}

static enum status start_sources(struct service *s, struct err *e)
{
    const struct sources_config c = {.rules = api_outbound_rules(s->config),
                                     .max_bytes = (size_t)s->config->max_body_bytes,
                                     .apply = api_source_apply,
                                     .apply_ctx = &s->app,
                                     .problem_text = http_problem_text,
                                     .on_change = source_changed,
                                     .on_change_ctx = s,
                                     .also = api_retrain_look,
                                     .also_ctx = &s->app};

    return sources_start(&s->app.sources, s->store, &c, e);
}

static enum status start_webhooks(struct service *s, struct err *e)
{
    const struct config *c = s->config;
    const struct webhooks_config wc = {.timeout_ms = c->webhook_timeout_seconds * 1000,
                                       .keep_deliveries = c->keep_deliveries,
                                       .keep_days = c->keep_deliveries_days,
                                       .send = post_send,
                                       .ctx = &s->rules};
    enum status st = webhooks_start(&s->webhooks, s->store, &wc, e);

    return st ? st : anomaly_watch_start(&s->watch, s->store, s->cache, e);
}

static void fill_app(struct service *s)
{
    const struct config *c = s->config;

    s->app.store = s->store;
    s->app.jobs = s->jobs;
    s->app.cache = s->cache;
    s->app.limits = (struct data_limits){
        .max_series = (size_t)c->max_series,
        .max_series_length = (size_t)c->max_series_length,
        .max_sentences = (size_t)c->max_sentences,
        .max_tokens = (size_t)c->max_tokens,
        .max_json_depth = (int)c->max_json_depth,
    };
    s->app.max_tokens_per_request = (int)c->max_tokens_per_request;
    s->app.max_parameters = c->max_parameters;
    s->app.ui = c->ui;
    s->app.config = c;
    s->app.outbound = &s->rules;
    s->app.webhooks = s->webhooks;
    s->app.started_at = clock_ms();
    atomic_init(&s->app.draining, false);
}

/* Whether requests without a key are refused. Revoked keys count too, so revoking the last key does
 * not open the daemon. */
static bool key_needed(const struct service *s)
{
    return s->config->api_key[0] || store_keys_needed(s->store);
}

/* *out: the folder that holds the file path, /tmp for a URL; malloc'ed. */
static enum status folder_of(char **out, const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');

    if (database_is_url(path))
        *out = strdup("/tmp");
    else if (!slash)
        *out = strdup(".");
    else
        *out = strndup(path, slash > path ? (size_t)(slash - path) : 1);
    return *out ? ST_OK : err_nomem(e, strlen(path));
}

static enum status start_http(struct service *s, struct err *e)
{
    const struct config *c = s->config;
    int num_routes = 0;
    enum status st = folder_of(&s->folder, c->database, e);

    if (!st)
        st = protocols_routes(&s->routes, &num_routes, c, e);
    if (st)
        return st;
    s->http = (struct http_config){
        .listen = c->listen,
        .local_only = !c->insecure && !key_needed(s),
        .threads = config_http_threads(c),
        .workers = config_request_workers(c),
        .spool_dir = s->folder,
        .limits =
            {
                .max_body_bytes = (size_t)c->max_body_bytes,
                .max_bodies_bytes = (size_t)c->max_bodies_bytes,
                .max_unsent_bytes = (size_t)c->max_unsent_bytes,
                .max_waiting = (unsigned)c->max_waiting_requests,
                .wait_seconds = (unsigned)c->request_wait_seconds,
                .work_seconds = (unsigned)c->request_work_seconds,
                .max_header_bytes = (size_t)c->max_header_bytes,
                .max_connections = (unsigned)c->max_connections,
                .request_deadline_seconds = (unsigned)c->request_deadline_seconds,
                .idle_timeout_seconds = (unsigned)c->idle_timeout_seconds,
            },
        .api_key = c->api_key,
        .read_key = c->read_key,
        .keyring = &api_keyring,
        .audit = &api_audit,
        .allowed_hosts = c->allowed_hosts,
        .cors_origins = c->cors_origins,
        .trusted_proxies = c->trusted_proxies,
        .forwarded = c->client_header == CLIENT_FORWARDED,
        .path_prefix = c->path_prefix,
        .tls_certificate = c->tls_cert,
        .tls_key = c->tls_key,
        .routes = s->routes,
        .num_routes = num_routes,
        .app = &s->app,
    };
    s->http.parameters = api_parameters(&s->http.num_parameters);
    return http_start(&s->app.http, &s->http, e);
}

static void tell_address(const struct service *s)
{
    struct log_field f[] = {log_str("url", http_url(s->app.http)),
                            log_str("listen", s->config->listen),
                            log_int("port", http_port(s->app.http)),
                            log_int("http_threads", config_http_threads(s->config)),
                            log_int("request_workers", config_request_workers(s->config)),
                            log_int("workers", config_workers(s->config)),
                            log_bool("key_needed", key_needed(s))};

    log_event(LOG_INFO, "listening", f, (int)(sizeof f / sizeof f[0]));
    if (s->config->insecure && !key_needed(s))
        log_msg(LOG_WARN, "insecure", "whoever reaches %s may read and write: there is no key",
                s->config->listen);
}

static enum status start(struct service *s, struct service_duties duties, struct err *e)
{
    enum status st = outbound_start(e);

    s->outbound = !st;
    if (!st)
        st = open_store(s, e);
    if (!st)
        st = model_cache_new(&s->cache, s->store, (size_t)s->config->model_cache_bytes, e);
    if (!st)
        st = start_jobs(s, duties.trains ? config_workers(s->config) : 0, e);
    if (!st)
        st = start_retention(s, e);
    if (!st && duties.fetches)
        st = start_webhooks(s, e);
    if (!st)
        fill_app(s);
    if (!st && duties.fetches)
        st = start_sources(s, e);
    if (!st)
        st = start_http(s, e);
    if (!st) {
        set_serving(s, true);
        store_announce(s->store, http_url(s->app.http));
        tell_address(s);
    }
    return st;
}

enum status service_start(struct service **out, const struct config *c,
                          struct service_duties duties, struct err *e)
{
    struct service *s = calloc(1, sizeof *s);
    enum status st;

    if (!s)
        return err_nomem(e, sizeof *s);
    s->config = c;
    s->rules = api_outbound_rules(c);
    if (pthread_mutex_init(&s->notify_lock, NULL)) {
        free(s);
        return err_nomem(e, 0);
    }
    st = start(s, duties, e);
    if (st)
        service_stop(s);
    else
        *out = s;
    return st;
}

int64_t service_certificate_expires(const struct service *s)
{
    return http_certificate_expires(s->app.http);
}

enum status service_reload_certificate(struct service *s, struct err *e)
{
    return http_reload_certificate(s->app.http, e);
}

void service_drain(struct service *s)
{
    atomic_store(&s->app.draining, true);
    http_drain(s->app.http);
}

/* First new requests are refused, then those in flight end, then the jobs write checkpoints and
 * return to the queue. The store is closed last, because all others use it. */
void service_stop(struct service *s)
{
    if (!s)
        return;
    set_serving(s, false);
    if (s->app.http)
        http_stop(s->app.http, s->config->shutdown_deadline_seconds * 1000);
    anomaly_watch_stop(s->watch);
    webhooks_stop(s->webhooks);
    sources_stop(s->app.sources);
    retention_stop(s->retention);
    jobs_stop(s->jobs);
    if (s->cache)
        model_cache_free(s->cache);
    store_close(s->store);
    if (s->outbound)
        outbound_stop();
    (void)pthread_mutex_destroy(&s->notify_lock);
    free(s->routes);
    free(s->folder);
    free(s);
}
