/* config.h - the configuration. One table (config_table.c) has every key with its type, unit,
 * range, default and reason. Flags, environment, file, --print-config and config/lstmd.conf all
 * come from it.
 *
 * A key is given as --key VALUE or --key=VALUE, as LSTMD_KEY in the environment, or as a line "key
 * = value" of the file that --config or LSTMD_CONFIG names. A flag overrides the environment, the
 * environment the file, the file the default. An unknown key is an error everywhere: a misspelt
 * limit must never be ignored. */
#ifndef SERVER_CONFIG_CONFIG_H
#define SERVER_CONFIG_CONFIG_H

#include "server/config/config_values.h"

#include <lstm/buf.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_OPERANDS_MAX = 2 };

/* Flags of lstmd key add, which are not keys of the configuration. */
enum config_word {
    CONFIG_SCOPES,
    CONFIG_NAMES,
    CONFIG_EXPIRES,
    CONFIG_LIMITS, /* the first of those for limits, in the order of enum access_limit */
    CONFIG_WORDS = CONFIG_LIMITS + 3
};

/* What a command line has besides keys. Borrowed from argv and envp. */
struct config_options {
    bool help, print_config, check_config;
    const char *file;                /* named by --config or LSTMD_CONFIG; NULL: none */
    const char *words[CONFIG_WORDS]; /* NULL: not given */
    int num_operands;
    const char *operands[CONFIG_OPERANDS_MAX]; /* arguments that are not flags */
};

/* Reads flags (argv has only these, without program and subcommand), environment (NULL-terminated
 * "NAME=value") and file. On ST_OK c is new: config_release(). ST_INVALID names the place, the
 * value and what would be right ("lstmd.conf:12: workers is 300; it must be ..."); ST_IO when the
 * file cannot be read. With --help only flags are read. */
enum status config_load(struct config *c, struct config_options *o, int argc, char *const *argv,
                        char *const *envp, struct err *e);
/* For the daemon: reads api_key_file and read_key_file into api_key and read_key. If a key and its
 * file are both given, the one with the higher precedence counts (flag, environment, file); if they
 * are equal, the key. make: api_key_file is made if api_key_generate is set and nothing exists
 * there; *made: whether it was. ST_INVALID, or ST_IO for a file. */
enum status config_secure(struct config *c, bool make, bool *made, struct err *e);
/* Called after config_secure(). ST_INVALID when the API would be open beyond loopback, or to every
 * web page, and insecure is not set. keys: whether the database holds any. */
enum status config_check_exposure(const struct config *c, bool keys, struct err *e);
/* To be called after config_load(): overwrites the values of secrets in argv with asterisks, so
 * that the list of processes no longer shows them. */
void config_hide_secrets(int argc, char *const *argv);
void config_release(struct config *c); /* contents; zeroed again */

/* Writes the configuration as a file that can be read back, every key with its comment, without
 * secrets. A line "# from ..." before a value tells that it comes from a flag, the environment, or
 * a line of the file. */
void config_print(struct buf *out, const struct config *c);
/* The list of keys for --help: flag, default, first sentence. */
void config_print_help(struct buf *out);

/* Numbers of threads in force: the key's value or, if it is 0, a choice. http_threads: min(cores,
 * 4), or more so that one serves at most 800 of max_connections. request_workers: cores, 2 to 8.
 * workers: cores - 1, at least 1. Only cores that the process may use count. */
unsigned config_http_threads(const struct config *c);
unsigned config_request_workers(const struct config *c);
unsigned config_workers(const struct config *c);
unsigned config_cores(void);
/* The memory limit in force: max_training_bytes, or half of the memory divided by the workers. */
size_t config_training_bytes(const struct config *c);
/* The URL of the daemon on its own machine: "http://127.0.0.1:8080" (https with a certificate). A
 * wildcard address becomes the loopback address; "unix:/path" stays. malloc'ed; NULL when out of
 * memory. */
char *config_local_url(const struct config *c);

/* One row of the table, for completion and the test of config/lstmd.conf. Static. */
struct config_key_info {
    const char *name, *fallback; /* the default, as it is written */
    const char *help;
};
/* Row i (0 <= i < CONFIG_KEYS). */
struct config_key_info config_key(int i);

#endif
