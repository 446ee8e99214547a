/* work_pool.h - workspaces of a net that a model keeps between calls.
 *
 * Packing the weights into a new workspace takes longer than a short forecast or sentence. A kept
 * workspace has them already. Any number of threads may take and give without a lock: a slot
 * changes its owner by one atomic exchange. */
#ifndef CORE_NN_WORK_POOL_H
#define CORE_NN_WORK_POOL_H

#include <lstm/net.h>

enum { WORK_POOL_SLOTS_MAX = 4 };

struct work_pool;

/* An empty pool of at most `slots` workspaces (1..WORK_POOL_SLOTS_MAX) for batches up to (T,B),
 * without the space for a backward pass. All are for nets of configuration c, which is copied.
 * ST_NOMEM. */
enum status work_pool_new(struct work_pool **out, const struct net_config *c, int T, int B,
                          int slots, struct err *e);
/* Its workspaces will compute with bytes, but for inputs: see net_work_quantize(). Call it before
 * the first work_pool_take(). */
void work_pool_quantize(struct work_pool *p);
/* Frees the pool and the workspaces in it; not those that are taken. NULL is fine. */
void work_pool_free(struct work_pool *p);
/* Returns a kept workspace, or a new one when none is there; the caller owns it until
 * work_pool_give(). Errors of net_work_new(). */
enum status work_pool_take(struct net_work **out, struct work_pool *p, struct err *e);
/* Takes over a workspace that work_pool_take() returned; frees it when all slots are full. */
void work_pool_give(struct work_pool *p, struct net_work *w); /* w may be NULL */
/* Bytes of all the workspaces that a full pool holds; bytes: of one with work_pool_quantize().
 * Saturates at SIZE_MAX. */
size_t work_pool_size(const struct net_config *c, int T, int B, int slots, bool bytes);

#endif
