/* spool.h - keeps large responses in files without a name until they are sent. So a client that
 * reads slowly takes disk space, which is limited for all responses together, but no memory. When
 * the disk is full, a file in memory is used, with a lower limit, so that stored data can be read
 * on a full disk. Private to http/. */
#ifndef SERVER_HTTP_SPOOL_H
#define SERVER_HTTP_SPOOL_H

#include "server/http/http_types.h"

#include <stdatomic.h>

enum {
    SPOOL_FROM = 256 * 1024,      /* bytes; a shorter response stays in memory */
    SPOOL_MEMORY_MAX = 256 << 20, /* bytes of all files in memory */
    SPOOL_PATH_MAX = 4096
};

struct spool {
    char dir[SPOOL_PATH_MAX];
    size_t max; /* bytes of all files */
    atomic_size_t bytes, memory;
};

/* A file while it is written. All zero: there is none. */
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
/* Appends n bytes. ST_BUSY when all files together would exceed max; ST_IO; ST_FULL when neither
 * the disk nor the memory for such files has room. */
enum status spool_write(struct spool_file *f, const void *data, size_t n, struct err *e);
/* Returns the file's descriptor. The caller owns it, and calls spool_return() when it is closed; f
 * keeps only the byte counts. */
int spool_take(struct spool_file *f);
void spool_return(struct spool *s, const struct spool_file *f);
void spool_close(struct spool_file *f); /* does nothing when there is no file */

#endif
