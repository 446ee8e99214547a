/* integrity.h - SQLite's own checks of a file. Private to store/. */
#ifndef SERVER_STORE_SQLITE_INTEGRITY_H
#define SERVER_STORE_SQLITE_INTEGRITY_H

#include "server/store/driver.h"

/* Damaged pages and indexes, and references to rows that are not there. */
enum status sqlite_check(struct db *db, driver_report *report, void *ctx, struct err *e);

#endif
