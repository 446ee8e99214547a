/* expiry.h - reads when something expires: after a time span, or at a point in time. */
#ifndef SERVER_DATA_EXPIRY_H
#define SERVER_DATA_EXPIRY_H

#include <lstm/status.h>
#include <stdint.h>

/* Reads "30m", "12h", "90d", "8w": so many minutes, hours, days, weeks after now. *out and now: ms
 * since 1970. ST_INVALID: other text, zero, or more than a hundred years. */
enum status expiry_after(int64_t *out, const char *text, int64_t now, struct err *e);
/* Reads "2027-01-31" (the beginning of that day in UTC) or an RFC 3339 time. It must be in the
 * future, by at most a hundred years. ST_INVALID. */
enum status expiry_at(int64_t *out, const char *text, int64_t now, struct err *e);
/* Reads either form. */
enum status expiry_read(int64_t *out, const char *text, int64_t now, struct err *e);

#endif
