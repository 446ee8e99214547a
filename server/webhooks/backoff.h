/* backoff.h - when a delivery that failed is tried again.
 *
 * The delays are those of the Standard Webhooks specification 1.0 ("Deliverability and
 * reliability"): 5 s, 5 min, 30 min, 2 h, 5 h, 10 h; and a last attempt a day after the event. Each
 * is longer by up to a tenth, at random, so that deliveries that failed together do not come back
 * together. */
#ifndef SERVER_WEBHOOKS_BACKOFF_H
#define SERVER_WEBHOOKS_BACKOFF_H

#include <stdint.h>

#define BACKOFF_DAY_MS ((int64_t)86400 * 1000)

/* The time of the next attempt, ms since 1970; 0: none is left. attempts: made so far, at least 1.
 * created_at: of the event. retry_after: of the response, seconds, which may only make it later; 0:
 * none. random: any number. */
int64_t backoff_next(int attempts, int64_t created_at, int64_t now, int64_t retry_after,
                     uint32_t random);

#endif
