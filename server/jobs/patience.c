/* patience.c - see patience.h. */
#include "server/jobs/patience.h"

#include "server/base/clock.h"

#include <poll.h>

enum { SLICE_MS = 50 }; /* a stop waits no longer than this */

bool store_may_recover(enum status st)
{
    return st == ST_UNAVAILABLE || st == ST_BUSY || st == ST_FULL || st == ST_READONLY;
}

int patience_longer(int pause_ms)
{
    return pause_ms < PATIENCE_PAUSE_MAX_MS / 2 ? 2 * pause_ms : PATIENCE_PAUSE_MAX_MS;
}

bool patience_wait(struct patience *p, const atomic_bool *stopping)
{
    int64_t now = clock_monotonic_ms(), end;

    if (!p->begun_ms)
        p->begun_ms = now;
    if (!p->pause_ms)
        p->pause_ms = PATIENCE_PAUSE_MS;
    if (p->limit_ms && now - p->begun_ms >= p->limit_ms)
        return false;
    end = now + p->pause_ms;
    while (!atomic_load(stopping) && now < end) {
        (void)poll(NULL, 0, end - now < SLICE_MS ? (int)(end - now) : SLICE_MS);
        now = clock_monotonic_ms();
    }
    p->pause_ms = patience_longer(p->pause_ms);
    return !atomic_load(stopping);
}
