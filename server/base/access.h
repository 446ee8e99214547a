/* access.h - who may do what: scopes, patterns of names, and the holder of a key. */
#ifndef SERVER_BASE_ACCESS_H
#define SERVER_BASE_ACCESS_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

/* A bit each. A key has any number of them, and each stands for itself; only admin has all. */
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
/* In the audit: who has no key, or one that is not known; and the command lstmd key. */
#define ACCESS_NOBODY  "anonymous"
#define ACCESS_COMMAND "command-line"
#define ACCESS_JOB     "training-job" /* a job that changed which version serves */

/* What a key may use. Of a value of 0 there is no limit. */
enum access_limit {
    LIMIT_REQUESTS, /* a minute */
    ACCESS_LIMITS
};

/* What the holder of a key may do. */
struct access {
    int64_t id;                     /* of a key of the store; 0: of the configuration */
    char name[ACCESS_NAME_MAX + 1]; /* of the key; "": nobody in particular */
    unsigned scopes;                /* enum scope; SCOPE_ADMIN brings all others */
    char names[PATTERN_MAX + 1];    /* of data sets and models; "": every one */
    int64_t expires_at;             /* ms since 1970; 0: never */
    int64_t limit[ACCESS_LIMITS];   /* by enum access_limit */
};

/* "read" for SCOPE_READ; NULL for what is no single scope. */
const char *scope_name(unsigned scope);
/* 0 when there is no scope of that name of n bytes. */
unsigned scope_from_name(const char *name, size_t n);
/* "read,predict"; for SCOPE_ADMIN "admin" alone. Returns out. */
const char *scope_list(char out[SCOPE_TEXT_MAX], unsigned scopes);
/* Names with commas or blanks between them, at least one, each once at most. ST_INVALID. */
enum status scope_read_list(unsigned *out, const char *text, struct err *e);
/* "requests_per_minute"; and the largest value. */
const char *access_limit_name(enum access_limit limit);
int64_t access_limit_max(enum access_limit limit);
/* ST_INVALID unless text is a whole number from 1 to the largest. */
enum status access_read_limit(int64_t *out, enum access_limit limit, const char *text,
                              struct err *e);
bool access_has(const struct access *a, unsigned scope);
/* What a new key may be: ST_INVALID for an admin that is bound to names (it could make itself a key
 * without), and for the names that stand for somebody else. */
enum status access_check(const struct access *a, struct err *e);
/* Whether the holder may see and change a data set or model of that name. NULL: nobody in
 * particular, who may. */
bool access_covers(const struct access *a, const char *name);

/* ST_INVALID unless text is 1 to PATTERN_MAX of what names hold, '*' (any number of characters) and
 * '?' (one). */
enum status pattern_check(const char *text, struct err *e);
/* Takes at most the product of both lengths. */
bool pattern_matches(const char *pattern, const char *name);

#endif
