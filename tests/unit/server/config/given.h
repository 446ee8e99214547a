/* given.h - configurations from files and arguments for tests. */
#ifndef TESTS_UNIT_SERVER_CONFIG_GIVEN_H
#define TESTS_UNIT_SERVER_CONFIG_GIVEN_H

#include "server/config/config.h"

#include <string.h>
#include <unistd.h>

extern char given_path[64];

/* Writes a configuration file with this text; its path is in `given_path`. */
void given_write_file(const char *text, size_t n);

/* Loads with flags, separated by blanks, and at most one variable; file: its text, or NULL. */
enum status given_load(struct config *c, const char *flags, const char *variable, const char *file,
                       struct err *e);

#endif
