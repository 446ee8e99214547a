/* test_connection.c - the files of connections, and the log. */
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/store_state.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* Descriptors of this process that are open on the database: two or three a connection. */
static int descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    ck_assert_ptr_nonnull(d);
    for (const struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
        char name[300], to[256];
        ssize_t len;

        snprintf(name, sizeof(name), "/proc/self/fd/%s", entry->d_name);
        len = readlink(name, to, sizeof(to) - 1);
        if (len < 0)
            continue;
        to[len] = '\0';
        n += strncmp(to, f.file, strlen(f.file)) == 0;
    }
    closedir(d);
    return n;
}

struct visit {
    pthread_t thread;
    struct db *db;
    enum status st;
    struct err e;
};

static void *touch(void *ctx)
{
    struct visit *v = ctx;

    v->st = db_get(&v->db, f.store, &v->e);
    if (!v->st)
        v->st = store_ping(f.store, &v->e);
    return NULL;
}

/* The connection of a thread is closed when the thread ends, and all others when the store is
 * closed. */
START_TEST(threads_come_and_go)
{
    int before = 0;

    for (int i = 0; i < 50; i++) {
        struct visit v = {0};

        ck_assert_int_eq(pthread_create(&v.thread, NULL, touch, &v), 0);
        ck_assert_int_eq(pthread_join(v.thread, NULL), 0);
        ck_ok(v.st, &v.e);
        if (i == 0)
            before = descriptors();
    }
    /* SQLite keeps a descriptor until the process has no lock on the file any more. */
    ck_assert_int_le(descriptors(), before + 2);
}
END_TEST

static int64_t size_of(const char *suffix)
{
    char path[128];
    struct stat info;

    snprintf(path, sizeof(path), "%s%s", f.file, suffix);
    return stat(path, &info) ? -1 : (int64_t)info.st_size;
}

START_TEST(the_files_size_is_that_of_database_and_log)
{
    put_series(&f, "x", FREQ_M, 0, 5000, 0);
    ck_assert_int_gt(size_of("-wal"), 0);
    ck_assert_int_eq(db_file_bytes(f.store), size_of("") + size_of("-wal"));
}
END_TEST

START_TEST(a_checkpoint_cuts_the_log_back)
{
    put_series(&f, "x", FREQ_M, 0, 5000, 0);
    ck_assert_int_gt(size_of("-wal"), 0);
    db_checkpoint(fixture_db(&f));
    ck_assert_int_eq(size_of("-wal"), 0);
    ck_assert_int_eq(dataset_id(&f, "x"), 1);
}
END_TEST

/* Without a keeper, the pages of deleted data are given back at once. */
START_TEST(a_deletion_makes_the_file_smaller)
{
    int64_t before, after;

    put_series(&f, "x", FREQ_M, 0, 100000, 0);
    before = fixture_int(&f, "PRAGMA page_count");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    db_shrink(fixture_db(&f));
    after = fixture_int(&f, "PRAGMA page_count");
    ck_assert_int_lt(after, before / 2);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA freelist_count"), 0);
}
END_TEST

/* A store that ends brings its log into the file. */
START_TEST(the_last_connection_settles_the_log)
{
    put_series(&f, "x", FREQ_M, 0, 500, 0);
    store_close(f.store);
    ck_assert_int_eq(size_of("-wal"), -1);
    fixture_store(&f);
    dataset_id(&f, "x");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("connection");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, threads_come_and_go);
    tcase_add_test(t, the_files_size_is_that_of_database_and_log);
    tcase_add_test(t, a_checkpoint_cuts_the_log_back);
    tcase_add_test(t, a_deletion_makes_the_file_smaller);
    tcase_add_test(t, the_last_connection_settles_the_log);
    suite_add_tcase(s, t);
    return suite_run(s);
}
