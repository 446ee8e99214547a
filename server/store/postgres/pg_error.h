/* pg_error.h - turns errors of PostgreSQL into a status, and a message that names the database and
 * what to do. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_PG_ERROR_H
#define SERVER_STORE_POSTGRES_PG_ERROR_H

#include <lstm/status.h>

/* sqlstate: five characters; NULL or "": the connection broke, or was not made. where: the
 * database, for messages, without its password. reason: the server's or libpq's message; it goes
 * into messages about the connection, and otherwise only to the debug log. */
enum status pg_error(const char *sqlstate, const char *where, const char *reason, const char *sql,
                     struct err *e);

#endif
