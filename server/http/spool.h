/* spool.h - large answers on their way out lie in files without a name, not in memory: a client
 * that reads slowly holds disk space, of which there is a bound for all answers together, and no
 * memory. Where the disk has no room left the file is one in memory, of which there is less: what
 * is stored can be read on a full disk. Private to http/. */
#ifndef SERVER_HTTP_SPOOL_H
#define SERVER_HTTP_SPOOL_H

#include "server/http/http_types.h"

#include <stdatomic.h>

enum {
    SPOOL_FROM = 256 * 1024,      /* bytes; a shorter answer stays in memory */
    SPOOL_MEMORY_MAX = 256 << 20, /* bytes in all files that lie in memory */
    SPOOL_PATH_MAX = 4096
};

struct spool {
    char dir[SPOOL_PATH_MAX];
    size_t max; /* bytes in all files */
    atomic_size_t bytes, memory;
};

/* A file that is being written; zero-initialised it is none. */
struct spool_file {
    struct spool *spool;
    int fd; /* valid while spool is set */
    bool in_memory;
    size_t len;
};

/* dir NULL: /tmp. ST_TOO_LARGE when it is too long. */
enum status spool_init(struct spool *s, const char *dir, size_t max, struct err *e);
/* Makes an empty file. ST_IO, ST_FULL. */
enum status spool_open(struct spool_file *f, struct spool *s, struct err *e);
/* Appends n bytes. ST_BUSY when all files together would be larger than max; ST_IO; ST_FULL
 * when neither the disk nor the memory for such files has room. */
enum status spool_write(struct spool_file *f, const void *data, size_t n, struct err *e);
/* The file's descriptor, owned by the caller, who gives its bytes back with spool_return() when it
 * is closed; f keeps nothing but its numbers. */
int spool_take(struct spool_file *f);
void spool_return(struct spool *s, const struct spool_file *f);
void spool_close(struct spool_file *f); /* none is fine */

#endif
