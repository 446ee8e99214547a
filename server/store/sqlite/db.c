/* db.c - see db.h. */
#include "server/store/sqlite/db.h"

#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* If the size of files is limited (ulimit -f), keeps the database below the limit. Otherwise the
 * log could not be copied into the file, and would never become shorter. */
static enum status limit_pages(struct db *db, struct err *e)
{
    struct rlimit limit;
    char sql[64];

    if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return ST_OK;
    snprintf(
        sql, sizeof(sql), "PRAGMA max_page_count = %llu",
        (unsigned long long)(limit.rlim_cur / PAGE_BYTES > 1 ? limit.rlim_cur / PAGE_BYTES : 1));
    return sqlite_exec(db, sql, e);
}

/* Makes the file with a mode that gives others no access; SQLite would use 0644. -wal and -shm get
 * the mode of the file. An existing file is not changed, and not opened: closing it would drop the
 * locks that SQLite has on it in this process. */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

static enum status open_file(struct db *db, const char *path, int busy_timeout_ms, bool make,
                             struct err *e)
{
    enum status st;
    int rc;

    *db = (struct db){.driver = &sqlite_driver};
    db->sqlite = calloc(1, sizeof(*db->sqlite));
    if (!db->sqlite)
        return err_nomem(e, sizeof(*db->sqlite));
    db->sqlite->path = path;
    db->sqlite->busy_timeout_ms = busy_timeout_ms;
    if (make)
        make_private(path);
    errno = 0;
    rc = sqlite3_open_v2(path, &db->sqlite->h,
                         SQLITE_OPEN_READWRITE | (make ? SQLITE_OPEN_CREATE : 0) |
                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                         NULL);
    if (rc != SQLITE_OK)
        return db->sqlite->h ? sqlite_error(db->sqlite->h, db->sqlite->path, rc, NULL, e)
                             : err_nomem(e, 0);
    sqlite3_busy_timeout(db->sqlite->h, busy_timeout_ms);
    sqlite3_limit(db->sqlite->h, SQLITE_LIMIT_ATTACHED, 0);
    /* The log is shortened after a large upload, so that it does not keep its largest size. Debian
     * builds SQLite with secure_delete=ON, which writes zeros over every deleted page. With FAST,
     * values stay in free pages until db_shrink() returns those. */
    st = sqlite_exec(db,
                     "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                     "PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=67108864; "
                     "PRAGMA secure_delete=FAST",
                     e);
    if (st && (sqlite3_errcode(db->sqlite->h) & 0xff) == SQLITE_NOTADB)
        return err_set(e, ST_INVALID, "%s is not an SQLite database; give another file", path);
    if (!st)
        st = limit_pages(db, e);
    if (!st) {
        rc = sqlite3_prepare_v3(db->sqlite->h, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT,
                                &db->sqlite->rollback, NULL);
        st = rc == SQLITE_OK ? ST_OK
                             : sqlite_error(db->sqlite->h, db->sqlite->path, rc, "ROLLBACK", e);
    }
    return st;
}

enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e)
{
    return open_file(db, path, busy_timeout_ms, true, e);
}

enum status db_open_existing(struct db *db, const char *path, int busy_timeout_ms, struct err *e)
{
    return open_file(db, path, busy_timeout_ms, false, e);
}

void sqlite_close(struct db *db)
{
    struct sqlite_db *own = db->sqlite;

    for (size_t i = 0; own && i < STMT_SLOTS; i++)
        sqlite3_finalize(own->slots[i].s);
    if (own) {
        sqlite3_finalize(own->rollback);
        sqlite3_close(own->h);
    }
    free(own);
    *db = (struct db){0};
}

enum status sqlite_exec(struct db *db, const char *sql, struct err *e)
{
    int rc;

    errno = 0;
    rc = sqlite3_exec(db->sqlite->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ST_OK : sqlite_error(db->sqlite->h, db->sqlite->path, rc, sql, e);
}

int64_t sqlite_changes(const struct db *db)
{
    return sqlite3_changes(db->sqlite->h);
}
