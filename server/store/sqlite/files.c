/* files.c - see files.h. */
#include "server/store/sqlite/files.h"

#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MEBIBYTE = 1 << 20, RESERVE_BYTES = 8 * MEBIBYTE };

static const char *const suffixes[FILES_COUNT] = {"", "-wal", "-shm"};

static bool path_with(char out[PATH_MAX], const struct files *f, const char *suffix)
{
    return snprintf(out, PATH_MAX, "%s%s", f->path, suffix) < PATH_MAX;
}

void files_init(struct files *f, const char *path)
{
    *f = (struct files){.path = path, .lock_fd = -1, .fd = {-1, -1, -1}};
}

/* ---- locks ---- */

static enum status conflict(const struct files *f, const char *held, struct err *e)
{
    return err_set(e, ST_CONFLICT, "another lstmd is using the database %.200s (it holds %.200s)",
                   f->path, held);
}

/* Opens and locks a file. *fd is -1 with ST_OK when it does not exist and is not to be made. */
static enum status lock_one(int *fd, const struct files *f, const char *suffix, int flags,
                            struct err *e)
{
    char path[PATH_MAX];

    if (*fd >= 0)
        return ST_OK;
    if (!path_with(path, f, suffix))
        return err_set(e, ST_INVALID, "the database's path is too long");
    *fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
    if (*fd < 0 && errno == ENOENT && !(flags & O_CREAT))
        return ST_OK;
    if (*fd < 0 && errno_is_full(errno))
        return err_full(e, f->path);
    if (*fd < 0 && errno_is_readonly(errno))
        return err_readonly(e, path, errno);
    if (*fd < 0)
        return err_set(e, ST_IO, "cannot open %.300s: %s", path, strerror(errno));
    return flock(*fd, LOCK_EX | LOCK_NB) ? conflict(f, path, e) : ST_OK;
}

static enum status lock_both(struct files *f, struct err *e)
{
    enum status st = lock_one(&f->fd[FILES_DB], f, suffixes[FILES_DB], 0, e);

    return st ? st : lock_one(&f->fd[FILES_SHM], f, suffixes[FILES_SHM], 0, e);
}

enum status files_lock(struct files *f, struct err *e)
{
    enum status st = lock_one(&f->lock_fd, f, ".lock", O_CREAT, e);

    if (!st)
        st = lock_both(f, e);
    if (!st)
        files_announce(f, "");
    return st;
}

void files_announce(const struct files *f, const char *text)
{
    ssize_t n = (ssize_t)strlen(text);

    if (f->lock_fd >= 0 &&
        (ftruncate(f->lock_fd, 0) || pwrite(f->lock_fd, text, (size_t)n, 0) != n))
        (void)!ftruncate(f->lock_fd, 0); /* rather nothing than a part */
}

bool files_announced(char *out, size_t cap, const char *path)
{
    char name[PATH_MAX];
    struct stat s;
    ssize_t n = -1;
    int fd;

    out[0] = '\0';
    if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name))
        return false;
    fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && (s.st_uid == geteuid() || s.st_uid == 0) &&
        !(s.st_mode & 022))
        n = pread(fd, out, cap, 0);
    (void)close(fd);
    if (n <= 0 || (size_t)n >= cap) {
        out[0] = '\0';
        return false;
    }
    out[n] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return out[0] != '\0';
}

enum status files_hold(struct files *f, struct err *e)
{
    enum status st = ST_OK;
    char path[PATH_MAX];
    struct stat s;

    if (f->fd[FILES_SHM] >= 0 && path_with(path, f, suffixes[FILES_SHM]) &&
        (stat(path, &s) || fstat(f->fd[FILES_SHM], &s) || s.st_nlink == 0)) {
        /* the first connection made a new file; SQLite has no lock on the old one */
        close(f->fd[FILES_SHM]);
        f->fd[FILES_SHM] = -1;
    }
    st = lock_both(f, e);
    for (int i = 0; !st && i < FILES_COUNT; i++) {
        if (!path_with(path, f, suffixes[i]) || stat(path, &s))
            return err_set(e, ST_IO, "cannot find %.300s: %s", path, strerror(errno));
        f->id[i] = (struct file_id){s.st_dev, s.st_ino};
    }
    f->held = !st;
    return st;
}

void files_release(struct files *f)
{
    for (int i = 0; i < FILES_COUNT; i++)
        if (f->fd[i] >= 0)
            close(f->fd[i]);
    if (f->lock_fd >= 0)
        close(f->lock_fd);
    files_init(f, f->path);
}

/* ---- whether the files are still there ---- */

static bool is_ours(const struct files *f, int i, int *reason)
{
    char path[PATH_MAX];
    struct stat s;

    *reason = 0;
    if (!path_with(path, f, suffixes[i]))
        return false;
    if (stat(path, &s)) {
        *reason = errno;
        return false;
    }
    return s.st_dev == f->id[i].dev && s.st_ino == f->id[i].ino;
}

enum status files_check(const struct files *f, struct err *e)
{
    int reason;

    for (int i = 0; f->held && i < FILES_COUNT; i++)
        if (!is_ours(f, i, &reason))
            return err_set(e, ST_READONLY,
                           "%.200s%s was %s while lstmd runs, so that nothing written would last: "
                           "%s",
                           f->path, suffixes[i], reason ? "removed or moved" : "replaced",
                           i == FILES_DB
                               ? "put the file back, or stop lstmd and start it again"
                               : "stop lstmd, which saves what it has, and start it again");
    return ST_OK;
}

bool files_orphaned(const struct files *f)
{
    struct stat s;

    return f->held && fstat(f->fd[FILES_DB], &s) == 0 && s.st_nlink == 0;
}

void files_remove_log(const struct files *f)
{
    char path[PATH_MAX], aside[PATH_MAX];
    int reason;

    if (!f->held)
        return;
    if (is_ours(f, FILES_WAL, &reason) && path_with(path, f, "-wal") &&
        path_with(aside, f, "-wal.lost"))
        (void)rename(path, aside);
    if (is_ours(f, FILES_SHM, &reason) && path_with(path, f, "-shm"))
        unlink(path);
}

/* ---- room ---- */

int64_t files_growth(const struct files *f, int64_t bytes)
{
    struct stat s;

    return stat(f->path, &s) == 0 && bytes > s.st_size ? bytes - s.st_size : 0;
}

int64_t files_free_bytes(const struct files *f)
{
    struct statvfs disk;

    return statvfs(f->path, &disk) ? INT64_MAX : (int64_t)(disk.f_bavail * disk.f_frsize);
}

void files_disk(int64_t *free_bytes, int64_t *size, const struct files *f)
{
    struct statvfs disk;

    *free_bytes = *size = -1;
    if (statvfs(f->path, &disk))
        return;
    *free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    *size = (int64_t)(disk.f_blocks * disk.f_frsize);
}

/* If the size of files is limited (ulimit -f), the largest files reach the limit first. */
static bool limit_is_near(const struct files *f)
{
    char path[PATH_MAX];
    struct rlimit limit;
    struct stat s;

    if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return false;
    for (int i = FILES_DB; i <= FILES_WAL; i++)
        if (path_with(path, f, suffixes[i]) && stat(path, &s) == 0 &&
            (rlim_t)s.st_size + MEBIBYTE > limit.rlim_cur)
            return true;
    return false;
}

bool files_make_reserve(const struct files *f)
{
    char path[PATH_MAX];
    struct statvfs disk;
    struct stat s;
    bool made = false;
    int fd;

    if (f->lock_fd < 0 || limit_is_near(f) || !path_with(path, f, ".reserve"))
        return false;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    if (fstatvfs(fd, &disk) == 0 && fstat(fd, &s) == 0) {
        off_t whole = (off_t)(disk.f_blocks * disk.f_frsize), size = RESERVE_BYTES;

        while (size >= MEBIBYTE && whole < 6 * size)
            size /= 2;
        size = size < MEBIBYTE ? 0 : size;
        made = posix_fallocate(fd, 0, size + MEBIBYTE) == 0;
        if (ftruncate(fd, made || s.st_size > size ? size : s.st_size))
            made = false;
    }
    close(fd);
    return made;
}

bool files_drop_reserve(const struct files *f)
{
    char path[PATH_MAX];
    struct stat s;

    if (f->lock_fd < 0 || !path_with(path, f, ".reserve") || stat(path, &s) || s.st_size == 0)
        return false;
    return truncate(path, 0) == 0;
}

/* ---- backups ---- */

/* Makes a new file each time. One that another user made cannot be changed, but the owner of the
 * folder may remove it. */
void files_note_backup(const struct files *f)
{
    char path[PATH_MAX];
    int fd;

    if (!path_with(path, f, ".last-backup"))
        return;
    (void)unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd >= 0)
        (void)close(fd);
}

int64_t files_last_backup(const struct files *f)
{
    char path[PATH_MAX];
    struct stat s;

    return path_with(path, f, ".last-backup") && stat(path, &s) == 0
               ? (int64_t)s.st_mtim.tv_sec * 1000 + s.st_mtim.tv_nsec / 1000000
               : 0;
}
