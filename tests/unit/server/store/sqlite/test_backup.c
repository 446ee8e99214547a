/* test_backup.c - backups are complete, consistent while others write, never replace another file,
 * and can be started from. */
#include "tests/unit/server/store/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture f;
static char copy[128];

static void setup(void)
{
    fixture_open(&f);
    snprintf(copy, sizeof(copy), "%s/copy.db", f.folder);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* The copy in place of the original, as a person would restore it. */
static void restore(void)
{
    char path[160];

    store_close(f.store);
    f.store = NULL;
    snprintf(path, sizeof(path), "%s-wal", f.file);
    unlink(path);
    ck_assert_int_eq(rename(copy, f.file), 0);
    fixture_store(&f);
}

START_TEST(a_backup_can_be_restored)
{
    struct series_set s;
    struct stmt q;
    char mode[16] = "";

    put_series(&f, "x", FREQ_M, 0, 9000, 0.0);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    restore();
    ck_ok(store_series_load(&s, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    ck_assert_int_eq(s.items[0].length, 9000);
    ck_assert(s.items[0].values[8999] == 8999.0);
    series_set_release(&s);
    fixture_check_file(&f);
    stmt_open(&q, fixture_db(&f), &f.e, "PRAGMA journal_mode");
    ck_assert(stmt_row(&q));
    stmt_copy(&q, 0, mode, sizeof(mode));
    ck_ok(stmt_close(&q), &f.e);
    ck_assert_str_eq(mode, "wal"); /* readers must not block writers from then on */
}
END_TEST

START_TEST(nothing_is_overwritten)
{
    FILE *out = fopen(copy, "wb");

    ck_assert_ptr_nonnull(out);
    fputs("mine", out);
    fclose(out);
    ck_status(store_backup(f.store, copy, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, copy));
    out = fopen(copy, "rb");
    ck_assert_int_eq(fgetc(out), 'm');
    fclose(out);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_named)
{
    ck_status(store_backup(f.store, "/nonexistent/folder/copy.db", &f.e), ST_IO, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "/nonexistent/folder/copy.db"));
    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
}
END_TEST

START_TEST(nothing_is_left_beside_it)
{
    char command[160];

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    snprintf(command, sizeof(command), "%s-wal", copy);
    ck_assert_int_ne(access(command, F_OK), 0);
    snprintf(command, sizeof(command), "%s.%d.part", copy, (int)getpid());
    ck_assert_int_ne(access(command, F_OK), 0);
}
END_TEST

static int mode_of_file(const char *path)
{
    struct stat s;

    ck_assert_msg(stat(path, &s) == 0, "%s is not there", path);
    return s.st_mode & 0777;
}

static int mode_of(const char *suffix)
{
    char path[200];

    snprintf(path, sizeof(path), "%s%s", f.file, suffix);
    return mode_of_file(path);
}

/* With any umask, only the owner can read the database. */
START_TEST(files_are_private)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    struct store_config c = {.path = f.file, .busy_timeout_ms = 1000, .exclusive = true};
    mode_t before;

    store_close(f.store);
    ck_assert_int_eq(unlink(f.file), 0);
    before = umask(0);
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        ck_assert_msg(mode_of(suffixes[i]) == 0600, "%s has the mode %o", suffixes[i],
                      mode_of(suffixes[i]));
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    umask(before);
    ck_assert_int_eq(mode_of_file(copy), 0600);
}
END_TEST

/* A file that its owner has opened to a group stays so. */
START_TEST(the_mode_of_a_file_that_is_there_stays)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000};

    store_close(f.store);
    ck_assert_int_eq(chmod(f.file, 0640), 0);
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_assert_int_eq(mode_of(""), 0640);
}
END_TEST

/* ---- what a killed backup leaves ---- */

static void write_file(const char *name, const char *text, size_t n)
{
    char path[400];
    FILE *out;

    snprintf(path, sizeof(path), "%s/%s", f.folder, name);
    out = fopen(path, "wb");
    ck_assert_ptr_nonnull(out);
    fwrite(text, 1, n, out);
    fclose(out);
}

static bool is_there(const char *name)
{
    char path[400];

    snprintf(path, sizeof(path), "%s/%s", f.folder, name);
    return access(path, F_OK) == 0;
}

START_TEST(what_killed_backups_left_is_removed)
{
    static const char database[32] = "SQLite format 3", zeros[32];
    char held[200];
    int fd;

    write_file("monday.db.123.part", database, sizeof(database));
    write_file("monday.db.123.part-journal", zeros, sizeof(zeros));
    write_file("copy.db.99999.part", zeros, sizeof(zeros));
    write_file("tuesday.db.5.part", "", 0);
    write_file("film.1.part", "something else", 14); /* another program's */
    write_file("part", database, sizeof(database));
    write_file("x.part", database, sizeof(database));
    write_file("running.db.7.part", database, sizeof(database));
    snprintf(held, sizeof(held), "%s/running.db.7.part", f.folder);
    fd = open(held, O_RDWR);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    ck_assert(!is_there("monday.db.123.part") && !is_there("monday.db.123.part-journal"));
    ck_assert(!is_there("copy.db.99999.part") && !is_there("tuesday.db.5.part"));
    ck_assert(is_there("film.1.part") && is_there("part") && is_there("x.part"));
    ck_assert(is_there("running.db.7.part"));
    close(fd);
}
END_TEST

/* A process that makes one backup after the other, until it is killed in the middle of one. */
static void kill_a_backup(void)
{
    char part[200];
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000, .as_is = true};
        struct store *s = NULL;

        if (store_open(&s, &c, NULL))
            _exit(1);
        for (;;) {
            (void)store_backup(s, copy, NULL);
            unlink(copy);
        }
    }
    snprintf(part, sizeof(part), "copy.db.%d.part", (int)pid);
    for (int i = 0; !is_there(part); i++) {
        ck_assert_int_lt(i, 10000);
        poll(NULL, 0, 1);
    }
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

START_TEST(a_backup_that_is_killed_is_cleaned_up_after)
{
    struct dirent *entry;
    DIR *d;

    put_series(&f, "x", FREQ_M, 0, 200000, 0.0);
    store_close(f.store); /* a child may not inherit a connection */
    for (int i = 0; i < 3; i++)
        kill_a_backup();
    fixture_store(&f);
    unlink(copy);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    d = opendir(f.folder);
    ck_assert_ptr_nonnull(d);
    while ((entry = readdir(d)))
        ck_assert_msg(strstr(entry->d_name, ".part") == NULL, "%s is left", entry->d_name);
    closedir(d);
}
END_TEST

struct writer {
    pthread_t thread;
    _Atomic bool stop;
    _Atomic int writes;
    enum status st;
    struct err e;
};

/* Both data sets get the same number of rows, one after the other: a copy of one moment differs by
 * one at most. */
static void *write_on(void *ctx)
{
    struct writer *w = ctx;
    struct series_set row = series_of("s", FREQ_INDEX, 0, 1, 1.0);

    while (!w->stop && !w->st) {
        w->st = store_dataset_append_series(f.store, "a", &row, &wide, &w->e);
        if (!w->st)
            w->st = store_dataset_append_series(f.store, "b", &row, &wide, &w->e);
        w->writes++;
    }
    series_set_release(&row);
    return NULL;
}

static int64_t length_of(const char *name)
{
    struct series_set s;
    int64_t n;

    ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
    n = s.items[0].length;
    series_set_release(&s);
    return n;
}

START_TEST(a_backup_is_of_one_moment)
{
    struct writer w = {0};
    int64_t difference;

    put_series(&f, "big", FREQ_M, 0, 600000, 0.0); /* more than one step of pages */
    put_series(&f, "a", FREQ_INDEX, 0, 0, 0.0);
    put_series(&f, "b", FREQ_INDEX, 0, 0, 0.0);
    ck_assert_int_eq(pthread_create(&w.thread, NULL, write_on, &w), 0);
    for (int i = 0; i < 5; i++) {
        unlink(copy);
        ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    }
    w.stop = true;
    ck_assert_int_eq(pthread_join(w.thread, NULL), 0);
    ck_ok(w.st, &w.e);
    ck_assert_int_gt(w.writes, 0);
    restore();
    fixture_check_file(&f);
    difference = length_of("a") - length_of("b");
    ck_assert(difference == 0 || difference == 1);
    ck_assert_int_eq(length_of("big"), 600000);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("backup");
    TCase *t = tcase_create("backup");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_backup_can_be_restored);
    tcase_add_test(t, nothing_is_overwritten);
    tcase_add_test(t, a_folder_that_is_not_there_is_named);
    tcase_add_test(t, nothing_is_left_beside_it);
    tcase_add_test(t, what_killed_backups_left_is_removed);
    tcase_add_test(t, a_backup_that_is_killed_is_cleaned_up_after);
    tcase_add_test(t, files_are_private);
    tcase_add_test(t, the_mode_of_a_file_that_is_there_stays);
    tcase_add_test(t, a_backup_is_of_one_moment);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
