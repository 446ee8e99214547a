/* open.h - a store in PostgreSQL, from its opening to its end: see driver.h. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_OPEN_H
#define SERVER_STORE_POSTGRES_OPEN_H

#include "server/store/driver.h"
#include "server/store/store.h"

enum status postgres_open(struct store *s, const struct store_config *c, struct err *e);
void postgres_stop(struct store *s);
void postgres_release(struct store *s);
enum status postgres_connect(struct db *db, struct store *s, struct err *e);
void postgres_announce(struct store *s, const char *url); /* does nothing */

/* ---- what an administrator does with PostgreSQL's own programs ---- */
enum status postgres_backup(struct store *s, const char *to, struct err *e);
enum status postgres_restore(struct store *from, const char *to, char kept[PATH_MAX],
                             struct err *e);
enum status postgres_check(struct db *db, driver_report *report, void *ctx, struct err *e);

#endif
