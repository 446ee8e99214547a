/* database_url.h - the value of the key database: the path of a file, or the URL of a PostgreSQL
 * database. */
#ifndef SERVER_BASE_DATABASE_URL_H
#define SERVER_BASE_DATABASE_URL_H

#include <stdbool.h>
#include <stddef.h>

enum { DATABASE_SHOWN = 512 };

/* Whether it begins with postgresql:// or postgres://. */
bool database_is_url(const char *database);
/* Writes the value without passwords, for people and logs; of a path all of it. Passwords of a URL
 * stand between user and host, and in parameters. */
void database_shown(char *out, size_t cap, const char *database);

#endif
