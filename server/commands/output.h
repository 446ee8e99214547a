/* output.h - what commands print. */
#ifndef SERVER_COMMANDS_OUTPUT_H
#define SERVER_COMMANDS_OUTPUT_H

#include "server/commands/command.h"

enum { OUTPUT_MAX = 4 << 20 };

/* Prints "lstmd COMMAND: message" and returns code. */
int output_fail(const struct invocation *v, int code, const struct err *e);
/* Prints and releases b. EXIT_FAILED when memory ran out, the disk is full, or the pipe is
 * closed. */
int output_buf(const struct invocation *v, struct buf *b);

#endif
