/* flag_list.h - all flags of a command: its own, and those of the sets that it takes. */
#ifndef SERVER_COMMANDS_FLAG_LIST_H
#define SERVER_COMMANDS_FLAG_LIST_H

#include "server/commands/command.h"

/* Fills out, and returns how many there are. Parameters of a training whose name is also that of an
 * upload (target, fill) have the prefix "model-". Strings are static. */
int flag_list(struct flag out[FLAGS_MAX], const struct command *c);
/* The name of the query parameter or the parameter of a training that the flag sets: its member, or
 * its name with underscores. Returns out. */
const char *flag_member(char out[FLAG_NAME_MAX], const struct flag *f);
/* ST_INVALID when a flag of one of these uses (bits 1 << use) was given, though operands[0] is no
 * file: it would have no effect. */
enum status flag_only_for_file(const struct invocation *v, unsigned uses, struct err *e);
/* Writes the value's placeholder or its choices, "json|svg", or nothing. */
void flag_put_placeholder(struct buf *out, const struct flag *f);
/* The first sentence of the help: where its text ends. */
int flag_sentence(const char *help);

#endif
