/* stats.h - counts and latencies of requests by route, for /metrics. Private to http/. */
#ifndef SERVER_HTTP_STATS_H
#define SERVER_HTTP_STATS_H

#include "server/http/keys.h"

#include <stdatomic.h>

struct stats_row {
    const char *pattern; /* borrowed */
    enum http_method method;
    atomic_uint_least64_t count[6], bucket[HTTP_BUCKETS], microseconds;
};

/* One row for each route, and a last one, "", for requests without a route. Any thread may
 * count. */
struct stats {
    struct stats_row *rows;
    int count;
    atomic_uint_least64_t key_failures[HTTP_KEY_FAILURES];
};

enum status stats_init(struct stats *s, const struct http_route *routes, int count, struct err *e);
void stats_release(struct stats *s);
/* row < 0 or beyond the end: the last row. */
void stats_count(struct stats *s, int row, int status, int64_t microseconds);
/* Counts a request that was refused for its key. verdict is not KEY_OK. */
void stats_count_key(struct stats *s, enum key_verdict verdict);
bool stats_read(const struct stats *s, int row, struct http_stats_row *out);

#endif
