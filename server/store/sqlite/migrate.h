/* migrate.h - brings the schema of a database forward. Private to store/. */
#ifndef SERVER_STORE_SQLITE_MIGRATE_H
#define SERVER_STORE_SQLITE_MIGRATE_H

#include "server/store/sqlite/db.h"

/* Brings db to the newest schema. path: for messages. */
enum status migrate(struct db *db, const char *path, struct err *e);
/* ST_INVALID: it is not a database of lstmd. */
enum status check_ours(struct db *db, const char *path, struct err *e);
/* A step of migration 0012: moves the earlier chunks from old_series_chunk to series_chunk. */
enum status migrate_chunks(struct db *db, struct err *e);

enum status sqlite_schema_version(int *out, struct store *s, struct err *e);

#endif
