/* keeper_signal.h - wakes the keeper and passes it what there is to do. Private to store/. */
#ifndef SERVER_STORE_SQLITE_KEEPER_SIGNAL_H
#define SERVER_STORE_SQLITE_KEEPER_SIGNAL_H

#include <pthread.h>
#include <stdbool.h>

struct keeper_signal {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop, work, log; /* guarded by lock */
};

/* False: no lock or no condition is to be had. */
bool keeper_signal_init(struct keeper_signal *k);
void keeper_signal_release(struct keeper_signal *k);

/* There is something to do now: pages to give back, or room to find. Any thread. */
void keeper_wake(struct keeper_signal *k);
/* The log is long: bring it into the database file. Any thread. */
void keeper_wake_for_log(struct keeper_signal *k);
/* The keeper shall end. */
void keeper_wake_to_stop(struct keeper_signal *k);

/* For the keeper: waits for one of these, at most pause_ms; false: it shall end. Sets *work when
 * there is something to do, and never clears it. */
bool keeper_wait(struct keeper_signal *k, int pause_ms, bool *work);
/* Whether the log was reported long since the last call. */
bool keeper_take_log(struct keeper_signal *k);

#endif
