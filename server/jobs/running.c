/* running.c - see running.h. */
#include "server/jobs/running.h"

#include "server/base/clock.h"

#include <stdlib.h>
#include <string.h>

enum { SEEN_MS = 500 };

enum status running_init(struct running *l, struct err *e)
{
    *l = (struct running){0};
    return pthread_mutex_init(&l->lock, NULL) ? err_nomem(e, 0) : ST_OK;
}

void running_release(struct running *l)
{
    pthread_mutex_destroy(&l->lock);
}

void running_add(struct running *l, struct running_job *j)
{
    pthread_mutex_lock(&l->lock);
    j->next = l->head;
    l->head = j;
    pthread_mutex_unlock(&l->lock);
    atomic_fetch_add(&l->busy, 1);
}

void running_remove(struct running *l, struct running_job *j)
{
    struct running_job **p = &l->head;

    pthread_mutex_lock(&l->lock);
    while (*p && *p != j)
        p = &(*p)->next;
    if (*p)
        *p = j->next;
    pthread_mutex_unlock(&l->lock);
    free(j->loss);
    free(j->validation);
    atomic_fetch_sub(&l->busy, 1);
}

void running_set_progress(struct running *l, struct running_job *j, const struct job_progress *p)
{
    pthread_mutex_lock(&l->lock);
    j->progress = *p;
    pthread_mutex_unlock(&l->lock);
}

static bool grow(double **v, int cap)
{
    double *p = realloc(*v, (size_t)cap * sizeof(*p));

    if (p)
        *v = p;
    return p != NULL;
}

enum status running_add_epoch(struct running *l, struct running_job *j, double loss,
                              double validation, struct err *e)
{
    enum status st = ST_OK;

    pthread_mutex_lock(&l->lock);
    if (j->count == j->cap) {
        int cap = j->cap ? j->cap * 2 : 64;

        if (grow(&j->loss, cap) && grow(&j->validation, cap))
            j->cap = cap;
        else
            st = err_nomem(e, (size_t)cap * sizeof(double));
    }
    if (!st) {
        j->loss[j->count] = loss;
        j->validation[j->count++] = validation;
    }
    pthread_mutex_unlock(&l->lock);
    return st;
}

void running_restart(struct running *l, struct running_job *j)
{
    pthread_mutex_lock(&l->lock);
    j->progress = (struct job_progress){0};
    j->first = 1;
    j->count = 0;
    pthread_mutex_unlock(&l->lock);
}

void running_flushed(struct running *l, struct running_job *j, int n)
{
    size_t rest;

    if (n <= 0)
        return;
    pthread_mutex_lock(&l->lock);
    rest = (size_t)(j->count - n) * sizeof(double);
    memmove(j->loss, j->loss + n, rest);
    memmove(j->validation, j->validation + n, rest);
    j->count -= n;
    j->first += n;
    pthread_mutex_unlock(&l->lock);
}

static struct running_job *find(struct running *l, const char *id)
{
    struct running_job *j = l->head;

    while (j && strcmp(j->lease.id, id) != 0)
        j = j->next;
    return j;
}

bool running_cancel(struct running *l, const char *id)
{
    struct running_job *j;
    bool first;

    pthread_mutex_lock(&l->lock);
    j = find(l, id);
    first = j && !atomic_exchange(&j->cancel, true);
    pthread_mutex_unlock(&l->lock);
    return first;
}

void running_seen(struct running_job *j)
{
    int64_t now = clock_monotonic_coarse_ms();

    /* All threads of a training share this line of the cache, so it is seldom written. */
    if (now - atomic_load_explicit(&j->seen_ms, memory_order_relaxed) >= SEEN_MS)
        atomic_store_explicit(&j->seen_ms, now, memory_order_relaxed);
}

int running_leases(struct running *l, struct lease_renewal *out, int most, int64_t stall_ms)
{
    int64_t now = clock_monotonic_coarse_ms();
    int n = 0;

    pthread_mutex_lock(&l->lock);
    for (struct running_job *j = l->head; j && n < most; j = j->next)
        if (!atomic_load(&j->lost))
            out[n++] = (struct lease_renewal){
                .lease = j->lease,
                .stalled = stall_ms && now - atomic_load(&j->seen_ms) >= stall_ms};
    pthread_mutex_unlock(&l->lock);
    return n;
}

static struct running_job *find_token(struct running *l, int64_t token)
{
    struct running_job *j = l->head;

    while (j && j->lease.token != token)
        j = j->next;
    return j;
}

void running_renewed(struct running *l, const struct lease_renewal *r, int n)
{
    pthread_mutex_lock(&l->lock);
    for (int i = 0; i < n; i++) {
        struct running_job *j = find_token(l, r[i].lease.token); /* it may have ended since */

        if (j && r[i].lost)
            atomic_store(&j->lost, true);
        if (j && r[i].cancel)
            atomic_store(&j->cancel, true);
    }
    pthread_mutex_unlock(&l->lock);
}

bool running_progress(struct running *l, const char *id, struct job_progress *out)
{
    struct running_job *j;

    pthread_mutex_lock(&l->lock);
    j = find(l, id);
    if (j)
        *out = j->progress;
    pthread_mutex_unlock(&l->lock);
    return j != NULL;
}

enum status running_history(struct running *l, const char *id, int next, int most, double **loss,
                            double **validation, int *n, struct err *e)
{
    enum status st = ST_OK;
    struct running_job *j;

    pthread_mutex_lock(&l->lock);
    j = find(l, id);
    if (j && next >= j->first && next < j->first + j->count) {
        int skip = next - j->first, more = j->count - skip;

        more = more < most - *n ? more : most - *n;
        if (grow(loss, *n + more) && grow(validation, *n + more)) {
            memcpy(*loss + *n, j->loss + skip, (size_t)more * sizeof(double));
            memcpy(*validation + *n, j->validation + skip, (size_t)more * sizeof(double));
            *n += more;
        } else {
            st = err_nomem(e, 0);
        }
    }
    pthread_mutex_unlock(&l->lock);
    return st;
}
