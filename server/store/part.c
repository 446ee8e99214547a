/* part.c - see part.h. */
#include "server/store/part.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ending[] = ".part";
static const char *const beside[] = {"-journal", "-wal", "-shm"};
enum { TRIES = 10 };

/* "NAME.PID.part" */
static bool is_part(const char *name)
{
    size_t n = strlen(name), end = sizeof(ending) - 1, digits = 0;

    if (n <= end || strcmp(name + n - end, ending) != 0)
        return false;
    for (n -= end; n > 0 && isdigit((unsigned char)name[n - 1]); n--)
        digits++;
    return digits > 0 && n > 1 && name[n - 1] == '.';
}

/* Whether the file is a database of ours, or an unfinished copy: its first page is written last. */
static bool is_ours(int fd)
{
    static const char magic[16] = "SQLite format 3", nothing[16];
    char head[16] = {0};
    struct stat s;

    if (fstat(fd, &s) || !S_ISREG(s.st_mode) || s.st_uid != geteuid())
        return false;
    return pread(fd, head, sizeof(head), 0) >= 0 &&
           (memcmp(head, magic, sizeof(head)) == 0 || memcmp(head, nothing, sizeof(head)) == 0);
}

static void remove_if_stale(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char other[NAME_MAX + 16];

    if (fd < 0)
        return;
    if (is_ours(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
            snprintf(other, sizeof(other), "%s%s", name, beside[i]);
            (void)unlinkat(folder, other, 0);
        }
        (void)unlinkat(folder, name, 0);
    }
    close(fd);
}

static void remove_stale(const char *to)
{
    char path[PATH_MAX];
    const char *slash = strrchr(to, '/');
    DIR *d;

    if (!slash)
        snprintf(path, sizeof(path), ".");
    else
        snprintf(path, sizeof(path), "%.*s", slash == to ? 1 : (int)(slash - to), to);
    d = opendir(path);
    if (!d)
        return;
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d))
        if (is_part(entry->d_name))
            remove_if_stale(dirfd(d), entry->d_name);
    closedir(d);
}

/* Locks the file. Returns false when another process took it for a stale one and removed it
 * before. */
static bool lock_file(int fd)
{
    struct stat s;

    while (flock(fd, LOCK_EX))
        if (errno != EINTR)
            return true; /* a file system without locks */
    return fstat(fd, &s) || s.st_nlink > 0;
}

enum status part_open(struct part *p, const char *to, struct err *e)
{
    p->fd = -1;
    if (snprintf(p->path, sizeof(p->path), "%s.%d%s", to, (int)getpid(), ending) >=
        (int)sizeof(p->path)) {
        p->path[0] = '\0';
        return err_set(e, ST_INVALID, "the path of the backup is too long");
    }
    remove_stale(to);
    for (int i = 0; i < TRIES; i++) {
        p->fd = open(p->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (p->fd < 0 && errno == EEXIST && unlink(p->path) == 0)
            continue;
        if (p->fd < 0)
            return err_set(e, ST_IO, "cannot make %s: %s", p->path, strerror(errno));
        if (lock_file(p->fd))
            return ST_OK;
        close(p->fd);
        p->fd = -1;
    }
    return err_set(e, ST_IO, "cannot keep %s: another process removes it", p->path);
}

void part_close(struct part *p)
{
    if (p->fd < 0)
        return;
    (void)unlink(p->path);
    close(p->fd);
    p->fd = -1;
}
