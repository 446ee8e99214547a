/* guard.h - keeps a database to one daemon: a session of its own holds an advisory lock. Its thread
 * also does what a daemon does for its store now and then: it reads keys that another process made
 * or revoked, and writes the audit of refusals. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_GUARD_H
#define SERVER_STORE_POSTGRES_GUARD_H

#include "server/store/store.h"

/* ST_CONFLICT: another daemon has the database. */
enum status guard_take(struct store *s, struct err *e);
/* Starts the thread. ST_IO: it cannot be started. */
enum status guard_start(struct store *s, struct err *e);
void guard_stop(struct store *s); /* fine without a guard */

#endif
