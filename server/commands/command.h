/* command.h - a command of the program, and what it is run with.
 *
 * command_table.c has one row for each command. The parsing of flags, --help, the manual page and
 * the completion of shells are made from these rows. */
#ifndef SERVER_COMMANDS_COMMAND_H
#define SERVER_COMMANDS_COMMAND_H

#include "server/config/config.h"

#include <lstm/buf.h>
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
/* FLAGS_MAX: of one command, with the keys of the configuration or the parameters of a training. */
enum { FLAGS_MAX = 128, FLAG_NAME_MAX = 40, OPERANDS_MAX = 64 };

/* What becomes of a flag's value. */
enum flag_use {
    FLAG_OWN,     /* the command reads it */
    FLAG_QUERY,   /* a query parameter of the command's main request */
    FLAG_UPLOAD,  /* a query parameter of an upload */
    FLAG_PARAM,   /* a parameter of a training */
    FLAG_REQUEST, /* another member of the request of a training */
    FLAG_SESSION, /* which service to use, and how much to tell: session.h */
    FLAG_CONFIG   /* a key of the configuration, or another flag that config_load() reads */
};

struct flag {
    char name[FLAG_NAME_MAX]; /* without the two dashes: "hidden-size" */
    const char *placeholder;  /* "N"; NULL: takes no value. Of a yes-no flag "true|false" */
    const char *help;         /* a clause or some sentences; the first one is for --help */
    enum flag_use use;
    const char *member;         /* of the query or the parameters; NULL: name with underscores */
    const char *const *choices; /* NULL-terminated; NULL: any */
    bool optional;              /* the value may be left out: true */
    char letter;                /* its short form; 0: none */
    bool parameter; /* of a query, and a parameter of a training as well: has a member */
};

/* Sets of flags that a command takes beside its own, as bits. */
enum {
    TAKES_CONFIG = 1,   /* the keys of the configuration; config_load() reads the command line */
    TAKES_SESSION = 2,  /* --url, --database, --config, --cacert, --quiet */
    TAKES_UPLOAD = 4,   /* how a file is read */
    TAKES_FORECAST = 8, /* parameters of a forecaster */
    TAKES_TAG = 16      /* parameters of a tagger */
};

/* What an operand is, for completion. */
enum operand_kind { OPERAND_NONE, OPERAND_FILE, OPERAND_COMMAND, OPERAND_KIND };

struct invocation;
struct command {
    const char *name, *operands, *summary;
    const char *details; /* sentences, each line at most 100 columns */
    const char *example; /* lines to paste, or "" */
    int min_operands, max_operands;
    unsigned takes;
    enum operand_kind operand;
    const struct flag *flags; /* its own, until an empty name; NULL: none */
    int (*run)(struct invocation *v);
};

/* Where a command reads and writes. Borrowed. */
struct io {
    FILE *in, *out, *err;
};

/* A command line that was read. */
struct invocation {
    const struct command *command;
    struct io io;
    bool help;
    /* With TAKES_CONFIG */
    struct config config;
    struct config_options options;
    /* Without: each flag of the command with its value, NULL where it was not given; borrowed. */
    int num_flags;
    struct flag flags[FLAGS_MAX];
    const char *values[FLAGS_MAX];
    int num_operands;
    const char *operands[OPERANDS_MAX];
};

/* The value of a flag by its name, or NULL. */
const char *flag_value(const struct invocation *v, const char *name);

#endif
