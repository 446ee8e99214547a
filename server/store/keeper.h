/* keeper.h - the daemon's thread that looks after its database: whether the files are still there, room when
 * the disk is full, pages that deletions left behind, and a log that is long. Private to store/. */
#ifndef STORE_KEEPER_H
#define STORE_KEEPER_H

#include "server/store/db.h"
#include "server/store/files.h"

struct keeper;

/* ST_IO: the thread cannot be started. */
enum status keeper_start(struct keeper **out, struct store *s, struct err *e);
void keeper_stop(struct keeper *k); /* NULL is fine; waits for the thread */
/* There is something to do now: pages to give back, or room to find. Any thread. */
void keeper_wake(struct keeper *k);
/* The log is long: bring it into the database file. Any thread. */
void keeper_wake_for_log(struct keeper *k);

#endif
