/* serve.h - the daemon: starts the store, the cache, the jobs and HTTP, waits for signals, and
 * stops them again. */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/config/config.h"

/* Runs until SIGTERM or SIGINT, and returns ST_OK after an orderly end. Must be called on the main
 * thread before any other thread exists, because it blocks the signals that it waits for. The log
 * must be open. Errors are those of the parts, such as the database or the address. */
enum status serve_run(const struct config *c, struct err *e);

#endif
