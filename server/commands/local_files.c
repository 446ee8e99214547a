/* local_files.c - see local_files.h. */
#include "server/commands/local_files.h"

#include "server/commands/interrupt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_MAX = 64 }; /* leaves room for the names of the files */

/* What a database has beside it; see store.h. */
static const char *const suffixes[] = {"", "-wal", "-shm", ".lock", ".reserve"};
enum { SUFFIXES = sizeof suffixes / sizeof *suffixes };

static void name(char out[LOCAL_PATH_MAX], const struct local_files *f, const char *base)
{
    (void)snprintf(out, LOCAL_PATH_MAX, "%.*s/%s", FOLDER_MAX, f->folder, base);
}

/* Calls with() for every file that may be in the folder, then for the folder with a slash. */
static void for_all(const struct local_files *f, void (*with)(const char *path))
{
    char path[LOCAL_PATH_MAX + 16];

    for (int i = 0; i < SUFFIXES; i++) {
        (void)snprintf(path, sizeof path, "%s%s", f->database, suffixes[i]);
        with(path);
    }
    with(f->socket);
    with(f->key);
    (void)snprintf(path, sizeof path, "%s/", f->folder);
    with(path);
}

static void remove_one(const char *path)
{
    if (path[strlen(path) - 1] == '/')
        (void)rmdir(path);
    else
        (void)unlink(path);
}

enum status local_files_make(struct local_files *f, struct err *e)
{
    const char *base = getenv("TMPDIR");

    *f = (struct local_files){0};
    if (!base || base[0] != '/' || strlen(base) + strlen("/lstmd-XXXXXX") > FOLDER_MAX)
        base = "/tmp";
    (void)snprintf(f->folder, sizeof f->folder, "%s/lstmd-XXXXXX", base);
    if (!mkdtemp(f->folder)) {
        f->folder[0] = '\0';
        return err_set(e, ST_IO, "cannot make a folder in %s: %s", base, strerror(errno));
    }
    name(f->socket, f, "socket");
    name(f->key, f, "key");
    name(f->database, f, "lstmd.db");
    for_all(f, interrupt_remove);
    return ST_OK;
}

void local_files_remove(struct local_files *f)
{
    if (!f->folder[0])
        return;
    for_all(f, remove_one);
    interrupt_keep_all();
    f->folder[0] = '\0';
}

/* Makes the folders of a path one after the other; the path ends with a slash. */
static enum status make_folders(char *path, struct err *e)
{
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        if (mkdir(path, 0700) && errno != EEXIST)
            return err_set(e, ST_IO, "cannot make the folder %.300s: %s", path, strerror(errno));
        *p = '/';
    }
    return ST_OK;
}

enum status local_database(char **out, struct err *e)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    bool xdg = data && data[0] == '/'; /* the XDG specification ignores relative paths */
    char path[PATH_MAX];
    enum status st;
    int n;

    if (!xdg && (!home || home[0] != '/'))
        return err_set(e, ST_INVALID,
                       "there is no place for a database: neither XDG_DATA_HOME nor HOME is set; "
                       "name one with --database");
    n = snprintf(path, sizeof path, "%s%s/lstmd/", xdg ? data : home, xdg ? "" : "/.local/share");
    if (n < 0 || n >= PATH_MAX - 16)
        return err_set(e, ST_INVALID, "the user's data directory has too long a name");
    st = make_folders(path, e);
    if (st)
        return st;
    *out = NULL;
    if (asprintf(out, "%slstmd.db", path) < 0) {
        *out = NULL;
        return err_nomem(e, 0);
    }
    return ST_OK;
}
