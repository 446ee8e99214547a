/* Files of every age: new, of each earlier schema, newer, of somebody else, and no database at
 * all. */
#include "server/base/embedded.h"
#include "tests/unit/server/store/fixture.h"

#include <math.h>
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

static void run_sql(sqlite3 *h, const char *sql)
{
    char *message = NULL;

    sqlite3_exec(h, sql, NULL, NULL, &message);
    ck_assert_msg(!message, "%s in: %.200s", message, sql);
}

static const struct embedded_file *migration(int n)
{
    char prefix[32];

    snprintf(prefix, sizeof(prefix), "migrations/%04d_", n);
    for (size_t i = 0; i < embedded_count; i++)
        if (strncmp(embedded_files[i].name, prefix, strlen(prefix)) == 0)
            return &embedded_files[i];
    return NULL;
}

/* What a program of schema k would have left behind: rows in every table that schema has. */
static const struct {
    int since;
    const char *sql;
} rows[] = {
    {1, "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "sentences, "
        "tokens) VALUES (1, 'words', 1, 5, 6, 9, printf('%064d', 7), 'upos', 1, 2)"},
    {1, "INSERT INTO sentence (dataset, position, tokens) VALUES (1, 0, 'the' || char(9) || 'DET' "
        "|| char(9) || char(10) || "
        "'dog' || "
        "char(9) || 'NN' || char(9) || char(10))"},
    {1, "INSERT INTO dataset_tag VALUES (1, 0, 'DET'), (1, 0, 'NN')"},
    {1, "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "num_series) "
        "VALUES (2, 'numbers', 0, 5, 6, 16, printf('%064d', 8), 'value', 1)"},
    {1, "INSERT INTO series (id, dataset, position, name, freq_unit, freq_multiple, start, length, "
        "missing) VALUES (1, 2, 0, 's', 3, 1, -252, 2, 0)"},
    {1, "INSERT INTO series_chunk (series, chunk, rows) VALUES (1, 0, "
        "x'000000000000F03F0000000000000040')"},
    {2, "INSERT INTO job (id, task, dataset, dataset_id, model, state, created_at, params) VALUES "
        "('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'tag', 'words', 1, 'm', 1, 5, '{}')"},
    {2, "INSERT INTO job_history VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1, 0.5, NULL)"},
    {2, "INSERT INTO job_snapshot VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', x'0102')"},
    {3, "INSERT INTO model (id, name, task, next_version) VALUES (1, 'm', 'tag', 4)"},
    {3, "INSERT INTO model_version (model, version, created_at, dataset, params, details, "
        "parameter_count, bytes, digest) VALUES (1, 1, 5, 'words', '{}', '{}', 3, 2, "
        "printf('%064d', 9)), (1, 3, 5, 'words', '{}', '{\"a\":1}', 3, 2, printf('%064d', 9))"},
    {3, "INSERT INTO model_checkpoint VALUES (1, 1, x'0A0B'), (1, 3, x'0C0D')"},
    {3, "INSERT INTO model_evaluation VALUES (1, 3, '{}')"},
    {4, "UPDATE dataset SET num_upos = 2 WHERE id = 1; UPDATE model SET num_versions = 2"},
    {5, "UPDATE dataset_sequence SET next = 3"},
    {9, "UPDATE dataset SET columns = 'value' || char(31) || 'heat', covariates = 1 WHERE id = 2; "
        "UPDATE series SET length = 1 WHERE id = 1"},
    {8, "UPDATE sentence SET source = '# text = the dog' || char(10)"},
    {11, "UPDATE job SET validation_dataset = 'words', validation_dataset_id = 1"},
    {14, "UPDATE job SET arithmetic = 'avx2-1-0f3a5c7e9b1d2468', note = 'begun anew'"},
    {15, "UPDATE series SET time_style = '1|anchor=31|format=%Y-%m-%d' WHERE id = 1"},
};

/* ---- a wide data set: its chunks of before 0012 are larger than those of now ---- */

enum { WIDE_ID = 77, WIDE_COLUMNS = 200, OLD_ROWS = 4096, WIDE_ROWS = OLD_ROWS + 1001 };

static double wide_value(int64_t row, int column)
{
    return (row + column) % 97 == 0 ? NAN : (double)row * 1000 + column;
}

static void bind_wide_chunk(sqlite3_stmt *q, int chunk, int columns, int length)
{
    int from = chunk * OLD_ROWS, n = length - from < OLD_ROWS ? length - from : OLD_ROWS;
    double *v = malloc((size_t)n * (size_t)columns * sizeof(*v));

    ck_assert_ptr_nonnull(v);
    for (int i = 0; i < n * columns; i++)
        v[i] = wide_value(from + i / columns, i % columns);
    ck_assert_int_eq(sqlite3_bind_int(q, 1, chunk), SQLITE_OK);
    ck_assert_int_eq(sqlite3_bind_blob(q, 2, v, n * columns * (int)sizeof(*v), free), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(q), SQLITE_DONE);
    sqlite3_reset(q);
}

/* As a program of a schema before 0012 would have stored it. */
static void add_wide(sqlite3 *h, int columns, int length)
{
    sqlite3_stmt *q = NULL;
    char *sql = sqlite3_mprintf(
        "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "num_series) VALUES (%d, 'wide', 0, 5, 6, 16, printf('%%064d', 8), "
        "replace(hex(zeroblob(%d)), '00', 'c' || char(31)) || 'last', 1); INSERT INTO series "
        "(id, dataset, position, name, freq_unit, freq_multiple, start, length, missing) VALUES "
        "(%d, %d, 0, 'wide one', 0, 1, 0, %d, 0)",
        WIDE_ID, columns - 1, WIDE_ID, WIDE_ID, length);

    run_sql(h, sql);
    sqlite3_free(sql);
    ck_assert_int_eq(sqlite3_prepare_v2(h,
                                        "INSERT INTO series_chunk (series, chunk, rows) VALUES "
                                        "(77, ?, ?)",
                                        -1, &q, NULL),
                     SQLITE_OK);
    for (int chunk = 0; chunk * OLD_ROWS < length; chunk++)
        bind_wide_chunk(q, chunk, columns, length);
    sqlite3_finalize(q);
}

static void check_wide(int columns, int length)
{
    struct series_set s;

    ck_ok(store_series_load(&s, f.store, WIDE_ID, &f.e), &f.e);
    ck_assert_int_eq(s.num_columns, columns);
    ck_assert_int_eq(s.items[0].length, length);
    for (int i = 0; i < length * columns; i++) {
        double v = wide_value(i / columns, i % columns), is = s.items[0].values[i];

        if (is != v && !(isnan(is) && isnan(v)))
            ck_abort_msg("value %d is %g instead of %g", i, is, v);
    }
    series_set_release(&s);
}

static void make_schema(int k)
{
    sqlite3 *h = NULL;
    char sql[64];

    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    run_sql(h, "PRAGMA application_id = 1280529485"); /* "LSTM" */
    for (int n = 1; n <= k; n++)
        run_sql(h, (const char *)migration(n)->data);
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", k);
    run_sql(h, sql);
    run_sql(h, "PRAGMA foreign_keys = ON");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].since <= k)
            run_sql(h, rows[i].sql);
    sqlite3_close(h);
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
    uint8_t *snapshot;
    size_t len;
    int released = 0;

    ck_ok(store_job_release_all(&released, f.store, &f.e), &f.e);
    ck_assert_int_eq(released, 1);
    ck_ok(store_job_claim(&j, &snapshot, &len, f.store, "w", 1000, &f.e), &f.e);
    ck_assert_str_eq(j.dataset, "words");
    ck_assert_int_eq(j.validation_dataset != NULL, schema >= 11);
    ck_assert_int_eq(j.validation_dataset_id, schema >= 11);
    ck_assert_int_eq(j.arithmetic != NULL, schema >= 14);
    ck_assert_int_eq(j.note != NULL, schema >= 14);
    ck_assert_uint_eq(len, 2);
    job_release(&j);
    free(snapshot);
}

static void check_models(void)
{
    const struct model_submission m = model_of("m", "tag", "next");
    struct model_version v;
    int64_t version = 0;

    ck_ok(store_model_get(&v, f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(v.version, 3);
    ck_assert_int_eq(v.num_versions, 2);
    model_version_release(&v);
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 4);
}

/* ---- chunks of before 0012 ---- */

static const struct {
    int columns, rows;
} shapes[] = {{1, 1},      {1, 4096},   {1, 9000},       {2, 4097}, {3, 8192},
              {16, 5000},  {17, 4096},  {200, 31},       {200, 32}, {200, WIDE_ROWS},
              {256, 4097}, {255, 4095}, {COLUMNS_MAX, 1}};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

START_TEST(large_chunks_are_cut)
{
    int columns = shapes[_i % SHAPES].columns, length = shapes[_i % SHAPES].rows;
    struct series_set more = {.count = 0};
    sqlite3 *h = NULL;

    make_schema(_i < SHAPES ? 11 : 1);
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    add_wide(h, columns, length);
    sqlite3_close(h);
    fixture_store(&f);
    check_wide(columns, length);
    ck_assert_int_eq(
        fixture_int(&f, "SELECT count(*) FROM series_chunk WHERE length(rows) > 65536"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'old_*' "
                                     "OR name GLOB 'new_*'"),
                     0);
    fixture_check_file(&f);
    /* what is appended goes on where the last chunk ends */
    ck_ok(store_series_load(&more, f.store, WIDE_ID, &f.e), &f.e);
    more.items[0].length = 1;
    more.items[0].time.start = length;
    for (int k = 0; k < columns; k++)
        more.items[0].values[k] = wide_value(length, k);
    ck_ok(store_dataset_append_series(f.store, "wide", &more, &wide, &f.e), &f.e);
    series_set_release(&more);
    check_wide(columns, length + 1);
}
END_TEST

/* ---- killed half-way ---- */

static int64_t log_bytes(void)
{
    char path[128];
    struct stat info;

    snprintf(path, sizeof(path), "%s-wal", f.path);
    return stat(path, &info) ? 0 : (int64_t)info.st_size;
}

/* Migrates in a process of its own, which is ended by SIGKILL as soon as its log has so many bytes.
 * False: it had come to its end before. */
static bool migrate_and_kill(int64_t bytes)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 10000, .exclusive = true};
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
    sqlite3 *h = NULL;

    make_schema(11);
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    add_wide(h, WIDE_COLUMNS, WIDE_ROWS);
    sqlite3_close(h);
    ck_assert(migrate_and_kill(_i * (512 << 10) + 1));
    fixture_store(&f);
    check_wide(WIDE_COLUMNS, WIDE_ROWS);
    check_datasets(11);
    check_jobs(11);
    fixture_check_file(&f);
}
END_TEST

/* A chunk of the wrong size stays a damage of its series; the others and the daemon go on. */
START_TEST(a_damaged_chunk_stays_noticed)
{
    static const int bytes[] = {
        0, 7, 1600, 8 * 200 * OLD_ROWS - 8, 8 * 200 * OLD_ROWS + 8, 9 * 200 * OLD_ROWS};
    struct series_set s;
    sqlite3 *h = NULL;
    char sql[96];

    make_schema(11);
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    add_wide(h, WIDE_COLUMNS, WIDE_ROWS);
    snprintf(sql, sizeof(sql),
             "UPDATE series_chunk SET rows = zeroblob(%d) WHERE series = 77 AND chunk = 1",
             bytes[_i]);
    run_sql(h, sql);
    sqlite3_close(h);
    fixture_store(&f);
    ck_status(store_series_load(&s, f.store, WIDE_ID, &f.e), ST_CORRUPT, &f.e);
    check_datasets(11);
}
END_TEST

START_TEST(every_earlier_schema_is_brought_forward)
{
    int version = 0;

    make_schema(_i);
    fixture_store(&f);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, store_newest_schema_version());
    fixture_check_file(&f);
    if (_i >= 1)
        check_datasets(_i);
    if (_i >= 2)
        check_jobs(_i);
    if (_i >= 3)
        check_models();
    put_series(&f, "after", FREQ_M, 0, 3, 1.0);
}
END_TEST

static enum status open_as_is(void)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 1000, .as_is = true};

    f.e = (struct err){0};
    return store_open(&f.store, &c, &f.e);
}

START_TEST(a_backup_has_the_schema_that_was_there)
{
    char copy[128];
    int version = 0;

    make_schema(_i);
    ck_ok(open_as_is(), &f.e);
    snprintf(copy, sizeof(copy), "%s/copy.db", f.folder);
    ck_ok(store_backup(f.store, copy, &f.e), &f.e);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, _i);
    store_close(f.store);
    f.store = NULL;
    ck_assert_int_eq(rename(copy, f.path), 0);
    ck_ok(open_as_is(), &f.e);
    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, _i);
}
END_TEST

/* Every schema's tables, columns and indexes, sorted: one way there or another, the same schema. */
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
    unlink(f.path);
    make_schema(1);
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
    FILE *in = fopen(f.path, "rb");
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
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 1000};
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

    make_schema(1);
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", store_newest_schema_version() + 1);
    run_sql(h, sql);
    sqlite3_close(h);
    expect_refused(ST_INVALID, "use a newer lstmd, or a backup");
    ck_ok(open_as_is(), &f.e); /* to be copied */
}
END_TEST

START_TEST(a_file_of_somebody_else_is_refused)
{
    sqlite3 *h = NULL;

    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    run_sql(h, _i == 0 ? "CREATE TABLE theirs (a)"
                       : (_i == 1 ? "PRAGMA application_id = 77" : "PRAGMA user_version = 3"));
    sqlite3_close(h);
    expect_refused(ST_INVALID, "not one of lstmd");
    ck_status(open_as_is(), ST_INVALID, &f.e);
}
END_TEST

static const size_t sizes[] = {2, 15, 16, 100, 4096, 10000};

START_TEST(garbage_is_refused)
{
    FILE *out = fopen(f.path, "wb");
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
    FILE *out = fopen(f.path, "wb");

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
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 1000};
    sqlite3 *h = NULL;

    make_schema(1);
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    run_sql(h, "CREATE TABLE job_history (a)"); /* in the way of 0002, whose first table is job */
    sqlite3_close(h);
    ck_assert_int_ne(store_open(&f.store, &c, &f.e), ST_OK);
    ck_assert_ptr_null(f.store);
    ck_assert_ptr_nonnull(strstr(f.e.message, "migrations/0002"));
    ck_assert_int_eq(sqlite3_open(f.path, &h), SQLITE_OK);
    run_sql(h, "DROP TABLE job_history");
    run_sql(h, "CREATE TABLE job (a)"); /* must not be there yet */
    run_sql(h, "DROP TABLE job");
    sqlite3_close(h);
    fixture_store(&f);
    check_datasets(1);
}
END_TEST

START_TEST(two_daemons_do_not_share_a_file)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 1000, .exclusive = true};
    struct store *other = NULL;

    ck_ok(store_open(&f.store, &c, &f.e), &f.e);
    ck_status(store_open(&other, &c, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, f.path));
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
    tcase_add_loop_test(t, large_chunks_are_cut, 0, 2 * SHAPES);
    tcase_add_loop_test(t, a_killed_migration_is_done_again, 0, KILLS);
    tcase_add_loop_test(t, a_damaged_chunk_stays_noticed, 0, 6);
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
