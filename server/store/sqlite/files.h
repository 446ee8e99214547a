/* files.h - the files of the daemon's database: who holds them, whether they are still those at the
 * path, and the room that is kept for deleting when the disk is full. Private to store/. */
#ifndef SERVER_STORE_SQLITE_FILES_H
#define SERVER_STORE_SQLITE_FILES_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { FILES_DB, FILES_WAL, FILES_SHM, FILES_COUNT };

struct file_id {
    dev_t dev;
    ino_t ino;
};
struct files {
    const char *path;    /* of the database; borrowed */
    int lock_fd;         /* PATH.lock; -1: this store is not exclusive, and nothing below is used */
    int fd[FILES_COUNT]; /* database and shared memory with an flock() of their own; -1: not open */
    struct file_id id[FILES_COUNT];
    bool held; /* id[] is known; set once, before other threads use the store */
};

void files_init(struct files *f, const char *path);
/* Before the database is opened: ST_CONFLICT when another daemon has it. The locks lie on
 * PATH.lock, on the database and on its shared memory, so that they survive the removal of any one
 * name. */
enum status files_lock(struct files *f, struct err *e);
/* After it was opened, and read once: locks what was not there before, and remembers which files
 * they are. */
enum status files_hold(struct files *f, struct err *e);
/* ST_READONLY when one of them was removed or replaced. Cheap: three calls of stat(). */
enum status files_check(const struct files *f, struct err *e);
/* Whether the database's own file has no name any more, so that its log is of no use to anybody. */
bool files_orphaned(const struct files *f);
/* Takes log and shared memory away from the path as far as they are still ours: the log becomes
 * PATH-wal.lost. */
void files_remove_log(const struct files *f);
/* Never before the last connection is closed: closing a descriptor drops SQLite's locks on that
 * file. */
void files_release(struct files *f);

/* Bytes that the file of the database has to grow by until it holds so many bytes; free bytes of
 * its disk. */
int64_t files_growth(const struct files *f, int64_t bytes);
int64_t files_free_bytes(const struct files *f);
/* What this process may still write there, and all of the disk; -1: unknown. */
void files_disk(int64_t *free_bytes, int64_t *size, const struct files *f);

/* PATH.reserve: up to 8 MiB, less on a small disk. True: it is whole, and there is room for a
 * mebibyte beside. */
bool files_make_reserve(const struct files *f);
/* True: there was one, and its room is free now. */
bool files_drop_reserve(const struct files *f);

/* Leaves PATH.last-backup, whose time of change is now; where the folder cannot be written (a
 * backup by another user) the one before stays. */
void files_note_backup(const struct files *f);
/* ms since 1970; 0: there was none. */
int64_t files_last_backup(const struct files *f);

#endif
