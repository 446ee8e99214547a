/* test_db.c - one connection to a file: its settings, and files that are none of ours. */
#include "server/store/sqlite/db.h"
#include "server/store/sqlite/stmt.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct fixture f;
static struct db db;

static void setup(void)
{
    fixture_folder(&f);
}

static void teardown(void)
{
    db_close(&db);
    fixture_remove(&f);
}

static void open_it(void)
{
    ck_ok(db_open(&db, f.file, 1000, &f.e), &f.e);
}

static int64_t number(const char *sql)
{
    int64_t v = -1;

    ck_ok(db_int(&v, &db, sql, &f.e), &f.e);
    return v;
}

START_TEST(a_connection_has_its_settings)
{
    open_it();
    ck_assert_int_eq(number("PRAGMA synchronous"), 2);
    ck_assert_int_eq(number("PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(number("PRAGMA trusted_schema"), 0);
    ck_assert_int_eq(number("PRAGMA cell_size_check"), 1);
    ck_assert_int_eq(number("PRAGMA secure_delete"), 2); /* FAST */
    ck_assert_int_eq(number("PRAGMA journal_size_limit"), 64 << 20);
    ck_assert_int_eq(number("PRAGMA busy_timeout"), 1000);
    ck_status(db_exec(&db, "ATTACH ':memory:' AS other", &f.e), ST_INTERNAL, &f.e);
}
END_TEST

START_TEST(a_new_file_is_its_owners_alone)
{
    struct stat info;

    open_it();
    ck_ok(db_exec(&db, "CREATE TABLE t (x)", &f.e), &f.e);
    ck_assert_int_eq(stat(f.file, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_file_that_is_there_keeps_its_mode)
{
    struct stat info;

    open_it();
    ck_ok(db_exec(&db, "CREATE TABLE t (x)", &f.e), &f.e);
    db_close(&db);
    ck_assert_int_eq(chmod(f.file, 0640), 0);
    open_it();
    ck_assert_int_eq(stat(f.file, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0640);
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
    FILE *out = fopen(f.file, "w");

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < 1000; i++)
        fputs("this is a letter\n", out);
    ck_assert_int_eq(fclose(out), 0);
    ck_status(db_open(&db, f.file, 1000, &f.e), ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "is not an SQLite database"));
    db_close(&db); /* after an error too */
    ck_assert_ptr_null(db.sqlite);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_named)
{
    snprintf(f.file, sizeof(f.file), "%s/none/test.db", f.folder);
    ck_assert_int_ne(db_open(&db, f.file, 1000, &f.e), ST_OK);
    ck_assert_ptr_nonnull(strstr(f.e.message, "none/test.db"));
}
END_TEST

START_TEST(a_lost_file_is_not_made_again)
{
    struct stat info;

    ck_assert_int_ne(db_open_existing(&db, f.file, 1000, &f.e), ST_OK);
    ck_assert_int_ne(stat(f.file, &info), 0);
    db_close(&db);
    open_it();
    db_close(&db);
    ck_ok(db_open_existing(&db, f.file, 1000, &f.e), &f.e);
}
END_TEST

/* Under ulimit -f the file stays below the limit, so that the log always finds room in it. */
START_TEST(a_limit_on_files_limits_the_pages)
{
    struct rlimit before, limit;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 50 * PAGE_BYTES + 17;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    open_it();
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(number("PRAGMA max_page_count"), 50);
    ck_ok(db_exec(&db, "CREATE TABLE t (x)", &f.e), &f.e);
    ck_status(db_exec(&db, "INSERT INTO t VALUES (zeroblob(50 * 4096))", &f.e), ST_FULL, &f.e);
    ck_assert_int_eq(number("SELECT count(*) FROM t"), 0);
}
END_TEST

START_TEST(changes_are_those_of_the_last_statement)
{
    open_it();
    ck_ok(db_exec(&db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x)", &f.e), &f.e);
    ck_ok(db_exec(&db, "INSERT INTO t VALUES (41, 1), (42, 1), (43, 2)", &f.e), &f.e);
    ck_assert_int_eq(db_changes(&db), 3);
    ck_ok(db_exec(&db, "DELETE FROM t WHERE x = 1", &f.e), &f.e);
    ck_assert_int_eq(db_changes(&db), 2);
    ck_assert_int_ne(db_exec(&db, "INSERT INTO t VALUES (43, 3)", &f.e), ST_OK);
}
END_TEST

START_TEST(kept_statements_go_with_the_connection)
{
    struct stmt q;

    open_it();
    stmt_open(&q, &db, &f.e, "SELECT 1");
    ck_assert(stmt_row(&q));
    ck_ok(stmt_close(&q), &f.e);
    db_close(&db);
    ck_assert_ptr_null(db.sqlite); /* SQLite would refuse to close with a statement left */
    db_close(&db);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("db");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_connection_has_its_settings);
    tcase_add_test(t, a_new_file_is_its_owners_alone);
    tcase_add_test(t, a_file_that_is_there_keeps_its_mode);
    tcase_add_test(t, a_file_that_is_no_database_is_refused);
    tcase_add_test(t, a_folder_that_is_not_there_is_named);
    tcase_add_test(t, a_lost_file_is_not_made_again);
    tcase_add_test(t, a_limit_on_files_limits_the_pages);
    tcase_add_test(t, changes_are_those_of_the_last_statement);
    tcase_add_test(t, kept_statements_go_with_the_connection);
    suite_add_tcase(s, t);
    return suite_run(s);
}
