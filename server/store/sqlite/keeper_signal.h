/* keeper_signal.h - wakes the keeper and tells it what to do. Private to store/. */
#ifndef SERVER_STORE_SQLITE_KEEPER_SIGNAL_H
#define SERVER_STORE_SQLITE_KEEPER_SIGNAL_H

#include <pthread.h>
#include <stdbool.h>

struct keeper_signal {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop, work, log; /* guarded by lock */
};

/* Returns false when a lock or a condition cannot be made. */
bool keeper_signal_init(struct keeper_signal *k);
void keeper_signal_release(struct keeper_signal *k);

/* Asks the keeper to return pages or look for space now. Any thread. */
void keeper_wake(struct keeper_signal *k);
/* Asks it to copy a long log into the database file. Any thread. */
void keeper_wake_for_log(struct keeper_signal *k);
/* Asks it to end. */
void keeper_wake_to_stop(struct keeper_signal *k);

/* For the keeper: waits for one of these, for at most pause_ms. Returns false when it must end.
 * Sets *work when there is something to do, and never clears it. */
bool keeper_wait(struct keeper_signal *k, int pause_ms, bool *work);
/* Whether the log was reported as long since the last call. */
bool keeper_take_log(struct keeper_signal *k);

#endif
