/* near.h - suggests a path that a client may have meant. Private to http/. */
#ifndef SERVER_HTTP_NEAR_H
#define SERVER_HTTP_NEAR_H

#include "server/http/route.h"

/* Writes a clause for the message of a 404, such as "; did you mean /healthz?" or "; below /v1 are:
 * datasets, jobs, models"; "" when nothing is similar. segment: decoded, as in route_find(). */
void near_path(char *out, size_t cap, const struct route_table *t, char *const *segment,
               int num_segments);

#endif
