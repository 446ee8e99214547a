/* test_migrate.c - files of every age: new, of each earlier schema, newer, of another program, and
 * no database at all. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/server/store/sqlite/old_file.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture f;

static void setup(void)
{
    fixture_folder(&f);
}

static void teardown(void)
{
    store_close(f.store);
    f.store = NULL;
    fixture_remove(&f);
}

static void check_datasets(int schema)
{
    struct dataset d;
    struct tagged_set t;
    struct series_set s;

    ck_ok(store_dataset_get(&d, f.store, "words", &f.e), &f.e);
    ck_assert_int_eq(d.num_upos, 2);
    ck_assert_int_eq(d.num_xpos, 0);
    ck_assert_int_eq(d.created_at, 5);
    ck_ok(store_tagged_load(&t, f.store, d.id, &f.e), &f.e);
    ck_assert_str_eq(t.items[0].upos[1], "NN");
    if (schema < 8)
        ck_assert_ptr_null(t.items[0].source);
    else
        ck_assert_str_eq(t.items[0].source, "# text = the dog\n");
    tagged_set_release(&t);
    dataset_release(&d);
    ck_ok(store_series_load(&s, f.store, dataset_id(&f, "numbers"), &f.e), &f.e);
    ck_assert_int_eq(s.num_covariates, schema < 9 ? 0 : 1);
    ck_assert_int_eq(s.items[0].length, schema < 9 ? 2 : 1);
    ck_assert(s.items[0].values[1] == 2.0);
    series_set_release(&s);
}

static void check_jobs(int schema)
{
    struct job j;
    struct lease lease;
    uint8_t *snapshot;
    size_t len;

    ck_assert_int_eq(take_back(&f), 1);
    ck_ok(store_job_claim(&j, &lease, f.store, "w", &f.e), &f.e);
    ck_assert_int_gt(lease.token, 1); /* the old run had one too */
    ck_assert_int_eq(j.kept_epochs, 1);
    ck_ok(store_job_snapshot(&snapshot, &len, f.store, j.id, &f.e), &f.e);
    ck_assert_str_eq(j.dataset, "words");
    ck_assert_int_eq(j.validation_dataset != NULL, schema >= 11);
    ck_assert_int_eq(j.validation_dataset_id, schema >= 11);
    ck_assert_int_eq(j.arithmetic != NULL, schema >= 14);
    ck_assert_int_eq(j.note != NULL, schema >= 14);
    ck_assert_int_eq(j.promote != NULL, schema >= 19);
    ck_assert_uint_eq(len, 2);
    job_release(&j);
    free(snapshot);
}

static void check_models(int schema)
{
    const struct model_submission m = model_of("m", "tag", "next");
    struct model_version v;
    int64_t version = 0;

    ck_ok(store_model_get(&v, f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(v.version, schema < 17 ? 3 : 1); /* which an alias makes serve */
    ck_assert_int_eq(v.newest, 3);
    ck_assert_int_eq(v.num_versions, 2);
    model_version_release(&v);
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 4);
}

/* ---- killed half-way ---- */

static int64_t log_bytes(void)
{
    char path[128];
    struct stat info;

    snprintf(path, sizeof(path), "%s-wal", f.file);
    return stat(path, &info) ? 0 : (int64_t)info.st_size;
}

/* Migrates in a process of its own, which is ended by SIGKILL as soon as its log has so many bytes.
 * False: it had come to its end before. */
static bool migrate_and_kill(int64_t bytes)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 10000, .exclusive = true};
    pid_t pid = fork(), ended = 0;
    int status = 0;

    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(store_open(&f.store, &c, &f.e) ? 1 : 0);
    while (ended == 0 && log_bytes() < bytes) {
        ended = waitpid(pid, &status, WNOHANG);
        usleep(100);
    }
    if (ended == 0) {
        ck_assert_int_eq(kill(pid, SIGKILL), 0);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    }
    ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

enum { KILLS = 8 };

/* Killed at 1 byte of the log, at half a mebibyte, at a whole one, and so on. */
START_TEST(a_killed_migration_is_done_again)
{
    old_file_make(f.file, 11);
    old_file_add_wide(f.file, WIDE_COLUMNS, WIDE_ROWS);
    ck_assert(migrate_and_kill(_i * (512 << 10) + 1));
    fixture_store(&f);
    old_file_check_wide(&f, WIDE_COLUMNS, WIDE_ROWS);
    check_datasets(11);
    check_jobs(11);
    fixture_check_file(&f);
}
END_TEST

START_TEST(every_earlier_schema_is_brought_forward)
{
    int version = 0;
    bool created;

    old_file_make(f.file, _i);
    fixture_store(&f);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, store_newest_schema_version());
    fixture_check_file(&f);
    if (_i >= 1)
        check_datasets(_i);
    if (_i >= 2)
        check_jobs(_i);
    if (_i >= 3)
        check_models(_i);
    ck_assert_int_eq(store_keys_needed(f.store), _i >= 16);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit WHERE key = 'old'"), _i >= 18);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit_horizon"), 1);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM webhook"), _i >= 29);
    put_series(&f, "after", FREQ_M, 0, 3, 1.0);
    ck_ok(store_dataset_put_text(f.store, "text", "a", 1, NULL, &created, &f.e), &f.e);
    fixture_check_file(&f);
}
END_TEST

static enum status open_as_is(void)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000, .as_is = true};

    f.e = (struct err){0};
    return store_open(&f.store, &c, &f.e);
}

START_TEST(a_backup_has_the_schema_that_was_there)
{
    char copy[128];
    int version = 0;

    old_file_make(f.file, _i);
    ck_ok(open_as_is(), &f.e);
    snprintf(copy, sizeof(copy), "%s/copy.db", f.folder);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, _i);
    store_close(f.store);
    f.store = NULL;
    ck_assert_int_eq(rename(copy, f.file), 0);
    ck_ok(open_as_is(), &f.e);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, _i);
}
END_TEST

/* A measure of tables, columns and indexes, which must be the same for every way to a schema. */
static int64_t schema_size(void)
{
    return fixture_int(&f, "SELECT count(*) * 1000 + (SELECT count(*) FROM sqlite_schema s JOIN "
                           "pragma_table_info(s.name) WHERE s.type = 'table') FROM sqlite_schema");
}

START_TEST(old_and_new_files_have_the_same_schema)
{
    int64_t size;

    fixture_store(&f);
    size = schema_size();
    store_close(f.store);
    unlink(f.file);
    old_file_make(f.file, 1);
    fixture_store(&f);
    ck_assert_int_eq(schema_size(), size);
}
END_TEST

START_TEST(a_new_file_has_its_settings)
{
    struct stmt q;
    char mode[16] = "";

    fixture_store(&f);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA application_id"), 0x4c53544d);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA foreign_keys"), 1);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA synchronous"), 2);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA trusted_schema"), 0);
    ck_assert_int_eq(fixture_int(&f, "PRAGMA auto_vacuum"), 2);
    stmt_open(&q, fixture_db(&f), &f.e, "PRAGMA journal_mode");
    ck_assert(stmt_row(&q));
    stmt_copy(&q, 0, mode, sizeof(mode));
    ck_ok(stmt_close(&q), &f.e);
    ck_assert_str_eq(mode, "wal");
    ck_assert_int_eq(fixture_int(&f,
                                 "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                                 "AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict"),
                     0);
}
END_TEST

/* ---- files that are refused and stay as they are ---- */

static char *slurp(size_t *len)
{
    FILE *in = fopen(f.file, "rb");
    char *text = calloc(1, 1 << 20);

    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(text);
    *len = fread(text, 1, 1 << 20, in);
    fclose(in);
    return text;
}

/* Opening it fails like that and changes not a byte. */
static void expect_refused(enum status st, const char *words)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000};
    size_t before_len, after_len;
    char *before = slurp(&before_len), *after;

    ck_status(store_open(&f.store, &c, &f.e), st, &f.e);
    ck_assert_ptr_null(f.store);
    ck_assert_msg(strstr(f.e.message, words) != NULL, "'%s' is not in: %s", words, f.e.message);
    after = slurp(&after_len);
    ck_assert_uint_eq(before_len, after_len);
    ck_assert(memcmp(before, after, after_len) == 0);
    free(before);
    free(after);
}

START_TEST(a_newer_schema_is_refused)
{
    sqlite3 *h = NULL;
    char sql[64];

    old_file_make(f.file, 1);
    ck_assert_int_eq(sqlite3_open(f.file, &h), SQLITE_OK);
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", store_newest_schema_version() + 1);
    old_file_run(h, sql);
    sqlite3_close(h);
    expect_refused(ST_INVALID, "use a newer lstmd, or a backup");
    ck_ok(open_as_is(), &f.e); /* to be copied */
}
END_TEST

START_TEST(a_file_of_somebody_else_is_refused)
{
    sqlite3 *h = NULL;

    ck_assert_int_eq(sqlite3_open(f.file, &h), SQLITE_OK);
    old_file_run(h, _i == 0 ? "CREATE TABLE theirs (a)"
                            : (_i == 1 ? "PRAGMA application_id = 77" : "PRAGMA user_version = 3"));
    sqlite3_close(h);
    expect_refused(ST_INVALID, "not one of lstmd");
    ck_status(open_as_is(), ST_INVALID, &f.e);
}
END_TEST

static const size_t sizes[] = {2, 15, 16, 100, 4096, 10000};

START_TEST(garbage_is_refused)
{
    FILE *out = fopen(f.file, "wb");
    uint32_t random = 7;

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < sizes[_i]; i++)
        fputc((int)(next_random(&random) & 0xff), out);
    fclose(out);
    expect_refused(ST_INVALID, "not an SQLite database");
}
END_TEST

START_TEST(an_empty_file_is_a_new_one)
{
    FILE *out = fopen(f.file, "wb");

    ck_assert_ptr_nonnull(out);
    fclose(out);
    fixture_store(&f);
    put_series(&f, "a", FREQ_M, 0, 3, 1.0);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    const struct store_config c = {.path = "/nonexistent/folder/x.db", .exclusive = _i == 1};

    ck_status(store_open(&f.store, &c, &f.e), ST_IO, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "/nonexistent/folder/x.db"));
}
END_TEST

START_TEST(a_failed_migration_leaves_the_schema_before_it)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000};
    sqlite3 *h = NULL;

    old_file_make(f.file, 1);
    ck_assert_int_eq(sqlite3_open(f.file, &h), SQLITE_OK);
    old_file_run(h,
                 "CREATE TABLE job_history (a)"); /* in the way of 0002, whose first table is job */
    sqlite3_close(h);
    ck_assert_int_ne(store_open(&f.store, &c, &f.e), ST_OK);
    ck_assert_ptr_null(f.store);
    ck_assert_ptr_nonnull(strstr(f.e.message, "migrations/0002"));
    ck_assert_int_eq(sqlite3_open(f.file, &h), SQLITE_OK);
    old_file_run(h, "DROP TABLE job_history");
    old_file_run(h, "CREATE TABLE job (a)"); /* must not be there yet */
    old_file_run(h, "DROP TABLE job");
    sqlite3_close(h);
    fixture_store(&f);
    check_datasets(1);
}
END_TEST

START_TEST(two_daemons_do_not_share_a_file)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000, .exclusive = true};
    struct store *other = NULL;

    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_status(store_open(&other, &c, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, f.file));
    store_close(f.store);
    f.store = NULL;
    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("migrate");
    TCase *t = tcase_create("files");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, every_earlier_schema_is_brought_forward, 0,
                        store_newest_schema_version() + 1);
    tcase_add_loop_test(t, a_killed_migration_is_done_again, 0, KILLS);
    tcase_add_loop_test(t, a_backup_has_the_schema_that_was_there, 1,
                        store_newest_schema_version() + 1);
    tcase_add_test(t, old_and_new_files_have_the_same_schema);
    tcase_add_test(t, a_new_file_has_its_settings);
    tcase_add_test(t, a_newer_schema_is_refused);
    tcase_add_loop_test(t, a_file_of_somebody_else_is_refused, 0, 3);
    tcase_add_loop_test(t, garbage_is_refused, 0, (int)(sizeof(sizes) / sizeof(sizes[0])));
    tcase_add_test(t, an_empty_file_is_a_new_one);
    tcase_add_loop_test(t, a_missing_folder_is_named, 0, 2);
    tcase_add_test(t, a_failed_migration_leaves_the_schema_before_it);
    tcase_add_test(t, two_daemons_do_not_share_a_file);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
