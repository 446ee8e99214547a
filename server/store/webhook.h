/* webhook.h - table webhook: which receivers are told of which events. */
#ifndef SERVER_STORE_WEBHOOK_H
#define SERVER_STORE_WEBHOOK_H

#include "server/store/store.h"

/* The numbers are stored: they never change. */
enum event_type {
    EVENT_JOB_SUCCEEDED,
    EVENT_JOB_FAILED,
    EVENT_JOB_CANCELLED,
    EVENT_MODEL_VERSION,
    EVENT_DATASET_UPDATED,
    EVENT_ANOMALY_DETECTED,
    EVENT_TYPES,
    EVENT_TEST = EVENT_TYPES /* of POST …/test; no webhook chooses it */
};
enum { EVENTS_ALL = (1 << EVENT_TYPES) - 1 };

/* "job.succeeded". */
const char *event_name(enum event_type type);
/* Returns false when there is no such type that a webhook can choose. */
bool event_from_name(enum event_type *out, const char *name);

enum {
    WEBHOOKS_MAX = 100,
    WEBHOOK_URL_MAX = 2000, /* bytes */
    WEBHOOK_SECRET_BYTES = 32
};

struct webhook {
    int64_t id;
    char *url; /* owned */
    uint8_t secret[WEBHOOK_SECRET_BYTES];
    unsigned events;             /* bit n: enum event_type n */
    char names[PATTERN_MAX + 1]; /* pattern of data sets and models; "": all */
    int64_t created_at;          /* ms since 1970 */
    int64_t disabled_at;         /* ms since 1970; 0: in force */
    int64_t pending;             /* deliveries that are not over */
};
void webhook_release(struct webhook *w);
struct webhook_list {
    int count;
    struct webhook *items;
};
void webhook_list_release(struct webhook_list *l);

struct webhook_submission {
    const char *url, *names; /* names NULL: all; borrowed */
    unsigned events;
    int64_t max; /* ST_CONFLICT when there are as many */
};
/* Makes a webhook with a new secret. webhook_release() it. ST_CONFLICT. */
enum status store_webhook_add(struct webhook *out, struct store *s,
                              const struct webhook_submission *w, struct err *e);
/* ST_NOT_FOUND. */
enum status store_webhook_get(struct webhook *out, struct store *s, int64_t id, struct err *e);
/* Lists webhooks by number, from the first after `after` (0: all), at most limit. */
enum status store_webhook_list(struct webhook_list *out, struct store *s, int64_t after, int limit,
                               struct err *e);
/* Deletes it with its deliveries. ST_NOT_FOUND. */
enum status store_webhook_delete(struct store *s, int64_t id, struct err *e);

#endif
