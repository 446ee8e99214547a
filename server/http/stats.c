/* stats.c - see stats.h. The counters of a row are read one by one. A request that ends meanwhile
 * may be in the count but not in the sum; the next reading has both. */
#include "server/http/stats.h"

#include "server/http/http.h"

#include <stdlib.h>
#include <string.h>

const double http_bucket_bounds[11] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                       0.1,   0.25,   0.5,   1,    5};

enum status stats_init(struct stats *s, const struct http_route *routes, int count, struct err *e)
{
    s->rows = calloc((size_t)count + 1, sizeof(*s->rows));
    if (!s->rows)
        return err_nomem(e, ((size_t)count + 1) * sizeof(*s->rows));
    s->count = count + 1;
    for (int i = 0; i < count; i++) {
        s->rows[i].pattern = routes[i].pattern;
        s->rows[i].method = routes[i].method;
    }
    s->rows[count].pattern = "";
    s->rows[count].method = HTTP_OTHER;
    return ST_OK;
}

void stats_release(struct stats *s)
{
    free(s->rows);
    memset(s, 0, sizeof(*s));
}

void stats_count(struct stats *s, int row, int status, int64_t microseconds)
{
    struct stats_row *r = &s->rows[row >= 0 && row < s->count ? row : s->count - 1];
    int class = status >= 100 && status < 600 ? status / 100 : 0;
    int bucket = 0;

    if (microseconds < 0)
        microseconds = 0;
    while (bucket < HTTP_BUCKETS - 1 && (double)microseconds > http_bucket_bounds[bucket] * 1e6)
        bucket++;
    atomic_fetch_add_explicit(&r->count[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->bucket[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->microseconds, (uint_least64_t)microseconds, memory_order_relaxed);
}

void stats_count_key(struct stats *s, enum key_verdict verdict)
{
    (void)atomic_fetch_add_explicit(&s->key_failures[verdict - 1], 1, memory_order_relaxed);
}

bool stats_read(const struct stats *s, int row, struct http_stats_row *out)
{
    const struct stats_row *r;
    uint64_t sum = 0;

    if (row < 0 || row >= s->count)
        return false;
    r = &s->rows[row];
    *out = (struct http_stats_row){.pattern = r->pattern, .method = r->method};
    for (int i = 0; i < 6; i++)
        out->count[i] = atomic_load_explicit(&r->count[i], memory_order_relaxed);
    for (int i = 0; i < HTTP_BUCKETS; i++) {
        sum += atomic_load_explicit(&r->bucket[i], memory_order_relaxed);
        out->bucket[i] = sum;
    }
    out->seconds = (double)atomic_load_explicit(&r->microseconds, memory_order_relaxed) / 1e6;
    return true;
}
