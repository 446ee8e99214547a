/* connection.h - the connections of a store, one for each thread. Private to store/. */
#ifndef SERVER_STORE_SQLITE_CONNECTION_H
#define SERVER_STORE_SQLITE_CONNECTION_H

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/stmt.h"
#include "server/store/sqlite/transaction.h"
#include "server/store/store.h"

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(struct db **out, struct store *s, struct err *e);
/* Another one with the store's path and settings, not the thread's own; end with db_close(), after
 * an error too. */
enum status db_open_another(struct db *db, struct store *s, struct err *e);

/* Gives pages that deletions left behind, and with them the deleted values, back to the file
 * system: the keeper does, or, where there is none, this call a bounded number of them. Outside a
 * transaction, after everything that deletes or replaces. A courtesy: what fails is tried again at
 * the next deletion. */
void db_shrink(struct db *db);
/* Cuts the log back to nothing, as far as readers and the disk allow. */
void db_checkpoint(struct db *db);
/* Size of the database file and its log, bytes. */
int64_t db_file_bytes(const struct store *s);

/* At the beginning and the end of a store. False: no key for a thread's own data is to be had. */
bool connections_init(struct store *s);
/* Brings what is in the log into the file, or takes the log away from a file that is not ours any
 * more. Before connections_close(), which closes those of all threads. */
void connections_settle_log(struct store *s);
void connections_close(struct store *s);

#endif
