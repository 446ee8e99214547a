/* keyfile.h - a key in a file of its own: one line of visible ASCII. */
#ifndef SERVER_CONFIG_KEYFILE_H
#define SERVER_CONFIG_KEYFILE_H

#include <lstm/status.h>
#include <stdbool.h>

/* Reads the key, malloc'ed. *exposed: whether every user of the machine may read the file. ST_IO
 * when it cannot be read. ST_INVALID when it is not a regular file, others may write it, or it
 * holds anything but one line of visible ASCII without blanks. No message contains the file's
 * content. */
enum status keyfile_read(char **key, bool *exposed, const char *path, struct err *e);
/* Makes the file with a new random key, readable only by its owner (0600), unless something exists
 * at path; *made: whether it did. The file is complete or missing, even after a crash. ST_IO. */
enum status keyfile_make(bool *made, const char *path, struct err *e);

#endif
