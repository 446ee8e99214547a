/* notes.h - remarks beside answers, for standard error. */
#ifndef SERVER_COMMANDS_NOTES_H
#define SERVER_COMMANDS_NOTES_H

#include "server/commands/command.h"

#include <cjson/cJSON.h>

/* Prints the list "notes" of an answer, its "note" and its "skipped", unless --quiet was given. */
void notes_show(const struct invocation *v, const cJSON *answer);

#endif
