/* serve.h - the daemon: brings store, cache, jobs and HTTP up, waits for signals, takes them
 * down. */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/config/config.h"

/* Runs until SIGTERM or SIGINT and returns ST_OK after an orderly end. Call it on the main thread,
 * before any other thread is there: it blocks the signals that it waits for. The log is open.
 * Errors are those of the parts: the database, the address. */
enum status serve_run(const struct config *c, struct err *e);

#endif
