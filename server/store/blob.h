/* blob.h - bytes that are too many for one transaction: see migrations/, tables blob and blob_part.
 *
 * Each part is written in a transaction of its own. Then the row that the parts belong to is
 * written, with the remaining bytes, in the transaction that publishes it. When a process dies in
 * between, its parts have no owner, and the next start deletes them. Private to store/. */
#ifndef SERVER_STORE_BLOB_H
#define SERVER_STORE_BLOB_H

#include "server/store/connection.h"

/* Writes the first bytes as parts and brings them to the disk, so that the commit that publishes
 * them has little to do. *blob: number of the blob, 0 when all bytes fit into the row. *rest: where
 * the row's bytes begin. Not inside a transaction. On error the parts are deleted again, if
 * possible. */
enum status blob_write(int64_t *blob, size_t *rest, struct db *db, const uint8_t *bytes, size_t len,
                       struct err *e);
/* Makes a blob the snapshot of a job, or (job NULL) the checkpoint of a version; their row must
 * exist. Inside the transaction. blob 0: does nothing. */
enum status blob_publish(struct db *db, int64_t blob, const char *job, int64_t model,
                         int64_t version, struct err *e);
/* Puts the parts of a job or version before *bytes, the row's own (malloc'ed, *len of them). Inside
 * the transaction that read the row. On error *bytes is freed and NULL. */
enum status blob_join(uint8_t **bytes, size_t *len, struct db *db, const char *job, int64_t model,
                      int64_t version, struct err *e);
/* Deletes a blob that will not be published. Not inside a transaction. 0 does nothing. */
void blob_drop(struct db *db, int64_t blob);
/* Deletes published blobs without an owner, some parts in each transaction; with unfinished, also
 * those that were never published. A blob that cannot be deleted stays for the next call. Not
 * inside a transaction. */
void blob_collect(struct db *db, bool unfinished);

#endif
