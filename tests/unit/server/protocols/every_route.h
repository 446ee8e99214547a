/* every_route.h - the route table of a daemon whose protocols are all switched on. */
#ifndef TESTS_UNIT_SERVER_PROTOCOLS_EVERY_ROUTE_H
#define TESTS_UNIT_SERVER_PROTOCOLS_EVERY_ROUTE_H

#include "server/http/http_types.h"

/* Made at the first call; it lives as long as the program. */
const struct http_route *every_route(int *count);

#endif
