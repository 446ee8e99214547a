/* keeper.h - the daemon's thread that looks after its database: whether the files are still there,
 * space when the disk is full, free pages, and a long log. Private to store/. */
#ifndef SERVER_STORE_SQLITE_KEEPER_H
#define SERVER_STORE_SQLITE_KEEPER_H

#include "server/store/store.h"

struct keeper;

/* Starts the thread, which the store's signal wakes. ST_IO: it cannot be started. */
enum status keeper_start(struct store *s, struct err *e);
void keeper_stop(struct keeper *k); /* NULL is fine; waits for the thread */

#endif
