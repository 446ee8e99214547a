/* test_keeper.c - the thread that looks after a database: pages, log, room, and lost files. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include "server/base/clock.h"
#include "server/store/sqlite/store_state.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fixture f;

static void setup(void)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 60000, .exclusive = true};

    fixture_folder(&f);
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
}

static void teardown(void)
{
    fixture_close(&f);
}

static int64_t size_of(const char *suffix)
{
    char path[200];
    struct stat s;

    snprintf(path, sizeof(path), "%s%s", f.file, suffix);
    return stat(path, &s) ? -1 : (int64_t)s.st_size;
}

/* Waits until it is so, 20 seconds at most. */
#define ck_soon(condition)                                                                         \
    do {                                                                                           \
        int64_t by = clock_monotonic_ms() + 20000;                                                 \
        while (!(condition)) {                                                                     \
            ck_assert_msg(clock_monotonic_ms() < by, "not in time: %s", #condition);               \
            usleep(2000);                                                                          \
        }                                                                                          \
    } while (0)

static int64_t free_pages(void)
{
    return fixture_int(&f, "PRAGMA freelist_count");
}

START_TEST(pages_of_what_was_deleted_are_given_back)
{
    int64_t before;

    put_series(&f, "x", FREQ_M, 0, 100000, 0.0);
    ck_soon(size_of("") > 100000 * 8); /* all of it: the log is brought over in slices */
    before = size_of("");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_soon(size_of("") < before - 500000);
    ck_assert_int_eq(free_pages(), 0);
    fixture_check_file(&f);
}
END_TEST

/* Free pages that the last daemon left over when it ended. */
START_TEST(pages_of_before_the_start_are_given_back)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 60000, .exclusive = true};

    store_close(f.store);
    fixture_store(&f); /* without a keeper */
    put_series(&f, "x", FREQ_M, 0, 100000, 0.0);
    ck_ok(db_exec(fixture_db(&f), "DELETE FROM series_chunk", &f.e), &f.e);
    ck_assert_int_gt(free_pages(), 100);
    store_close(f.store);
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_soon(free_pages() == 0);
}
END_TEST

START_TEST(a_full_store_recovers_when_there_is_room)
{
    store_set_full(f.store, true);
    ck_status(store_ping(f.store, &f.e), ST_FULL, &f.e);
    ck_soon(!store_is_full(f.store));
    ck_assert_int_gt(size_of(".reserve"), 0);
    ck_ok(store_ping(f.store, &f.e), &f.e);
}
END_TEST

static bool a_write_begins_anew(void)
{
    int64_t before = size_of("-wal");

    put_series(&f, "y", FREQ_M, 0, 10, 0.0);
    return size_of("-wal") == before;
}

/* The log is long: what is in it goes into the file, and the log begins anew. */
START_TEST(a_long_log_is_brought_over)
{
    put_series(&f, "x", FREQ_M, 0, 2300000, 0.0);
    ck_soon(size_of("") > 2300000 * 8);
    ck_assert_int_gt(size_of("-wal"), 2300000 * 8);
    ck_soon(a_write_begins_anew());
}
END_TEST

/* As cp does: the same file, other bytes. */
START_TEST(a_file_that_was_overwritten_is_noticed)
{
    static const char other[100] = "something else";
    int fd = open(f.file, O_WRONLY);

    ck_assert_int_ge(fd, 0);
    put_series(&f, "x", FREQ_M, 0, 10, 0.0);
    ck_assert_int_eq(pwrite(fd, other, sizeof(other), 0), sizeof(other));
    ck_soon(store_trouble(f.store, &f.e) == ST_READONLY);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keeper");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, pages_of_what_was_deleted_are_given_back);
    tcase_add_test(t, pages_of_before_the_start_are_given_back);
    tcase_add_test(t, a_full_store_recovers_when_there_is_room);
    tcase_add_test(t, a_long_log_is_brought_over);
    tcase_add_test(t, a_file_that_was_overwritten_is_noticed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
