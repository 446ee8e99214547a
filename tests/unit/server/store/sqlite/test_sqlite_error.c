/* test_sqlite_error.c - errors of SQLite as statuses and messages. */
#include "server/store/sqlite/sqlite_error.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

static const char path[] = "/var/lib/lstmd/lstmd.db";
static sqlite3 *h;

static void setup(void)
{
    ck_assert_int_eq(sqlite3_open(":memory:", &h), SQLITE_OK);
}

static void teardown(void)
{
    sqlite3_close(h);
}

static const struct {
    int rc;
    enum status st;
} codes[] = {
    {SQLITE_BUSY, ST_BUSY},
    {SQLITE_BUSY_SNAPSHOT, ST_BUSY},
    {SQLITE_LOCKED, ST_BUSY},
    {SQLITE_FULL, ST_FULL},
    {SQLITE_IOERR_WRITE, ST_UNAVAILABLE},
    {SQLITE_READONLY, ST_READONLY},
    {SQLITE_CANTOPEN, ST_IO},
    {SQLITE_NOMEM, ST_NOMEM},
    {SQLITE_IOERR_NOMEM, ST_NOMEM},
    {SQLITE_CONSTRAINT_UNIQUE, ST_CONFLICT},
    {SQLITE_TOOBIG, ST_TOO_LARGE},
    {SQLITE_CORRUPT_VTAB, ST_CORRUPT},
    {SQLITE_PROTOCOL, ST_UNAVAILABLE},
    {SQLITE_NOTADB, ST_CORRUPT},
    {SQLITE_MISUSE, ST_INTERNAL},
};

START_TEST(codes_become_statuses)
{
    struct err e = {0};

    errno = 0;
    ck_status(sqlite_error(h, path, codes[_i].rc, "SELECT 1", &e), codes[_i].st, &e);
    ck_assert_int_eq(e.status, codes[_i].st);
}
END_TEST

/* SQLite has one code for several errors; errno distinguishes them. */
START_TEST(the_reason_is_told_apart)
{
    struct err e = {0};

    errno = ENOSPC;
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_IOERR_WRITE, NULL, &e), ST_FULL);
    ck_assert_ptr_nonnull(strstr(e.message, "free space at /var/lib/lstmd"));
    errno = EROFS;
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_CANTOPEN, NULL, &e), ST_READONLY);
    ck_assert_ptr_nonnull(strstr(e.message, strerror(EROFS)));
    errno = EIO;
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_CANTOPEN, NULL, &e), ST_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(e.message, "cannot open the database"));
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_IOERR_READ, NULL, &e), ST_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(e.message, "cannot use the database"));
    errno = EMFILE; /* other connections may close */
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_CANTOPEN, NULL, &e), ST_UNAVAILABLE);
    errno = ENOENT;
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_CANTOPEN, NULL, &e), ST_IO);
    errno = 0;
    ck_assert_int_eq(sqlite_error(h, path, SQLITE_IOERR_NOMEM, NULL, &e), ST_NOMEM);
}
END_TEST

START_TEST(reasons_have_their_kind)
{
    ck_assert(errno_is_full(ENOSPC) && errno_is_full(EDQUOT) && errno_is_full(EFBIG));
    ck_assert(errno_is_readonly(EROFS) && errno_is_readonly(EACCES) && errno_is_readonly(EPERM));
    ck_assert(!errno_is_full(EROFS) && !errno_is_readonly(ENOSPC) && !errno_is_full(0));
}
END_TEST

START_TEST(the_folder_of_a_path_is_named)
{
    struct err e = {0};

    err_full(&e, "lstmd.db");
    ck_assert_ptr_nonnull(strstr(e.message, "free space at the working directory"));
    err_readonly(&e, "/lstmd.db", 0);
    ck_assert_ptr_nonnull(strstr(e.message, "its folder / and"));
    ck_assert_ptr_nonnull(strstr(e.message, "lstmd.db cannot be written: the file"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sqlite_error");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, codes_become_statuses, 0, (int)(sizeof(codes) / sizeof(codes[0])));
    tcase_add_test(t, the_reason_is_told_apart);
    tcase_add_test(t, reasons_have_their_kind);
    tcase_add_test(t, the_folder_of_a_path_is_named);
    suite_add_tcase(s, t);
    return suite_run(s);
}
