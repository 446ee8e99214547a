/* key_cache.h - all keys of the table in memory, so that no request waits for the database. Private
 * to store/.
 *
 * Lock order: the lock of loading, then the connection's gate. The lock of the entries is taken
 * last, and held only for a look-up or an exchange. */
#ifndef SERVER_STORE_KEY_CACHE_H
#define SERVER_STORE_KEY_CACHE_H

#include "server/store/driver.h"
#include "server/store/store.h"

struct key_cache;

/* Reads the table again; the first call makes s->keys. On an error the known keys stay, and the
 * next tick tries again. */
enum status key_cache_load(struct store *s, struct err *e);
/* For the keeper, with its connection. Reads the table when another process has written to the
 * file, and writes once a minute when keys were used. */
void key_cache_tick(struct store *s, struct db *db);
/* Writes when keys were used. On failure the next call does it. */
void key_cache_note_use(struct store *s);
/* The limit of the key with that number; 0: no limit, or no such key. Does not read the
 * database. */
int64_t key_cache_limit(struct store *s, int64_t key, enum access_limit limit);
void key_cache_free(struct key_cache *c); /* NULL is fine */

#endif
