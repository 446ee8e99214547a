/* api_route.h - finds a route of the API for the request that a protocol makes to it. */
#ifndef SERVER_PROTOCOLS_API_ROUTE_H
#define SERVER_PROTOCOLS_API_ROUTE_H

#include "server/http/http_types.h"

/* The route with this method and pattern, which must be one of the API; otherwise NULL. */
const struct http_route *api_route(enum http_method method, const char *pattern);

#endif
