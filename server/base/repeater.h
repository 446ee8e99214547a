/* repeater.h - a thread that calls a function again and again, with pauses. */
#ifndef SERVER_BASE_REPEATER_H
#define SERVER_BASE_REPEATER_H

#include <lstm/status.h>

struct repeater;

/* Returns how long to pause until the next call, ms. */
typedef int repeater_fn(void *ctx);

/* Starts the thread, in which signals are blocked. The first call is made at once; *out is set
 * before. what: names the thread in the error. ST_NOMEM, ST_IO. */
enum status repeater_start(struct repeater **out, repeater_fn *fn, void *ctx, const char *what,
                           struct err *e);
/* Ends the present pause, or the next one. Any thread. */
void repeater_wake(struct repeater *t);
/* Waits for the end of a call, and ends the thread. repeater_wake() may still be called, and does
 * nothing. Once. */
void repeater_stop(struct repeater *t);
/* After repeater_stop(). */
void repeater_free(struct repeater *t);

#endif
