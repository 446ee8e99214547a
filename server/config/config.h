/* config.h - everything that can be set. One table (config_table.c) names every key with its type,
 * unit, range, default and reason; flags, environment, file, --print-config and config/lstmd.conf
 * all come from it.
 *
 * A key is given as --key VALUE or --key=VALUE, as LSTMD_KEY in the environment, or as a line "key
 * = value" of the file named by --config or LSTMD_CONFIG. A flag wins over the environment, the
 * environment over the file, the file over the default. An unknown key is an error wherever it
 * stands: a misspelt limit must never be ignored. */
#ifndef SERVER_CONFIG_CONFIG_H
#define SERVER_CONFIG_CONFIG_H

#include "server/config/config_values.h"

#include <lstm/buf.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_OPERANDS_MAX = 2 };

/* Flags of lstmd key add, which are no keys of the configuration. */
enum config_word {
    CONFIG_SCOPES,
    CONFIG_NAMES,
    CONFIG_EXPIRES,
    CONFIG_LIMITS, /* and those behind it, by enum access_limit */
    CONFIG_WORDS = CONFIG_LIMITS + 1
};

/* What a command line says beside the keys. Borrowed from argv and envp. */
struct config_options {
    bool help, print_config, check_config;
    const char *file;                /* of --config or LSTMD_CONFIG; NULL: none */
    const char *words[CONFIG_WORDS]; /* NULL: not given */
    int num_operands;
    const char *operands[CONFIG_OPERANDS_MAX]; /* arguments that are no flags */
};

/* Reads flags (argv holds them alone, without program and subcommand), environment (NULL-terminated
 * "NAME=value") and file. On ST_OK c is new: config_release(). ST_INVALID names the place, the
 * value and what would be right ("lstmd.conf:12: workers is 300; it must be ..."); ST_IO when the
 * file cannot be read. With --help nothing but the flags is looked at. */
enum status config_load(struct config *c, struct config_options *o, int argc, char *const *argv,
                        char *const *envp, struct err *e);
/* For the daemon: brings the keys of api_key_file and read_key_file into api_key and read_key. Of a
 * key and its file the one counts that was given by the stronger means (flag, environment, file),
 * of equals the key. make: api_key_file is made when api_key_generate wants that and nothing is
 * there; *made: whether it was. ST_INVALID, or ST_IO for a file. */
enum status config_secure(struct config *c, bool make, bool *made, struct err *e);
/* Behind that: ST_INVALID when the API would be open beyond loopback, or to every web page, and
 * insecure is not set. keys: the database holds some. */
enum status config_check_exposure(const struct config *c, bool keys, struct err *e);
void config_release(struct config *c); /* contents; zeroed again */

/* The configuration as a file that can be read back, every key with its comment. Secrets are left
 * out. A line "# from ..." stands before each value that is no default: from a flag, the
 * environment, or a line of the file. */
void config_print(struct buf *out, const struct config *c);
/* The list of keys for --help: flag, default, first sentence. */
void config_print_help(struct buf *out);

/* The number of threads in force: http_threads or min(cores, 4); request_workers or cores, 2 to 8;
 * workers or cores - 1, at least 1. Cores are those that the process may run on. */
unsigned config_http_threads(const struct config *c);
unsigned config_request_workers(const struct config *c);
unsigned config_workers(const struct config *c);
unsigned config_cores(void);
/* The limit of memory in force: max_training_bytes, or half of what there is divided by the
 * workers. */
size_t config_training_bytes(const struct config *c);
/* "http://127.0.0.1:8080" (https where there is a certificate), by which the daemon is reached from
 * its own machine: a wildcard address becomes the loopback one; "unix:/path" stays. malloc'ed; NULL
 * when out of memory. */
char *config_local_url(const struct config *c);

/* One row of the table, for --print-config and the test of config/lstmd.conf. */
struct config_key_info {
    const char *name, *fallback; /* the default, as it is written */
};
/* Row i (0 <= i < CONFIG_KEYS). */
struct config_key_info config_key(int i);

#endif
