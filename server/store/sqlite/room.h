/* room.h - deleting while the disk is full. Private to store/. */
#ifndef SERVER_STORE_SQLITE_ROOM_H
#define SERVER_STORE_SQLITE_ROOM_H

#include "server/store/store.h"

/* Runs fn, which deletes. If there is no space for that, frees the reserve and runs it again. */
typedef enum status deletion(struct store *s, const void *ctx, struct err *e);
enum status store_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e);

#endif
