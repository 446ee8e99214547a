/* call.h - requests of commands: paths, queries, JSON. */
#ifndef SERVER_COMMANDS_CALL_H
#define SERVER_COMMANDS_CALL_H

#include "server/commands/session.h"

#include <cjson/cJSON.h>

enum { CALL_PATH_MAX = 64 * 1024 };

/* Writes random hexadecimal digits. ST_IO: the system gives none. */
enum { CALL_RANDOM_MAX = 11 };
enum status call_random(char out[CALL_RANDOM_MAX], struct err *e);

/* Begins a path, whose name is encoded. b must be released. */
void call_path(struct buf *b, const char *before, const char *name, const char *after);
/* Appends "?name=value" or "&name=value", encoded. NULL value: nothing. */
void call_query(struct buf *b, const char *name, const char *value);
/* Appends every flag of this use that was given. */
void call_flags(struct buf *b, const struct invocation *v, enum flag_use use);

/* Sends a request with a JSON body (NULL: none, borrowed) and reads a JSON answer into *out
 * (NULL: ignored), which the caller deletes. Errors as session_send(). */
enum status call_json(cJSON **out, struct session *s, const char *method, const char *path,
                      const cJSON *body, struct err *e);

/* POST with a random Idempotency-Key: if the service ends and the request is repeated, it acts
 * once. */
enum status call_once(cJSON **out, struct session *s, const char *path, const cJSON *body,
                      struct err *e);

/* Sends a request without a body, and writes its answer to v's output as it is; with a newline at
 * the end of JSON. */
enum status call_print(struct session *s, const struct invocation *v, const char *path,
                       struct err *e);

#endif
