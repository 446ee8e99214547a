/* fetch.h - one fetch of one source, and the times of schedules. */
#ifndef SERVER_SOURCES_FETCH_H
#define SERVER_SOURCES_FETCH_H

#include "server/sources/sources_config.h"

enum fetch_result { FETCH_CHANGED, FETCH_UNCHANGED, FETCH_FAILED, FETCH_STOPPED };

/* Fetches what s describes and stores it. Changes s to what is known afterwards, the time of the
 * next fetch included; store_source_finish() keeps it. FETCH_STOPPED: s is as it was. */
enum fetch_result fetch_source(struct source *s, struct store *store,
                               const struct sources_config *c, const struct fetch_stop *stop);

/* When a source is fetched next, in ms from now. every: ms; failures: in a row, 0: none;
 * retry_after: what the server asked for, ms, or 0; random: 0 to 1. */
int64_t fetch_delay(int64_t every, int64_t failures, int64_t retry_after, double random);
/* The time of a schedule with jitter: ms, and at most a tenth or five minutes more. */
int64_t fetch_spread(int64_t ms);

#endif
