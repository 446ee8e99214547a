/* delivery.h - table webhook_delivery: what is to be sent to a webhook, and what became of it.
 *
 * A delivery is pending until it is delivered or no attempt is left. One process sends: that which
 * has the database to itself. It records an attempt after the attempt, so a process that is killed
 * in between sends the same message again: at least once, with the same webhook-id. */
#ifndef SERVER_STORE_DELIVERY_H
#define SERVER_STORE_DELIVERY_H

#include "server/store/webhook.h"

enum {
    MESSAGE_ID_LEN = 36,         /* "msg_" and 32 hexadecimal digits */
    DELIVERY_ERROR_MAX = 300,    /* bytes */
    DELIVERIES_PENDING = 10000,  /* of a webhook; beyond it, the oldest one fails */
    PAYLOAD_BYTES_MAX = 64 << 10 /* bytes */
};

enum delivery_state { DELIVERY_PENDING, DELIVERY_DELIVERED, DELIVERY_FAILED };
const char *delivery_state_name(enum delivery_state st);

struct delivery {
    int64_t id;
    char message[MESSAGE_ID_LEN + 1];
    char type[32]; /* "job.succeeded" */
    enum delivery_state state;
    int64_t created_at, last_at, delivered_at; /* ms since 1970; 0: not yet */
    int64_t next_at;                           /* ms since 1970; 0: no more attempts */
    int attempts;
    int response_code; /* HTTP status of the last attempt; 0: there was no response */
    char error[DELIVERY_ERROR_MAX + 1]; /* of the last attempt; "": none */
};
struct delivery_list {
    int count;
    struct delivery *items;
};
void delivery_list_release(struct delivery_list *l);
/* Lists deliveries of a webhook, the newest first, from the first before `before` (0: all).
 * ST_NOT_FOUND: no such webhook. */
enum status store_delivery_list(struct delivery_list *out, struct store *s, int64_t webhook,
                                int64_t before, int limit, struct err *e);
/* Adds a delivery of type webhook.test. ST_NOT_FOUND; ST_CONFLICT: the webhook is disabled. */
enum status store_delivery_test(struct delivery *out, struct store *s, int64_t webhook,
                                struct err *e);

/* A delivery whose time has come. */
struct due_delivery {
    int64_t id, webhook;
    char message[MESSAGE_ID_LEN + 1];
    char *payload;      /* owned */
    int64_t created_at; /* ms since 1970 */
    int attempts;       /* so far */
};
void due_delivery_release(struct due_delivery *d);
/* The delivery of a webhook that has been due longest at the time `now`. *found. */
enum status store_delivery_next(struct due_delivery *out, bool *found, struct store *s,
                                int64_t webhook, int64_t now, struct err *e);

/* What came of an attempt. */
struct delivery_outcome {
    int64_t id, webhook;
    int64_t at;                         /* ms since 1970 */
    bool delivered;                     /* with a status 2xx */
    bool gone;                          /* the receiver wants no more: the webhook is disabled */
    int64_t next_at;                    /* ms since 1970; 0: no more attempts, or delivered */
    int response_code;                  /* 0: no response */
    char error[DELIVERY_ERROR_MAX + 1]; /* "": none */
};
/* Records an attempt. Does nothing when the delivery has been deleted, or is over. */
enum status store_delivery_record(struct store *s, const struct delivery_outcome *o, struct err *e);
/* Removes some of the deliveries of a webhook that are over and older than `before` (ms since
 * 1970), or not among its newest `keep`. *more: whether there may be others. */
enum status store_delivery_trim(bool *more, struct store *s, int64_t webhook, int64_t keep,
                                int64_t before, struct err *e);
/* Deliveries of all webhooks that are not over. */
enum status store_deliveries_pending(int64_t *out, struct store *s, struct err *e);

/* For the files of store/, inside a transaction: adds a delivery to a webhook. data: JSON object;
 * at: ms since 1970. *id: its number. */
struct db;
enum status delivery_add(int64_t *id, struct db *db, int64_t webhook, enum event_type type,
                         int64_t at, const char *data, struct err *e);

#endif
