/* log.c - see log.h. A line is rendered on the caller's stack, and log_writer.c copies it from
 * there. */
#include "server/base/log.h"

#include "server/base/clock.h"
#include "server/base/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock; /* guards path and the file that is open */
    char path[4096];
    atomic_int level, format;
} logger = {PTHREAD_MUTEX_INITIALIZER, "", LOG_INFO, LOG_TEXT};

/* A named pipe is opened for reading too: so opening does not wait for a reader, and readers may
 * come and go. */
static int open_file(const char *path, struct err *e)
{
    struct stat is;
    bool pipe = stat(path, &is) == 0 && S_ISFIFO(is.st_mode);
    int fd =
        open(path, (pipe ? O_RDWR : O_WRONLY) | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);

    if (fd < 0)
        (void)err_set(e, ST_IO, "log_file %s cannot be opened: %s", path, strerror(errno));
    return fd;
}

static bool wants_colour(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return !(none && none[0]) && !(terminal && strcmp(terminal, "dumb") == 0);
}

/* The format of lines in this file. */
static enum log_format format_for(enum log_format wanted, int fd)
{
    bool terminal;

    if (wanted == LOG_JSON)
        return wanted;
    terminal = isatty(fd) == 1;
    if (!terminal)
        return wanted == LOG_AUTO ? LOG_JSON : LOG_TEXT;
    return wants_colour() ? LOG_COLOUR : LOG_TEXT;
}

enum status log_open(enum log_format format, enum log_level level, const char *path, struct err *e)
{
    int fd = STDERR_FILENO;
    enum status st;

    if (path && strlen(path) >= sizeof logger.path)
        return err_set(e, ST_INVALID, "log_file is %zu bytes long; a path has at most %zu",
                       strlen(path), sizeof logger.path - 1);
    st = log_writer_start(e);
    if (st)
        return st;
    (void)pthread_mutex_lock(&logger.lock);
    if (path && path[0])
        fd = open_file(path, e);
    if (fd >= 0) {
        format = format_for(format, fd);
        log_writer_use(fd, format);
        (void)snprintf(logger.path, sizeof logger.path, "%s", path ? path : "");
        atomic_store(&logger.format, (int)format);
        atomic_store(&logger.level, (int)level);
    }
    (void)pthread_mutex_unlock(&logger.lock);
    return fd >= 0 ? ST_OK : ST_IO;
}

enum status log_reopen(struct err *e)
{
    enum status st = ST_OK;

    (void)pthread_mutex_lock(&logger.lock);
    if (logger.path[0]) {
        int fd = open_file(logger.path, e);

        if (fd < 0)
            st = ST_IO;
        else
            log_writer_use(fd, (enum log_format)atomic_load(&logger.format));
    }
    (void)pthread_mutex_unlock(&logger.lock);
    return st;
}

void log_close(void)
{
    (void)pthread_mutex_lock(&logger.lock);
    log_writer_detach();
    logger.path[0] = '\0';
    atomic_store(&logger.format, LOG_TEXT);
    atomic_store(&logger.level, LOG_INFO);
    (void)pthread_mutex_unlock(&logger.lock);
}

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load(&logger.level);
}

/* soon: see log_event_soon(). */
static void write_event(enum log_level level, const char *event, const struct log_field *fields,
                        int n, bool soon)
{
    char line[LOG_LINE_MAX];
    int saved = errno;
    size_t len;

    if (!log_enabled(level))
        return;
    len = log_render(line, (enum log_format)atomic_load(&logger.format), level, event, fields, n,
                     clock_ms());
    log_writer_put(line, len, soon);
    errno = saved;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, int n)
{
    write_event(level, event, fields, n, false);
}

void log_event_soon(enum log_level level, const char *event, const struct log_field *fields, int n)
{
    write_event(level, event, fields, n, true);
}

void log_flush(void)
{
    log_writer_wake();
}

bool log_drain(int ms)
{
    return log_writer_drain(ms);
}

uint64_t log_dropped(void)
{
    return log_writer_dropped();
}

/* A second file description can be made non-blocking without affecting others that share standard
 * error. A socket cannot be opened again, but has a flag for it. */
void log_last_words(const char *text)
{
    int saved = errno;
    size_t n = strlen(text);
    int fd = open("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    ssize_t ignored =
        fd >= 0 ? write(fd, text, n) : send(STDERR_FILENO, text, n, MSG_DONTWAIT | MSG_NOSIGNAL);

    (void)ignored;
    if (fd >= 0)
        (void)close(fd);
    errno = saved;
}

void log_msg(enum log_level level, const char *event, const char *fmt, ...)
{
    char text[1024] = "";
    struct log_field message = log_str("message", text);
    va_list ap;

    if (!log_enabled(level))
        return;
    va_start(ap, fmt);
    if (vsnprintf(text, sizeof text, fmt, ap) < 0)
        text[0] = '\0';
    va_end(ap);
    log_event(level, event, &message, 1);
}
