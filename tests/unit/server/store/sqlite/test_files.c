/* test_files.c - the files of a database: held once, missed when they go, and a reserve. */
#include "server/store/sqlite/files.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;
static struct files files;

static const char *with(const char *suffix)
{
    static char path[200];

    snprintf(path, sizeof(path), "%s%s", f.file, suffix);
    return path;
}

static void make(const char *suffix, off_t bytes)
{
    int fd = open(with(suffix), O_RDWR | O_CREAT, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, bytes), 0);
    close(fd);
}

static void setup(void)
{
    fixture_folder(&f);
    files_init(&files, f.file);
    make("", 100);
    make("-wal", 10);
    make("-shm", 10);
}

static void teardown(void)
{
    files_release(&files);
    fixture_remove(&f);
}

static void hold(void)
{
    ck_ok(files_lock(&files, &f.e), &f.e);
    ck_ok(files_hold(&files, &f.e), &f.e);
}

/* Each of the three locks by itself keeps a second one out. */
START_TEST(a_second_one_is_refused_by_any_lock)
{
    struct files second;

    hold();
    files_init(&second, f.file);
    ck_status(files_lock(&second, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "another lstmd"));
    files_release(&second);
    unlink(with(".lock"));
    ck_status(files_lock(&second, &f.e), ST_CONFLICT, &f.e);
    files_release(&second);
    unlink(with(".lock"));
    unlink(with(""));
    ck_status(files_lock(&second, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "-shm"));
    files_release(&second);
    files_release(&files);
    ck_ok(files_lock(&second, &f.e), &f.e);
    files_release(&second);
}
END_TEST

START_TEST(the_lock_tells_the_address)
{
    char text[40], lock[PATH_MAX];
    struct stat st;

    hold();
    snprintf(lock, sizeof(lock), "%s.lock", f.file);
    ck_assert(!files_announced(text, sizeof(text), f.file));
    files_announce(&files, "http://127.0.0.1:8080");
    ck_assert(files_announced(text, sizeof(text), f.file));
    ck_assert_str_eq(text, "http://127.0.0.1:8080");
    files_announce(&files, "unix:/s");
    ck_assert(files_announced(text, sizeof(text), f.file));
    ck_assert_str_eq(text, "unix:/s");
    ck_assert(!files_announced(text, 7, f.file)); /* longer than the room */
    ck_assert_int_eq(chmod(lock, 0666), 0);       /* anybody may have written it */
    ck_assert(!files_announced(text, sizeof(text), f.file));
    ck_assert_int_eq(chmod(lock, 0600), 0);
    files_release(&files);
    ck_ok(files_lock(&files, &f.e), &f.e); /* the next process begins without one */
    ck_assert_int_eq(stat(lock, &st), 0);
    ck_assert_int_eq((int)st.st_size, 0);
}
END_TEST

START_TEST(what_goes_is_missed)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};

    hold();
    for (int i = 0; i < 3; i++) {
        char aside[220];

        ck_ok(files_check(&files, &f.e), &f.e);
        snprintf(aside, sizeof(aside), "%s.aside", with(suffixes[i]));
        ck_assert_int_eq(rename(with(suffixes[i]), aside), 0);
        ck_status(files_check(&files, &f.e), ST_READONLY, &f.e);
        ck_assert_ptr_nonnull(strstr(f.e.message, "removed or moved"));
        make(suffixes[i], 100);
        ck_status(files_check(&files, &f.e), ST_READONLY, &f.e);
        ck_assert_ptr_nonnull(strstr(f.e.message, "replaced"));
        ck_assert_int_eq(rename(aside, with(suffixes[i])), 0);
    }
    ck_ok(files_check(&files, &f.e), &f.e);
    ck_assert(!files_orphaned(&files));
    unlink(with(""));
    ck_assert(files_orphaned(&files));
}
END_TEST

/* A log that is not ours stays where it is. */
START_TEST(our_log_is_put_aside)
{
    hold();
    files_remove_log(&files);
    ck_assert_int_eq(access(with("-wal.lost"), F_OK), 0);
    ck_assert_int_ne(access(with("-wal"), F_OK), 0);
    ck_assert_int_ne(access(with("-shm"), F_OK), 0);
    make("-wal", 5);
    files_remove_log(&files);
    ck_assert_int_eq(access(with("-wal"), F_OK), 0);
}
END_TEST

START_TEST(growth_is_what_the_file_lacks)
{
    ck_assert_int_eq(files_growth(&files, 250), 150);
    ck_assert_int_eq(files_growth(&files, 100), 0);
    ck_assert_int_eq(files_growth(&files, 50), 0);
    ck_assert_int_gt(files_free_bytes(&files), 0);
}
END_TEST

START_TEST(the_reserve_is_made_and_dropped)
{
    struct stat s;

    ck_assert(!files_make_reserve(&files)); /* not exclusive */
    ck_assert(!files_drop_reserve(&files));
    hold();
    ck_assert(!files_drop_reserve(&files)); /* there is none yet */
    ck_assert(files_make_reserve(&files));
    ck_assert_int_eq(stat(with(".reserve"), &s), 0);
    ck_assert(s.st_size > 0 && s.st_size <= 8 << 20 && s.st_blocks * 512 >= s.st_size);
    ck_assert(files_drop_reserve(&files));
    ck_assert_int_eq(stat(with(".reserve"), &s), 0);
    ck_assert_int_eq(s.st_size, 0);
    ck_assert(!files_drop_reserve(&files));
}
END_TEST

START_TEST(the_disk_is_measured)
{
    int64_t free_bytes = 0, size = 0;
    struct files none;

    files_disk(&free_bytes, &size, &files);
    ck_assert_int_gt(size, 0);
    ck_assert_int_le(free_bytes, size);
    files_init(&none, "/no/such/folder/x.db");
    files_disk(&free_bytes, &size, &none);
    ck_assert_int_eq(free_bytes, -1);
    ck_assert_int_eq(size, -1);
}
END_TEST

START_TEST(the_last_backup_is_noted)
{
    struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    int64_t before = clock_ms() - 1000; /* the clock of files is a tick behind */

    ck_assert_int_eq(files_last_backup(&files), 0);
    make(".last-backup", 0);
    ck_assert_int_eq(utimensat(AT_FDCWD, with(".last-backup"), old, 0), 0);
    ck_assert_int_eq(files_last_backup(&files), 1000000000);
    files_note_backup(&files);
    ck_assert_int_ge(files_last_backup(&files), before);
    ck_assert_int_le(files_last_backup(&files), clock_ms() + 1000);
}
END_TEST

/* Another user may have made a link of that name; its target is not touched. */
START_TEST(a_link_is_replaced)
{
    char other[200];
    struct stat s;

    make(".other", 5);
    snprintf(other, sizeof(other), "%s", with(".other"));
    ck_assert_int_eq(symlink(other, with(".last-backup")), 0);
    files_note_backup(&files);
    ck_assert_int_eq(lstat(with(".last-backup"), &s), 0);
    ck_assert(S_ISREG(s.st_mode));
    ck_assert_int_eq(stat(with(".other"), &s), 0);
    ck_assert_int_eq(s.st_size, 5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("files");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_second_one_is_refused_by_any_lock);
    tcase_add_test(t, the_lock_tells_the_address);
    tcase_add_test(t, what_goes_is_missed);
    tcase_add_test(t, our_log_is_put_aside);
    tcase_add_test(t, growth_is_what_the_file_lacks);
    tcase_add_test(t, the_reserve_is_made_and_dropped);
    tcase_add_test(t, the_disk_is_measured);
    tcase_add_test(t, the_last_backup_is_noted);
    tcase_add_test(t, a_link_is_replaced);
    suite_add_tcase(s, t);
    return suite_run(s);
}
