/* alias.h - steps on table model_alias inside a caller's transaction. Private to store/. */
#ifndef SERVER_STORE_ALIAS_H
#define SERVER_STORE_ALIAS_H

#include "server/store/connection.h"

/* Makes or moves the alias. now: ms since 1970. */
enum status alias_set(struct db *db, int64_t model, const char *alias, int64_t version, int64_t now,
                      struct err *e);

#endif
