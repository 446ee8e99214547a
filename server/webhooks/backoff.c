/* backoff.c - see backoff.h. */
#include "server/webhooks/backoff.h"

static const int64_t delays_s[] = {5, 300, 1800, 7200, 18000, 36000};
enum { DELAYS = sizeof(delays_s) / sizeof(delays_s[0]), TENTH = 100 };

int64_t backoff_next(int attempts, int64_t created_at, int64_t now, int64_t retry_after,
                     uint32_t random)
{
    int64_t end = created_at + BACKOFF_DAY_MS, delay, next;

    if (now >= end)
        return 0;
    delay = attempts > DELAYS ? BACKOFF_DAY_MS : delays_s[attempts < 1 ? 0 : attempts - 1] * 1000;
    delay += delay / 10 * (random % (TENTH + 1)) / TENTH;
    next = now + delay;
    if (retry_after > 0 && retry_after < BACKOFF_DAY_MS / 1000 && now + retry_after * 1000 > next)
        next = now + retry_after * 1000;
    else if (retry_after >= BACKOFF_DAY_MS / 1000)
        next = end;
    return next < end ? next : end;
}
