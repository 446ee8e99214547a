/* program.h - lstmd as a command: with its own streams, in a pipe or on a terminal. */
#ifndef TESTS_INTEGRATION_PROGRAM_H
#define TESTS_INTEGRATION_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PROGRAM_TEXT_MAX = 1 << 20, PROGRAM_DEADLINE_MS = 120000 };

struct program {
    pid_t pid;
    int in, out, err;                                       /* our ends of the pipes; -1: closed */
    char output[PROGRAM_TEXT_MAX], error[PROGRAM_TEXT_MAX]; /* what was read so far */
    size_t output_len, error_len;
};

/* Starts lstmd with args (NULL-terminated). terminal: all three streams are one, which is read as
 * `error`. */
void program_start(struct program *p, const char *const *args, bool terminal);
/* Writes to its input; close: and ends it. A program that ends earlier is no failure. */
void program_write(struct program *p, const char *text, size_t len, bool close);
/* Reads until its error stream holds the text; fails after the deadline, or when the program ends
 * before. */
void program_wait_for(struct program *p, const char *text);
/* Reads everything, and returns the exit status; fails when a signal ended it, or after the
 * deadline. */
int program_end(struct program *p);
/* All of them: input may be NULL. */
int program_run(struct program *p, const char *const *args, const char *input);

#endif
