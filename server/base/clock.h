/* clock.h - the time in whole milliseconds: of the calendar, or of a clock that is never set. */
#ifndef SERVER_BASE_CLOCK_H
#define SERVER_BASE_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

int64_t clock_ms(void);        /* since 1970, UTC; for times that are shown or stored */
int64_t clock_coarse_ms(void); /* the same, exact to a tick of the kernel, and cheaper */

/* Since the system started; for deadlines and durations. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_coarse_ms(void); /* to within a tick of the kernel, and cheaper */
int64_t clock_monotonic_ns(void);

/* Initialises a condition whose timed waits end at a clock_deadline(). Returns 0 or an error
 * number. */
int clock_cond_init(pthread_cond_t *cond);
/* The time ms >= 0 milliseconds from now, on the monotonic clock. */
struct timespec clock_deadline(int64_t ms);
/* The time at which clock_monotonic_ms() is ms. */
struct timespec clock_moment(int64_t ms);

#endif
