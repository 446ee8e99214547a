/* source_check.h - what the source of a data set means for those who write to it, within the
 * caller's transaction. Private to store/. */
#ifndef SERVER_STORE_SOURCE_CHECK_H
#define SERVER_STORE_SOURCE_CHECK_H

#include "server/store/driver.h"

/* Called before a data set is replaced. A client's content ends the source. That of a source is
 * ST_CONFLICT when its source is not in force any more. */
enum status source_replaces(struct db *db, const char *name, struct err *e);
/* Called before rows are appended: the same, but a client's rows leave the source as it is. */
enum status source_appends(struct db *db, const char *name, struct err *e);
/* Called when a data set is deleted. */
enum status source_drop(struct db *db, const char *name, struct err *e);

#endif
