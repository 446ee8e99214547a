/* part.h - the file that a backup is written to before it gets its final name. Private to store/.
 *
 * Its writer holds a lock on it, which ends with the process. Such a file without a lock is from a
 * backup that was killed, and the next backup in the folder removes it. */
#ifndef SERVER_STORE_PART_H
#define SERVER_STORE_PART_H

#include <limits.h>
#include <lstm/status.h>

struct part {
    char path[PATH_MAX];
    int fd; /* holds the lock; close it after SQLite's connection to the file */
};

/* Removes the files of killed backups from the folder of `to`, then makes an empty file beside `to`
 * with mode 0600. ST_INVALID: the path is too long; ST_IO. part_close() it in any case. */
enum status part_open(struct part *p, const char *to, struct err *e);
/* Removes the file, if it still has this name, and releases its lock. */
void part_close(struct part *p);

#endif
