/* log_writer.c - see log_writer.h. There are two buffers. Lines go into one while the thread writes
 * the other without the lock; then they change places. */
#include "server/base/log_writer.h"

#include "server/base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    KEPT_MAX = 256 * 1024, /* bytes: the lines of some 10 ms at the highest rate of requests */
    QUIET_MS = 10,         /* a busy log is written this often */
    SWITCH_MS = 500        /* longest wait for the old file when another one is used */
};

static struct {
    pthread_mutex_t lock; /* guards all of this */
    pthread_cond_t work;  /* there is something to write */
    pthread_cond_t idle;  /* the thread has written */
    bool running;         /* the thread and both conditions exist */
    bool attached;        /* lines go to the thread */
    bool asleep;          /* the thread waits for a line */
    bool writing;         /* the thread uses fd and the buffer that is not being filled */
    bool urgent;          /* kept lines are written without waiting for more */
    int fd;
    enum log_format format;
    int filled;  /* index of the buffer that lines go into */
    size_t kept; /* bytes in it */
    bool torn;   /* the last bytes written to fd end in the middle of a line */
    int64_t written_ms;
    uint64_t dropped, reported; /* lines since the start; those that log_dropped has reported */
} writer = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = STDERR_FILENO, .format = LOG_TEXT};
/* Not members of writer, whose initial values would put the buffers into the program file. The end
 * of each has room for log_dropped. */
static char buffers[2][KEPT_MAX + LOG_LINE_MAX];

static uint64_t count_lines(const char *s, size_t n)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < n; i++)
        lines += s[i] == '\n';
    return lines;
}

/* ---- writing ---- */

/* Returns how many bytes were written: n, or fewer after an error. Waits for a file that another
 * process has made non-blocking. */
static size_t write_bytes(int fd, const char *s, size_t n)
{
    size_t done = 0;

    while (done < n) {
        ssize_t written = write(fd, s + done, n - done);

        if (written > 0) {
            done += (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};

            (void)poll(&p, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            break;
        }
    }
    return done;
}

/* Without the thread, under the lock: poll() shows whether a pipe takes a piece as a whole without
 * blocking. */
static void write_at_once(const char *line, size_t n)
{
    while (n > 0) {
        struct pollfd p = {.fd = writer.fd, .events = POLLOUT};
        size_t piece = n < PIPE_BUF ? n : PIPE_BUF;

        if (poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT) ||
            write(writer.fd, line, piece) != (ssize_t)piece) {
            writer.dropped++;
            return;
        }
        line += piece;
        n -= piece;
    }
}

static size_t put_dropped(char out[LOG_LINE_MAX], uint64_t lines)
{
    struct log_field f = log_int("lines", (int64_t)lines);

    return log_render(out, writer.format, LOG_WARN, "log_dropped", &f, 1, clock_ms());
}

/* Writes the buffer that was filled, without holding the lock meanwhile. */
static void write_kept(void)
{
    char *data = buffers[writer.filled];
    uint64_t unreported = writer.dropped - writer.reported;
    size_t n = writer.kept, done = 0;
    bool torn = writer.torn;
    int fd = writer.fd;

    if (unreported > 0)
        n += put_dropped(data + n, unreported);
    writer.filled = 1 - writer.filled;
    writer.kept = 0;
    writer.urgent = false;
    writer.writing = true;
    (void)pthread_mutex_unlock(&writer.lock);
    if (!torn || write_bytes(fd, "\n", 1) == 1) {
        done = write_bytes(fd, data, n);
        torn = done > 0 && data[done - 1] != '\n';
    }
    (void)pthread_mutex_lock(&writer.lock);
    if (done == n)
        writer.reported += unreported;
    else
        writer.dropped += count_lines(data + done, n - done) - (unreported > 0);
    if (fd == writer.fd)
        writer.torn = torn;
    writer.writing = false;
    writer.written_ms = clock_monotonic_ms();
    (void)pthread_cond_broadcast(&writer.idle);
}

static void *run(void *ctx)
{
    (void)ctx;
    (void)pthread_mutex_lock(&writer.lock);
    for (;;) {
        int64_t due = writer.written_ms + QUIET_MS;
        bool early = !writer.urgent && writer.kept < KEPT_MAX / 4 && clock_monotonic_ms() < due;

        if (writer.kept == 0) {
            writer.asleep = true;
            (void)pthread_cond_wait(&writer.work, &writer.lock);
            writer.asleep = false;
        } else if (early) {
            struct timespec until = clock_moment(due);

            (void)pthread_cond_timedwait(&writer.work, &writer.lock, &until);
        } else {
            write_kept();
        }
    }
    return NULL;
}

/* ---- the thread ---- */

/* Called under the lock. Signals are for the main thread. */
static int start_thread(void)
{
    sigset_t all, before;
    pthread_t thread;
    int r = clock_cond_init(&writer.work);

    if (!r)
        r = clock_cond_init(&writer.idle);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    if (!r)
        r = pthread_create(&thread, NULL, run, NULL);
    if (!r)
        (void)pthread_detach(thread); /* it may hang in a write() for ever */
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

enum status log_writer_start(struct err *e)
{
    int r = 0;

    (void)pthread_mutex_lock(&writer.lock);
    if (!writer.running)
        r = start_thread();
    if (!r)
        writer.running = true;
    (void)pthread_mutex_unlock(&writer.lock);
    return r ? err_nomem(e, 0) : ST_OK;
}

/* Under the lock. */
static bool drain(int ms)
{
    struct timespec until = clock_deadline(ms);

    while (writer.running && (writer.kept > 0 || writer.writing)) {
        writer.urgent = true;
        (void)pthread_cond_signal(&writer.work);
        if (pthread_cond_timedwait(&writer.idle, &writer.lock, &until))
            return false;
    }
    return true;
}

/* Called under the lock. A file that a write() still hangs on stays open. */
static void use(int fd)
{
    bool free_now = drain(SWITCH_MS) && writer.fd != STDERR_FILENO;

    if (free_now)
        (void)close(writer.fd);
    writer.fd = fd;
    writer.torn = false;
}

void log_writer_use(int fd, enum log_format format)
{
    (void)pthread_mutex_lock(&writer.lock);
    use(fd);
    writer.format = format;
    writer.attached = writer.running;
    (void)pthread_mutex_unlock(&writer.lock);
}

void log_writer_detach(void)
{
    (void)pthread_mutex_lock(&writer.lock);
    use(STDERR_FILENO);
    writer.format = LOG_TEXT;
    writer.attached = false;
    (void)pthread_mutex_unlock(&writer.lock);
}

bool log_writer_drain(int ms)
{
    bool all;

    (void)pthread_mutex_lock(&writer.lock);
    all = drain(ms);
    (void)pthread_mutex_unlock(&writer.lock);
    return all;
}

/* ---- lines ---- */

/* Called under the lock. Does not wake a thread that sleeps until more lines have gathered. */
static void keep_line(const char *line, size_t n, bool soon)
{
    if (n > KEPT_MAX - writer.kept) {
        writer.dropped++;
        return;
    }
    memcpy(buffers[writer.filled] + writer.kept, line, n);
    writer.kept += n;
    if (!soon)
        writer.urgent = true;
    if (writer.asleep || writer.urgent || writer.kept >= KEPT_MAX / 4)
        (void)pthread_cond_signal(&writer.work);
}

void log_writer_put(const char *line, size_t n, bool soon)
{
    (void)pthread_mutex_lock(&writer.lock);
    if (writer.attached)
        keep_line(line, n, soon);
    else
        write_at_once(line, n);
    (void)pthread_mutex_unlock(&writer.lock);
}

void log_writer_wake(void)
{
    (void)pthread_mutex_lock(&writer.lock);
    if (writer.running && writer.kept > 0) {
        writer.urgent = true;
        (void)pthread_cond_signal(&writer.work);
    }
    (void)pthread_mutex_unlock(&writer.lock);
}

uint64_t log_writer_dropped(void)
{
    uint64_t n;

    (void)pthread_mutex_lock(&writer.lock);
    n = writer.dropped;
    (void)pthread_mutex_unlock(&writer.lock);
    return n;
}
