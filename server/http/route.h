/* route.h - the compiled route table: finds the row that serves a path and a method. Private to
 * http/. */
#ifndef SERVER_HTTP_ROUTE_H
#define SERVER_HTTP_ROUTE_H

#include "server/http/http_types.h"

enum { ROUTE_SEGMENTS_MAX = 8, ROUTE_PARAMS_MAX = 3, ROUTE_PARAM_BYTES_MAX = 512 };

struct compiled_route {
    const struct http_route *route;    /* borrowed */
    char *segment[ROUTE_SEGMENTS_MAX]; /* NULL: a placeholder; otherwise in the table's block */
    int num_segments, num_params;
};

struct route_table {
    struct compiled_route *rows;
    int count;
    char *block;
};

enum route_verdict { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

struct route_match {
    int row;                             /* index into the table; only with ROUTE_FOUND */
    const char *param[ROUTE_PARAMS_MAX]; /* borrowed from the segments */
    unsigned allowed; /* bit 1 << method for every row with this path; HEAD with GET */
};

/* routes are borrowed. ST_INVALID: a pattern with too many segments or placeholders; ST_NOMEM. */
enum status route_table_init(struct route_table *t, const struct http_route *routes, int count,
                             struct err *e);
void route_table_release(struct route_table *t);

/* segment: the decoded segments of the path. A placeholder accepts 1 to ROUTE_PARAM_BYTES_MAX
 * bytes. The first row that fits is taken. HTTP_GET serves HTTP_HEAD. */
enum route_verdict route_find(struct route_match *m, const struct route_table *t,
                              enum http_method method, char *const *segment, int num_segments);
/* Whether the route is a probe of monitors: it responds at once and depends on no resource. */
bool route_is_probe(const struct http_route *route);
/* "GET, HEAD, OPTIONS": the value of Allow. */
void route_allow(char *out, size_t cap, unsigned allowed);

enum http_method http_method_from_name(const char *name);

#endif
