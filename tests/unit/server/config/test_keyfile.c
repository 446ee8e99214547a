/* test_keyfile.c - key files: accepted ones, refusals that do not show the content, and making
 * one. */
#include "server/config/keyfile.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static char dir[64], path[96];

static void setup(void)
{
    (void)snprintf(dir, sizeof dir, "/tmp/lstmd-key-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/key", dir);
}

static void teardown(void)
{
    (void)unlink(path);
    (void)rmdir(dir);
}

static void write_file(const char *text, size_t n, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, text, n), (int)n);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    close(fd);
}

static const struct {
    const char *text;
    size_t len; /* 0: strlen(text) */
    mode_t mode;
    const char *key, *message; /* one of them */
    bool exposed;
} rows[] = {
    {"hush", 0, 0600, "hush", NULL, false},
    {"hush\n", 0, 0400, "hush", NULL, false},
    {"hush\r\n", 0, 0640, "hush", NULL, false},
    {"hush\n", 0, 0644, "hush", NULL, true},
    {"hush\n", 0, 0444, "hush", NULL, true},
    {"hush\n", 0, 0602, NULL, "may be written by every user", false},
    {"hush\n", 0, 0666, NULL, "chmod 600", false},
    {"", 0, 0600, NULL, "is empty", false},
    {"\n", 0, 0600, NULL, "is empty", false},
    {"hush hush\n", 0, 0600, NULL, "without blanks", false},
    {"hush\nhush\n", 0, 0600, NULL, "one line", false},
    {"hush\n\n", 0, 0600, NULL, "one line", false},
    {" hush\n", 0, 0600, NULL, "without blanks", false},
    {"hush\0hush\n", 10, 0600, NULL, "visible ASCII", false},
    {"h\xc3\xbcsh\n", 0, 0600, NULL, "visible ASCII", false},
};

START_TEST(a_key_is_one_line)
{
    struct err e = {0};
    bool exposed = false;
    char *key = NULL;
    enum status st;

    write_file(rows[_i].text, rows[_i].len ? rows[_i].len : strlen(rows[_i].text), rows[_i].mode);
    st = keyfile_read(&key, &exposed, path, &e);
    if (rows[_i].key) {
        ck_assert_msg(st == ST_OK, "row %d: %s", _i, e.message);
        ck_assert_str_eq(key, rows[_i].key);
        ck_assert(exposed == rows[_i].exposed);
    } else {
        ck_assert_int_eq(st, ST_INVALID);
        ck_assert_msg(strstr(e.message, rows[_i].message) != NULL, "row %d: %s", _i, e.message);
        ck_assert_ptr_nonnull(strstr(e.message, path));
        ck_assert_ptr_null(strstr(e.message, "hush"));
        ck_assert_ptr_null(key);
    }
    free(key);
}
END_TEST

START_TEST(a_key_has_a_limit)
{
    char text[8192];
    struct err e = {0};
    bool exposed;
    char *key = NULL;

    memset(text, 'k', sizeof text);
    write_file(text, 4095, 0600);
    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_OK);
    ck_assert_uint_eq(strlen(key), 4095);
    free(key);
    write_file(text, 4096, 0600);
    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_INVALID);
    write_file(text, sizeof text, 0600);
    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_INVALID);
}
END_TEST

START_TEST(what_is_no_file_is_refused_at_once)
{
    struct err e = {0};
    bool exposed;
    char *key = NULL;

    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_IO);
    ck_assert_ptr_nonnull(strstr(e.message, "No such file"));
    ck_assert_int_eq(keyfile_read(&key, &exposed, dir, &e), ST_INVALID);
    ck_assert_int_eq(keyfile_read(&key, &exposed, "/dev/zero", &e), ST_INVALID);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_INVALID);
}
END_TEST

START_TEST(a_new_key_is_made_once)
{
    struct err e = {0};
    bool made = false, exposed = true;
    char *key = NULL, *again = NULL;
    struct stat is;

    ck_assert_int_eq(keyfile_make(&made, path, &e), ST_OK);
    ck_assert(made);
    ck_assert_int_eq(stat(path, &is), 0);
    ck_assert_int_eq(is.st_mode & 07777, 0600);
    ck_assert_int_eq((int)is.st_nlink, 1);
    ck_assert_int_eq(keyfile_read(&key, &exposed, path, &e), ST_OK);
    ck_assert(!exposed);
    ck_assert_uint_eq(strlen(key), 48);
    ck_assert_int_eq(keyfile_make(&made, path, &e), ST_OK);
    ck_assert(!made);
    ck_assert_int_eq(keyfile_read(&again, &exposed, path, &e), ST_OK);
    ck_assert_str_eq(key, again);
    free(again);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(keyfile_make(&made, path, &e), ST_OK);
    ck_assert_int_eq(keyfile_read(&again, &exposed, path, &e), ST_OK);
    ck_assert_str_ne(key, again);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(dir), 0); /* nothing else was left in it */
    free(key);
    free(again);
}
END_TEST

START_TEST(a_key_that_cannot_be_kept_is_an_error)
{
    char nowhere[128];
    struct err e = {0};
    bool made = true;

    (void)snprintf(nowhere, sizeof nowhere, "%s/no/key", dir);
    ck_assert_int_eq(keyfile_make(&made, nowhere, &e), ST_IO);
    ck_assert(!made);
    ck_assert_ptr_nonnull(strstr(e.message, nowhere));
    ck_assert_int_eq(symlink("/nonexistent/key", path),
                     0); /* points nowhere: is not written through */
    ck_assert_int_eq(keyfile_make(&made, path, &e), ST_OK);
    ck_assert(!made);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keyfile");
    TCase *t = tcase_create("keyfile");
    SRunner *r;
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_key_is_one_line, 0, COUNT(rows));
    tcase_add_test(t, a_key_has_a_limit);
    tcase_add_test(t, what_is_no_file_is_refused_at_once);
    tcase_add_test(t, a_new_key_is_made_once);
    tcase_add_test(t, a_key_that_cannot_be_kept_is_an_error);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
