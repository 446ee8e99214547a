/* pool.c - see pool.h.
 *
 * A ticket is one number. It holds the number of the present run, its count of tasks, and the next
 * task. The thread that increments it has taken that task. A run is over when all its tasks are
 * done. So a late thread finds no task and touches nothing, and no thread waits for it. */
#include "server/jobs/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    TASKS_MAX = 0xFFFF,
    LOOKS = 2000, /* polls for the next run before a thread sleeps: some tens of microseconds */
    LOOKS_AT_END = 4000 /* polls for the last task of a run before the caller yields */
};

struct pool {
    struct parallel face;
    pthread_t thread[POOL_THREADS_MAX];
    int started;

    _Atomic uint64_t ticket; /* run (32 bits), number of tasks (16), next task (16) */
    _Atomic int done;
    _Atomic(void *) arg;
    void (*_Atomic task)(void *arg, int i);

    pthread_mutex_t lock; /* used only for sleeping */
    pthread_cond_t wake;
    atomic_int sleeping;
    atomic_bool stop;
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static bool has_work(uint64_t ticket)
{
    return (ticket & 0xFFFF) < (ticket >> 16 & 0xFFFF);
}

/* Takes the next task, if there is one, and runs it. */
static bool work(struct pool *p)
{
    uint64_t ticket = atomic_load(&p->ticket);

    while (has_work(ticket)) {
        /* these belong to this run if the ticket is unchanged below */
        void (*task)(void *, int) = atomic_load_explicit(&p->task, memory_order_relaxed);
        void *arg = atomic_load_explicit(&p->arg, memory_order_relaxed);

        if (atomic_compare_exchange_weak(&p->ticket, &ticket, ticket + 1)) {
            task(arg, (int)(ticket & 0xFFFF));
            atomic_fetch_add(&p->done, 1);
            return true;
        }
    }
    return false;
}

static void sleep_until_work(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleeping, 1);
    while (!has_work(atomic_load(&p->ticket)) && !atomic_load(&p->stop))
        pthread_cond_wait(&p->wake, &p->lock);
    atomic_fetch_sub(&p->sleeping, 1);
    pthread_mutex_unlock(&p->lock);
}

static void *main_loop(void *ctx)
{
    struct pool *p = ctx;
    int looks = 0;

    while (!atomic_load(&p->stop)) {
        if (work(p)) {
            looks = 0;
        } else if (++looks < LOOKS) {
            relax();
        } else {
            sleep_until_work(p);
            looks = 0;
        }
    }
    return NULL;
}

static void wake_all(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

static void run_some(struct pool *p, int n, void (*task)(void *, int), void *arg)
{
    uint64_t number = (atomic_load(&p->ticket) >> 32) + 1;
    int looks = 0;

    atomic_store(&p->done, 0);
    atomic_store_explicit(&p->task, task, memory_order_relaxed);
    atomic_store_explicit(&p->arg, arg, memory_order_relaxed);
    atomic_store(&p->ticket, number << 32 | (uint64_t)n << 16);
    if (atomic_load(&p->sleeping) > 0)
        wake_all(p);
    while (work(p))
        ;
    while (atomic_load(&p->done) < n) {
        relax();
        if (++looks > LOOKS_AT_END)
            sched_yield();
    }
}

struct offset {
    void (*task)(void *arg, int i);
    void *arg;
    int first;
};

static void at_offset(void *arg, int i)
{
    const struct offset *o = arg;

    o->task(o->arg, o->first + i);
}

static void run(void *ctx, int n, void (*task)(void *, int), void *arg)
{
    struct offset o = {task, arg, 0};

    for (; n - o.first > TASKS_MAX; o.first += TASKS_MAX)
        run_some(ctx, TASKS_MAX, at_offset, &o);
    if (o.first)
        run_some(ctx, n - o.first, at_offset, &o);
    else
        run_some(ctx, n, task, arg);
}

enum status pool_new(struct pool **out, int threads, struct err *e)
{
    struct pool *p = calloc(1, sizeof(*p));
    int rc = 0;

    if (!p)
        return err_nomem(e, sizeof(*p));
    p->face = (struct parallel){.ctx = p, .threads = threads, .run = run};
    pthread_mutex_init(&p->lock, NULL); /* default attributes: cannot fail on Linux */
    pthread_cond_init(&p->wake, NULL);
    while (!rc && p->started < threads - 1) {
        rc = pthread_create(&p->thread[p->started], NULL, main_loop, p);
        p->started += !rc;
    }
    if (rc) {
        pool_free(p);
        return err_set(e, ST_IO, "cannot start %d training threads: %s", threads, strerror(rc));
    }
    *out = p;
    return ST_OK;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    wake_all(p);
    for (int i = 0; i < p->started; i++)
        pthread_join(p->thread[i], NULL);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

const struct parallel *pool_parallel(const struct pool *p)
{
    return &p->face;
}
