/* problem.h - errors as RFC 9457 problem documents, and the one table from status to HTTP code.
 * Private to http/. */
#ifndef SERVER_HTTP_PROBLEM_H
#define SERVER_HTTP_PROBLEM_H

#include "server/http/http_types.h"

/* Errors that only the HTTP server has, numbered after enum status. */
enum problem {
    PROBLEM_UNAUTHORIZED = ST_COUNT,
    PROBLEM_UNKNOWN_KEY,
    PROBLEM_EXPIRED_KEY,
    PROBLEM_REVOKED_KEY,
    PROBLEM_FORBIDDEN,
    PROBLEM_TRIES,
    PROBLEM_ORIGIN,
    PROBLEM_HOST,
    PROBLEM_METHOD,
    PROBLEM_TIMEOUT,
    PROBLEM_LENGTH,
    PROBLEM_TARGET,
    PROBLEM_HEADERS,
    PROBLEM_NOT_IMPLEMENTED,
    PROBLEM_VERSION,
    PROBLEM_COUNT
};

#define PROBLEM_MEDIA_TYPE "application/problem+json"
/* A complete document for the case that there is no memory to make one. */
extern const char problem_no_memory[];

/* kind: an enum status or an enum problem. */
int problem_code(int kind);
/* The kind for a code that libmicrohttpd chose; ST_MALFORMED or ST_INTERNAL when no kind has it. */
int problem_of_code(int code);
/* Makes the document, malloc'ed, one line; NULL when out of memory. detail may hold any bytes. e
 * (for the place), instance (a decoded path) and request_id may be NULL. */
char *problem_text(size_t *len, int kind, const char *detail, const struct err *e,
                   const char *instance, const char *request_id);

#endif
