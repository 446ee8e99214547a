/* keyfile.h - a key in a file of its own: one line of visible ASCII. */
#ifndef SERVER_CONFIG_KEYFILE_H
#define SERVER_CONFIG_KEYFILE_H

#include <lstm/status.h>
#include <stdbool.h>

/* The key, malloc'ed, into *key. *exposed: every user of the machine may read the file. ST_IO when
 * it cannot be read; ST_INVALID when it is no regular file, when others may write it, or when it
 * holds anything but one line of visible ASCII without blanks. No message holds what is in it. */
enum status keyfile_read(char **key, bool *exposed, const char *path, struct err *e);
/* Makes the file with a new random key, for its owner alone (0600), unless there is something at
 * path; *made says which. It is there as a whole or not at all, also after a crash. ST_IO. */
enum status keyfile_make(bool *made, const char *path, struct err *e);

#endif
