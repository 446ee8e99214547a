/* test_log.c - files of the log and their rotation, files that cannot be written, lines of many
 * threads. */
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

START_TEST(reopen_follows_a_rotation)
{
    char text[4096];
    struct err e = {0};

    make_path();
    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, path, &e), ST_OK);
    log_msg(LOG_DEBUG, "hidden", "%d", 1);
    log_msg(LOG_INFO, "first", "%d and %s", 1, "more");
    ck_assert_int_eq(rename(path, moved), 0);
    log_msg(LOG_INFO, "second", "x");
    ck_assert_int_eq(log_reopen(&e), ST_OK);
    log_msg(LOG_ERROR, "third", "x");
    log_close();
    read_all(text, sizeof text, moved);
    ck_assert_ptr_null(strstr(text, "hidden"));
    ck_assert_ptr_nonnull(strstr(text, "INFO  first: 1 and more\n"));
    ck_assert_ptr_nonnull(strstr(text, "second"));
    ck_assert_ptr_null(strstr(text, "third"));
    read_all(text, sizeof text, path);
    ck_assert_ptr_nonnull(strstr(text, "ERROR third: x\n"));
    unlink(path);
    unlink(moved);
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_an_error)
{
    struct err e = {0};

    ck_assert_int_eq(log_open(LOG_TEXT, LOG_INFO, "/nonexistent/lstmd.log", &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "/nonexistent/lstmd.log"));
    ck_assert(log_enabled(LOG_INFO) && !log_enabled(LOG_DEBUG));
}
END_TEST

enum { THREADS = 4, LINES = 200 };

static void *write_lines(void *arg)
{
    for (int i = 0; i < LINES; i++) {
        struct log_field f[] = {log_str("from", arg), log_int("i", i)};

        if (i % 2)
            log_event(LOG_INFO, "line", f, 2);
        else
            log_event_soon(LOG_INFO, "line", f, 2);
        if (i % 50 == 0)
            (void)log_reopen(NULL);
    }
    return NULL;
}

START_TEST(lines_of_several_threads_stay_whole)
{
    static char text[THREADS * LINES * 160];
    static char names[THREADS][2] = {"a", "b", "c", "d"};
    pthread_t thread[THREADS];
    struct err e = {0};
    char *rest = NULL;
    int lines = 0;

    make_path();
    ck_assert_int_eq(log_open(LOG_JSON, LOG_INFO, path, &e), ST_OK);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, write_lines, names[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    log_close();
    read_all(text, sizeof text, path);
    for (char *l = strtok_r(text, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest), lines++) {
        cJSON *tree = cJSON_Parse(l);

        ck_assert_msg(tree != NULL, "no JSON: %s", l);
        cJSON_Delete(tree);
    }
    ck_assert_int_eq(lines, THREADS * LINES);
    unlink(path);
}
END_TEST

/* A terminal that lines go to: what they look like there. */
static const char *on_terminal(enum log_format format)
{
    static char text[4096];
    struct err e = {0};
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char name[64];
    ssize_t n;

    ck_assert_int_ge(master, 0);
    ck_assert_int_eq(grantpt(master), 0);
    ck_assert_int_eq(unlockpt(master), 0);
    ck_assert_int_eq(ptsname_r(master, name, sizeof name), 0);
    ck_assert_int_eq(log_open(format, LOG_INFO, name, &e), ST_OK);
    log_msg(LOG_WARN, "told", "a\x1b[31mb\nc");
    log_close();
    n = read(master, text, sizeof text - 1);
    ck_assert_int_gt((int)n, 0);
    text[n] = '\0';
    close(master);
    return text;
}

START_TEST(a_terminal_gets_text)
{
    const char *text;

    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "", 1); /* as good as not set */
    text = on_terminal(LOG_AUTO);
    ck_assert_ptr_nonnull(
        strstr(text, " \x1b[33mWARN \x1b[0m \x1b[1mtold\x1b[0m: a\\u001b[31mb\\nc\r\n"));
    ck_assert_ptr_nonnull(strstr(on_terminal(LOG_TEXT), "\x1b[33m"));
    setenv("NO_COLOR", "1", 1);
    ck_assert_ptr_nonnull(strstr(on_terminal(LOG_AUTO), "Z WARN  told: a\\u001b[31mb\\nc\r\n"));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    ck_assert_ptr_null(strstr(on_terminal(LOG_AUTO), "\x1b["));
    ck_assert_ptr_nonnull(
        strstr(on_terminal(LOG_JSON), "\"event\":\"told\",\"message\":\"a\\u001b"));
}
END_TEST

START_TEST(a_file_gets_json_unless_text_is_wanted)
{
    char text[4096];
    struct err e = {0};

    make_path();
    ck_assert_int_eq(log_open(LOG_AUTO, LOG_INFO, path, &e), ST_OK);
    log_msg(LOG_INFO, "one", "x");
    ck_assert_int_eq(log_reopen(&e), ST_OK);
    log_msg(LOG_INFO, "two", "x");
    log_close();
    read_all(text, sizeof text, path);
    ck_assert_ptr_nonnull(strstr(text, "\"event\":\"one\""));
    ck_assert_ptr_nonnull(strstr(text, "\"event\":\"two\""));
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, reopen_follows_a_rotation);
    tcase_add_test(t, file_that_cannot_be_opened_is_an_error);
    tcase_add_test(t, a_terminal_gets_text);
    tcase_add_test(t, a_file_gets_json_unless_text_is_wanted);
    tcase_add_test(t, lines_of_several_threads_stay_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}
