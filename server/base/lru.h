/* lru.h - a hash table with chains whose entries are also kept in the order of their use.
 *
 * Intrusive: an entry embeds a struct lru_node, and the caller compares keys. No function
 * allocates, and none takes a lock. */
#ifndef SERVER_BASE_LRU_H
#define SERVER_BASE_LRU_H

#include <stddef.h>
#include <stdint.h>

struct lru_node {
    struct lru_node *chain;         /* the next one of its bucket */
    struct lru_node *newer, *older; /* in the order of use */
    uint32_t hash;
};
struct lru {
    struct lru_node **bucket; /* (buckets), borrowed */
    size_t buckets;
    struct lru_node *newest, *oldest; /* NULL: it is empty */
};

/* The entry of a type that has the node, not NULL, as its member. */
#define LRU_ENTRY(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* bucket: (buckets) of NULL, which must stay where it is. */
void lru_init(struct lru *l, struct lru_node **bucket, size_t buckets);
/* The first node of the hash's chain, or NULL. Others follow by node->chain; some of them may have
 * another hash. */
struct lru_node *lru_chain(const struct lru *l, uint32_t hash);
/* n becomes the newest, and the first of its chain. */
void lru_add(struct lru *l, struct lru_node *n, uint32_t hash);
/* n, which is in l, becomes the newest. */
void lru_touch(struct lru *l, struct lru_node *n);
/* n, which is in l, leaves it. */
void lru_remove(struct lru *l, struct lru_node *n);

#endif
