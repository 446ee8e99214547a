/* rates.h - requests of each key that has a limit of them. Private to http/.
 *
 * A token bucket for each key: it holds the requests of a minute at most, and refills evenly. So a
 * key that was quiet may send the requests of a minute at once, and has as many again in every
 * minute that follows. A request that is refused takes nothing. Buckets are memory of this process,
 * and are full at its start. */
#ifndef SERVER_HTTP_RATES_H
#define SERVER_HTTP_RATES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { RATES_KEYS = 2048 }; /* more than there are keys in force; the longest unused goes */

struct rates;

/* What an answer reports (draft-ietf-httpapi-ratelimit-headers-10). */
struct rate {
    int64_t limit;     /* requests a minute; 0: there is none */
    int64_t remaining; /* that are free now */
    int64_t seconds;   /* until all are free again, or with none left, until there is one */
};

enum status rates_new(struct rates **out, struct err *e); /* ST_NOMEM */
void rates_free(struct rates *r);                         /* NULL is fine */
/* Takes one request of the key of that number, whose limit is per_minute >= 1. False: there is none
 * left. Any thread. */
bool rates_take(struct rate *out, struct rates *r, int64_t key, int64_t per_minute, int64_t now_ms);

#endif
