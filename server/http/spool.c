/* spool.c - see spool.h. */
#include "server/http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum status spool_init(struct spool *s, const char *dir, size_t max, struct err *e)
{
    if (!dir)
        dir = "/tmp";
    if (strlen(dir) >= sizeof(s->dir))
        return err_set(e, ST_TOO_LARGE, "the folder '%.80s...' has a path of more than %d bytes",
                       dir, SPOOL_PATH_MAX - 1);
    memcpy(s->dir, dir, strlen(dir) + 1);
    s->max = max;
    atomic_init(&s->bytes, 0);
    return ST_OK;
}

/* A file that has no name from the start, or, where the file system knows none, loses it at once. */
static int open_unnamed(const char *dir)
{
    char path[SPOOL_PATH_MAX + 32];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    (void)snprintf(path, sizeof(path), "%s/lstmd-answer-XXXXXX", dir);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

enum status spool_open(struct spool_file *f, struct spool *s, struct err *e)
{
    int fd = open_unnamed(s->dir);

    if (fd < 0)
        return err_set(e, ST_IO, "cannot make a file for a large answer in %s: %s", s->dir,
                       strerror(errno));
    *f = (struct spool_file){.spool = s, .fd = fd};
    return ST_OK;
}

static enum status reserve(struct spool *s, size_t n, struct err *e)
{
    if (atomic_fetch_add(&s->bytes, n) + n <= s->max)
        return ST_OK;
    (void)atomic_fetch_sub(&s->bytes, n);
    return err_set(e, ST_BUSY,
                   "the answers that clients have not read yet are %zu bytes already "
                   "(max_unsent_bytes); try again later",
                   s->max);
}

enum status spool_write(struct spool_file *f, const void *data, size_t n, struct err *e)
{
    const char *p = data;
    enum status st = reserve(f->spool, n, e);

    if (st)
        return st;
    f->len += n;
    while (n > 0) {
        ssize_t m = write(f->fd, p, n);

        if (m < 0 && errno == EINTR)
            continue;
        if (m < 0)
            return err_set(e, ST_IO, "cannot write a large answer in %s: %s", f->spool->dir,
                           strerror(errno));
        p += m;
        n -= (size_t)m;
    }
    return ST_OK;
}

int spool_take(struct spool_file *f, size_t *len)
{
    int fd = f->fd;

    *len = f->len;
    *f = (struct spool_file){0};
    return fd;
}

void spool_return(struct spool *s, size_t len)
{
    (void)atomic_fetch_sub(&s->bytes, len);
}

void spool_close(struct spool_file *f)
{
    if (!f->spool)
        return;
    (void)close(f->fd);
    spool_return(f->spool, f->len);
    *f = (struct spool_file){0};
}
