/* spool.c - see spool.h. */
#include "server/http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
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
    atomic_init(&s->memory, 0);
    return ST_OK;
}

/* Opens a file without a name. If the file system does not support that, its name is removed at
 * once. */
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

static bool is_full(int reason)
{
    return reason == ENOSPC || reason == EDQUOT;
}

static enum status cannot(const struct spool *s, int reason, struct err *e)
{
    if (is_full(reason) || reason == EFBIG)
        return err_set(e, ST_FULL,
                       "the disk has no room for a large answer until it is read: delete "
                       "data sets or model versions, or free space");
    return err_set(e, ST_IO, "cannot keep a large answer in %s: %s", s->dir, strerror(reason));
}

/* Counts n bytes of files in memory. Returns false when there would be too many. */
static bool reserve_memory(struct spool *s, size_t n)
{
    if (atomic_fetch_add(&s->memory, n) + n <= SPOOL_MEMORY_MAX)
        return true;
    (void)atomic_fetch_sub(&s->memory, n);
    return false;
}

/* Copies the first n bytes of one file to another. */
static bool copy(int to, int from, size_t n)
{
    off_t at = 0;

    while (n > 0) {
        ssize_t m = sendfile(to, from, &at, n);

        if (m <= 0)
            return false;
        n -= (size_t)m;
    }
    return true;
}

/* Replaces f's file, of which n bytes are used, by one in memory. */
static bool move_to_memory(struct spool_file *f, size_t n)
{
    int fd = memfd_create("lstmd-answer", MFD_CLOEXEC);

    if (fd < 0 || !copy(fd, f->fd, n) || !reserve_memory(f->spool, f->len)) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    (void)close(f->fd);
    f->fd = fd;
    f->in_memory = true;
    return true;
}

enum status spool_open(struct spool_file *f, struct spool *s, struct err *e)
{
    int fd = open_unnamed(s->dir);
    bool in_memory = fd < 0 && is_full(errno);

    if (in_memory)
        fd = memfd_create("lstmd-answer", MFD_CLOEXEC);
    if (fd < 0)
        return cannot(s, errno, e);
    *f = (struct spool_file){.spool = s, .fd = fd, .in_memory = in_memory};
    return ST_OK;
}

static enum status reserve(struct spool_file *f, size_t n, struct err *e)
{
    struct spool *s = f->spool;

    if (atomic_fetch_add(&s->bytes, n) + n > s->max) {
        (void)atomic_fetch_sub(&s->bytes, n);
        return err_set(e, ST_BUSY,
                       "the answers that clients have not read yet are nearly %zu bytes "
                       "(max_unsent_bytes); try again later",
                       s->max);
    }
    if (f->in_memory && !reserve_memory(s, n)) {
        (void)atomic_fetch_sub(&s->bytes, n);
        return cannot(s, ENOSPC, e);
    }
    f->len += n;
    return ST_OK;
}

enum status spool_write(struct spool_file *f, const void *data, size_t n, struct err *e)
{
    size_t done = f->len;
    const char *p = data;
    enum status st = reserve(f, n, e);

    while (!st && n > 0) {
        ssize_t m = write(f->fd, p, n);

        if (m < 0 && errno == EINTR)
            continue;
        if (m < 0 && is_full(errno) && !f->in_memory && move_to_memory(f, done))
            continue;
        if (m < 0)
            return cannot(f->spool, errno, e);
        p += m;
        done += (size_t)m;
        n -= (size_t)m;
    }
    return st;
}

int spool_take(struct spool_file *f)
{
    int fd = f->fd;

    f->fd = -1;
    f->spool = NULL;
    return fd;
}

void spool_return(struct spool *s, const struct spool_file *f)
{
    (void)atomic_fetch_sub(&s->bytes, f->len);
    if (f->in_memory)
        (void)atomic_fetch_sub(&s->memory, f->len);
}

void spool_close(struct spool_file *f)
{
    if (!f->spool)
        return;
    (void)close(f->fd);
    spool_return(f->spool, f);
    *f = (struct spool_file){0};
}
