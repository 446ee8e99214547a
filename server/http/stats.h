/* stats.h - what /metrics reports about requests: counts and latencies by route. Private to
 * http/. */
#ifndef SERVER_HTTP_STATS_H
#define SERVER_HTTP_STATS_H

#include "server/http/http_types.h"

#include <stdatomic.h>

struct stats_row {
    const char *pattern; /* borrowed */
    enum http_method method;
    atomic_uint_least64_t count[6], bucket[HTTP_BUCKETS], microseconds;
};

/* One row a route and a last one, "", for what no route served. Counted from any thread. */
struct stats {
    struct stats_row *rows;
    int count;
};

enum status stats_init(struct stats *s, const struct http_route *routes, int count, struct err *e);
void stats_release(struct stats *s);
/* row < 0 or behind the end: the last one. */
void stats_count(struct stats *s, int row, int status, int64_t microseconds);
bool stats_read(const struct stats *s, int row, struct http_stats_row *out);

#endif
