/* attempt.h - one attempt to deliver a message: the signed request, and what its reply means. */
#ifndef SERVER_WEBHOOKS_ATTEMPT_H
#define SERVER_WEBHOOKS_ATTEMPT_H

#include "server/store/delivery.h"
#include "server/webhooks/sign.h"

#include <stdatomic.h>

enum { POST_HEADERS_MAX = 8, POST_HEADER_MAX = 200 };

/* A POST, and its reply. Redirects are not followed. */
struct webhook_post {
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated */
    const char *body;
    int64_t timeout_ms;
    const atomic_bool *stop; /* when it becomes true, the request ends soon with ST_CANCELLED */
};
struct webhook_reply {
    int status;          /* HTTP status */
    int64_t retry_after; /* seconds; 0: none */
};
/* Sends it. An error is a sentence for the owner of the URL; ST_CANCELLED: by stop. Called by
 * several threads at once. */
typedef enum status webhook_send_fn(struct webhook_reply *reply, const struct webhook_post *post,
                                    void *ctx, struct err *e);

struct attempt {
    struct due_delivery due; /* owned */
    char *url;               /* owned */
    uint8_t secret[WEBHOOK_SECRET_BYTES];
    int64_t timeout_ms;
    const atomic_bool *stop;
    webhook_send_fn *send;
    void *ctx;
    struct delivery_outcome outcome; /* result */
    bool cancelled;                  /* result: it was stopped, and does not count as an attempt */
};
/* Makes the attempt, and fills its results. random: for the back-off. */
void attempt_run(struct attempt *a, uint32_t random);
void attempt_release(struct attempt *a);

#endif
