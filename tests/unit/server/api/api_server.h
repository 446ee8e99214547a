/* api_server.h - the whole API in this process: a store in a folder of its own, a queue of jobs
 * without workers, and the route table behind a real HTTP server. */
#ifndef TESTS_UNIT_SERVER_API_API_SERVER_H
#define TESTS_UNIT_SERVER_API_API_SERVER_H

#include "server/api/api.h"
#include "server/config/config.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/server/store/fixture.h"

struct api_server {
    struct fixture files;
    struct jobs *jobs;
    struct model_cache *cache;
    struct config config; /* its defaults */
    struct app app;
    struct toy door; /* for the raw client; has none of the toy's routes */
};

/* One request. head: header lines, each with its "\r\n", or "". */
struct api_question {
    const char *method, *target, *head, *body;
    size_t len; /* of body */
};

void api_server_start(struct api_server *s, const char *read_key, const char *api_key);
void api_server_stop(struct api_server *s);
/* Sends a request. Returns the status of the response, and writes its text to answer. */
int api_server_ask(const struct api_server *s, char *answer, size_t cap,
                   const struct api_question *q);
/* A digest of all rows of all tables except the audit; malloc'ed. */
char *api_server_state(const struct api_server *s);

/* Reads a file of the project; malloc'ed, with a NUL after its end. */
char *api_file(size_t *len, const char *path);

#endif
