/* test_log_writer.c - queued log lines: kept, dropped and counted, without delaying the callers. */
#include "server/base/log.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 60000 }; /* far more than a loaded machine needs */

static int64_t now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static char path[64], moved[80];

static void make_path(void)
{
    int fd;

    (void)snprintf(path, sizeof path, "/tmp/lstmd-log-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    (void)snprintf(moved, sizeof moved, "%s.1", path);
}

static size_t read_all(char *out, size_t cap, const char *from)
{
    FILE *f = fopen(from, "rb");
    size_t n;

    ck_assert_ptr_nonnull(f);
    n = fread(out, 1, cap - 1, f);
    out[n] = '\0';
    fclose(f);
    return n;
}

/* How many lines the file has; each one must be the next number. */
static int count_in_order(char *text, size_t cap)
{
    int lines = 0;

    read_all(text, cap, path);
    for (char *p = text; *p; p = strchr(p, '\n') + 1, lines++) {
        char expected[32];

        (void)snprintf(expected, sizeof expected, " i=%d\n", lines);
        ck_assert_ptr_nonnull(strchr(p, '\n'));
        ck_assert_ptr_eq(strstr(p, expected) + strlen(expected), strchr(p, '\n') + 1);
    }
    return lines;
}

/* More than what is kept, so that it is written on the way too. */
START_TEST(lines_that_may_wait_stay_in_order_and_none_is_lost)
{
    enum { MANY = 3000, EVERY = 1000 };
    static char text[MANY * 80];
    struct err e = {0};

    make_path();
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    for (int i = 0; i < MANY; i++) {
        struct log_field f = log_int("i", i);

        if (i % EVERY == EVERY / 2) {
            log_event(LOG_INFO, "now", &f, 1);
            ck_assert(log_drain(WAIT_MS));
            ck_assert_int_eq(count_in_order(text, sizeof text), i + 1);
        } else {
            log_event_soon(LOG_INFO, "soon", &f, 1);
        }
    }
    ck_assert(log_drain(WAIT_MS));
    ck_assert_int_eq(count_in_order(text, sizeof text), MANY);
    ck_assert_uint_eq(log_dropped(), 0);
    for (int i = MANY; i < MANY + 3; i++)
        log_event_soon(LOG_INFO, "soon",
                       &(struct log_field){.name = "i", .type = LOG_INTEGER, .integer = i}, 1);
    log_close(); /* writes what was kept */
    ck_assert_int_eq(count_in_order(text, sizeof text), MANY + 3);
    unlink(path);
}
END_TEST

/* Without a flush, and without more to come. */
START_TEST(a_line_that_may_wait_is_written_all_the_same)
{
    static char text[1000];
    struct err e = {0};

    make_path();
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    for (int i = 0; i < 4; i++) {
        struct log_field f = log_int("i", i);
        int64_t deadline = now_ms() + WAIT_MS;

        log_event_soon(LOG_INFO, "soon", &f, 1);
        while (count_in_order(text, sizeof text) < i + 1)
            ck_assert_msg(now_ms() < deadline, "line %d is not written", i);
    }
    log_close();
    unlink(path);
}
END_TEST

/* ---- files that cannot be written ---- */

/* Events i=0 to n - 1. */
static void write_numbers(int n)
{
    for (int i = 0; i < n; i++) {
        struct log_field f = log_int("i", i);

        log_event_soon(LOG_INFO, "number", &f, 1);
    }
}

/* Reads what comes from fd, behind the *n bytes that out has. Fails at the deadline. */
static void read_more(char *out, size_t cap, size_t *n, int fd, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t got;

    ck_assert_msg(now_ms() < deadline && *n + 1 < cap, "%zu bytes, then nothing", *n);
    if (poll(&p, 1, 100) <= 0)
        return;
    got = read(fd, out + *n, cap - 1 - *n);
    ck_assert_int_gt((int)got, 0);
    *n += (size_t)got;
    out[*n] = '\0';
}

/* Lines with " number ", and those that log_dropped reports. */
static int count_all(const char *out)
{
    int n = 0;

    for (const char *l = out; (l = strstr(l, " number ")) != NULL; l++)
        n++;
    for (const char *l = out; (l = strstr(l, " log_dropped lines=")) != NULL; l++)
        n += strchr(l, '\n') ? (int)strtol(l + 19, NULL, 10) : 0;
    return n;
}

static char flood[4 << 20];

/* A reader that comes late finds the lines that had room, and how many had none. */
START_TEST(a_pipe_that_nobody_reads_holds_nobody_up)
{
    enum { MANY = 30000 };
    uint64_t before = log_dropped();
    struct err e = {0};
    int64_t begin = now_ms();
    size_t n = 0;
    int fd;

    flood[0] = '\0';
    (void)snprintf(path, sizeof path, "/tmp/lstmd-fifo-%d", (int)getpid());
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    write_numbers(MANY);
    ck_assert_uint_gt(log_dropped() - before, 1000);
    ck_assert(!log_drain(10));
    ck_assert_int_lt((int)(now_ms() - begin), WAIT_MS);
    fd = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    while (count_all(flood) < MANY)
        read_more(flood, sizeof flood, &n, fd, begin + 2 * WAIT_MS);
    ck_assert_int_eq(count_all(flood), MANY);
    log_msg(LOG_INFO, "after", "it goes on");
    while (!strstr(flood, " after: "))
        read_more(flood, sizeof flood, &n, fd, begin + 2 * WAIT_MS);
    ck_assert_int_eq(count_all(flood), MANY); /* nothing is told twice */
    close(fd);
    log_close();
    unlink(path);
}
END_TEST

START_TEST(the_end_does_not_wait_for_a_reader)
{
    struct err e = {0};
    int64_t begin;
    size_t n = 0;
    int fd;

    (void)snprintf(path, sizeof path, "/tmp/lstmd-fifo-%d", (int)getpid());
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    write_numbers(1700);
    begin = now_ms();
    ck_assert_int_eq(log_reopen(&e), ST_OK);
    log_close();
    ck_assert_int_lt((int)(now_ms() - begin), WAIT_MS);
    /* the thread comes back when somebody reads after all */
    fd = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    while (!log_drain(10)) {
        read_more(flood, sizeof flood, &n, fd, begin + 2 * WAIT_MS);
        n = 0;
    }
    close(fd);
    unlink(path);
}
END_TEST

/* Lines that a full device loses are reported in the next file. */
START_TEST(a_full_disk_is_told_of_later)
{
    uint64_t before = log_dropped();
    struct err e = {0};
    char told[64];

    make_path();
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, "/dev/full", &e), ST_OK);
    write_numbers(10);
    ck_assert(log_drain(WAIT_MS));
    ck_assert_uint_eq(log_dropped() - before, 10);
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    log_msg(LOG_INFO, "after", "x");
    log_close();
    read_all(flood, sizeof flood, path);
    ck_assert_ptr_nonnull(strstr(flood, " after: x\n"));
    (void)snprintf(told, sizeof told, " log_dropped lines=%d\n", 10);
    ck_assert_msg(strstr(flood, told) != NULL, "%s", flood);
    unlink(path);
}
END_TEST

/* A disk that is full in the middle of a line: the next line begins on a line of its own. */
START_TEST(a_torn_line_is_closed)
{
    struct rlimit was, small;
    struct err e = {0};

    make_path();
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    small = was;
    small.rlim_cur = 100;
    (void)signal(SIGXFSZ, SIG_IGN); /* as the daemon does: the write fails instead */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    write_numbers(20);
    ck_assert(log_drain(WAIT_MS));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    log_msg(LOG_INFO, "after", "x");
    log_close();
    ck_assert_uint_gt(read_all(flood, sizeof flood, path), 100);
    ck_assert_int_eq(flood[100], '\n');
    ck_assert_ptr_nonnull(strstr(flood + 101, " after: x\n"));
    ck_assert_ptr_nonnull(strstr(flood + 101, " log_dropped lines="));
    unlink(path);
}
END_TEST

/* Standard error is the pipe's writing end in between. */
static int swap_stderr(int fd)
{
    int was = dup(STDERR_FILENO);

    ck_assert_int_ge(was, 0);
    ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
    close(fd);
    return was;
}

START_TEST(a_closed_pipe_and_last_words_end_nobody)
{
    uint64_t before = log_dropped();
    struct err e = {0};
    int fd[2], was;
    char c[4096] = "";

    ck_assert_int_eq(pipe(fd), 0);
    was = swap_stderr(fd[1]);
    log_last_words("last\n");
    ck_assert_int_eq((int)read(fd[0], c, sizeof c), 5);
    ck_assert_int_eq(memcmp(c, "last\n", 5), 0);
    ck_assert_int_eq(fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK, 0); /* others share it */
    for (int i = 0; i < 64; i++)                                     /* more than any pipe takes */
        for (int k = 0; k < 64; k++)
            log_last_words(
                "and last, and last, and last, and last, and last, and last, and last\n");
    close(fd[0]);
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, NULL, &e), ST_OK);
    write_numbers(3);
    ck_assert(log_drain(WAIT_MS));
    (void)swap_stderr(was);
    ck_assert_uint_eq(log_dropped() - before, 3);
    log_close();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log_writer");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, lines_that_may_wait_stay_in_order_and_none_is_lost);
    tcase_add_test(t, a_line_that_may_wait_is_written_all_the_same);
    tcase_add_test(t, a_pipe_that_nobody_reads_holds_nobody_up);
    tcase_add_test(t, the_end_does_not_wait_for_a_reader);
    tcase_add_test(t, a_full_disk_is_told_of_later);
    tcase_add_test(t, a_torn_line_is_closed);
    tcase_add_test(t, a_closed_pipe_and_last_words_end_nobody);
    suite_add_tcase(s, t);
    return suite_run(s);
}
