/* clock.c - see clock.h. */
#include "server/base/clock.h"

static struct timespec now(clockid_t clock)
{
    struct timespec t = {0};

    (void)clock_gettime(clock, &t); /* cannot fail: every Linux has these clocks */
    return t;
}

static int64_t ms_of(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_ms(void)
{
    return ms_of(now(CLOCK_REALTIME));
}

int64_t clock_coarse_ms(void)
{
    return ms_of(now(CLOCK_REALTIME_COARSE));
}

int64_t clock_monotonic_ms(void)
{
    return ms_of(now(CLOCK_MONOTONIC));
}

int64_t clock_monotonic_coarse_ms(void)
{
    return ms_of(now(CLOCK_MONOTONIC_COARSE));
}

int64_t clock_monotonic_ns(void)
{
    struct timespec t = now(CLOCK_MONOTONIC);

    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int clock_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    int rc = pthread_condattr_init(&attr);

    if (rc)
        return rc;
    rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    if (!rc)
        rc = pthread_cond_init(cond, &attr);
    (void)pthread_condattr_destroy(&attr);
    return rc;
}

struct timespec clock_moment(int64_t ms)
{
    return (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
}

struct timespec clock_deadline(int64_t ms)
{
    struct timespec t = now(CLOCK_MONOTONIC);
    int64_t ns = t.tv_nsec + ms % 1000 * 1000000;

    t.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
    t.tv_nsec = (long)(ns % 1000000000);
    return t;
}
