/* usage.h - the texts of --help. */
#ifndef SERVER_COMMANDS_USAGE_H
#define SERVER_COMMANDS_USAGE_H

#include "server/commands/command.h"

/* The list of commands. */
void usage_overview(struct buf *out);
/* The help of one command: usage, details, an example, every flag. */
void usage_command(struct buf *out, const struct command *c);

#endif
