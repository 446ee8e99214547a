/* test_deleted.c - values that were deleted or replaced are soon neither in the database file nor
 * in its log. */
#include "server/store/sqlite/connection.h"
#include "tests/unit/server/store/fixture.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    DATABASE = SQLITE_FCNTL_FILE_POINTER,
    LOG = SQLITE_FCNTL_JOURNAL_POINTER,
    ROWS = 400000, /* of eight bytes: more than the keeper gives back in one tick, or two */
    SAMPLE = 10007,
    WITHIN_MS = 30000
};

static const double old = 0.7182818284590452, other = 0.1415926535897932;
static struct fixture f;

/* With _i the store is a daemon's, which has a keeper. */
static void open_store(bool exclusive)
{
    const struct store_config c = {
        .path = f.file, .busy_timeout_ms = 60000, .exclusive = exclusive};

    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
}

static void setup(void)
{
    fixture_folder(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* ---- what the files hold ---- */

/* The bytes of the database file or of its log, read by SQLite's own descriptor: closing another
 * one would drop its locks. */
static char *content_of(int which, size_t *len)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    char *bytes;

    ck_assert_int_eq(sqlite3_file_control(fixture_db(&f)->sqlite->h, "main", which, &file),
                     SQLITE_OK);
    ck_assert_ptr_nonnull(file->pMethods);
    ck_assert_int_eq(file->pMethods->xFileSize(file, &size), SQLITE_OK);
    bytes = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_int_eq(file->pMethods->xRead(file, bytes, (int)size, 0), SQLITE_OK);
    *len = (size_t)size;
    return bytes;
}

/* Returns how many of the values from `first` on are in that file; not all are searched. */
static int values_in(int which, double first)
{
    size_t len;
    char *bytes = content_of(which, &len);
    int found = 0;

    for (int i = 0; i < ROWS; i += SAMPLE) {
        double v = first + i;

        found += memmem(bytes, len, &v, sizeof(v)) != NULL;
    }
    free(bytes);
    return found;
}

static bool text_in(int which, const char *text)
{
    size_t len;
    char *bytes = content_of(which, &len);
    bool found = memmem(bytes, len, text, strlen(text)) != NULL;

    free(bytes);
    return found;
}

/* Repeats a checkpoint until the log is empty: while the keeper works on it, the call returns at
 * once. */
static void empty_log(void)
{
    int64_t by = clock_ms() + WITHIN_MS;
    char path[128];
    struct stat log;

    snprintf(path, sizeof(path), "%s-wal", f.file);
    for (;; poll(NULL, 0, 10)) {
        db_checkpoint(fixture_db(&f));
        ck_assert_int_eq(stat(path, &log), 0);
        if (log.st_size == 0)
            return;
        ck_assert_msg(clock_ms() < by, "the log is not cut back");
    }
}

static void expect_there(void)
{
    empty_log();
    ck_assert_int_eq(values_in(DATABASE, old), (ROWS + SAMPLE - 1) / SAMPLE);
}

static void wait_for_no_free_pages(void)
{
    int64_t by = clock_ms() + WITHIN_MS;

    for (; fixture_int(&f, "PRAGMA freelist_count") > 0; poll(NULL, 0, 10))
        ck_assert_msg(clock_ms() < by, "free pages stay");
    empty_log();
}

static void expect_gone(void)
{
    wait_for_no_free_pages();
    ck_assert_int_eq(values_in(DATABASE, old), 0);
    ck_assert_int_eq(values_in(LOG, old), 0);
    fixture_check_file(&f);
}

/* ---- the values ---- */

START_TEST(of_a_deleted_set)
{
    open_store(_i);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    put_series(&f, "y", FREQ_M, 0, 30, other);
    expect_there();
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    expect_gone();
}
END_TEST

START_TEST(of_a_replaced_set)
{
    open_store(_i);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    expect_there();
    put_series(&f, "x", FREQ_M, 0, 30, other);
    expect_gone();
}
END_TEST

START_TEST(of_a_set_replaced_by_sentences)
{
    open_store(_i);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    expect_there();
    put_tagged(&f, "x", "the/DET dog/NN");
    expect_gone();
}
END_TEST

/* Only a few sentences are replaced, so other rows of the same page stay there. */
START_TEST(of_replaced_sentences)
{
    open_store(_i);
    put_tagged(&f, "y", "a/DET cat/NN");
    put_tagged(&f, "x", "the/DET Zwischenergebnis/NN");
    empty_log();
    ck_assert(text_in(DATABASE, "Zwischenergebnis"));
    put_tagged(&f, "x", "the/DET dog/NN");
    wait_for_no_free_pages();
    ck_assert(!text_in(DATABASE, "Zwischenergebnis"));
    ck_assert(!text_in(LOG, "Zwischenergebnis"));
    ck_assert(text_in(DATABASE, "cat"));
}
END_TEST

/* A job keeps the content that it was submitted with, to its end. */
START_TEST(of_a_replaced_set_that_a_job_had)
{
    const struct job_progress p = {.fraction = 1};
    char id[JOB_ID_LEN + 1];
    struct job j;

    open_store(true);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    submit(id, &f, "x", "m");
    put_series(&f, "x", FREQ_M, 0, 30, other);
    wait_for_no_free_pages();
    ck_assert_int_gt(values_in(DATABASE, old), 0);
    if (_i == 0) {
        ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
        job_release(&j);
    } else {
        claim(id, &f);
    }
    if (_i == 1)
        ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, "no", &f.e), &f.e);
    if (_i == 2)
        ck_ok(store_job_complete(f.store, lease_of(&f, id),
                                 &(struct job_advance){.progress = p, .first_epoch = 1},
                                 &(struct job_result){"{}", "{}"}, &f.e),
              &f.e);
    if (_i == 3) {
        const struct model_submission m = model_of("m", "forecast", "bytes");
        int64_t version;

        ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id),
                                &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &f.e),
              &f.e);
    }
    expect_gone();
}
END_TEST

/* The keeper gives up when a client writes for longer than its timeout, and tries again later. */
START_TEST(of_a_deleted_set_while_others_write)
{
    struct db *db;

    open_store(true);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    db = fixture_db(&f);
    ck_ok(db_begin(db, &f.e), &f.e);
    poll(NULL, 0, 400);
    ck_ok(db_end(db, ST_OK, &f.e), &f.e);
    expect_gone();
}
END_TEST

/* The file gets shorter without any further call; this needs a checkpoint after the last page was
 * given back. */
START_TEST(of_a_deleted_set_from_the_file)
{
    int64_t by = clock_ms() + WITHIN_MS;
    struct stat file;

    open_store(true);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    expect_there();
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    for (;; poll(NULL, 0, 10)) {
        ck_assert_int_eq(stat(f.file, &file), 0);
        if (file.st_size < ROWS)
            break;
        ck_assert_msg(clock_ms() < by, "the file stays as long as it was");
    }
    ck_assert_int_eq(values_in(DATABASE, old), 0);
}
END_TEST

/* A daemon that ended before all was given back leaves the rest to the next one. */
START_TEST(of_a_deleted_set_after_a_restart)
{
    open_store(true);
    put_series(&f, "x", FREQ_M, 0, ROWS, old);
    expect_there();
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    store_close(f.store);
    open_store(true);
    expect_gone();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("deleted");
    TCase *t = tcase_create("deleted");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, of_a_deleted_set, 0, 2);
    tcase_add_loop_test(t, of_a_replaced_set, 0, 2);
    tcase_add_loop_test(t, of_a_set_replaced_by_sentences, 0, 2);
    tcase_add_loop_test(t, of_replaced_sentences, 0, 2);
    tcase_add_loop_test(t, of_a_replaced_set_that_a_job_had, 0, 4);
    tcase_add_test(t, of_a_deleted_set_while_others_write);
    tcase_add_test(t, of_a_deleted_set_from_the_file);
    tcase_add_test(t, of_a_deleted_set_after_a_restart);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
