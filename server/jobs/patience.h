/* patience.h - waits for a store that does not work for a while. Private to jobs/. */
#ifndef SERVER_JOBS_PATIENCE_H
#define SERVER_JOBS_PATIENCE_H

#include <lstm/status.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { PATIENCE_MS = 600000, PATIENCE_PAUSE_MS = 200, PATIENCE_PAUSE_MAX_MS = 10000 };

struct patience {
    int64_t limit_ms; /* from the first wait on; 0: none */
    int pause_ms;     /* the next pause; 0: PATIENCE_PAUSE_MS */
    int64_t begun_ms; /* of the first wait; 0: none yet */
};

/* Whether an error of the store can pass without a change of the request: the file cannot be read
 * or written for now, others write to it, the disk is full or read-only. */
bool store_may_recover(enum status st);
/* Pauses, each time twice as long as before. Returns false when the limit is over or the daemon
 * stops, without a further pause. */
bool patience_wait(struct patience *p, const atomic_bool *stopping);
/* The pause after one of pause_ms. */
int patience_longer(int pause_ms);

#endif
