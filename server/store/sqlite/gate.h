/* gate.h - who of this process writes next: writers take turns in the order in which they came.
 *
 * SQLite lets one connection write at a time, and those that wait look again after a pause that
 * grows: who writes piece after piece would win nearly every time. Here a writer waits for the
 * piece that is being written, and for those who came before it. Private to store/. */
#ifndef SERVER_STORE_SQLITE_GATE_H
#define SERVER_STORE_SQLITE_GATE_H

#include <pthread.h>
#include <stdbool.h>

struct gate_waiter;
struct gate {
    pthread_mutex_t lock;
    bool taken;
    struct gate_waiter *first, *last;
};

/* False: no lock is to be had. */
bool gate_init(struct gate *g);
void gate_release(struct gate *g);
/* Waits for the turn, at most so many milliseconds; false: it did not come. */
bool gate_enter(struct gate *g, int timeout_ms);
void gate_leave(struct gate *g);
int gate_waiting(struct gate *g); /* how many wait right now */

#endif
