/* upload.h - puts a file into a data set. */
#ifndef SERVER_COMMANDS_UPLOAD_H
#define SERVER_COMMANDS_UPLOAD_H

#include "server/commands/call.h"

/* Creates or, with replace, also replaces the data set of that name from the file at path ("-": the
 * standard input of v), read as the flags of v tell. *out: the description of the data set, which
 * the caller deletes. Its notes are shown. ST_CONFLICT: it exists, and replace is false. */
enum status upload_file(cJSON **out, struct session *s, const struct invocation *v,
                        const char *path, const char *name, bool replace, struct err *e);

#endif
