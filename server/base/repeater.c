/* repeater.c - see repeater.h. */
#include "server/base/repeater.h"

#include "server/base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct repeater {
    repeater_fn *fn;
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool stopping, awake; /* guarded by lock */
};

/* Returns false when the thread must end. */
static bool pause_for(struct repeater *t, int ms)
{
    const struct timespec until = clock_deadline(ms);
    bool goes_on;
    int rc = 0;

    (void)pthread_mutex_lock(&t->lock);
    while (!t->stopping && !t->awake && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&t->cond, &t->lock, &until);
    t->awake = false;
    goes_on = !t->stopping;
    (void)pthread_mutex_unlock(&t->lock);
    return goes_on;
}

static void *run(void *ctx)
{
    struct repeater *t = ctx;
    int ms = 0;

    while (pause_for(t, ms))
        ms = t->fn(t->ctx);
    return NULL;
}

static enum status start_thread(struct repeater *t, const char *what, struct err *e)
{
    sigset_t all, before;
    int rc;

    if (pthread_mutex_init(&t->lock, NULL))
        return err_nomem(e, 0);
    if (clock_cond_init(&t->cond)) {
        (void)pthread_mutex_destroy(&t->lock);
        return err_nomem(e, 0);
    }
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = pthread_create(&t->thread, NULL, run, t);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!rc)
        return ST_OK;
    (void)pthread_cond_destroy(&t->cond);
    (void)pthread_mutex_destroy(&t->lock);
    return err_set(e, ST_IO, "cannot start the thread of %s: %s", what, strerror(rc));
}

enum status repeater_start(struct repeater **out, repeater_fn *fn, void *ctx, const char *what,
                           struct err *e)
{
    struct repeater *t = calloc(1, sizeof(*t));
    enum status st;

    *out = NULL;
    if (!t)
        return err_nomem(e, sizeof(*t));
    t->fn = fn;
    t->ctx = ctx;
    *out = t;
    st = start_thread(t, what, e);
    if (st) {
        *out = NULL;
        free(t);
    }
    return st;
}

void repeater_wake(struct repeater *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->awake = true;
    (void)pthread_cond_signal(&t->cond);
    (void)pthread_mutex_unlock(&t->lock);
}

void repeater_stop(struct repeater *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->stopping = true;
    (void)pthread_cond_signal(&t->cond);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
}

void repeater_free(struct repeater *t)
{
    (void)pthread_cond_destroy(&t->cond);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}
