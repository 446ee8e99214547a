/* attempt.c - see attempt.h. */
#include "server/webhooks/attempt.h"

#include "server/base/clock.h"
#include "server/base/version.h"
#include "server/store/audit.h"
#include "server/webhooks/backoff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HTTP_GONE = 410 };

void attempt_release(struct attempt *a)
{
    due_delivery_release(&a->due);
    free(a->url);
    explicit_bzero(a, sizeof(*a));
}

struct signed_headers {
    char id[POST_HEADER_MAX], time[POST_HEADER_MAX], signature[POST_HEADER_MAX];
    const char *list[POST_HEADERS_MAX];
};

static enum status sign(struct signed_headers *h, const struct attempt *a, int64_t seconds,
                        struct err *e)
{
    char signature[SIGNATURE_TEXT_MAX];
    enum status st = webhook_sign(signature, a->secret, sizeof(a->secret), a->due.message, seconds,
                                  a->due.payload, e);

    if (st)
        return st;
    (void)snprintf(h->id, sizeof(h->id), "webhook-id: %s", a->due.message);
    (void)snprintf(h->time, sizeof(h->time), "webhook-timestamp: %lld", (long long)seconds);
    (void)snprintf(h->signature, sizeof(h->signature), "webhook-signature: %s", signature);
    h->list[0] = "Content-Type: application/json";
    h->list[1] = "User-Agent: lstmd/" LSTMD_VERSION;
    h->list[2] = h->id;
    h->list[3] = h->time;
    h->list[4] = h->signature;
    h->list[5] = NULL;
    return ST_OK;
}

static void judge(struct delivery_outcome *o, const struct webhook_reply *reply)
{
    o->response_code = reply->status;
    o->delivered = reply->status >= 200 && reply->status <= 299;
    o->gone = reply->status == HTTP_GONE;
    if (o->delivered)
        return;
    if (reply->status >= 300 && reply->status <= 399)
        (void)snprintf(o->error, sizeof(o->error),
                       "the receiver answered %d; redirects are not followed", reply->status);
    else
        (void)snprintf(o->error, sizeof(o->error), "the receiver answered %d", reply->status);
}

void attempt_run(struct attempt *a, uint32_t random)
{
    struct delivery_outcome *o = &a->outcome;
    struct signed_headers headers;
    struct webhook_reply reply = {0};
    struct err e = {0};
    int64_t now = clock_ms();
    enum status st = sign(&headers, a, now / 1000, &e);

    *o = (struct delivery_outcome){.id = a->due.id, .webhook = a->due.webhook};
    if (!st)
        st = a->send(&reply,
                     &(struct webhook_post){.url = a->url,
                                            .headers = headers.list,
                                            .body = a->due.payload,
                                            .timeout_ms = a->timeout_ms,
                                            .stop = a->stop},
                     a->ctx, &e);
    a->cancelled = st == ST_CANCELLED;
    o->at = clock_ms();
    if (st)
        audit_set(o->error, sizeof(o->error), e.message);
    else
        judge(o, &reply);
    if (!o->delivered && !o->gone)
        o->next_at =
            backoff_next(a->due.attempts + 1, a->due.created_at, o->at, reply.retry_after, random);
}
