/* access.h - rights of the holder of a key: scopes, and patterns of names. */
#ifndef SERVER_BASE_ACCESS_H
#define SERVER_BASE_ACCESS_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* One bit each. A key has any number of scopes. None includes another, except that admin has
 * all. */
enum scope {
    SCOPE_READ = 1,    /* reads data sets, jobs, models and metrics */
    SCOPE_PREDICT = 2, /* forecasts, tags, evaluates: computes, and stores nothing */
    SCOPE_TRAIN = 4,   /* writes and deletes data sets, jobs and models */
    SCOPE_ADMIN = 8,   /* everything, keys included */
    SCOPE_ALL = 15
};
enum { SCOPE_COUNT = 4, SCOPE_TEXT_MAX = 32 };
enum { ACCESS_NAME_MAX = 64, PATTERN_MAX = 64 };

/* The names of the two keys of the configuration, in logs and in the audit. */
#define ACCESS_API_KEY  "api_key"
#define ACCESS_READ_KEY "read_key"
/* Names in the audit: of a client with no key or an unknown one; of the command lstmd key. */
#define ACCESS_NOBODY  "anonymous"
#define ACCESS_COMMAND "command-line"
#define ACCESS_JOB     "training-job" /* a job that changed which version serves */
/* the receiver of a webhook, which wants no more messages */
#define ACCESS_RECEIVER "webhook-receiver"

/* Limits of a key. A value of 0 means no limit. */
enum access_limit {
    LIMIT_REQUESTS, /* per minute */
    LIMIT_BYTES,    /* of data sets and models that it stored */
    LIMIT_TRAINING, /* seconds of running jobs per hour */
    ACCESS_LIMITS
};

/* The rights of the holder of a key. */
struct access {
    int64_t id;                     /* of a key in the store; 0: of the configuration */
    char name[ACCESS_NAME_MAX + 1]; /* of the key; "": no key */
    unsigned scopes;                /* bits of enum scope; SCOPE_ADMIN includes all */
    char names[PATTERN_MAX + 1];    /* pattern of data sets and models; "": all */
    int64_t expires_at;             /* ms since 1970; 0: never */
    int64_t limit[ACCESS_LIMITS];   /* by enum access_limit */
};

/* "read" for SCOPE_READ; NULL unless scope is a single one. */
const char *scope_name(unsigned scope);
/* The scope of that name (n bytes); 0 when there is none. */
unsigned scope_from_name(const char *name, size_t n);
/* "read,predict"; for SCOPE_ADMIN "admin" alone. Returns out. */
const char *scope_list(char out[SCOPE_TEXT_MAX], unsigned scopes);
/* Reads at least one name, separated by commas or blanks; each may occur once. ST_INVALID. */
enum status scope_read_list(unsigned *out, const char *text, struct err *e);
/* The name of a limit, such as "requests_per_minute"; and its largest value. */
const char *access_limit_name(enum access_limit limit);
int64_t access_limit_max(enum access_limit limit);
/* Reads a whole number from 1 to the largest value; for LIMIT_BYTES it may end with K, M or G.
 * Otherwise ST_INVALID. */
enum status access_read_limit(int64_t *out, enum access_limit limit, const char *text,
                              struct err *e);
bool access_has(const struct access *a, unsigned scope);
/* Checks a new key. ST_INVALID for an admin whose key is limited to names (it could make an
 * unlimited key), and for names that mean something else in the audit. */
enum status access_check(const struct access *a, struct err *e);
/* Whether the holder may see and change a data set or model of that name. a NULL: no key is needed,
 * so true. */
bool access_covers(const struct access *a, const char *name);

/* ST_INVALID unless text is 1 to PATTERN_MAX characters of names, '*' (any number of characters)
 * and '?' (one). */
enum status pattern_check(const char *text, struct err *e);
/* Whether every name that matches `inner` also matches `outer`. May be false where it is true. */
bool pattern_within(const char *outer, const char *inner);
/* Takes time of at most the product of both lengths. */
bool pattern_matches(const char *pattern, const char *name);

#endif
