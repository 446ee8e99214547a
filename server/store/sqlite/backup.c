/* backup.c - makes a consistent copy of the database while others write. */
#include "server/store/sqlite/backup.h"

#include "server/store/part.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_error.h"
#include "server/store/sqlite/store_state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_A_STEP = 1024, BUSY_TRIES = 500, BUSY_PAUSE_MS = 20 };

static enum status copy_pages(struct db *to, struct db *from, struct err *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to->sqlite->h, "main", from->sqlite->h, "main");
    int rc, busy = 0;

    if (!b)
        return sqlite_error(to->sqlite->h, to->sqlite->path,
                            sqlite3_extended_errcode(to->sqlite->h), NULL, e);
    do {
        errno = 0;
        rc = sqlite3_backup_step(b, PAGES_A_STEP);
        if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
            poll(NULL, 0, BUSY_PAUSE_MS);
    } while (rc == SQLITE_OK ||
             ((rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && busy++ < BUSY_TRIES));
    sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? ST_OK : sqlite_error(to->sqlite->h, to->sqlite->path, rc, NULL, e);
}

/* Runs inside a read transaction of `from`. Otherwise every write by others would restart the copy,
 * which might never end. */
static enum status copy_snapshot(struct db *from, void *ctx, struct err *e)
{
    struct db *to = ctx;
    int64_t tables = 0;
    enum status st =
        db_int(&tables, from, "SELECT count(*) FROM sqlite_schema", e); /* takes the snapshot */

    return st ? st : copy_pages(to, from, e);
}

enum status backup_sync(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd);
    enum status st =
        failed ? err_set(e, ST_IO, "cannot sync %s: %s", path, strerror(errno)) : ST_OK;

    if (fd >= 0)
        close(fd);
    return st;
}

enum status backup_sync_folder(const char *path, struct err *e)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash ? (int)(slash - path) : 0;

    snprintf(folder, sizeof(folder), "%.*s", length, path);
    return backup_sync(slash ? (length ? folder : "/") : ".", e);
}

enum status backup_copy(struct db *from, const char *part, struct err *e)
{
    struct db to;
    enum status st = db_open(&to, part, 1000, e);

    if (!st)
        st = transaction_read(from, copy_snapshot, &to, e);
    if (!st) /* one file, without a log beside it */
        st = db_exec(&to, "PRAGMA journal_mode=DELETE", e);
    db_close(&to);
    return st ? st : backup_sync(part, e);
}

/* Renames part to `to`, unless that exists by now. When it returns, the name is on the disk. */
static enum status publish(const char *part, const char *to, struct err *e)
{
    int failed = renameat2(AT_FDCWD, part, AT_FDCWD, to, RENAME_NOREPLACE);

    if (failed && (errno == EINVAL || errno == ENOSYS)) /* not supported here: use a link */
        failed = link(part, to);
    if (failed && errno == EEXIST)
        return err_set(e, ST_CONFLICT, "%s exists already; a backup never overwrites", to);
    if (failed)
        return err_set(e, ST_IO, "cannot make %s: %s", to, strerror(errno));
    return backup_sync_folder(to, e);
}

enum status sqlite_backup(struct store *s, const char *to, struct err *e)
{
    struct part part = {.fd = -1};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st && access(to, F_OK) == 0)
        st = err_set(e, ST_CONFLICT, "%s exists already; a backup never overwrites", to);
    if (st)
        return st;
    st = part_open(&part, to, e);
    if (!st)
        st = backup_copy(db, part.path, e);
    if (!st)
        st = publish(part.path, to, e);
    part_close(&part);
    if (!st)
        files_note_backup(&s->sqlite->files);
    return st ? err_wrap(e, "backup to %s", to) : ST_OK;
}
