/* key_command.h - the command lstmd key add|list|revoke. It works on the database itself, whether
 * or not a daemon runs. */
#ifndef SERVER_COMMANDS_KEY_COMMAND_H
#define SERVER_COMMANDS_KEY_COMMAND_H

#include "server/config/config.h"

/* Runs the command in the operands and words of o. out: text for standard output; for add only the
 * new key. note: text for standard error. ST_INVALID: the command line is wrong. */
enum status key_command(struct buf *out, struct buf *note, const struct config *c,
                        const struct config_options *o, struct err *e);

#endif
