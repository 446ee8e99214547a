/* connection.h - the connections of a store, one for each thread. Private to store/. */
#ifndef SERVER_STORE_CONNECTION_H
#define SERVER_STORE_CONNECTION_H

#include "server/store/driver.h"
#include "server/store/stmt.h"
#include "server/store/store.h"
#include "server/store/transaction.h"

struct connection {
    struct store *store;
    struct db db;
    struct connection *prev, *next;
};

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(struct db **out, struct store *s, struct err *e);
/* Opens another connection to the store's database. End with db_close(), also after an error. */
enum status db_open_another(struct db *db, struct store *s, struct err *e);
/* Runs fn, which deletes. If there is no space even for that, makes some and runs it again. */
enum status store_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e);

/* Called at the beginning and the end of a store. Returns false when a thread key cannot be
 * made. */
bool connections_init(struct store *s);
void connections_close(struct store *s); /* those of all threads */

#endif
