/* daemon.h - a real lstmd in a child process with its own folder, and HTTP requests to it.
 *
 * Everything fails the running Check test with a clear message instead of returning an error. */
#ifndef TESTS_INTEGRATION_DAEMON_H
#define TESTS_INTEGRATION_DAEMON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct daemon {
    pid_t pid;          /* 0: not running */
    char dir[64];       /* temporary folder, removed by daemon_free() */
    char db[96];        /* the database in it */
    char log[96];       /* stdout and stderr of every run */
    char url[64];       /* "http://127.0.0.1:PORT", or https */
    char path[128];     /* socket for requests, with url "http://localhost"; "": none */
    int hand_over;      /* socket that the daemon gets as from a service manager; 0: none */
    char ca[128];       /* with https: a file with the trusted certificate; "": none */
    long log_from;      /* where the current run's log begins */
    bool other_release; /* its responses are not compared with the contract */
};

/* Makes the folder; does not start the daemon. */
void daemon_init(struct daemon *d);
/* Starts lstmd serve on a free port with the folder's database. args: more flags, NULL-terminated,
 * or NULL. Returns when /readyz has the status 200. */
void daemon_start(struct daemon *d, const char *const *args);
/* The same, but returns as soon as the daemon listens, even if it is not ready. */
void daemon_start_unready(struct daemon *d, const char *const *args);
/* Starts a daemon that cannot work and ends by itself. Returns the exit status; fails after the
 * deadline. */
int daemon_ends(struct daemon *d, const char *const *args, int deadline_s);
void daemon_kill(struct daemon *d);                /* SIGKILL, reaped */
int daemon_stop(struct daemon *d, int deadline_s); /* SIGTERM; the exit status, fails when late */
int daemon_wait(struct daemon *d, int deadline_s); /* the same after a signal was sent already */
void daemon_free(struct daemon *d);                /* stops what runs, removes the folder */
/* How many daemons that daemon_free() stopped did not end in time with status 0. */
int daemon_bad_ends(void);
/* Runs lstmd with args and waits. Writes its stdout and stderr to out, at most cap bytes. Returns
 * the exit status. */
int daemon_run(char *out, size_t cap, const char *const *args);
bool daemon_log_has(const struct daemon *d, const char *text);

struct reply {
    long status;
    char *body; /* NUL-terminated; decompressed if the request has "Accept-Encoding: gzip" */
    size_t len;
    char *headers; /* raw */
    cJSON *json;   /* if the body is JSON, otherwise NULL */
};
struct request {
    const char *method, *path; /* path begins with '/' */
    const char *type;          /* Content-Type, NULL for none, "" for curl's own default */
    const char *body;
    size_t len;             /* 0: strlen(body) */
    const char *headers[8]; /* "Name: value", NULL-terminated */
};

/* One exchange. r must be zero before the first one; an earlier reply in it is released. */
void http_send(struct reply *r, const struct daemon *d, const struct request *q);
/* Returns true if there was a response; false if the connection broke (the daemon was killed). */
bool http_try(struct reply *r, const struct daemon *d, const struct request *q);
void reply_release(struct reply *r);
/* Writes the value of a response header to out, or "" if there is none. */
const char *reply_header(char *out, size_t cap, const struct reply *r, const char *name);

/* Short forms; each fails unless the status is the expected one. */
void get(struct reply *r, const struct daemon *d, const char *path, long expect);
/* The same with a key; "": without one. */
void get_keyed(struct reply *r, const struct daemon *d, const char *key, const char *path,
               long expect);
void put(struct reply *r, const struct daemon *d, const char *path, const char *type,
         const char *body, long expect);
void post(struct reply *r, const struct daemon *d, const char *path, const char *json, long expect);
void del(struct reply *r, const struct daemon *d, const char *path, long expect);
void expect_status(const struct reply *r, long expect, const char *what);

/* Members by path, "series.0.id"; fail if they are missing or of another type. */
const cJSON *at(const cJSON *json, const char *path);
double number_at(const cJSON *json, const char *path);
const char *text_at(const cJSON *json, const char *path);

/* Submits the job and waits for its end; fails unless it ends in state. r then holds the job. */
void run_job(struct reply *r, const struct daemon *d, const char *json, const char *state);
/* Waits until the job has ended; r then holds it. */
void wait_job(struct reply *r, const struct daemon *d, const char *id);

/* Returns an example file of the project (config/examples/NAME) as a malloc'ed text. */
char *example(const char *name);
int64_t now_ms(void);

#endif
