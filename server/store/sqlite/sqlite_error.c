/* sqlite_error.c - turns errors of SQLite into messages for an operator: the file, and what to
 * do. */
#include "server/store/sqlite/sqlite_error.h"

#include "server/base/log.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* The folder of a path, for messages. */
static const char *folder_of(char *out, size_t cap, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        snprintf(out, cap, "the working directory");
    else
        snprintf(out, cap, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return out;
}

enum status err_full(struct err *e, const char *path)
{
    char folder[160];

    return err_set(
        e, ST_FULL,
        "no room is left for %.160s (the disk is full, or a quota or a limit of file size is "
        "reached): delete data sets, model versions or jobs, or free space at %s",
        path, folder_of(folder, sizeof(folder), path));
}

enum status err_readonly(struct err *e, const char *path, int reason)
{
    char folder[160];

    return err_set(
        e, ST_READONLY,
        "%.160s cannot be written%s%s: the file, its folder %s and the file system must be "
        "writable for the user that lstmd runs as",
        path, reason ? ": " : "", reason ? strerror(reason) : "",
        folder_of(folder, sizeof(folder), path));
}

bool errno_is_full(int reason)
{
    return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

/* Reasons for which a file cannot be opened now, and perhaps later. */
static bool errno_may_pass(int reason)
{
    return reason == EMFILE || reason == ENFILE || reason == EIO || reason == EINTR ||
           reason == EAGAIN || reason == EBUSY || reason == ESTALE || reason == ETIMEDOUT;
}

bool errno_is_readonly(int reason)
{
    return reason == EROFS || reason == EACCES || reason == EPERM;
}

/* An error of opening, reading, writing or syncing a file. reason: errno, 0 when unknown. A file
 * that is open may be readable again later: a cable, a network below the file system, a controller
 * that starts again. One that cannot be opened is mostly a wrong path. */
static enum status file_error(int rc, int reason, const char *path, struct err *e)
{
    bool open = (rc & 0xff) == SQLITE_CANTOPEN;

    if (errno_is_full(reason))
        return err_full(e, path);
    if (errno_is_readonly(reason))
        return err_readonly(e, path, reason);
    return err_set(e, !open || errno_may_pass(reason) ? ST_UNAVAILABLE : ST_IO,
                   "%s the database %.200s: %s (code %d)", open ? "cannot open" : "cannot use",
                   path, reason ? strerror(reason) : "the file system reports a fault", rc);
}

static enum status other_error(int rc, const char *path, struct err *e)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, ST_BUSY, "others write to the database %.200s; try again", path);
    case SQLITE_PROTOCOL: /* the locks of the log, after many tries */
        return err_set(e, ST_UNAVAILABLE, "the database %.200s cannot be locked; try again", path);
    case SQLITE_CONSTRAINT:
        return err_set(e, ST_CONFLICT, "database %.200s: a row contradicts others (code %d)", path,
                       rc);
    case SQLITE_TOOBIG:
        return err_set(e, ST_TOO_LARGE, "database %.200s: a value is larger than it can hold",
                       path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(e, ST_CORRUPT, "the database %.200s is damaged; restore a backup of it",
                       path);
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
        return err_set(e, ST_INTERNAL,
                       "a fault of lstmd in its use of the database %.200s (code %d); at log_level "
                       "debug the log has the statement",
                       path, rc);
    default:
        return err_set(e, ST_IO, "the database %.200s cannot be used (code %d)", path, rc);
    }
}

static void log_statement(sqlite3 *h, int rc, const char *sql)
{
    if (log_enabled(LOG_DEBUG))
        log_msg(LOG_DEBUG, "sqlite", "%s (%s, %d) in: %.400s", sqlite3_errmsg(h),
                sqlite3_errstr(rc), rc, sql ? sql : "no statement");
}

enum status sqlite_error(struct sqlite3 *h, const char *database, int rc, const char *sql,
                         struct err *e)
{
    const char *path = database ? database : "(in memory)";
    int reason = errno ? errno : sqlite3_system_errno(h); /* SQLite does not keep all of them */

    if (rc == SQLITE_IOERR_NOMEM || (rc & 0xff) == SQLITE_NOMEM)
        return err_nomem(e, 0);
    log_statement(h, rc, sql);
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return err_full(e, path);
    case SQLITE_READONLY:
        return err_readonly(e, path, 0);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return file_error(rc, reason, path, e);
    default:
        return other_error(rc, path, e);
    }
}
