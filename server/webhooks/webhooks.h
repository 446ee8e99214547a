/* webhooks.h - sends the deliveries of the store to their webhooks.
 *
 * One thread looks for deliveries whose time has come, and records what became of them. Each
 * attempt runs on a thread of its own, at most one for each webhook. So a receiver that is slow or
 * dead delays only its own deliveries, and a webhook's deliveries are sent one after the other, in
 * the order of their times. One that is tried again comes after those that were due before it. */
#ifndef SERVER_WEBHOOKS_WEBHOOKS_H
#define SERVER_WEBHOOKS_WEBHOOKS_H

#include "server/webhooks/attempt.h"

struct webhooks_config {
    int64_t timeout_ms;      /* of an attempt */
    int64_t keep_deliveries; /* of each webhook, beside those that are pending */
    int64_t keep_days;       /* of deliveries that are over */
    webhook_send_fn *send;
    void *ctx; /* of send */
};
struct webhooks;

/* The store is borrowed. */
enum status webhooks_start(struct webhooks **out, struct store *s, const struct webhooks_config *c,
                           struct err *e);
/* Breaks off the attempts that run, without counting them, and ends the threads. NULL is fine. */
void webhooks_stop(struct webhooks *w);

/* Since the start; pending: at the last look. NULL: all are 0. Any thread. */
struct webhooks_counts {
    uint64_t delivered; /* messages */
    uint64_t failed;    /* messages that no attempt is left for */
    uint64_t retried;   /* attempts that failed and are made again */
    int64_t pending;
};
void webhooks_read_counts(struct webhooks_counts *out, struct webhooks *w);

#endif
