/* commands.h - runs a command line. */
#ifndef SERVER_COMMANDS_COMMANDS_H
#define SERVER_COMMANDS_COMMANDS_H

#include "server/commands/command.h"

/* argv begins with the program's name. Returns the exit code. */
int commands_run(int argc, char *const *argv, struct io io);

#endif
