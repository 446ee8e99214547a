/* files.h - the files of the daemon's database: their locks, whether they are still at their paths,
 * and a reserve of space for deleting when the disk is full. Private to store/. */
#ifndef SERVER_STORE_SQLITE_FILES_H
#define SERVER_STORE_SQLITE_FILES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { FILES_DB, FILES_WAL, FILES_SHM, FILES_COUNT };

struct file_id {
    dev_t dev;
    ino_t ino;
};
struct files {
    const char *path;    /* of the database; borrowed */
    int lock_fd;         /* PATH.lock; -1: the store is not exclusive, and nothing below is used */
    int fd[FILES_COUNT]; /* database and shared memory with an flock() of their own; -1: not open */
    struct file_id id[FILES_COUNT];
    bool held; /* id[] is known; set once, before other threads use the store */
};

void files_init(struct files *f, const char *path);
/* Called before the database is opened. ST_CONFLICT when another daemon uses it. PATH.lock, the
 * database and its shared memory are all locked, so that a lock remains when any one of these names
 * is removed. */
enum status files_lock(struct files *f, struct err *e);
/* Replaces the content of PATH.lock, which is empty after files_lock(). */
void files_announce(const struct files *f, const char *text);
/* Reads the first line of PATH.lock. Returns false when it is empty, longer than cap - 1, or not
 * written by this user or root alone. */
bool files_announced(char *out, size_t cap, const char *path);
/* Called after the database was opened and read once. Locks the files that did not exist before,
 * and remembers the identity of all. */
enum status files_hold(struct files *f, struct err *e);
/* ST_READONLY when one of them was removed or replaced. Cheap: three calls of stat(). */
enum status files_check(const struct files *f, struct err *e);
/* Whether the database file has no name any more; its log is then of no use. */
bool files_orphaned(const struct files *f);
/* Removes log and shared memory from the path if they are still ours. The log is renamed to
 * PATH-wal.lost. */
void files_remove_log(const struct files *f);
/* Must be called after the last connection is closed, since closing a descriptor drops SQLite's
 * locks on the file. */
void files_release(struct files *f);

/* How many bytes the database file must grow by to hold so many bytes. */
int64_t files_growth(const struct files *f, int64_t bytes);
/* Free bytes of its disk. */
int64_t files_free_bytes(const struct files *f);
/* Bytes of the disk that this process may still use, and its size; -1: unknown. */
void files_disk(int64_t *free_bytes, int64_t *size, const struct files *f);

/* Makes PATH.reserve: up to 8 MiB, less on a small disk. Returns true when it has its full size,
 * and a mebibyte is free beside it. */
bool files_make_reserve(const struct files *f);
/* Deletes the reserve. Returns true when there was one, so that its space is free now. */
bool files_drop_reserve(const struct files *f);

/* Leaves PATH.last-backup with the present time of change. If the folder cannot be written (a
 * backup by another user) the earlier file stays. */
void files_note_backup(const struct files *f);
/* ms since 1970; 0: there was none. */
int64_t files_last_backup(const struct files *f);

#endif
