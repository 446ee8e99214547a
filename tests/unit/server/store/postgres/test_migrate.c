/* test_migrate.c - a new PostgreSQL database, with the tables and columns of SQLite's. */
#include "server/store/postgres/conn.h"
#include "server/store/postgres/migrate.h"
#include "tests/unit/server/store/postgres/server_suite.h"

#include <lstm/buf.h>

#include <pthread.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(a_new_database_has_the_newest_schema)
{
    int version = 0;

    ck_ok(store_schema_version(&version, f.store, &f.e), &f.e);
    ck_assert_int_eq(version, store_newest_schema_version());
    ck_ok(postgres_migrate(fixture_db(&f), "x", &f.e), &f.e); /* again: nothing to do */
}
END_TEST

START_TEST(a_newer_schema_is_refused)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 10000};
    struct store *s = NULL;

    ck_ok(db_exec(fixture_db(&f), "INSERT INTO schema_version (version) VALUES (9999)", &f.e),
          &f.e);
    ck_status(store_open(&s, &c, &f.e), ST_INVALID, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "use a newer lstmd"));
}
END_TEST

/* One line for each column: "table.column kind". */
static void list_columns(struct buf *out, struct db *db, const char *sql)
{
    struct stmt q;
    struct err e = {0};

    buf_init(out, 1 << 20);
    stmt_open(&q, db, &e, sql);
    while (stmt_row(&q)) {
        char line[200];

        stmt_copy(&q, 0, line, sizeof(line));
        buf_printf(out, "%s\n", line);
    }
    ck_ok(stmt_close(&q), &e);
}

START_TEST(both_databases_have_the_same_columns)
{
    char path[120];
    const struct store_config c = {.path = path, .busy_timeout_ms = 10000};
    struct store *s = NULL;
    struct db *db = NULL;
    struct buf ours, theirs;

    snprintf(path, sizeof(path), "%s/sqlite.db", f.folder);
    ck_ok(store_open(&s, &c, &f.e), &f.e);
    ck_ok(db_get(&db, s, &f.e), &f.e);
    list_columns(&ours, db,
                 "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" FROM "
                 "sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND "
                 "m.name NOT LIKE 'sqlite%' AND NOT c.pk ORDER BY m.name, c.name");
    list_columns(
        &theirs, fixture_db(&f),
        "SELECT table_name || '.' || column_name || ' ' || CASE data_type WHEN 'bigint' THEN "
        "'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' WHEN 'double precision' THEN "
        "'REAL' ELSE data_type END || ' ' || CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END FROM "
        "information_schema.columns c WHERE table_schema = current_schema() AND table_name <> "
        "'schema_version' AND (data_type <> 'text' OR collation_name = 'C') AND NOT EXISTS "
        "(SELECT 1 FROM information_schema.key_column_usage k JOIN "
        "information_schema.table_constraints t USING (constraint_name, table_schema) WHERE "
        "t.constraint_type = 'PRIMARY KEY' AND t.table_schema = c.table_schema AND k.table_name "
        "= c.table_name AND k.column_name = c.column_name) ORDER BY table_name COLLATE \"C\", "
        "column_name COLLATE \"C\"");
    ck_assert_str_eq(theirs.data, ours.data);
    buf_release(&ours);
    buf_release(&theirs);
    store_close(s);
}
END_TEST

static void *open_one(void *ctx)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 10000};
    struct store *s = NULL;
    struct err *e = ctx;

    (void)store_open(&s, &c, e);
    store_close(s);
    return NULL;
}

START_TEST(programs_that_begin_at_once_migrate_once)
{
    struct err e[8] = {0};
    pthread_t thread[8];

    fixture_close(&f);
    fixture_folder(&f);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, open_one, &e[i]), 0);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
        ck_assert_msg(e[i].status == ST_OK, "%s", e[i].message);
    }
    fixture_store(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("migrate");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_new_database_has_the_newest_schema);
    tcase_add_test(t, a_newer_schema_is_refused);
    tcase_add_test(t, both_databases_have_the_same_columns);
    tcase_add_test(t, programs_that_begin_at_once_migrate_once);
    suite_add_tcase(s, t);
    return server_suite_run(s);
}
