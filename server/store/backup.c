/* backup.c - a consistent copy of the database while others write, and its size. */
#include "server/store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES_A_STEP = 256, BUSY_TRIES = 500, BUSY_PAUSE_MS = 20 };

static enum status copy_pages(sqlite3 *to, sqlite3 *from, struct err *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc, busy = 0;

    if (!b)
        return sqlite_error(to, sqlite3_extended_errcode(to), "backup", e);
    do {
        rc = sqlite3_backup_step(b, PAGES_A_STEP);
        if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
            poll(NULL, 0, BUSY_PAUSE_MS);
    } while (rc == SQLITE_OK ||
             ((rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && busy++ < BUSY_TRIES));
    sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? ST_OK : sqlite_error(to, rc, "backup", e);
}

static enum status sync_file(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd);

    if (fd >= 0)
        close(fd);
    return failed ? err_set(e, ST_IO, "cannot sync %s: %s", path, strerror(errno)) : ST_OK;
}

static enum status copy_to(sqlite3 *db, const char *part, struct err *e)
{
    sqlite3 *to = NULL;
    enum status st = db_open(&to, part, 1000, e);

    if (st)
        return st;
    st = copy_pages(to, db, e);
    if (!st) /* one file, without a log beside it */
        st = db_exec(to, "PRAGMA journal_mode=DELETE", e);
    sqlite3_close(to);
    return st ? st : sync_file(part, e);
}

enum status store_backup(struct store *s, const char *to, struct err *e)
{
    char part[4096];
    sqlite3 *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st && snprintf(part, sizeof(part), "%s.part", to) >= (int)sizeof(part))
        st = err_set(e, ST_INVALID, "the path of the backup is too long");
    if (!st && access(to, F_OK) == 0)
        st = err_set(e, ST_CONFLICT, "%s exists already; a backup never overwrites", to);
    if (st)
        return st;
    unlink(part);
    st = copy_to(db, part, e);
    if (!st && link(part, to)) /* unlike rename, never replaces what came there meanwhile */
        st = err_set(e, ST_IO, "cannot make %s: %s", to, strerror(errno));
    unlink(part);
    return st ? err_wrap(e, "backup to %s", to) : ST_OK;
}
