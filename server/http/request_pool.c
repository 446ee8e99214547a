/* request_pool.c - see request_pool.h. The queue is a list, which is searched for the earliest due
 * time. It holds some hundred items at most, so a search costs less than waking a thread. */
#include "server/http/request_pool.h"

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/http.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    SHORT_THREADS = 2, /* one with the floor HTTP_READ, one with HTTP_WRITE */
    /* Expected cost of a body: about 64 KiB are read and parsed in a millisecond. */
    BYTES_PER_MS = 64 * 1024,
    /* Below the threads that read requests and answer probes, above any training. */
    LONG_NICE = 4
};

/* Milliseconds that a request of each lane is expected to take, besides its body. */
static const int64_t lane_cost_ms[HTTP_LANES] = {
    [HTTP_BULK] = 2000, [HTTP_WORK] = 50, [HTTP_WRITE] = 10, [HTTP_READ] = 2, [HTTP_INLINE] = 1};

struct pool_thread {
    struct request_pool *pool;
    enum http_lane floor;
    pthread_t id;
    pthread_cond_t wake;
    bool idle; /* guarded by the lock; the thread that clears it signals wake */
};

struct request_pool {
    struct request_pool_config config;
    pthread_mutex_t lock;
    struct pool_item *head;
    bool stopping;
    struct http_pool_counts counts;
    unsigned started;
    unsigned num_threads;
    struct pool_thread threads[];
};

static void unlink_locked(struct request_pool *p, struct pool_item *item)
{
    if (item->prev)
        item->prev->next = item->next;
    else
        p->head = item->next;
    if (item->next)
        item->next->prev = item->prev;
    item->next = item->prev = NULL;
    p->counts.waiting[item->lane]--;
    p->counts.all_waiting--;
}

/* Returns the item with the earliest due time that a thread with this floor may serve, the oldest
 * of equals; or NULL. */
static struct pool_item *find_locked(const struct request_pool *p, enum http_lane floor)
{
    struct pool_item *best = NULL;

    for (struct pool_item *i = p->head; i; i = i->next)
        if (i->lane >= floor && (!best || i->due_ms <= best->due_ms))
            best = i;
    return best;
}

/* ---- the threads ---- */

/* Lowers the priority relative to that of the process. Returns an error when that is not
 * allowed. */
static int lower_priority(void)
{
    return setpriority(PRIO_PROCESS, (id_t)gettid(), getpriority(PRIO_PROCESS, 0) + LONG_NICE);
}

static void *serve(void *ctx)
{
    struct pool_thread *me = ctx;
    struct request_pool *p = me->pool;

    if (me->floor <= HTTP_WORK && lower_priority())
        log_msg(LOG_DEBUG, "priority", "a request worker keeps its priority: %s", strerror(errno));
    (void)pthread_mutex_lock(&p->lock);
    for (;;) {
        struct pool_item *item = find_locked(p, me->floor);
        enum http_lane lane;

        if (!item && p->stopping)
            break;
        if (!item) {
            me->idle = true;
            while (me->idle)
                (void)pthread_cond_wait(&me->wake, &p->lock);
            continue;
        }
        lane = item->lane;
        unlink_locked(p, item);
        p->counts.serving[lane]++;
        (void)pthread_mutex_unlock(&p->lock);
        p->config.serve(p->config.ctx, item);
        (void)pthread_mutex_lock(&p->lock);
        p->counts.serving[lane]--;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

static void wake_one_locked(struct pool_thread *t)
{
    t->idle = false;
    (void)pthread_cond_signal(&t->wake);
}

/* Wakes the idle thread with the highest floor, so that the others stay free for items that only
 * they may serve. */
static void wake_locked(struct request_pool *p, enum http_lane lane)
{
    struct pool_thread *best = NULL;

    for (unsigned i = 0; i < p->started; i++) {
        struct pool_thread *t = &p->threads[i];

        if (t->idle && t->floor <= lane && (!best || t->floor > best->floor))
            best = t;
    }
    if (best)
        wake_one_locked(best);
}

/* ---- items ---- */

/* Expected cost, in milliseconds, of all waiting items of the client of item. */
static int64_t backlog_locked(const struct request_pool *p, const struct pool_item *item)
{
    int64_t sum = 0;

    for (const struct pool_item *i = p->head; i; i = i->next)
        if (strcmp(i->client, item->client) == 0)
            sum += i->cost_ms;
    return sum;
}

bool request_pool_add(struct request_pool *p, struct pool_item *item)
{
    bool taken = false;

    item->arrived_ms = clock_monotonic_ms();
    item->cost_ms = lane_cost_ms[item->lane] + (int64_t)(item->bytes / BYTES_PER_MS);
    (void)pthread_mutex_lock(&p->lock);
    if (p->stopping || p->counts.all_waiting >= p->config.max_waiting) {
        p->counts.refused++;
    } else {
        item->due_ms = item->arrived_ms + item->cost_ms + backlog_locked(p, item);
        item->prev = NULL;
        item->next = p->head;
        if (item->next)
            item->next->prev = item;
        p->head = item;
        p->counts.waiting[item->lane]++;
        p->counts.all_waiting++;
        wake_locked(p, item->lane);
        taken = true;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return taken;
}

void request_pool_sweep(struct request_pool *p, bool (*over)(void *ctx, struct pool_item *item))
{
    struct pool_item *ended = NULL, *next;

    (void)pthread_mutex_lock(&p->lock);
    for (struct pool_item *i = p->head; i; i = next) {
        next = i->next;
        if (!over(p->config.ctx, i))
            continue;
        unlink_locked(p, i);
        i->next = ended;
        ended = i;
    }
    (void)pthread_mutex_unlock(&p->lock);
    for (; ended; ended = next) {
        next = ended->next;
        p->config.end(p->config.ctx, ended);
    }
}

void request_pool_counts(struct request_pool *p, struct http_pool_counts *out)
{
    (void)pthread_mutex_lock(&p->lock);
    *out = p->counts;
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- starting and stopping ---- */

static enum http_lane floor_of(const struct request_pool *p, unsigned i)
{
    if (i < p->config.workers)
        return HTTP_BULK;
    if (i < 2 * p->config.workers)
        return HTTP_WORK;
    return i == 2 * p->config.workers ? HTTP_WRITE : HTTP_READ;
}

enum status request_pool_start(struct request_pool **out, const struct request_pool_config *c,
                               struct err *e)
{
    unsigned n = 2 * c->workers + SHORT_THREADS;
    struct request_pool *p = calloc(1, sizeof(*p) + n * sizeof(p->threads[0]));
    int r = 0;

    if (!p)
        return err_nomem(e, sizeof(*p) + n * sizeof(p->threads[0]));
    p->config = *c;
    p->num_threads = n;
    (void)pthread_mutex_init(&p->lock, NULL); /* default attributes: cannot fail on Linux */
    for (unsigned i = 0; i < n; i++) {
        p->threads[i] = (struct pool_thread){.pool = p, .floor = floor_of(p, i)};
        (void)pthread_cond_init(&p->threads[i].wake, NULL);
    }
    (void)pthread_mutex_lock(&p->lock);
    for (unsigned i = 0; i < n && !r; i++) {
        r = pthread_create(&p->threads[i].id, NULL, serve, &p->threads[i]);
        p->started += r == 0;
    }
    (void)pthread_mutex_unlock(&p->lock);
    if (r) {
        request_pool_stop(p);
        request_pool_free(p);
        return err_set(e, ST_IO, "cannot start %u request workers: %s", n, strerror(r));
    }
    *out = p;
    return ST_OK;
}

static bool every(void *ctx, struct pool_item *item)
{
    (void)ctx;
    (void)item;
    return true;
}

void request_pool_stop(struct request_pool *p)
{
    if (!p)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->stopping = true;
    for (unsigned i = 0; i < p->started; i++)
        wake_one_locked(&p->threads[i]);
    (void)pthread_mutex_unlock(&p->lock);
    request_pool_sweep(p, every);
    for (unsigned i = 0; i < p->started; i++)
        (void)pthread_join(p->threads[i].id, NULL);
    (void)pthread_mutex_lock(&p->lock);
    p->started = 0;
    (void)pthread_mutex_unlock(&p->lock);
}

void request_pool_free(struct request_pool *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->num_threads; i++)
        (void)pthread_cond_destroy(&p->threads[i].wake);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
