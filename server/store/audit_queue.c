/* audit_queue.c - see audit_queue.h. */
#include "server/store/audit_queue.h"

#include "server/base/log.h"
#include "server/store/state.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60000, FORGET_MS = 600000 };
static const int64_t DAY_MS = 86400000;

struct audit_queue {
    pthread_mutex_t lock; /* of the entries that wait */
    struct audit_entry waiting[AUDIT_MINUTE_MAX];
    int n;
    int64_t beyond, beyond_at; /* refusals for which there was no room, and the time of the first */
    /* Used only by the keeper. */
    int64_t keep_days, minute_ends, next_forget;
    int left; /* entries that this minute still allows */
    struct audit_entry writing[AUDIT_MINUTE_MAX + 1];
};

enum status audit_queue_new(struct audit_queue **out, int64_t keep_days, struct err *e)
{
    struct audit_queue *q = calloc(1, sizeof(*q));

    *out = NULL;
    if (!q || pthread_mutex_init(&q->lock, NULL)) {
        free(q);
        return err_nomem(e, sizeof(*q));
    }
    q->keep_days = keep_days;
    *out = q;
    return ST_OK;
}

void audit_queue_free(struct audit_queue *q)
{
    if (!q)
        return;
    (void)pthread_mutex_destroy(&q->lock);
    free(q);
}

/* ---- refusals ---- */

static bool alike(const struct audit_entry *a, const struct audit_entry *b)
{
    return a->status == b->status && strcmp(a->client, b->client) == 0 &&
           strcmp(a->key, b->key) == 0 && strcmp(a->action, b->action) == 0 &&
           strcmp(a->resource, b->resource) == 0;
}

void audit_queue_add(struct audit_queue *q, const struct audit_entry *a)
{
    int i = 0;

    (void)pthread_mutex_lock(&q->lock);
    while (i < q->n && !alike(&q->waiting[i], a))
        i++;
    if (i == AUDIT_MINUTE_MAX) {
        if (q->beyond++ == 0)
            q->beyond_at = clock_ms();
    } else if (i < q->n) {
        q->waiting[i].count++;
    } else {
        q->waiting[i] = *a;
        q->waiting[i].count = 1;
        if (!a->at)
            q->waiting[i].at = clock_ms();
        q->n++;
    }
    (void)pthread_mutex_unlock(&q->lock);
}

void store_audit_refused(struct store *s, const struct audit_entry *a)
{
    if (s->audit)
        audit_queue_add(s->audit, a);
}

/* Moves at most `most` waiting entries to q->writing, those that have waited longest first. */
static int take(struct audit_queue *q, int most)
{
    struct audit_entry *out = q->writing;
    int n;

    (void)pthread_mutex_lock(&q->lock);
    n = q->n < most ? q->n : most;
    memcpy(out, q->waiting, (size_t)n * sizeof(*out));
    memmove(q->waiting, q->waiting + n, (size_t)(q->n - n) * sizeof(*out));
    q->n -= n;
    if (q->n == 0 && q->beyond > 0) {
        out[n] = (struct audit_entry){.at = q->beyond_at, .status = 0, .count = q->beyond};
        audit_set(out[n].key, sizeof(out[n].key), ACCESS_NOBODY);
        audit_set(out[n].action, sizeof(out[n].action), "(others)");
        n++;
        q->beyond = 0;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return n;
}

/* An entry that cannot be written is lost for the audit, but the log has a line for each
 * request. */
static int write_some(struct audit_queue *q, struct db *db, int most)
{
    struct err e = {0};
    int n = take(q, most);

    if (n && audit_write(db, q->writing, n, &e))
        log_msg(LOG_ERROR, "audit", "%d entries of refused requests are lost: %s", n, e.message);
    return n;
}

void audit_queue_flush(struct audit_queue *q, struct db *db)
{
    if (q)
        (void)write_some(q, db, AUDIT_MINUTE_MAX);
}

/* ---- old entries ---- */

static bool forget(struct audit_queue *q, struct db *db, int64_t now, int64_t monotonic)
{
    struct err e = {0};
    bool more = false;

    if (!q->keep_days || monotonic < q->next_forget)
        return false;
    if (audit_forget(&more, db, now - q->keep_days * DAY_MS, &e) && e.status != ST_BUSY)
        log_msg(LOG_ERROR, "audit", "old entries cannot be removed: %s", e.message);
    if (!more)
        q->next_forget = monotonic + FORGET_MS;
    return more;
}

bool audit_queue_tick(struct audit_queue *q, struct db *db, int64_t now, int64_t monotonic)
{
    if (!q)
        return false;
    if (monotonic >= q->minute_ends) {
        q->minute_ends = monotonic + MINUTE_MS;
        q->left = AUDIT_MINUTE_MAX;
    }
    if (q->left > 0)
        q->left -= write_some(q, db, q->left);
    return forget(q, db, now, monotonic);
}
