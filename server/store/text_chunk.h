/* text_chunk.h - the chunks of a data set of kind text. Private to store/. */
#ifndef SERVER_STORE_TEXT_CHUNK_H
#define SERVER_STORE_TEXT_CHUNK_H

#include "server/store/connection.h"

enum { TEXT_CHUNK = 64 << 10 };

/* Reads chunk number `chunk` of the text, of d->bytes bytes, into out, which has room for
 * TEXT_CHUNK. *len: its bytes, 0 after the last one. ST_CORRUPT when their number is wrong. */
enum status text_chunk_read(char *out, size_t *len, struct db *db, const struct dataset *d,
                            int64_t chunk, struct err *e);

#endif
