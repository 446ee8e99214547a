/* clock.h - the time, in whole milliseconds: of the calendar, or of a clock that nobody sets. */
#ifndef SERVER_BASE_CLOCK_H
#define SERVER_BASE_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

int64_t clock_ms(void);        /* since 1970, UTC: for what is shown and stored */
int64_t clock_coarse_ms(void); /* the same to within a tick of the kernel, and cheaper */

/* Since the system started: for deadlines and durations. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_coarse_ms(void); /* to within a tick of the kernel, and cheaper */
int64_t clock_monotonic_ns(void);

/* A condition whose timed waits end at a clock_deadline(). 0, or an error number. */
int clock_cond_init(pthread_cond_t *cond);
/* ms >= 0 from now, on the monotonic clock. */
struct timespec clock_deadline(int64_t ms);
/* The moment at which clock_monotonic_ms() is ms. */
struct timespec clock_moment(int64_t ms);

#endif
