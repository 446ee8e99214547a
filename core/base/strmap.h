/* strmap.h - from a string to a small number: a hash table with borrowed keys.
 *
 * Open addressing over SipHash-1-3, keyed by the address of the table, so that nobody who chooses
 * the keys can cause collisions. There is no way to iterate, because no result may depend on the
 * order inside. */
#ifndef CORE_BASE_STRMAP_H
#define CORE_BASE_STRMAP_H

#include <lstm/status.h>
#include <stdint.h>

struct strmap_slot {
    const char *key; /* NULL: free; borrowed, must stay where it is */
    int32_t value;
    uint32_t mark; /* the upper half of the key's hash */
};
struct strmap {
    struct strmap_slot *slots;
    size_t capacity, count; /* capacity is 0 or a power of two */
    uint64_t salt[2];
};

/* A zeroed map is empty and valid; it must not be moved once something was put into it. */
void strmap_release(struct strmap *m); /* empty again */
/* -1: not there. */
int32_t strmap_get(const struct strmap *m, const char *key);
/* value >= 0. Replaces the value of an existing key. ST_NOMEM. */
enum status strmap_put(struct strmap *m, const char *key, int32_t value, struct err *e);

#endif
