/* start.c - starts, drains and stops the server; and its ticker, which watches all deadlines. */
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/http.h"
#include "server/http/parameters.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/tls.h"
#include "server/http/work.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* A delayed refusal holds a connection. At most one in HELD_PART connections may be held so. */
enum { TICK_MS = 100, IDLE_TICK_MS = 60000, HELD_PART = 8 };

/* ---- the ticker ---- */

void ticker_wake(struct http *h)
{
    uint64_t one = 1;

    (void)!write(h->wake_fd, &one, sizeof(one));
}

/* Sleeps until something is due. Nothing can be due without a connection. New waits need not wake
 * it: it checks ten times a second while there are connections. */
static void *tick(void *ctx)
{
    struct http *h = ctx;
    struct pollfd p[LINGER_MAX + 1];

    while (!atomic_load(&h->stopping)) {
        bool busy =
            atomic_load(&h->conns.count) > 0; /* read first, so that nothing after it is missed */
        int64_t now = clock_monotonic_ms(), wait = IDLE_TICK_MS;
        int64_t due = conns_tick(&h->conns, now), wait_due = waiters_tick(&h->waiters, now);
        int n = 1 + conns_poll_set(&h->conns, p + 1);
        uint64_t drain;

        work_tick(h, now);
        log_flush();
        if (wait_due < due)
            due = wait_due;
        if (due != INT64_MAX)
            wait = due - now;
        if (n > 1 || busy || atomic_load(&h->conns.count) > 0)
            wait = wait < 1 ? 1 : (wait > TICK_MS ? TICK_MS : wait);
        p[0] = (struct pollfd){.fd = h->wake_fd, .events = POLLIN};
        (void)poll(p, (nfds_t)n, (int)wait);
        if (p[0].revents)
            (void)!read(h->wake_fd, &drain, sizeof(drain));
    }
    return NULL;
}

/* ---- requests in flight ---- */

void flight_begin(struct http *h)
{
    (void)atomic_fetch_add(&h->in_flight, 1);
}

void flight_end(struct http *h)
{
    if (atomic_fetch_sub(&h->in_flight, 1) > 1 || !atomic_load(&h->landing))
        return;
    (void)pthread_mutex_lock(&h->flight_lock);
    (void)pthread_cond_broadcast(&h->landed);
    (void)pthread_mutex_unlock(&h->flight_lock);
}

static void wait_for_landing(struct http *h, int64_t deadline_ms)
{
    struct timespec until = clock_deadline(deadline_ms);
    int r = 0;

    (void)pthread_mutex_lock(&h->flight_lock);
    atomic_store(&h->landing, true);
    while (atomic_load(&h->in_flight) > 0 && r == 0)
        r = pthread_cond_timedwait(&h->landed, &h->flight_lock, &until);
    (void)pthread_mutex_unlock(&h->flight_lock);
}

/* ---- start and stop ---- */

static enum status make_landing(struct http *h, struct err *e)
{
    int r = clock_cond_init(&h->landed);

    if (!r)
        r = pthread_mutex_init(&h->flight_lock, NULL);
    return r ? err_nomem(e, 0) : ST_OK;
}

static enum status make_no_memory(struct http *h, struct err *e)
{
    h->no_memory = MHD_create_response_from_buffer(
        strlen(problem_no_memory), (void *)problem_no_memory, MHD_RESPMEM_PERSISTENT);
    if (!h->no_memory ||
        MHD_add_response_header(h->no_memory, "Content-Type", PROBLEM_MEDIA_TYPE) != MHD_YES ||
        MHD_add_response_header(h->no_memory, "Cache-Control", "no-store") != MHD_YES ||
        MHD_add_response_header(h->no_memory, "Retry-After", "5") != MHD_YES)
        return err_nomem(e, 0);
    return ST_OK;
}

static void stop_ticker(struct http *h)
{
    atomic_store(&h->stopping, true);
    ticker_wake(h);
    (void)pthread_join(h->ticker, NULL);
}

/* Signals are for the main thread. The server's threads are started with all signals blocked. */
static enum status start_threads(struct http *h, struct err *e)
{
    sigset_t all, before;
    enum status st;
    int r;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    st = work_start(h, e);
    r = st ? 0 : pthread_create(&h->ticker, NULL, tick, h);
    if (r)
        st = err_set(e, ST_IO, "cannot start a thread: %s", strerror(r));
    if (!st) {
        st = adapter_start(h, e);
        if (st)
            stop_ticker(h);
    }
    if (st)
        work_stop(h);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return st;
}

static void release(struct http *h)
{
    if (h->no_memory)
        MHD_destroy_response(h->no_memory);
    if (h->wake_fd >= 0)
        (void)close(h->wake_fd);
    listen_close(&h->listener);
    tls_free(h->tls);
    request_pool_free(h->pool);
    route_table_release(&h->routes);
    stats_release(&h->stats);
    tries_free(h->tries);
    rates_free(h->rates);
    conns_release(&h->conns);
    waiters_release(&h->waiters);
    (void)pthread_cond_destroy(&h->landed);
    (void)pthread_mutex_destroy(&h->flight_lock);
    free(h);
}

static unsigned held_most(const struct http_limits *l)
{
    unsigned most = (l->max_connections + HELD_PART - 1) / HELD_PART;

    return most < TRIES_ADDRESSES / 2 ? most : TRIES_ADDRESSES / 2;
}

/* Makes the parts that need no release of their own when a later step fails. */
static enum status make(struct http *h, const struct http_config *config, struct err *e)
{
    enum status st = make_landing(h, e);

    if (!st)
        st = conns_init(&h->conns, &config->limits, e);
    if (!st)
        st = waiters_init(&h->waiters, e);
    if (!st)
        st = route_table_init(&h->routes, config->routes, config->num_routes, e);
    if (!st)
        st = parameters_complete(config->parameters, config->num_parameters, config->routes,
                                 config->num_routes, e);
    if (!st)
        st = stats_init(&h->stats, config->routes, config->num_routes, e);
    if (!st)
        st = tries_new(&h->tries, held_most(&config->limits), e);
    if (!st)
        st = rates_new(&h->rates, e);
    if (!st)
        st = spool_init(&h->spool, config->spool_dir, config->limits.max_unsent_bytes, e);
    if (!st)
        st = make_no_memory(h, e);
    if (!st && !real_queue_response())
        st = err_set(e, ST_INTERNAL, "MHD_queue_response() of libmicrohttpd is not there");
    if (!st) {
        h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (h->wake_fd < 0)
            st = err_set(e, ST_IO, "cannot make an eventfd: %s", strerror(errno));
    }
    return st;
}

enum status http_start(struct http **out, const struct http_config *config, struct err *e)
{
    struct http *h = calloc(1, sizeof(*h));
    enum status st;

    if (!h)
        return err_nomem(e, sizeof(*h));
    h->config = *config;
    h->keys = (struct keys){config->api_key, config->read_key, config->keyring, config->app};
    h->listener.fd = h->wake_fd = -1;
    st = make(h, config, e);
    if (!st && config->tls_certificate && config->tls_certificate[0])
        st = tls_new(&h->tls, config->tls_certificate, config->tls_key, e);
    if (!st)
        st = listen_open(&h->listener, config->listen, h->tls != NULL, e);
    if (!st && config->local_only && !listen_is_local(h->listener.fd))
        st = err_set(e, ST_INVALID,
                     "%s is reached from other machines, and there is no key: set api_key or "
                     "api_key_file, make a key with lstmd key add, or set insecure",
                     h->listener.url);
    if (!st)
        h->check_host =
            listen_is_local(h->listener.fd) || (config->allowed_hosts && config->allowed_hosts[0]);
    *out = h; /* set now, because routes may use it from now on */
    if (!st)
        st = start_threads(h, e);
    if (st) {
        *out = NULL;
        release(h);
    }
    return st;
}

void http_drain(struct http *h)
{
    atomic_store(&h->draining, true);
    waiters_finish(&h->waiters);
}

bool http_draining(const struct http *h)
{
    return atomic_load(&h->draining);
}

void http_stop(struct http *h, int64_t deadline_ms)
{
    if (!h)
        return;
    http_drain(h);
    h->listener.fd = MHD_quiesce_daemon(h->mhd);
    listen_close(&h->listener);
    wait_for_landing(h, deadline_ms);
    atomic_store(&h->hurry, true);
    stop_ticker(h); /* before the pool, which it sweeps */
    work_stop(h);   /* resumes every connection: libmicrohttpd cannot stop suspended ones */
    conns_shutdown(&h->conns);
    MHD_stop_daemon(h->mhd);
    release(h);
}

/* ---- queries ---- */

int http_port(const struct http *h)
{
    return h->listener.port;
}

const char *http_url(const struct http *h)
{
    return h->listener.url;
}

enum status http_reload_certificate(struct http *h, struct err *e)
{
    return h->tls ? tls_reload(h->tls, e) : ST_OK;
}

int64_t http_certificate_expires(const struct http *h)
{
    return h->tls ? tls_expires(h->tls) : 0;
}

void http_notify(struct http *h, const char *topic)
{
    waiters_notify(&h->waiters, topic);
}

bool http_stats(const struct http *h, int i, struct http_stats_row *out)
{
    return stats_read(&h->stats, i, out);
}

void http_pool_counts(const struct http *h, struct http_pool_counts *out)
{
    request_pool_counts(h->pool, out);
    out->bodies = atomic_load(&h->bodies);
    out->evicted = atomic_load(&h->conns.evicted);
    out->unsent = atomic_load(&h->spool.bytes);
}

void http_key_counts(const struct http *h, struct http_key_counts *out)
{
    for (int i = 0; i < HTTP_KEY_FAILURES; i++)
        out->failures[i] = atomic_load_explicit(&h->stats.key_failures[i], memory_order_relaxed);
    tries_totals(h->tries, &out->held, &out->addresses, clock_monotonic_ms());
}

unsigned http_connections(const struct http *h)
{
    return atomic_load(&h->conns.count);
}
