/* handler.h - calls handlers of the API without a socket: a store in a folder of its own, a queue
 * of jobs without workers, and one request at a time. */
#ifndef TESTS_UNIT_SERVER_API_HANDLER_H
#define TESTS_UNIT_SERVER_API_HANDLER_H

#include "server/api/api.h"
#include "server/api/resources.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>

enum { CALL_QUERY_MAX = 6, CALL_HEADER_MAX = 3 };

/* A request; members that are not set are absent. */
struct call {
    http_handler *handler;
    enum http_method method;
    const char *param[3];
    /* The first one without a name ends the list. */
    struct http_pair query[CALL_QUERY_MAX], header[CALL_HEADER_MAX];
    const char *type, *body; /* "" or NULL: none */
    size_t len;              /* of body; 0: up to its NUL */
    const struct access *key;
    const char *prefix;
};

/* The response to the last call; it lives until the next call. */
struct reply {
    int status; /* 0: the handler waits */
    const char *type, *body;
    size_t len;
    cJSON *json; /* the body if it is JSON, otherwise NULL */
    const struct http_res *res;
};

/* Setup and teardown of a test case. */
void handler_start(void);
void handler_stop(void);
struct app *handler_app(void);
struct fixture *handler_files(void); /* the store, and calls to fill it */

const struct reply *ask(const struct call *c);
/* The same; the test fails unless the status is this one. */
const struct reply *expect(int status, const struct call *c);
/* Fails unless the call is refused with this status and the problem names the place: a pointer or
 * "?parameter"; NULL: none. */
void expect_problem(int status, const char *place, const struct call *c);

/* A member of the last response by its path, "a/0/b"; the test fails if there is none. */
const cJSON *member(const char *path);
double number(const char *path);
const char *text(const char *path);

/* Stores a data set from CSV text. */
void put_csv(const char *name, const char *csv);
/* Submits this job, runs it on a worker and waits for its success; the id lives until the next
 * call. */
const char *train(const char *json);
/* Runs the tests, each on a new store; consumes s. */
int handler_run(Suite *s, const TTest *const *tests, size_t n);

/* Stores the model of tests/fuzz/corpus/safetensors/FILE with that name. */
void import(const char *name, const char *file);

#endif
