/* lru.h - a hash table with chaining, whose entries also form a list in the order of their last
 * use.
 *
 * Intrusive: an entry embeds a struct lru_node, and the caller compares keys. No function
 * allocates, and none takes a lock. */
#ifndef SERVER_BASE_LRU_H
#define SERVER_BASE_LRU_H

#include <stddef.h>
#include <stdint.h>

struct lru_node {
    struct lru_node *chain;         /* next node of its bucket */
    struct lru_node *newer, *older; /* neighbours in the order of use */
    uint32_t hash;
};
struct lru {
    struct lru_node **bucket; /* (buckets), borrowed */
    size_t buckets;
    struct lru_node *newest, *oldest; /* NULL: the table is empty */
};

/* The entry of this type whose member is the node (not NULL). */
#define LRU_ENTRY(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* bucket: (buckets), all NULL; must stay at its address. */
void lru_init(struct lru *l, struct lru_node **bucket, size_t buckets);
/* The first node in the chain of the hash, or NULL. The others follow by node->chain; some may have
 * another hash. */
struct lru_node *lru_chain(const struct lru *l, uint32_t hash);
/* Adds n as the newest entry, and as the first of its chain. */
void lru_add(struct lru *l, struct lru_node *n, uint32_t hash);
/* Makes n, which is in l, the newest. */
void lru_touch(struct lru *l, struct lru_node *n);
/* Removes n, which is in l. */
void lru_remove(struct lru *l, struct lru_node *n);

#endif
