/* serve.c - see serve.h.
 *
 * Signals are blocked in all threads, and the main thread takes them with sigwait(), so no handler
 * interrupts other code. The exception is the shutdown: a second SIGTERM, or the watchdog, runs a
 * handler that ends the process at once. Nothing is lost by that, because jobs continue from their
 * checkpoints. Every signal has an explicit disposition, because as PID 1 of a container the
 * process would ignore those without one. */
#include "server/serve.h"

#include "server/api/api.h"
#include "server/base/log.h"
#include "server/base/version.h"
#include "server/jobs/retention.h"
#include "server/protocols/protocols.h"

#include <errno.h>
#include <lstm/cpu.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    FILES_BESIDE_CONNECTIONS =
        1024, /* database connections of all threads, large responses, log, listening socket */
    WATCHDOG_MARGIN_SECONDS = 1, /* for the workers to write their last checkpoints */
    RETENTION_MS = 5000,         /* between two checks for old versions and jobs */
    EXPIRES_SOON_DAYS = 14       /* usual tools renew a certificate 30 days before its end */
};

struct daemon {
    const struct config *config;
    char *folder;              /* where the database is; owned */
    struct http_route *routes; /* owned */
    struct app app;
    struct http_config http;
    struct store *store;
    struct model_cache *cache;
    struct jobs *jobs;
    struct retention *retention; /* NULL: nothing is to be removed */
    /* Workers report changes even before HTTP has started and after it has stopped; the lock
     * protects app.http then. */
    pthread_mutex_t notify_lock;
    bool serving; /* guarded by notify_lock */
};

/* ---- signals ---- */

static void waited_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
}

static void take_signals(void)
{
    sigset_t set;

    waited_signals(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    /* A client that closed its connection, or a file at its limit (ulimit -f), is an error of
     * write() instead. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

static void end_now(int signal_number)
{
    (void)signal_number;
    log_last_words("lstmd: forced to end; running jobs go on from their last checkpoint\n");
    _exit(1);
}

/* After this call, a second SIGTERM or SIGINT, or the watchdog, ends the process. */
static void arm_forced_end(const struct config *c)
{
    struct sigaction action = {.sa_handler = end_now};
    sigset_t set;

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGALRM, &action, NULL);
    waited_signals(&set);
    (void)sigdelset(&set, SIGHUP); /* stays blocked: it would end the process */
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    (void)alarm((unsigned)c->shutdown_deadline_seconds + WATCHDOG_MARGIN_SECONDS);
}

/* Days until the certificate ends, rounded down. */
static int64_t certificate_days(const struct daemon *d)
{
    int64_t left = http_certificate_expires(d->app.http) - clock_ms() / 1000;

    return left >= 0 ? left / DAY_SECONDS : -1;
}

static void tell_certificate(const struct daemon *d)
{
    int64_t days = certificate_days(d);

    if (days < 0)
        log_msg(LOG_WARN, "certificate", "the certificate in %s has expired", d->config->tls_cert);
    else
        log_msg(days < EXPIRES_SOON_DAYS ? LOG_WARN : LOG_INFO, "certificate",
                "the certificate in %s is good for %lld days", d->config->tls_cert,
                (long long)days);
}

static void reload_certificate(const struct daemon *d)
{
    struct err e = {0};

    if (http_reload_certificate(d->app.http, &e))
        log_msg(LOG_ERROR, "certificate", "%s; the one before stays in use", e.message);
    else
        tell_certificate(d);
}

/* Returns the signal that ends the daemon. */
static int wait_for_end(const struct daemon *d)
{
    sigset_t set;
    int number = 0;

    waited_signals(&set);
    for (;;) {
        struct err e = {0};

        if (sigwait(&set, &number) != 0)
            continue;
        if (number != SIGHUP)
            return number;
        if (log_reopen(&e))
            log_msg(LOG_ERROR, "log_reopen", "%s", e.message);
        else
            log_msg(LOG_INFO, "log_reopen", "the log was opened again");
        if (d->config->tls_cert[0])
            reload_certificate(d);
    }
}

/* ---- start ---- */

/* Logs what an operator may not expect: values of the file that are not used, and a key that others
 * can read. */
static void tell_configuration(const struct config *c)
{
    for (int k = 0; k < CONFIG_KEYS; k++) {
        bool flag = c->origin[k] == CONFIG_FLAG;
        struct log_field f[] = {log_str("key", config_key(k).name),
                                log_str("by", flag ? "a flag" : "the environment")};

        if (c->over_file[k])
            log_event(flag ? LOG_INFO : LOG_WARN, "overridden", f, 2);
        if (c->over_key[k])
            log_msg(LOG_WARN, "overridden",
                    "%s is not used: %s_file was given where it takes precedence",
                    config_key(k).name, config_key(k).name);
    }
    if (c->exposed_key_file)
        log_msg(LOG_WARN, "key_exposed", "every user of this machine may read %s; chmod 600",
                c->exposed_key_file);
}

/* Raises the soft limit of open files, often 1024, towards the hard limit, which is much higher. */
static void raise_file_limit(int64_t connections)
{
    rlim_t wanted = (rlim_t)connections + FILES_BESIDE_CONNECTIONS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur < wanted)
        log_msg(LOG_WARN, "file_limit",
                "the limit of open files is %llu; max_connections %lld needs %llu (ulimit -n)",
                (unsigned long long)limit.rlim_cur, (long long)connections,
                (unsigned long long)wanted);
}

static void job_changed(void *ctx, const char *job_id)
{
    struct daemon *d = ctx;

    (void)pthread_mutex_lock(&d->notify_lock);
    if (d->serving)
        api_job_changed(&d->app, job_id);
    (void)pthread_mutex_unlock(&d->notify_lock);
}

static void set_serving(struct daemon *d, bool serving)
{
    (void)pthread_mutex_lock(&d->notify_lock);
    d->serving = serving;
    (void)pthread_mutex_unlock(&d->notify_lock);
}

static enum status open_store(struct daemon *d, struct err *e)
{
    const struct store_config sc = {.path = d->config->database,
                                    .busy_timeout_ms = (int)d->config->busy_timeout_ms,
                                    .keep_audit_days = d->config->keep_audit_days,
                                    .max_bytes = d->config->max_database_bytes,
                                    .exclusive = true};

    return store_open(&d->store, &sc, e);
}

static enum status start_jobs(struct daemon *d, struct err *e)
{
    const struct config *c = d->config;
    const struct jobs_config jc = {
        .workers = config_workers(c),
        .cores = config_cores(),
        .checkpoint_interval_seconds = c->checkpoint_interval_seconds,
        .max_parameters = c->max_parameters,
        .max_training_bytes = config_training_bytes(c),
        .nice = (int)c->training_priority,
        .max_queue = (int)c->max_queue,
        .on_change = job_changed,
        .on_change_ctx = d,
        .problem_text = http_problem_text,
        .cache = d->cache,
    };

    return jobs_start(&d->jobs, d->store, &jc, e);
}

static enum status start_retention(struct daemon *d, struct err *e)
{
    const struct retention_config rc = {.keep_versions = d->config->keep_versions,
                                        .keep_jobs_days = d->config->keep_jobs_days,
                                        .interval_ms = RETENTION_MS};

    return retention_start(&d->retention, d->store, d->cache, &rc, e);
}

static void fill_app(struct daemon *d)
{
    const struct config *c = d->config;

    d->app.store = d->store;
    d->app.jobs = d->jobs;
    d->app.cache = d->cache;
    d->app.limits = (struct data_limits){
        .max_series = (size_t)c->max_series,
        .max_series_length = (size_t)c->max_series_length,
        .max_sentences = (size_t)c->max_sentences,
        .max_tokens = (size_t)c->max_tokens,
        .max_json_depth = (int)c->max_json_depth,
    };
    d->app.max_tokens_per_request = (int)c->max_tokens_per_request;
    d->app.max_parameters = c->max_parameters;
    d->app.ui = c->ui;
    d->app.config = c;
    d->app.started_at = clock_ms();
    atomic_init(&d->app.draining, false);
}

/* Whether requests without a key are refused. Revoked keys count too, so revoking the last key does
 * not open the daemon. */
static bool key_needed(const struct daemon *d)
{
    return d->config->api_key[0] || store_keys_needed(d->store);
}

/* *out: the folder that holds the file path; malloc'ed. */
static enum status folder_of(char **out, const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        *out = strdup(".");
    else
        *out = strndup(path, slash > path ? (size_t)(slash - path) : 1);
    return *out ? ST_OK : err_nomem(e, strlen(path));
}

static enum status start_http(struct daemon *d, struct err *e)
{
    const struct config *c = d->config;
    int num_routes = 0;
    enum status st = folder_of(&d->folder, c->database, e);

    if (!st)
        st = protocols_routes(&d->routes, &num_routes, c, e);
    if (st)
        return st;
    d->http = (struct http_config){
        .listen = c->listen,
        .local_only = !c->insecure && !key_needed(d),
        .threads = config_http_threads(c),
        .workers = config_request_workers(c),
        .spool_dir = d->folder,
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
        .routes = d->routes,
        .num_routes = num_routes,
        .app = &d->app,
    };
    d->http.parameters = api_parameters(&d->http.num_parameters);
    return http_start(&d->app.http, &d->http, e);
}

static void tell_address(const struct daemon *d)
{
    struct log_field f[] = {log_str("url", http_url(d->app.http)),
                            log_str("listen", d->config->listen),
                            log_int("port", http_port(d->app.http)),
                            log_int("http_threads", config_http_threads(d->config)),
                            log_int("request_workers", config_request_workers(d->config)),
                            log_int("workers", config_workers(d->config)),
                            log_bool("key_needed", key_needed(d))};

    log_event(LOG_INFO, "listening", f, (int)(sizeof f / sizeof f[0]));
    if (d->config->insecure && !key_needed(d))
        log_msg(LOG_WARN, "insecure",
                "everybody who reaches %s may read and write: there is no key", d->config->listen);
}

static enum status start(struct daemon *d, struct err *e)
{
    enum status st = open_store(d, e);

    if (!st)
        st = model_cache_new(&d->cache, d->store, (size_t)d->config->model_cache_bytes, e);
    if (!st)
        st = start_jobs(d, e);
    if (!st)
        st = start_retention(d, e);
    if (!st) {
        fill_app(d);
        st = start_http(d, e);
    }
    if (!st) {
        set_serving(d, true);
        tell_address(d);
        if (d->config->tls_cert[0])
            tell_certificate(d);
    }
    return st;
}

/* ---- shutdown ---- */

/* First new requests are refused, then those in flight end, then the jobs write checkpoints and
 * return to the queue. The store is closed last, because all others use it. */
static void stop(struct daemon *d)
{
    set_serving(d, false);
    if (d->app.http)
        http_stop(d->app.http, d->config->shutdown_deadline_seconds * 1000);
    retention_stop(d->retention);
    jobs_stop(d->jobs);
    if (d->cache)
        model_cache_free(d->cache);
    store_close(d->store);
    free(d->routes);
    free(d->folder);
}

enum status serve_run(const struct config *c, struct err *e)
{
    struct daemon d = {.config = c, .notify_lock = PTHREAD_MUTEX_INITIALIZER};
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    enum status st;

    take_signals();
    st = kernels_select(getenv("LSTMD_CPU"), e);
    if (st)
        return err_wrap(e, "LSTMD_CPU");
    arithmetic_name(arithmetic);
    log_msg(LOG_INFO, "starting", "lstmd %s, database %s, arithmetic %s", LSTMD_VERSION,
            c->database, arithmetic);
    tell_configuration(c);
    raise_file_limit(c->max_connections);
    st = start(&d, e);
    if (!st) {
        int number = wait_for_end(&d);

        log_msg(LOG_INFO, "draining", "%s; a second one ends at once",
                number == SIGTERM ? "SIGTERM" : "SIGINT");
        arm_forced_end(c);
        atomic_store(&d.app.draining, true);
        http_drain(d.app.http);
    }
    stop(&d);
    if (!st)
        log_msg(LOG_INFO, "stopped", "all requests answered, all jobs checkpointed");
    return st;
}
