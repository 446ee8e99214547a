/* test_store_state.c - the state that the connections of a store share, and errors of the file. */
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/store_state.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct fixture f;

/* As the daemon has it. */
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

START_TEST(a_new_state_has_no_connection)
{
    char path[] = "/nowhere/at/all.db";
    struct store *s = NULL;

    ck_ok(state_new(&s, &sqlite_driver, &f.e), &f.e);
    ck_ok(store_state_new(s, path, 70, &f.e), &f.e);
    path[1] = 'x'; /* its path is a copy */
    ck_assert_str_eq(s->sqlite->path, "/nowhere/at/all.db");
    ck_assert_int_eq(s->sqlite->busy_timeout_ms, 70);
    ck_assert_ptr_null(s->connections);
    ck_assert_ptr_null(s->sqlite->keeper);
    ck_assert(!store_is_full(s) && !s->sqlite->kept);
    store_state_free(s);
    state_free(s);
}
END_TEST

START_TEST(trouble_is_reported_and_passes)
{
    ck_ok(store_trouble(f.store, &f.e), &f.e);
    store_set_full(f.store, true);
    ck_assert(store_is_full(f.store));
    ck_status(store_trouble(f.store, &f.e), ST_FULL, &f.e);
    ck_status(store_ping(f.store, &f.e), ST_FULL, &f.e);
    store_set_full(f.store, false);
    ck_ok(store_ping(f.store, &f.e), &f.e);
}
END_TEST

START_TEST(an_overwritten_file_is_for_good)
{
    store_set_overwritten(f.store);
    ck_status(store_trouble(f.store, &f.e), ST_READONLY, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "was overwritten"));
    ck_status(store_check_files(f.store, &f.e), ST_READONLY, &f.e);
    store_set_full(f.store, false);
    ck_status(store_ping(f.store, &f.e), ST_READONLY, &f.e);
}
END_TEST

START_TEST(a_file_that_was_taken_away_is_trouble)
{
    ck_assert_int_eq(unlink(f.file), 0);
    ck_status(store_check_files(f.store, &f.e), ST_READONLY, &f.e);
    ck_status(store_trouble(f.store, &f.e), ST_READONLY, &f.e);
}
END_TEST

/* A store without a keeper is never marked as full, because nothing would remove the mark. */
START_TEST(only_a_kept_store_is_full)
{
    struct store *s = NULL;

    ck_ok(state_new(&s, &sqlite_driver, &f.e), &f.e);
    ck_ok(store_state_new(s, f.file, 70, &f.e), &f.e);
    store_set_full(s, true);
    ck_assert(!store_is_full(s));
    store_state_free(s);
    state_free(s);
}
END_TEST

START_TEST(a_limit_on_files_is_never_plenty)
{
    struct rlimit before, limit;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)1 << 40;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert(!store_has_plenty(f.store));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    if (before.rlim_cur == RLIM_INFINITY)
        ck_assert_int_eq(store_has_plenty(f.store),
                         files_free_bytes(&f.store->sqlite->files) > (64 << 20));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("store_state");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_new_state_has_no_connection);
    tcase_add_test(t, trouble_is_reported_and_passes);
    tcase_add_test(t, an_overwritten_file_is_for_good);
    tcase_add_test(t, a_file_that_was_taken_away_is_trouble);
    tcase_add_test(t, only_a_kept_store_is_full);
    tcase_add_test(t, a_limit_on_files_is_never_plenty);
    suite_add_tcase(s, t);
    return suite_run(s);
}
