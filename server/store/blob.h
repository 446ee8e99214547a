/* blob.h - bytes that are too many for one transaction: see migrations/, tables blob and blob_part.
 *
 * Parts are written one a transaction, then the row that they belong to is written with the rest of
 * the bytes in the transaction that publishes it. Whoever dies in between leaves parts that nobody
 * reads; they are collected at the next start. Private to store/. */
#ifndef SERVER_STORE_BLOB_H
#define SERVER_STORE_BLOB_H

#include "server/store/sqlite/connection.h"

/* Writes the first bytes as parts and brings them to the disk, so that the commit that publishes
 * them has little to do. *blob: their number, 0 when all of the bytes fit into the row; *rest:
 * where the row's bytes begin. Not inside a transaction. On error nothing of it is left, as far as
 * that can be. */
enum status blob_write(int64_t *blob, size_t *rest, struct db *db, const uint8_t *bytes, size_t len,
                       struct err *e);
/* The parts are those of this job's snapshot, or of this version's checkpoint (job NULL), whose row
 * is there already. Inside the transaction; blob 0: there are none. */
enum status blob_publish(struct db *db, int64_t blob, const char *job, int64_t model,
                         int64_t version, struct err *e);
/* Puts the parts before *bytes, the row's own (malloc'ed, *len of them), of that job or version.
 * Inside the transaction that read those. On error *bytes is freed and NULL. */
enum status blob_join(uint8_t **bytes, size_t *len, struct db *db, const char *job, int64_t model,
                      int64_t version, struct err *e);
/* Drops one that will not be published. Not inside a transaction; 0 is fine. */
void blob_drop(struct db *db, int64_t blob);
/* Deletes published blobs that lost their owner, a bounded part a transaction; with unfinished,
 * those too that were being written. What fails is tried again the next time. Not inside a
 * transaction. */
void blob_collect(struct db *db, bool unfinished);

#endif
