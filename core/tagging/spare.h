/* spare.h - workspaces that a tagger keeps between calls, so that a short text need not pack the weights.
 *
 * Any number of threads may take and give at once; each has what it took to itself. */
#ifndef CORE_TAGGING_SPARE_H
#define CORE_TAGGING_SPARE_H

#include <lstm/net.h>

/* A kept workspace is for at most so many sentences of so many tokens: about 2 MB with the default recipe. */
enum { SPARE_TOKENS = 64, SPARE_SENTENCES = 4, SPARE_MAX = 4 };

struct spare;

/* None kept yet. ST_NOMEM. */
enum status spare_new(struct spare **out, struct err *e);
void spare_free(struct spare *s); /* and what it keeps; NULL is fine */
/* A workspace for c, a kept one when there is one; the caller owns it. ST_NOMEM. */
enum status spare_take(struct net_work **out, struct spare *s, const struct net_config *c,
                       struct err *e);
/* Gives back what was taken; w is no longer the caller's. NULL is fine. */
void spare_give(struct spare *s, struct net_work *w);
/* The most bytes that will ever be kept. */
size_t spare_bytes(const struct net_config *c);

#endif
