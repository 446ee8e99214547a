/* url.h - the address of a PostgreSQL database. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_URL_H
#define SERVER_STORE_POSTGRES_URL_H

#include <lstm/status.h>
#include <stdbool.h>

/* Writes "the PostgreSQL database NAME at HOST:PORT" for messages, without user and password.
 * ST_INVALID: libpq does not understand the URL; the message does not show it. */
enum status url_where(char *out, size_t cap, const char *url, struct err *e);

#endif
