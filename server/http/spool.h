/* spool.h - large answers on their way out lie in files without a name, not in memory: a client
 * that reads slowly holds disk space, of which there is a bound for all answers together, and no
 * memory. Private to http/. */
#ifndef HTTP_SPOOL_H
#define HTTP_SPOOL_H

#include "server/http/http.h"

#include <stdatomic.h>

enum {
    SPOOL_FROM = 256 * 1024, /* bytes; a shorter answer stays in memory */
    SPOOL_PATH_MAX = 4096
};

struct spool {
    char dir[SPOOL_PATH_MAX];
    size_t max; /* bytes in all files */
    atomic_size_t bytes;
};

/* A file that is being written; zero-initialised it is none. */
struct spool_file {
    struct spool *spool;
    int fd; /* valid while spool is set */
    size_t len;
};

/* dir NULL: /tmp. ST_TOO_LARGE when it is too long. */
enum status spool_init(struct spool *s, const char *dir, size_t max, struct err *e);
/* Makes an empty file. ST_IO. */
enum status spool_open(struct spool_file *f, struct spool *s, struct err *e);
/* Appends n bytes. ST_BUSY when all files together would be larger than max; ST_IO. */
enum status spool_write(struct spool_file *f, const void *data, size_t n, struct err *e);
/* The file's descriptor and length, owned by the caller, who gives the bytes back with
 * spool_return() when the file is closed; f is none again. */
int spool_take(struct spool_file *f, size_t *len);
void spool_return(struct spool *s, size_t len);
void spool_close(struct spool_file *f); /* none is fine */

#endif
