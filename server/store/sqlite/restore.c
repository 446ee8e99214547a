/* restore.c - puts a backup in the place of a database: see store.h.
 *
 * The copy is complete and on the disk before anything is renamed. The present database is linked
 * under another name first, then the copy replaces it in one step. If the process dies in between,
 * one of the two is at the path. */
#include "server/store/part.h"
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status named(char out[PATH_MAX], const char *path, const char *suffix, struct err *e)
{
    int n = snprintf(out, PATH_MAX, "%s%s", path, suffix);

    return n < PATH_MAX ? ST_OK : err_set(e, ST_INVALID, "%.200s...: the path is too long", path);
}

/* Copies the log of a killed daemon into its database. A database that is too damaged to be opened
 * is not changed; its log moves with it. */
static void settle(const char *path)
{
    struct store_config c = {.path = path, .busy_timeout_ms = 1000, .as_is = true};
    struct store *s = NULL;
    struct err ignored = {0};

    if (store_open(&s, &c, &ignored) == ST_OK)
        store_close(s);
}

/* The log of a database that could not be opened must not be applied to the restored one. */
static enum status move_log(const char *path, const char *kept, struct err *e)
{
    char from[PATH_MAX], to[PATH_MAX];
    enum status st = named(from, path, "-wal", e);

    if (!st)
        st = named(to, kept, "-wal", e);
    if (!st && rename(from, to) && errno != ENOENT)
        st = err_set(e, ST_IO, "cannot rename %s to %s: %s", from, to, strerror(errno));
    if (!st)
        st = named(from, path, "-shm", e);
    if (!st && unlink(from) && errno != ENOENT)
        st = err_set(e, ST_IO, "cannot remove %s: %s", from, strerror(errno));
    return st;
}

/* The restored file belongs to the same user as before, even if another user restores it. */
static enum status same_owner(const char *part, const struct stat *old, struct err *e)
{
    struct stat now;

    if (stat(part, &now) || chmod(part, old->st_mode & 07777) ||
        ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
         chown(part, old->st_uid, old->st_gid)))
        return err_set(e, ST_IO, "cannot give %s the owner and mode of the database: %s", part,
                       strerror(errno));
    return ST_OK;
}

static enum status take_place(const char *part, const char *path, const char *kept, struct err *e)
{
    struct stat old;
    enum status st = ST_OK;

    if (stat(path, &old) == 0) {
        settle(path);
        st = same_owner(part, &old, e);
        if (!st && link(path, kept))
            st = err_set(e, errno == EEXIST ? ST_CONFLICT : ST_IO, "cannot keep %s as %s: %s", path,
                         kept, strerror(errno));
        if (!st)
            st = move_log(path, kept, e);
    }
    if (!st && rename(part, path))
        st = err_set(e, ST_IO, "cannot rename %s to %s: %s", part, path, strerror(errno));
    return st ? st : backup_sync_folder(path, e);
}

/* The lock of the daemon is held from the check to the rename, so that none can start in
 * between. */
static enum status take_place_locked(const char *part, const char *path, const char *kept,
                                     struct err *e)
{
    struct files files;
    enum status st;

    files_init(&files, path);
    st = files_lock(&files, e);
    if (!st)
        st = take_place(part, path, kept, e);
    files_release(&files);
    return st;
}

enum status sqlite_restore(struct store *from, const char *to, char kept[PATH_MAX], struct err *e)
{
    struct part part = {.fd = -1};
    struct db *db = NULL;
    enum status st = named(kept, to, ".before-restore", e);

    if (!st && access(kept, F_OK) == 0)
        st = err_set(e, ST_CONFLICT,
                     "%s is there from the restore before; move it away or delete it first", kept);
    if (!st)
        st = db_get(&db, from, e);
    if (!st)
        st = part_open(&part, to, e);
    if (!st)
        st = backup_copy(db, part.path, e);
    if (!st)
        st = take_place_locked(part.path, to, kept, e);
    part_close(&part);
    if (!st && access(kept, F_OK) != 0)
        kept[0] = '\0';
    return st;
}
