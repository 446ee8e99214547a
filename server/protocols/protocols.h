/* protocols.h - the protocols of other tools, each of which a key of the configuration switches on.
 * A protocol that is off has no routes at all. */
#ifndef SERVER_PROTOCOLS_PROTOCOLS_H
#define SERVER_PROTOCOLS_PROTOCOLS_H

#include "server/api/api.h"

/* A route and the key that switches it on. */
struct protocol_route {
    size_t key; /* offset in struct config of a bool */
    struct http_route route;
};

/* Every route of every protocol. */
const struct protocol_route *protocols_all(int *count);
/* The routes of the API, and those of the protocols that c switches on, in one table. *out is new:
 * free(). ST_NOMEM. */
enum status protocols_routes(struct http_route **out, int *count, const struct config *c,
                             struct err *e);

#endif
