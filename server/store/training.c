/* training.c - see training.h. An account counts in milliseconds times 3,600, so that each
 * millisecond adds exactly per_hour, and takes 3,600 for each running job. */
#include "server/store/training.h"

#include "server/base/clock.h"
#include "server/base/lru.h"
#include "server/store/key_cache.h"
#include "server/store/state.h"

#include <lstm/hash.h>
#include <pthread.h>
#include <stdlib.h>

enum { HOUR = 3600 };

struct training_account {
    struct lru_node node;
    int64_t key, level, at_ms;
    int running; /* jobs */
};

struct training {
    pthread_mutex_t lock; /* of all below */
    struct lru lru;
    struct lru_node *slot[TRAINING_KEYS];
    struct training_account account[TRAINING_KEYS];
    unsigned used; /* of account */
};

enum status training_new(struct training **out, struct err *e)
{
    struct training *t = calloc(1, sizeof(*t));

    *out = NULL;
    if (!t || pthread_mutex_init(&t->lock, NULL)) {
        free(t);
        return err_nomem(e, sizeof(*t));
    }
    lru_init(&t->lru, t->slot, TRAINING_KEYS);
    *out = t;
    return ST_OK;
}

void training_free(struct training *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

static struct training_account *account_of(struct lru_node *n)
{
    return LRU_ENTRY(n, struct training_account, node);
}

/* Finds an account to reuse. There are fewer workers than accounts, so among the least recently
 * used ones there is one without a running job. */
static struct training_account *take(struct training *t)
{
    struct training_account *a;

    if (t->used < TRAINING_KEYS)
        return &t->account[t->used++];
    a = account_of(t->lru.oldest);
    while (a->running > 0) {
        lru_touch(&t->lru, &a->node);
        a = account_of(t->lru.oldest);
    }
    lru_remove(&t->lru, &a->node);
    return a;
}

/* Finds the account of the key and refills it to the present time; a new account is full. */
static struct training_account *settle(struct training *t, int64_t key, int64_t per_hour,
                                       int64_t now_ms)
{
    uint32_t hash = fnv1a_fold(fnv1a_word(FNV1A_START, (uint64_t)key));
    int64_t most = per_hour * 1000 * HOUR, passed;
    struct training_account *a = NULL;

    for (struct lru_node *n = lru_chain(&t->lru, hash); n && !a; n = n->chain)
        if (account_of(n)->key == key)
            a = account_of(n);
    if (!a) {
        a = take(t);
        *a = (struct training_account){.key = key, .level = most, .at_ms = now_ms};
        lru_add(&t->lru, &a->node, hash);
    }
    lru_touch(&t->lru, &a->node);
    passed = now_ms > a->at_ms ? now_ms - a->at_ms : 0;
    a->level += passed * (per_hour - (int64_t)a->running * HOUR);
    if (a->level > most)
        a->level = most;
    a->at_ms += passed;
    return a;
}

bool training_may(int64_t *seconds, struct training *t, int64_t key, int64_t per_hour,
                  int64_t now_ms)
{
    struct training_account *a;
    int64_t missing;

    (void)pthread_mutex_lock(&t->lock);
    a = settle(t, key, per_hour, now_ms);
    missing = 1 - a->level;
    *seconds = missing > 0 ? missing / (per_hour * 1000) + 1 : 0;
    (void)pthread_mutex_unlock(&t->lock);
    return missing <= 0;
}

static void run(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms, int jobs)
{
    struct training_account *a;

    (void)pthread_mutex_lock(&t->lock);
    a = settle(t, key, per_hour, now_ms);
    a->running += jobs;
    if (a->running < 0)
        a->running = 0;
    (void)pthread_mutex_unlock(&t->lock);
}

void training_begin(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms)
{
    run(t, key, per_hour, now_ms, 1);
}

void training_end(struct training *t, int64_t key, int64_t per_hour, int64_t now_ms)
{
    run(t, key, per_hour, now_ms, -1);
}

/* ---- for the store ---- */

enum status store_training_may(struct store *s, int64_t key, struct err *e)
{
    int64_t per_hour = key_cache_limit(s, key, LIMIT_TRAINING), seconds = 0;

    if (!per_hour || training_may(&seconds, s->training, key, per_hour, clock_monotonic_ms()))
        return ST_OK;
    return err_set(e, ST_QUOTA,
                   "the key may train %lld seconds an hour (training_seconds_per_hour), and has "
                   "used them; try again in %lld s",
                   (long long)per_hour, (long long)seconds);
}

void store_training_begin(struct store *s, int64_t key)
{
    int64_t per_hour = key_cache_limit(s, key, LIMIT_TRAINING);

    if (per_hour)
        training_begin(s->training, key, per_hour, clock_monotonic_ms());
}

void store_training_end(struct store *s, int64_t key)
{
    int64_t per_hour = key_cache_limit(s, key, LIMIT_TRAINING);

    if (per_hour)
        training_end(s->training, key, per_hour, clock_monotonic_ms());
}
