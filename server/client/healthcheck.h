/* healthcheck.h - checks whether a daemon is ready, for `lstmd healthcheck`, which is the
 * HEALTHCHECK of the container. */
#ifndef SERVER_CLIENT_HEALTHCHECK_H
#define SERVER_CLIENT_HEALTHCHECK_H

#include <lstm/status.h>
#include <stdbool.h>

/* GET url/readyz (with or without a slash at url's end; "unix:/path" is a socket). own: url is the
 * daemon of this machine. Its certificate is not checked, because it holds the daemon's public
 * name. ST_OK: 200. ST_BUSY: another response, which the message quotes (draining, starting).
 * ST_IO: no response within timeout_ms, refused, or not HTTP. ST_NOMEM. */
enum status client_health(const char *url, bool own, long timeout_ms, struct err *e);

#endif
