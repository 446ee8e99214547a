/* room.h - what must work while the disk is full: deleting, and reporting the state of the store.
 * Private to store/. */
#ifndef SERVER_STORE_SQLITE_ROOM_H
#define SERVER_STORE_SQLITE_ROOM_H

#include "server/store/driver.h"

/* If there is no space even for deleting, frees the reserve. */
enum status sqlite_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e);
enum status sqlite_ping(struct store *s, struct err *e);
/* Of the pages in use. */
enum status sqlite_used_bytes(int64_t *out, struct db *db, struct err *e);

#endif
