/* keyfile.c - see keyfile.h. */
#include "server/config/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MAX = 4095, KEY_BYTES = 24 /* of a new key: 192 bits */ };

/* ---- reading ---- */

/* Reads up to cap bytes. Does not wait for a pipe. */
static enum status read_file(char *out, size_t cap, size_t *len, struct stat *is, const char *path,
                             struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t got = -1;

    *len = 0;
    if (fd < 0 || fstat(fd, is)) {
        (void)err_set(e, ST_IO, "key file %s cannot be read: %s", path, strerror(errno));
        if (fd >= 0)
            (void)close(fd);
        return ST_IO;
    }
    if (!S_ISREG(is->st_mode)) {
        (void)close(fd);
        return err_set(e, ST_INVALID, "key file %s is no regular file", path);
    }
    while (*len < cap && (got = read(fd, out + *len, cap - *len)) > 0)
        *len += (size_t)got;
    if (got < 0)
        (void)err_set(e, ST_IO, "key file %s cannot be read: %s", path, strerror(errno));
    (void)close(fd);
    return got < 0 ? ST_IO : ST_OK;
}

/* The length of the line without its end. */
static size_t line_length(const char *text, size_t n)
{
    if (n > 0 && text[n - 1] == '\n')
        n--;
    if (n > 0 && text[n - 1] == '\r')
        n--;
    return n;
}

enum status keyfile_read(char **key, bool *exposed, const char *path, struct err *e)
{
    char text[KEY_MAX + 3];
    struct stat is;
    size_t n = 0;
    enum status st = read_file(text, sizeof text, &n, &is, path, e);

    *key = NULL;
    if (st)
        return st;
    if (is.st_mode & S_IWOTH)
        return err_set(e, ST_INVALID,
                       "key file %s may be written by every user; chmod 600 makes it its owner's",
                       path);
    *exposed = (is.st_mode & S_IROTH) != 0;
    n = line_length(text, n);
    if (n == 0)
        return err_set(e, ST_INVALID, "key file %s is empty; it must hold a key", path);
    for (size_t i = 0; i < n; i++)
        if (n > KEY_MAX || text[i] <= 0x20 || text[i] > 0x7e)
            return err_set(e, ST_INVALID,
                           "key file %s must hold one line of at most %d visible ASCII characters "
                           "without blanks",
                           path, KEY_MAX);
    *key = strndup(text, n);
    return *key ? ST_OK : err_nomem(e, n + 1);
}

/* ---- making ---- */

/* Makes a new key: hexadecimal digits and a line end. */
static bool new_key(char text[2 * KEY_BYTES + 2])
{
    unsigned char bytes[KEY_BYTES];

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    text[2 * KEY_BYTES] = '\n';
    text[2 * KEY_BYTES + 1] = '\0';
    return true;
}

/* Makes the last rename in the folder survive a crash. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    free(folder);
    return ok;
}

/* Writes the key to a temporary file beside path, which is linked to its name when it is complete.
 * link() does not change a file that another process made meanwhile. Errors are in errno. */
static bool write_key(bool *made, const char *path, char *temporary)
{
    char text[2 * KEY_BYTES + 2];
    int fd = mkostemp(temporary, O_CLOEXEC), saved;
    bool ok;

    if (fd < 0)
        return false;
    ok = new_key(text) && fchmod(fd, 0600) == 0 &&
         write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
    if (ok && link(temporary, path) == 0)
        *made = true;
    else if (!ok || errno != EEXIST)
        ok = false;
    saved = errno;
    (void)close(fd);
    (void)unlink(temporary);
    errno = saved;
    return ok && (!*made || sync_folder(path));
}

enum status keyfile_make(bool *made, const char *path, struct err *e)
{
    struct stat is;
    char *temporary = NULL;
    bool ok;

    *made = false;
    if (lstat(path, &is) == 0)
        return ST_OK;
    if (errno != ENOENT)
        return err_set(e, ST_IO, "key file %s cannot be made: %s", path, strerror(errno));
    if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
        return err_nomem(e, strlen(path) + 8);
    ok = write_key(made, path, temporary);
    if (!ok)
        (void)err_set(e, ST_IO, "key file %s cannot be made: %s", path, strerror(errno));
    free(temporary);
    return ok ? ST_OK : ST_IO;
}
