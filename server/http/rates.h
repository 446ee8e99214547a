/* rates.h - limits the requests per minute of each key. Private to http/.
 *
 * Each key has a token bucket, which holds at most the requests of a minute and refills evenly. So
 * a key that sent nothing for a minute may send the requests of a minute at once. A refused request
 * takes no token. Buckets are kept in memory, and are full when the process starts. */
#ifndef SERVER_HTTP_RATES_H
#define SERVER_HTTP_RATES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    RATES_KEYS = 2048
}; /* more than the maximum of valid keys; the least recently used one is removed */

struct rates;

/* The figures in a response (draft-ietf-httpapi-ratelimit-headers-10). */
struct rate {
    int64_t limit;     /* requests per minute; 0: no limit */
    int64_t remaining; /* that are free now */
    int64_t seconds;   /* until all are free again; if remaining is 0, until one is free */
};

enum status rates_new(struct rates **out, struct err *e); /* ST_NOMEM */
void rates_free(struct rates *r);                         /* NULL is fine */
/* Takes one request from the key of that number, whose limit is per_minute >= 1. False: none is
 * left. Any thread may call it. */
bool rates_take(struct rate *out, struct rates *r, int64_t key, int64_t per_minute, int64_t now_ms);

#endif
