/* hold.c - delays the refusal of a wrong key; tries.h has the rule.
 *
 * If a connection is suspended before its body, libmicrohttpd goes on to read the body and accepts
 * no response there. So a refusal that must come before the body cannot wait. It is sent at once
 * while the delay would be short, and is a 429 after that. */
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/request.h"

#include <stdio.h>

enum { EARLY_MS = 1000 };

/* Logs the first try, the second, the fourth, and so on, so that guessing does not fill the log. */
static void log_try(const struct request *r, const struct tries_hold *hold)
{
    if (hold->count & (hold->count - 1))
        return;
    log_event(LOG_WARN, "wrong_key",
              (struct log_field[]){
                  log_str("client", r->client),
                  log_int("count", hold->count),
                  log_int("delay_ms", hold->ms),
                  log_bool("held", hold->address != NULL),
                  log_str("request_id", r->id),
              },
              5);
}

int request_hold(struct request *r, int kind, struct err *e)
{
    int64_t now = clock_monotonic_ms();
    bool early = request_is_early(r);
    struct tries_hold hold = tries_count(r->http->tries, r->client, !early, now);

    log_try(r, &hold);
    r->held = hold.address;
    r->held_until_ms = now + hold.ms;
    if (r->held || (early && hold.ms < EARLY_MS))
        return kind;
    r->retry_seconds = (hold.ms + 999) / 1000;
    r->close = true;
    err_set(e, ST_BUSY, "%u wrong keys came from %s lately; send the right one, or wait",
            hold.count, r->client[0] ? r->client : "this machine");
    return PROBLEM_TRIES;
}

void request_let_go(struct request *r)
{
    if (r->held)
        tries_release(r->http->tries, r->held);
    r->held = NULL;
}

/* A client that shuts down its sending side wakes the wait early; then it begins again. The time of
 * the delay does not count as time of the service. */
bool request_is_held(struct request *r)
{
    int64_t now = clock_monotonic_ms();
    struct waiters *w = &r->http->waiters;

    if (!r->held)
        return false;
    if (r->held_since_us == 0)
        r->held_since_us = clock_monotonic_ns() / 1000;
    waiters_moment(&r->moment, w);
    if (now < r->held_until_ms &&
        waiters_suspend(w, &r->waiter, "wrong_key", r->held_until_ms, &r->moment))
        return true;
    r->started_us += clock_monotonic_ns() / 1000 - r->held_since_us;
    request_let_go(r);
    return false;
}
