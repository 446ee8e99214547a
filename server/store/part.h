/* part.h - the file that a backup is written to before it gets its name. Private to store/.
 *
 * Its writer holds a lock on it, which ends with the process: a file of that kind that nobody holds
 * is of a backup that was killed, and the next one in the folder removes it. */
#ifndef SERVER_STORE_PART_H
#define SERVER_STORE_PART_H

#include <limits.h>
#include <lstm/status.h>

struct part {
    char path[PATH_MAX];
    int fd; /* holds the lock; close it after SQLite's connection to the file */
};

/* Removes what killed backups left in the folder of `to`, then makes an empty file beside `to` with
 * mode 0600. ST_INVALID: the path is too long; ST_IO. part_close() it in any case. */
enum status part_open(struct part *p, const char *to, struct err *e);
/* Removes the file where it still has this name, and lets go of it. */
void part_close(struct part *p);

#endif
