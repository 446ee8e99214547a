/* completion.h - completion of commands, flags and values in shells. */
#ifndef SERVER_COMMANDS_COMPLETION_H
#define SERVER_COMMANDS_COMPLETION_H

#include <lstm/buf.h>

/* Writes the script for a shell, "bash" or "zsh". ST_INVALID: another shell. */
enum status completion_write(struct buf *out, const char *shell, struct err *e);

#endif
