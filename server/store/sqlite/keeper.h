/* keeper.h - the daemon's thread that looks after its database: whether the files are still there,
 * room when the disk is full, pages that deletions left behind, and a log that is long. Private to
 * store/. */
#ifndef SERVER_STORE_SQLITE_KEEPER_H
#define SERVER_STORE_SQLITE_KEEPER_H

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/files.h"

struct keeper;

/* ST_IO: the thread cannot be started. */
enum status keeper_start(struct keeper **out, struct store *s, struct err *e);
void keeper_stop(struct keeper *k); /* NULL is fine; waits for the thread */
/* There is something to do now: pages to give back, or room to find. Any thread. */
void keeper_wake(struct keeper *k);
/* The log is long: bring it into the database file. Any thread. */
void keeper_wake_for_log(struct keeper *k);

#endif
