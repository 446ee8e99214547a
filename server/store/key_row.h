/* key_row.h - reads rows of table api_key. Private to store/. */
#ifndef SERVER_STORE_KEY_ROW_H
#define SERVER_STORE_KEY_ROW_H

#include "server/store/stmt.h"
#include "server/store/store.h"

#define KEY_COLUMNS                                                                                \
    "id, name, scopes, names, created_at, expires_at, revoked_at, last_used_at, digest, "          \
    "requests_per_minute, stored_bytes, training_seconds_per_hour"
enum { KEY_COLUMN_DIGEST = 8, KEY_COLUMN_LIMITS = 9 };

/* Reads the present row of q, with the columns KEY_COLUMNS. An error stays in q. */
void key_read_row(struct key *out, struct stmt *q);

#endif
