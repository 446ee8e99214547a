/* open.h - the file of a store, from its opening to its end. Private to store/. */
#ifndef SERVER_STORE_SQLITE_OPEN_H
#define SERVER_STORE_SQLITE_OPEN_H

#include "server/store/store.h"

enum status sqlite_open(struct store *s, const struct store_config *c, struct err *e);
/* Before the connections close: ends the keeper, and copies the log into the file. */
void sqlite_stop(struct store *s);
void sqlite_announce(struct store *s, const char *url);

#endif
