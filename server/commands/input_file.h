/* input_file.h - a file, or standard input, that a command reads. */
#ifndef SERVER_COMMANDS_INPUT_FILE_H
#define SERVER_COMMANDS_INPUT_FILE_H

#include "server/commands/command.h"

enum { INPUT_NAME_MAX = 64 };

struct input_file {
    FILE *f; /* closed by input_close(), unless it is standard input */
    bool standard;
    const char *type;   /* media type by the name's extension; NULL: the bytes decide */
    const char *coding; /* "gzip" for NAME.gz, or NULL */
};

/* Whether an operand names a file rather than a data set or a model: it is "-", has a slash, or
 * such a file exists. */
bool input_is_file(const char *operand);
/* "-" is v's standard input. ST_NOT_FOUND, ST_IO, ST_INVALID (a folder) name the file. */
enum status input_open(struct input_file *in, const struct invocation *v, const char *path,
                       struct err *e);
void input_close(struct input_file *in);
/* The name of a data set for a file: "Sales 2024.csv.gz" -> "sales-2024"; "-" and names without a
 * letter or digit: "data". */
void input_name(char out[INPUT_NAME_MAX + 1], const char *path);

#endif
