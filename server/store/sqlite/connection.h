/* connection.h - SQLite's connections of a store, and the log that they write. Private to
 * store/. */
#ifndef SERVER_STORE_SQLITE_CONNECTION_H
#define SERVER_STORE_SQLITE_CONNECTION_H

#include "server/store/connection.h"
#include "server/store/sqlite/db.h"
#include "server/store/sqlite/stmt.h"

enum status sqlite_connect(struct db *db, struct store *s, struct err *e);
/* Returns free pages, and with them deleted values, to the file system. The keeper does it; without
 * one, this call does it for a limited number of pages. */
void sqlite_shrink(struct db *db);
/* Shortens the log to nothing, as far as readers and the disk allow. */
void db_checkpoint(struct db *db);
/* Size of the database file and its log, bytes. */
int64_t db_file_bytes(const struct store *s);
enum status sqlite_total_bytes(int64_t *out, struct db *db, struct err *e);
enum status sqlite_data_version(int64_t *out, struct db *db, struct err *e);
/* Copies the log into the file, or removes it from a file that is not ours any more. Called before
 * connections_close(). */
void connections_settle_log(struct store *s);

#endif
