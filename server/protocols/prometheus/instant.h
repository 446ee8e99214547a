/* instant.h - points in time and durations as clients of Prometheus write them. Private to
 * prometheus/. */
#ifndef SERVER_PROTOCOLS_PROMETHEUS_INSTANT_H
#define SERVER_PROTOCOLS_PROMETHEUS_INSTANT_H

#include <lstm/buf.h>
#include <lstm/status.h>

/* Reads RFC 3339 ("2020-01-31T05:00:00.5Z"), or seconds since 1970 with decimals, into ms since
 * 1970. What lies outside of the years 0001 to 9999 becomes their beginning or end, because clients
 * send such times for "ever". name: the parameter, for errors. ST_MALFORMED with its place. */
enum status instant_read(int64_t *ms, const char *text, const char *name, struct err *e);
/* Reads "1h30m", "90s", "100ms", or a number of seconds. ST_MALFORMED unless it is above zero, and
 * at most a thousand years. */
enum status duration_read(int64_t *ms, const char *text, const char *name, struct err *e);
/* Appends seconds since 1970: "1435781451.781". */
void instant_put(struct buf *b, int64_t ms);

#endif
