/* status.h - how every function of lstmd reports errors.
 *
 * A function that can fail returns enum status and fills a struct err, its last argument, at the
 * point where the cause is known. Callers add context with err_wrap(). The server turns a status
 * into an HTTP code in one table (server/http/problem.c). */
#ifndef LSTM_STATUS_H
#define LSTM_STATUS_H

#include <stddef.h>

enum status {
    ST_OK = 0,
    ST_MALFORMED,      /* bytes that do not parse: not JSON, not CSV, not UTF-8 */
    ST_INVALID,        /* well-formed, but a value that can never be right */
    ST_CORRUPT,        /* a checkpoint or a stored value that contradicts itself */
    ST_TOO_LARGE,      /* over a configured limit, which the message names */
    ST_NOT_FOUND,      /* no such dataset, job, model, version, series */
    ST_CONFLICT,       /* contradicts the present state: in use, name taken by another kind */
    ST_PRECONDITION,   /* If-Match or If-None-Match does not hold */
    ST_UNSUPPORTED,    /* a media type that we cannot read */
    ST_NOT_ACCEPTABLE, /* a media type that we cannot write */
    ST_FORBIDDEN,      /* the caller may not do this here */
    ST_QUOTA,          /* the caller's quota for now is used up */
    ST_BUSY,           /* queue full, draining, database locked: try again later */
    ST_CANCELLED,      /* stopped by the caller */
    ST_NOMEM,          /* out of memory */
    ST_IO,             /* file, socket or database trouble */
    ST_FULL,           /* no room on the disk, or a quota or a limit of file size is reached */
    ST_READONLY,       /* stored data can be read but not written: read-only, or the file is gone */
    ST_UNAVAILABLE,    /* stored data cannot be reached for now: try again later */
    ST_INTERNAL,       /* a fault of ours */
    ST_LOST,           /* a worker's lease of its job is not in force any more */
    ST_COUNT
};

/* The first thing that went wrong. Zero-initialise with = {0}; no ownership, freely copied. */
struct err {
    enum status status;
    char message[512]; /* one sentence, UTF-8, NUL-terminated: what was wrong and what is right */
    char pointer[128]; /* JSON pointer of the offending member ("/params/epochs"), or "" */
    long line;         /* 1-based line of the offending input, or 0 */
};

/* Short stable name, e.g. "invalid" for ST_INVALID. Static storage. */
const char *status_name(enum status st);

/* Sets e (may be NULL) and returns st, so that "return err_set(...)" reads well. Clears the
 * place. */
enum status err_set(struct err *e, enum status st, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message of e. Returns e's status (ST_OK when e is NULL). */
enum status err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sets the place of an error that was set before, unless it has one. Returns e's status. */
enum status err_at(struct err *e, const char *pointer_fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum status err_at_line(struct err *e, long line);

/* The usual out-of-memory error. size: the requested bytes, 0 when unknown. */
enum status err_nomem(struct err *e, size_t size);

#if defined(__clang_analyzer__) || defined(LSTM_ANALYZER)
/* Shows a static analyser that these functions never return ST_OK. */
#define err_set(e, st, ...) (err_set(e, st, __VA_ARGS__), (st))
#define err_wrap(...)       (err_wrap(__VA_ARGS__), ST_INVALID)
#define err_at(...)         (err_at(__VA_ARGS__), ST_INVALID)
#define err_at_line(e, n)   (err_at_line(e, n), ST_INVALID)
#define err_nomem(e, bytes) (err_nomem(e, bytes), ST_NOMEM)
#endif

#endif
