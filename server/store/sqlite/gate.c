/* gate.c - see gate.h. A leaving writer passes the turn to the first of those who wait. */
#include "server/store/sqlite/gate.h"

#include "server/base/clock.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

struct gate_waiter {
    pthread_cond_t turn;
    bool come;
    struct gate_waiter *next;
};

bool gate_init(struct gate *g)
{
    *g = (struct gate){0};
    return pthread_mutex_init(&g->lock, NULL) == 0;
}

void gate_release(struct gate *g)
{
    pthread_mutex_destroy(&g->lock);
}

static void append(struct gate *g, struct gate_waiter *w)
{
    if (g->last)
        g->last->next = w;
    else
        g->first = w;
    g->last = w;
}

static void take_out(struct gate *g, struct gate_waiter *w)
{
    struct gate_waiter **p = &g->first, *before = NULL;

    while (*p != w) {
        before = *p;
        p = &before->next;
    }
    *p = w->next;
    if (g->last == w)
        g->last = before;
}

/* Waits for the turn, which comes while g->lock is held. Returns false when it did not come in
 * time. */
static bool wait_turn(struct gate *g, struct gate_waiter *w, int timeout_ms)
{
    struct timespec end = clock_deadline(timeout_ms);
    int rc = 0;

    append(g, w);
    while (!w->come && rc != ETIMEDOUT)
        rc = pthread_cond_clockwait(&w->turn, &g->lock, CLOCK_MONOTONIC, &end);
    if (!w->come)
        take_out(g, w);
    return w->come;
}

bool gate_enter(struct gate *g, int timeout_ms)
{
    struct gate_waiter w = {.turn = PTHREAD_COND_INITIALIZER};
    bool in = true;

    pthread_mutex_lock(&g->lock);
    if (!g->taken)
        g->taken = true;
    else
        in = wait_turn(g, &w, timeout_ms);
    pthread_mutex_unlock(&g->lock);
    pthread_cond_destroy(&w.turn);
    return in;
}

void gate_leave(struct gate *g)
{
    struct gate_waiter *w;

    pthread_mutex_lock(&g->lock);
    w = g->first;
    if (w) { /* the gate stays taken, now by w */
        g->first = w->next;
        if (!g->first)
            g->last = NULL;
        w->come = true;
        pthread_cond_signal(&w->turn);
    } else {
        g->taken = false;
    }
    pthread_mutex_unlock(&g->lock);
}

int gate_waiting(struct gate *g)
{
    int n = 0;

    pthread_mutex_lock(&g->lock);
    for (const struct gate_waiter *w = g->first; w; w = w->next)
        n++;
    pthread_mutex_unlock(&g->lock);
    return n;
}
