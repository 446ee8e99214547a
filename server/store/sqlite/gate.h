/* gate.h - lets the writers of this process take turns, in the order in which they came.
 *
 * SQLite lets one connection write at a time, and others try again after pauses that grow. A thread
 * that writes piece after piece would nearly always win. Here each writer waits only for the piece
 * being written and for writers who came before it. Private to store/. */
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

/* Returns false when a lock cannot be made. */
bool gate_init(struct gate *g);
void gate_release(struct gate *g);
/* Waits for the turn, for at most timeout_ms. Returns false when it did not come. */
bool gate_enter(struct gate *g, int timeout_ms);
void gate_leave(struct gate *g);
int gate_waiting(struct gate *g); /* number of writers that wait */

#endif
