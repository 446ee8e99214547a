/* output.h - what commands print. */
#ifndef SERVER_COMMANDS_OUTPUT_H
#define SERVER_COMMANDS_OUTPUT_H

#include "server/commands/command.h"

enum { OUTPUT_MAX = 4 << 20 };

/* Prints text that may come from elsewhere: a control character, which could steer a terminal,
 * becomes '?'. */
void output_text(FILE *to, const char *text);
/* Prints "lstmd COMMAND: message" and returns code; nothing when the reader of the output has
 * left. */
int output_fail(const struct invocation *v, int code, const struct err *e);
/* Prints and releases b. EXIT_FAILED when memory ran out, the disk is full, or the pipe is
 * closed. */
int output_buf(const struct invocation *v, struct buf *b);

#endif
