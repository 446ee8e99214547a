/* handler.h - handlers of the API called without a socket: a store in a folder of its own, a queue
 * of jobs without workers, and one request after the other. */
#ifndef TESTS_UNIT_SERVER_API_HANDLER_H
#define TESTS_UNIT_SERVER_API_HANDLER_H

#include "server/api/api.h"
#include "server/api/resources.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>

enum { CALL_QUERY_MAX = 6, CALL_HEADER_MAX = 3 };

/* A request; what is left out is absent. */
struct call {
    http_handler *handler;
    enum http_method method;
    const char *param[3];
    /* Up to the first without a name. */
    struct http_pair query[CALL_QUERY_MAX], header[CALL_HEADER_MAX];
    const char *type, *body; /* "" or NULL: none */
    size_t len;              /* of body; 0: up to its NUL */
    const struct access *key;
    const char *prefix;
};

/* The answer to the last call; everything lives until the next one. */
struct reply {
    int status; /* 0: the handler waits */
    const char *type, *body;
    size_t len;
    cJSON *json; /* the body, when it is JSON; else NULL */
    const struct http_res *res;
};

/* As setup and teardown of a test case. */
void handler_start(void);
void handler_stop(void);
struct app *handler_app(void);
struct fixture *handler_files(void); /* the store, and calls to fill it */

const struct reply *ask(const struct call *c);
/* The same, and the status has to be this one. */
const struct reply *expect(int status, const struct call *c);
/* Refused with this status; the problem has to name the place: a pointer, "?parameter", or none
 * when place is NULL. */
void expect_problem(int status, const char *place, const struct call *c);

/* A member of the last answer by its path, "a/0/b"; the test fails when it is not there. */
const cJSON *member(const char *path);
double number(const char *path);
const char *text(const char *path);

/* Stores a data set from CSV text. */
void put_csv(const char *name, const char *csv);
/* Submits this job, trains it on a worker of its own and waits for its success; its id lives until
 * the next call. */
const char *train(const char *json);
/* Runs the tests on a new store each; consumes s. */
int handler_run(Suite *s, const TTest *const *tests, size_t n);

/* Stores the model of tests/fuzz/corpus/safetensors/FILE under a name. */
void import(const char *name, const char *file);

#endif
