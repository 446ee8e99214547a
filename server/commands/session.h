/* session.h - the service that a command speaks to: a server (--url), or one that the command runs
 * in its own process on the local database. Both are used over HTTP, so that they behave the same.
 *
 * The own one listens on a socket in a fresh folder that only this user enters. If another process
 * uses the database, the session speaks to that one. */
#ifndef SERVER_COMMANDS_SESSION_H
#define SERVER_COMMANDS_SESSION_H

#include "server/client/exchange.h"
#include "server/commands/command.h"

enum session_kind {
    SESSION_READS,    /* trains nothing: waiting jobs of the local database stay in the queue */
    SESSION_TRAINS,   /* trains on the local database */
    SESSION_TEMPORARY /* trains on a database of its own, which goes with the session */
};

struct session;

/* Opens the service that the flags of v, the environment and the configuration name. v is borrowed.
 * ST_INVALID: they are wrong. Also the errors of the database, such as ST_CONFLICT when a process
 * that serves nobody uses it. Must be called before other threads are started. */
enum status session_open(struct session **out, const struct invocation *v, enum session_kind kind,
                         struct err *e);
/* Stops the own service, and removes what is temporary. NULL is fine. */
void session_close(struct session *s);

/* Whether what is stored there stays: false only for an own temporary database. */
bool session_keeps(const struct session *s);
/* Whether the service runs in this process. */
bool session_own(const struct session *s);

/* Sends a request; again, if another process served the session and has ended. An answer of 400 or
 * more is an error whose message has the detail and the place of the problem document:
 * ST_NOT_FOUND for 404, ST_CONFLICT for 409, ST_FORBIDDEN for 401 and 403, ST_BUSY for 503,
 * ST_INTERNAL for other faults of the server, otherwise ST_INVALID. ST_IO: no answer. a is filled
 * in either case. */
enum status session_send(struct answer *a, struct session *s, const struct exchange *x,
                         struct err *e);
/* Opens the service again, after another process that had served it ended. ST_IO for a server. */
enum status session_again(struct session *s, struct err *e);

#endif
