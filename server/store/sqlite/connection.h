/* connection.h - the connections of a store, one for each thread. Private to store/. */
#ifndef SERVER_STORE_SQLITE_CONNECTION_H
#define SERVER_STORE_SQLITE_CONNECTION_H

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/stmt.h"
#include "server/store/sqlite/transaction.h"
#include "server/store/store.h"

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(struct db **out, struct store *s, struct err *e);
/* Opens another connection with the store's path and settings. End with db_close(), also after an
 * error. */
enum status db_open_another(struct db *db, struct store *s, struct err *e);

/* Returns free pages, and with them deleted values, to the file system. The keeper does it; without
 * one, this call does it for a limited number of pages. Called outside a transaction after
 * everything that deletes or replaces. On failure the next call tries again. */
void db_shrink(struct db *db);
/* Shortens the log to nothing, as far as readers and the disk allow. */
void db_checkpoint(struct db *db);
/* Size of the database file and its log, bytes. */
int64_t db_file_bytes(const struct store *s);

/* Called at the beginning and the end of a store. Returns false when a thread key cannot be
 * made. */
bool connections_init(struct store *s);
/* Copies the log into the file, or removes it from a file that is not ours any more. Called before
 * connections_close(), which closes the connections of all threads. */
void connections_settle_log(struct store *s);
void connections_close(struct store *s);

#endif
