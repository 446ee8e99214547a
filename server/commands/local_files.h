/* local_files.h - the fresh folder of a command's own service: its socket, its key, and a database
 * that nobody keeps; and where the user's database is. */
#ifndef SERVER_COMMANDS_LOCAL_FILES_H
#define SERVER_COMMANDS_LOCAL_FILES_H

#include <lstm/status.h>
#include <stdbool.h>

enum { LOCAL_PATH_MAX = 108 }; /* of a unix socket, with its NUL */

struct local_files {
    char folder[LOCAL_PATH_MAX]; /* "": none was made */
    char socket[LOCAL_PATH_MAX], key[LOCAL_PATH_MAX], database[LOCAL_PATH_MAX];
};

/* Makes the folder in TMPDIR or /tmp; only this user may enter it. A second signal removes it
 * (interrupt.h). ST_IO. */
enum status local_files_make(struct local_files *f, struct err *e);
/* Removes the folder and what a service leaves in it. */
void local_files_remove(struct local_files *f);

/* The database of a user without a configuration: lstmd/lstmd.db in XDG_DATA_HOME, or in
 * .local/share of HOME. Makes its folder. *out is malloc'ed. ST_INVALID when neither is set, ST_IO
 * when the folder cannot be made. */
enum status local_database(char **out, struct err *e);

#endif
