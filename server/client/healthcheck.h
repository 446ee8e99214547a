/* healthcheck.h - whether a daemon is ready: for `lstmd healthcheck`, which the HEALTHCHECK of a
 * container runs. */
#ifndef SERVER_CLIENT_HEALTHCHECK_H
#define SERVER_CLIENT_HEALTHCHECK_H

#include <lstm/status.h>
#include <stdbool.h>

/* GET url/readyz (a slash at url's end does not matter; "unix:/path" is a socket). own: url is
 * this machine's own daemon, whose certificate bears its public name, and is not checked. ST_OK:
 * 200. ST_BUSY: another answer, which the message quotes (draining, starting). ST_IO: no answer
 * within timeout_ms, refused, or no HTTP. ST_NOMEM. */
enum status client_health(const char *url, bool own, long timeout_ms, struct err *e);

#endif
