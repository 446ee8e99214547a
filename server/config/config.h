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

#include "server/base/log.h"
#include <lstm/buf.h>

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONFIG_KEYS = 39 };

/* Where a value came from, in rising order of precedence. */
enum config_origin { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

/* The values in force, checked against their ranges. Strings are owned and never NULL. */
struct config {
    char *listen;   /* address:port; port 0: any free one */
    char *database; /* path of the SQLite file */
    int64_t http_threads,
        workers;              /* threads; 0: chosen by config_http_threads(), config_workers() */
    char *api_key, *read_key; /* secrets; "": none is asked for */
    char *api_key_file, *read_key_file; /* paths; "": none */
    bool api_key_generate;              /* make api_key_file when it is not there */
    bool insecure;                      /* no key is needed beyond loopback */
    char *allowed_hosts;                /* names that Host may hold, see http.h */

    int64_t max_body_bytes, max_header_bytes; /* bytes of one request */
    int64_t max_connections;
    int64_t request_deadline_seconds, idle_timeout_seconds;
    int64_t request_workers; /* threads; 0: chosen by config_request_workers() */
    int64_t max_waiting_requests;
    int64_t request_wait_seconds, request_work_seconds;
    int64_t max_bodies_bytes, max_unsent_bytes; /* of all requests; of all large answers */

    int64_t max_json_depth;                /* levels */
    int64_t max_series, max_series_length; /* series of a data set; rows of a series */
    int64_t max_sentences, max_tokens;     /* of a data set */
    int64_t max_tokens_per_request;        /* that are tagged at once */
    int64_t max_parameters;                /* weights of one model */
    int64_t max_training_bytes;            /* memory of one training */
    int64_t training_priority;             /* nice value of the threads that train */
    int64_t max_queue;                     /* jobs */
    int64_t model_cache_bytes;

    double checkpoint_interval_seconds; /* 0: after every batch */
    int64_t busy_timeout_ms;
    int64_t shutdown_deadline_seconds;

    int log_format; /* enum log_format */
    int log_level;  /* enum log_level */
    char *log_file; /* "": standard error */

    enum config_origin origin[CONFIG_KEYS]; /* of each key, in the table's order */
    bool over_file[CONFIG_KEYS];  /* the file has the key, too, and its value is not used */
    bool over_key[CONFIG_KEYS];   /* the key was given, but its key file by stronger means */
    const char *exposed_key_file; /* one of the paths: every user of the machine may read it */
};

enum { CONFIG_OPERANDS_MAX = 2 };

/* What a command line says beside the keys. Borrowed from argv and envp. */
struct config_options {
    bool help, print_config, check_config;
    const char *file; /* of --config or LSTMD_CONFIG; NULL: none */
    int num_operands;
    const char *operands[CONFIG_OPERANDS_MAX]; /* arguments that are no flags */
};

/* Reads flags (argv holds them alone, without program and subcommand), environment (NULL-terminated
 * "NAME=value") and file. On ST_OK c is new: config_release(). ST_INVALID names the place, the
 * value and what would be right ("lstmd.conf:12: workers is 300; it must be ..."); ST_IO when the
 * file cannot be read. With --help nothing but the flags is looked at. */
enum status config_load(struct config *c, struct config_options *o, int argc, char *const *argv,
                        char *const *envp, struct err *e);
/* For the daemon: brings the keys of api_key_file and read_key_file into api_key and read_key, and
 * checks that the API is not open beyond loopback, unless insecure is set. Of a key and its file
 * the one counts that was given by the stronger means (flag, environment, file), of equals the key.
 * make: api_key_file is made when api_key_generate wants that and nothing is there; *made: whether
 * it was. ST_INVALID, or ST_IO for a file. */
enum status config_secure(struct config *c, bool make, bool *made, struct err *e);
void config_release(struct config *c); /* contents; zeroed again */

/* The configuration as a file that can be read back, every key with its comment. Secrets are left
 * out. Starts with a line "# from ..." where a value is no default. */
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
/* "http://127.0.0.1:8080", by which the daemon is reached from its own machine: a wildcard address
 * becomes the loopback one. malloc'ed; NULL when out of memory. */
char *config_local_url(const struct config *c);

/* One row of the table, for --print-config and the test of config/lstmd.conf. */
struct config_key_info {
    const char *name, *fallback; /* the default, as it is written */
};
/* Row i (0 <= i < CONFIG_KEYS). */
struct config_key_info config_key(int i);

#endif
