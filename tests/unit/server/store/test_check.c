/* test_check.c - the check of a database finds all damage, and reports nothing else. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct fixture f;
static struct store_check found;
static char said[2048];

static void setup(void)
{
    fixture_open(&f);
    said[0] = '\0';
}

static void teardown(void)
{
    fixture_close(&f);
}

static void note(void *ctx, const char *problem)
{
    size_t used = strlen(said);

    (void)ctx;
    snprintf(said + used, sizeof(said) - used, "%s\n", problem);
}

static void check(void)
{
    ck_ok(store_check(&found, f.store, note, NULL, &f.e), &f.e);
}

static void put_model(const char *name, const char *checkpoint)
{
    struct model_submission m = model_of(name, "forecast", checkpoint);
    int64_t version = 0;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static void fill(void)
{
    put_series(&f, "long", FREQ_M, 0, 9000, 0.0);
    put_series(&f, "short", FREQ_M, 0, 3, 0.0);
    put_tagged(&f, "words", "the/DET dog/NOUN|read/VERB");
    put_model("m", "first");
    put_model("m", "second");
    put_model("n", "other");
}

START_TEST(a_whole_database_has_no_problem)
{
    check();
    ck_assert_int_eq(found.problems, 0);
    fill();
    check();
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(found.problems, 0);
    ck_assert_int_eq(found.datasets, 3);
    ck_assert_int_eq(found.versions, 3);
    ck_assert(found.content);
    ck_assert_int_eq(found.schema_version, store_newest_schema_version());
}
END_TEST

/* Each change goes past the store, like those of a bad disk or another program. */
START_TEST(what_was_changed_is_named)
{
    static const char *const changes[][2] = {
        {"UPDATE model_checkpoint SET bytes = substr(bytes, 1, 5) WHERE version = 2",
         "model m version 2: its checkpoint of 5 bytes has another digest"},
        {"DELETE FROM model_checkpoint WHERE version = 1", "version 1: "},
        {"DELETE FROM series_chunk WHERE chunk = 1", "data set long: "},
        {"UPDATE series_chunk SET rows = substr(rows, 1, 1) WHERE chunk = 0", "data set short: "},
        {"DELETE FROM sentence WHERE position = 1", "data set words: holds 1 sentences; 2 are"},
    };

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        fixture_close(&f);
        setup();
        fill();
        ck_ok(db_exec(fixture_db(&f),
                      fixture_server() ? "SET session_replication_role = replica"
                                       : "PRAGMA foreign_keys = OFF",
                      &f.e),
              &f.e);
        ck_ok(db_exec(fixture_db(&f), changes[i][0], &f.e), &f.e);
        check();
        ck_assert_msg(found.problems >= 1, "not found: %s", changes[i][0]);
        ck_assert_msg(strstr(said, changes[i][1]) != NULL, "%s: %s", changes[i][0], said);
    }
}
END_TEST

START_TEST(references_to_nothing_are_named)
{
    fill();
    ck_ok(db_exec(fixture_db(&f), "PRAGMA foreign_keys = OFF", &f.e), &f.e);
    ck_ok(db_exec(fixture_db(&f), "DELETE FROM dataset WHERE name = 'short'", &f.e), &f.e);
    check();
    ck_assert_int_ge(found.problems, 1);
    ck_assert_ptr_nonnull(strstr(said, "refers to a row of dataset that is not there"));
    ck_assert(!found.content);
}
END_TEST

START_TEST(an_older_schema_is_not_read)
{
    fill();
    ck_ok(db_exec(fixture_db(&f), "PRAGMA user_version = 14", &f.e), &f.e);
    check();
    ck_assert(!found.content);
    ck_assert_int_eq(found.problems, 0);
    ck_assert_int_eq(found.datasets, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("check");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_whole_database_has_no_problem);
    tcase_add_test(t, what_was_changed_is_named);
    if (!fixture_server()) { /* a server always has its references and this program's schema */
        tcase_add_test(t, references_to_nothing_are_named);
        tcase_add_test(t, an_older_schema_is_not_read);
    }
    suite_add_tcase(s, t);
    return suite_run(s);
}
