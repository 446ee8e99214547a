/* tries.c - see tries.h. */
#include "server/http/tries.h"

#include "server/base/lru.h"
#include "server/base/siphash.h"
#include "server/http/proxy.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct tries_address {
    struct lru_node node;
    unsigned char address[PROXY_ADDRESS_BYTES];
    unsigned count, held;
    int64_t last_ms; /* of the last wrong key */
};

struct tries {
    pthread_mutex_t lock; /* of all below */
    struct hash_key key;
    struct lru lru;
    struct lru_node *bucket[TRIES_ADDRESSES];
    struct tries_address entry[TRIES_ADDRESSES];
    unsigned used; /* of entry */
    unsigned held, most;
};

enum status tries_new(struct tries **out, unsigned most, struct err *e)
{
    struct tries *t = calloc(1, sizeof(*t));

    *out = NULL;
    if (!t || pthread_mutex_init(&t->lock, NULL)) {
        free(t);
        return err_nomem(e, sizeof(*t));
    }
    hash_key_init(&t->key);
    lru_init(&t->lru, t->bucket, TRIES_ADDRESSES);
    t->most = most;
    *out = t;
    return ST_OK;
}

void tries_free(struct tries *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

/* ---- addresses ---- */

static struct tries_address *entry_of(struct lru_node *n)
{
    return LRU_ENTRY(n, struct tries_address, node);
}

/* The part of an address that counts. Other text gets an address of its own. */
static void read_address(unsigned char out[PROXY_ADDRESS_BYTES], const char *text)
{
    if (!proxy_parse(out, text))
        memset(out, 0, PROXY_ADDRESS_BYTES);
    else if (strchr(text, ':') && !proxy_is_mapped(out))
        memset(out + PROXY_ADDRESS_BYTES / 2, 0, PROXY_ADDRESS_BYTES / 2);
}

/* Takes an entry that is not in the table. There are more entries than delayed refusals, so one of
 * the oldest has none. */
static struct tries_address *take_entry(struct tries *t)
{
    struct tries_address *a;

    if (t->used < TRIES_ADDRESSES)
        return &t->entry[t->used++];
    a = entry_of(t->lru.oldest);
    while (a->held > 0) {
        lru_touch(&t->lru, &a->node);
        a = entry_of(t->lru.oldest);
    }
    lru_remove(&t->lru, &a->node);
    return a;
}

/* Finds or makes the entry of the address, and makes it the newest. */
static struct tries_address *find(struct tries *t, const char *text)
{
    unsigned char address[PROXY_ADDRESS_BYTES];
    struct tries_address *a;
    uint32_t hash;

    read_address(address, text);
    hash = (uint32_t)hash_bytes(&t->key, address, sizeof(address));
    for (struct lru_node *n = lru_chain(&t->lru, hash); n; n = n->chain)
        if (n->hash == hash && memcmp(entry_of(n)->address, address, sizeof(address)) == 0) {
            lru_touch(&t->lru, n);
            return entry_of(n);
        }
    a = take_entry(t);
    *a = (struct tries_address){0};
    memcpy(a->address, address, sizeof(address));
    lru_add(&t->lru, &a->node, hash);
    return a;
}

/* ---- tries ---- */

static int64_t delay_of(unsigned count)
{
    int64_t ms = TRIES_FIRST_MS;

    while (--count > 0 && ms < TRIES_MOST_MS)
        ms *= 2;
    return ms < TRIES_MOST_MS ? ms : TRIES_MOST_MS;
}

struct tries_hold tries_count(struct tries *t, const char *address, bool may_hold, int64_t now_ms)
{
    struct tries_hold out = {0};
    struct tries_address *a;

    (void)pthread_mutex_lock(&t->lock);
    a = find(t, address);
    if (now_ms - a->last_ms >= TRIES_FORGET_MS)
        a->count = 0;
    a->last_ms = now_ms;
    if (a->count < UINT32_MAX)
        a->count++;
    out.count = a->count;
    out.ms = delay_of(a->count);
    if (may_hold && a->held < TRIES_HELD_MAX && t->held < t->most) {
        a->held++;
        t->held++;
        out.address = a;
    }
    (void)pthread_mutex_unlock(&t->lock);
    return out;
}

void tries_release(struct tries *t, struct tries_address *address)
{
    (void)pthread_mutex_lock(&t->lock);
    address->held--;
    t->held--;
    (void)pthread_mutex_unlock(&t->lock);
}

/* The list begins with the newest. */
void tries_totals(struct tries *t, unsigned *held, unsigned *addresses, int64_t now_ms)
{
    *addresses = 0;
    (void)pthread_mutex_lock(&t->lock);
    *held = t->held;
    for (const struct lru_node *n = t->lru.newest; n; n = n->older)
        *addresses += now_ms - entry_of((struct lru_node *)n)->last_ms < TRIES_FORGET_MS;
    (void)pthread_mutex_unlock(&t->lock);
}
