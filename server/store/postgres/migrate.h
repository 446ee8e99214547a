/* migrate.h - brings the schema of a PostgreSQL database forward. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_MIGRATE_H
#define SERVER_STORE_POSTGRES_MIGRATE_H

#include "server/store/store.h"

struct db;

/* Creates the tables, or brings them to the newest schema. where: for messages. ST_INVALID: they
 * are of a newer lstmd. */
enum status postgres_migrate(struct db *db, const char *where, struct err *e);
enum status postgres_schema_version(int *out, struct store *s, struct err *e);

#endif
