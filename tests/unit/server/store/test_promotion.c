/* test_promotion.c - the alias "production" after a job whose version is, or is not, to serve. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 20, 1);
}

static void teardown(void)
{
    fixture_close(&f);
}

static enum status finish(char id[JOB_ID_LEN + 1], int64_t serving, bool serves)
{
    const struct model_promotion p = {serving, serves, "{\"decision\":\"it\"}"};
    struct model_submission m = model_of("m", "forecast", "x");
    int64_t version = 0;

    m.promotion = &p;
    return store_job_succeed(&version, f.store, lease_of(&f, id),
                             &(struct job_advance){.first_epoch = 1}, &m, &f.e);
}

/* A job that ends with this decision. */
static void make(int64_t serving, bool serves)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    submit(id, &f, "x", "m");
    claim(id, &f);
    ck_ok(finish(id, serving, serves), &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert_str_eq(j.promotion, "{\"decision\":\"it\"}");
    job_release(&j);
}

static void expect_serving(int64_t version, const char *aliases)
{
    struct model_version v;

    ck_ok(store_model_get(&v, f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(v.version, version);
    ck_assert_str_eq(v.aliases, aliases);
    model_version_release(&v);
}

START_TEST(without_an_alias_the_newest_serves)
{
    make(0, true);
    make(1, true);
    expect_serving(2, "{}"); /* nothing is in the way of the next one either */
}
END_TEST

START_TEST(what_goes_on_gets_the_alias)
{
    make(0, true);
    make(1, false);
    expect_serving(1, "{\"production\":1}");
    make(1, false);
    expect_serving(1, "{\"production\":1}");
}
END_TEST

START_TEST(an_alias_that_is_there_moves)
{
    make(0, true);
    make(1, false);
    make(1, true);
    expect_serving(3, "{\"production\":3}");
}
END_TEST

START_TEST(a_first_version_that_is_not_to_serve_has_nobody_before_it)
{
    make(0, false);
    expect_serving(1, "{}");
}
END_TEST

/* The decision was based on a version that does not serve any more. */
START_TEST(a_decision_that_is_late_is_refused_whole)
{
    char id[JOB_ID_LEN + 1];
    struct job j;

    make(0, true);
    make(1, true);
    submit(id, &f, "x", "m");
    claim(id, &f);
    ck_status(finish(id, 1, false), ST_PRECONDITION, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "version 2 of model 'm' serves now, and not 1"));
    ck_status(finish(id, 0, true), ST_PRECONDITION, &f.e);
    ck_ok(store_job_get(&j, f.store, id, &f.e), &f.e);
    ck_assert_int_eq(j.state, JOB_RUNNING);
    ck_assert_ptr_null(j.promotion);
    job_release(&j);
    expect_serving(2, "{}");
    ck_ok(finish(id, 2, false), &f.e);
    expect_serving(2, "{\"production\":2}");
    fixture_check_file(&f);
}
END_TEST

START_TEST(a_job_keeps_what_was_asked)
{
    struct job_submission sub = submission(&f, "x", "m");
    struct job j;
    bool existing;

    sub.promote = "if_better";
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    ck_assert_str_eq(j.promote, "if_better");
    ck_assert_ptr_null(j.promotion);
    job_release(&j);
    sub.promote = "perhaps";
    ck_assert_int_ne(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_OK);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("store promotion");
    TCase *t = tcase_create("promotion");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, without_an_alias_the_newest_serves);
    tcase_add_test(t, what_goes_on_gets_the_alias);
    tcase_add_test(t, an_alias_that_is_there_moves);
    tcase_add_test(t, a_first_version_that_is_not_to_serve_has_nobody_before_it);
    tcase_add_test(t, a_decision_that_is_late_is_refused_whole);
    tcase_add_test(t, a_job_keeps_what_was_asked);
    suite_add_tcase(s, t);
    return suite_run(s);
}
