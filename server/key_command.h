/* key_command.h - lstmd key add|list|revoke, on the database itself, whether a daemon runs or
 * not. */
#ifndef SERVER_KEY_COMMAND_H
#define SERVER_KEY_COMMAND_H

#include "server/config/config.h"

/* Does what the operands and words of o want. out: for standard output, of add the new key alone;
 * note: for standard error. ST_INVALID: the command line is wrong. */
enum status key_command(struct buf *out, struct buf *note, const struct config *c,
                        const struct config_options *o, struct err *e);

#endif
