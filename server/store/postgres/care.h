/* care.h - space, time and health of a PostgreSQL database: see driver.h. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_CARE_H
#define SERVER_STORE_POSTGRES_CARE_H

#include "server/store/driver.h"

enum status postgres_ping(struct store *s, struct err *e);
enum status postgres_trouble(struct store *s, struct err *e);
void postgres_disk(int64_t *free_bytes, int64_t *size, const struct store *s); /* unknown */
int64_t postgres_last_backup(const struct store *s);                           /* unknown */
/* The bytes of data sets and of versions of models; space that deleted rows leave does not count,
 * since the server uses it again. */
enum status postgres_used_bytes(int64_t *out, struct db *db, struct err *e);
enum status postgres_total_bytes(int64_t *out, struct db *db, struct err *e); /* of the tables */
void postgres_shrink(struct db *db); /* the server's autovacuum does it */
enum status postgres_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e);
int64_t postgres_clock_ms(struct db *db); /* the server's clock */
enum status postgres_data_version(int64_t *out, struct db *db, struct err *e); /* of the keys */

#endif
