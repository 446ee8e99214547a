/* test_part.c - the file of a backup: made, locked, removed, and found when it is stale. */
#include "server/store/part.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;
static char to[128];

static void setup(void)
{
    fixture_folder(&f);
    snprintf(to, sizeof(to), "%s/copy.db", f.folder);
}

static void teardown(void)
{
    fixture_remove(&f);
}

static bool is_there(const char *name)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", f.folder, name);
    return access(path, F_OK) == 0;
}

static void put(const char *name, const char *bytes, size_t n)
{
    char path[200];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", f.folder, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

START_TEST(a_part_is_private_locked_and_goes)
{
    char name[64];
    struct part p;
    struct stat s;
    int fd;

    ck_ok(part_open(&p, to, &f.e), &f.e);
    snprintf(name, sizeof(name), "/copy.db.%d.part", (int)getpid());
    ck_assert_str_eq(strrchr(p.path, '/'), name);
    ck_assert_int_eq(stat(p.path, &s), 0);
    ck_assert_int_eq(s.st_mode & 0777, 0600);
    ck_assert_int_eq(s.st_size, 0);
    fd = open(p.path, O_RDONLY);
    ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
    close(fd);
    part_close(&p);
    ck_assert_int_eq(access(p.path, F_OK), -1);
    part_close(&p);
}
END_TEST

/* A file of this name is of a process of the same number that was killed. */
START_TEST(a_file_of_the_same_name_is_replaced)
{
    struct part p;
    char name[64];
    struct stat s;

    snprintf(name, sizeof(name), "copy.db.%d.part", (int)getpid());
    put(name, "no database at all", 18);
    ck_ok(part_open(&p, to, &f.e), &f.e);
    ck_assert_int_eq(stat(p.path, &s), 0);
    ck_assert_int_eq(s.st_size, 0);
    part_close(&p);
}
END_TEST

/* A name with a number, a database inside, and nobody holds it: nothing else is touched. */
START_TEST(what_is_stale_is_removed)
{
    static const char database[32] = "SQLite format 3", zeros[32];
    char held[200];
    struct part p;
    int fd;

    put("monday.db.123.part", database, sizeof(database));
    put("monday.db.123.part-wal", zeros, sizeof(zeros));
    put("begun.db.9.part", zeros, sizeof(zeros));
    put("film.1.part", "something else", 14);
    put(".5.part", database, sizeof(database));
    put("nodot5.part", database, sizeof(database));
    put("x.part", database, sizeof(database));
    put("running.db.7.part", database, sizeof(database));
    snprintf(held, sizeof(held), "%s/link.3.part", f.folder);
    ck_assert_int_eq(symlink("x.part", held), 0);
    snprintf(held, sizeof(held), "%s/running.db.7.part", f.folder);
    fd = open(held, O_RDWR);
    ck_assert_int_eq(flock(fd, LOCK_EX), 0);
    ck_ok(part_open(&p, to, &f.e), &f.e);
    ck_assert(!is_there("monday.db.123.part") && !is_there("monday.db.123.part-wal"));
    ck_assert(!is_there("begun.db.9.part"));
    ck_assert(is_there("film.1.part") && is_there("nodot5.part") && is_there("x.part"));
    ck_assert(is_there("link.3.part") && is_there("running.db.7.part"));
    part_close(&p);
    close(fd);
}
END_TEST

START_TEST(a_path_that_cannot_be_is_named)
{
    struct part p;
    char path[5000];

    memset(path, 'a', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    ck_status(part_open(&p, path, &f.e), ST_INVALID, &f.e);
    part_close(&p);
    snprintf(to, sizeof(to), "%s/nowhere/copy.db", f.folder);
    ck_status(part_open(&p, to, &f.e), ST_IO, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "nowhere/copy.db"));
    part_close(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("part");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_part_is_private_locked_and_goes);
    tcase_add_test(t, a_file_of_the_same_name_is_replaced);
    tcase_add_test(t, what_is_stale_is_removed);
    tcase_add_test(t, a_path_that_cannot_be_is_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}
