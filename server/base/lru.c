/* lru.c - see lru.h. */
#include "server/base/lru.h"

void lru_init(struct lru *l, struct lru_node **bucket, size_t buckets)
{
    *l = (struct lru){.bucket = bucket, .buckets = buckets};
}

struct lru_node *lru_chain(const struct lru *l, uint32_t hash)
{
    return l->bucket[hash % l->buckets];
}

static void link_newest(struct lru *l, struct lru_node *n)
{
    n->newer = NULL;
    n->older = l->newest;
    if (l->newest)
        l->newest->newer = n;
    else
        l->oldest = n;
    l->newest = n;
}

static void unlink_order(struct lru *l, struct lru_node *n)
{
    if (n->newer)
        n->newer->older = n->older;
    else
        l->newest = n->older;
    if (n->older)
        n->older->newer = n->newer;
    else
        l->oldest = n->newer;
}

void lru_add(struct lru *l, struct lru_node *n, uint32_t hash)
{
    struct lru_node **first = &l->bucket[hash % l->buckets];

    n->hash = hash;
    n->chain = *first;
    *first = n;
    link_newest(l, n);
}

void lru_touch(struct lru *l, struct lru_node *n)
{
    if (n == l->newest)
        return;
    unlink_order(l, n);
    link_newest(l, n);
}

void lru_remove(struct lru *l, struct lru_node *n)
{
    struct lru_node **p = &l->bucket[n->hash % l->buckets];

    while (*p != n)
        p = &(*p)->chain;
    *p = n->chain;
    unlink_order(l, n);
}
