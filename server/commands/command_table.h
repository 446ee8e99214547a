/* command_table.h - the table of commands. */
#ifndef SERVER_COMMANDS_COMMAND_TABLE_H
#define SERVER_COMMANDS_COMMAND_TABLE_H

#include "server/commands/command.h"

/* All commands, in the order of --help. Static. */
const struct command *command_table(int *count);
const struct command *command_find(const char *name); /* or NULL */
/* The name nearest to a misspelt one, or NULL. */
const char *command_near(const char *name);

#endif
