/* key_cache.h - every key of the table in memory, so that no request waits for the database to be
 * let in. Private to store/.
 *
 * Lock order: the lock of loading before the connection's gate; that of the entries is a leaf, and
 * held for a look-up or an exchange only. */
#ifndef SERVER_STORE_KEY_CACHE_H
#define SERVER_STORE_KEY_CACHE_H

#include "server/store/sqlite/db.h"
#include "server/store/store.h"

struct key_cache;

/* Reads the table anew; makes s->keys the first time. On an error what was known stays, and the
 * next tick tries again. */
enum status key_cache_load(struct store *s, struct err *e);
/* For the keeper, with its connection: reads the table anew when somebody else has written to the
 * file, and once a minute puts down when keys were used. */
void key_cache_tick(struct store *s, struct db *db);
/* Puts down when keys were used. What fails is left for the next time. */
void key_cache_note_use(struct store *s);
void key_cache_free(struct key_cache *c); /* NULL is fine */

#endif
