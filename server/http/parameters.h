/* parameters.h - checks query parameters against their declarations, before a handler runs. Private
 * to http/. */
#ifndef SERVER_HTTP_PARAMETERS_H
#define SERVER_HTTP_PARAMETERS_H

#include "server/http/http_types.h"

/* ST_INVALID when a route has a parameter that the table does not declare. Without a table (NULL)
 * every parameter is text. */
enum status parameters_complete(const struct http_parameter *table, int count,
                                const struct http_route *routes, int num_routes, struct err *e);

/* ST_MALFORMED with the pointer "?name" when a value does not fit the declaration of its name. */
enum status parameters_check(const struct http_pair *query, int num_query,
                             const struct http_parameter *table, int count, struct err *e);

#endif
