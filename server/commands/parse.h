/* parse.h - reads the flags and operands of a command by getopt_long(). */
#ifndef SERVER_COMMANDS_PARSE_H
#define SERVER_COMMANDS_PARSE_H

#include "server/commands/command.h"

/* Reads argv, which begins with the command's name. Flags may stand behind operands, and be
 * shortened while they are clear; dashes in them may be underscores. An operand NAME=VALUE whose
 * name is that of a parameter sets the parameter. v has the command and the streams; argv must
 * outlive it. ST_INVALID: a flag is unknown ("did you mean"), lacks its value or has a wrong one,
 * or the number of operands is wrong. With --help nothing else is checked. Not for two threads at
 * once. */
enum status parse_arguments(struct invocation *v, int argc, char *const *argv, struct err *e);

#endif
