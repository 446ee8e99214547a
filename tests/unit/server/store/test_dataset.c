/* test_dataset.c - data sets: tagged ones, names, digests, preconditions, deletion, and the content
 * that jobs keep. test_series.c tests series. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- helpers ---- */

static struct dataset get(const char *name)
{
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    return d;
}

static struct series_set load(const char *name)
{
    struct series_set s;

    ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
    return s;
}

static enum status append_limited(const char *name, enum freq_unit unit, int64_t start, int rows,
                                  double first, const struct data_limits *limits)
{
    struct series_set s = series_of("s", unit, start, rows, first);
    enum status st = store_dataset_append_series(f.store, name, &s, limits, &f.e);

    series_set_release(&s);
    return st;
}

static enum status append(const char *name, enum freq_unit unit, int64_t start, int rows,
                          double first)
{
    return append_limited(name, unit, start, rows, first, &wide);
}

static int64_t rows_of(const char *table)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return fixture_int(&f, sql);
}

static void expect_nothing_left(void)
{
    static const char *const tables[] = {"dataset", "series", "series_chunk", "sentence",
                                         "dataset_tag"};

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        ck_assert_msg(rows_of(tables[i]) == 0, "%s has rows", tables[i]);
}

START_TEST(kinds_do_not_mix)
{
    struct tagged_set t = tagged_of("a/B");

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    ck_status(store_dataset_append_tagged(f.store, "x", &t, &wide, &f.e), ST_CONFLICT, &f.e);
    put_tagged(&f, "x", "the/DET");
    ck_status(append("x", FREQ_M, 3, 1, 0.0), ST_CONFLICT, &f.e);
    ck_assert_int_eq(rows_of("series"), 0);
    tagged_set_release(&t);
}
END_TEST

/* ---- names, digests, preconditions ---- */

START_TEST(a_near_name_is_suggested)
{
    struct dataset d;

    put_series(&f, "flights", FREQ_M, 0, 3, 0.0);
    ck_status(store_dataset_get(&d, f.store, "fligths", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "did you mean 'flights'?"));
    ck_status(append("flight", FREQ_M, 3, 1, 0.0), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "did you mean 'flights'?"));
    ck_status(store_dataset_delete(f.store, "zebra", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_null(strstr(f.e.message, "did you mean"));
}
END_TEST

START_TEST(the_digest_is_of_the_content)
{
    struct dataset a, b;

    put_series(&f, "a", FREQ_M, 0, 3, 0.0);
    put_series(&f, "b", FREQ_M, 0, 3, 0.0);
    a = get("a");
    b = get("b");
    ck_assert_str_eq(a.digest, b.digest);
    ck_assert_uint_eq(strlen(a.digest), DIGEST_LEN);
    dataset_release(&b);
    put_series(&f, "b", FREQ_M, 1, 3, 0.0);
    b = get("b");
    ck_assert_str_ne(a.digest, b.digest);
    dataset_release(&b);
    ck_ok(append("a", FREQ_M, 3, 1, 3.0), &f.e);
    b = get("a");
    ck_assert_str_ne(a.digest, b.digest);
    dataset_release(&a);
    dataset_release(&b);
}
END_TEST

START_TEST(names_are_listed_in_pages)
{
    struct dataset_list l;
    char name[16], after[NAME_MAX_LEN + 1] = "";
    int seen = 0;

    for (int i = 0; i < 23; i++) {
        snprintf(name, sizeof(name), "d%02d", i * 5 % 23);
        put_series(&f, name, FREQ_M, 0, 1, 0.0);
    }
    do {
        ck_ok(store_dataset_list(&l, f.store, NULL, after, 10, &f.e), &f.e);
        for (int i = 0; i < l.count; i++) {
            snprintf(name, sizeof(name), "d%02d", seen++);
            ck_assert_str_eq(l.items[i].name, name);
        }
        if (l.count)
            snprintf(after, sizeof(after), "%s", l.items[l.count - 1].name);
        dataset_list_release(&l);
    } while (seen < 23);
    ck_ok(store_dataset_list(&l, f.store, NULL, after, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 0);
    dataset_list_release(&l);
}
END_TEST

START_TEST(deleting_leaves_nothing)
{
    put_series(&f, "x", FREQ_M, 0, 5000, 0.0);
    put_tagged(&f, "y", "the/DET dog/NN");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_ok(store_dataset_delete(f.store, "y", &f.e), &f.e);
    expect_nothing_left();
    put_tagged(&f, "x", "the/DET");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
}
END_TEST

START_TEST(deleting_gives_the_space_back)
{
    int64_t full;

    put_series(&f, "x", FREQ_M, 0, 400000, 0.0);
    full = fixture_int(&f, "PRAGMA page_count");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_assert_int_lt(fixture_int(&f, "PRAGMA page_count"), full / 4);
    fixture_check_file(&f);
}
END_TEST

/* An old number must not lead to another data set. */
START_TEST(numbers_are_not_used_again)
{
    struct series_set back;
    int64_t old;

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    old = dataset_id(&f, "x");
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    put_series(&f, "y", FREQ_M, 0, 3, 0.0);
    ck_assert_int_ne(dataset_id(&f, "y"), old);
    ck_status(store_series_load(&back, f.store, old, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

/* ---- jobs ---- */

/* How a job ends that used the old content: the content goes with it. */
enum ending { BY_FAILURE, BY_CANCEL_QUEUED, BY_SUCCESS, ENDINGS };

static void end_job(const char *id, enum ending how)
{
    const struct model_submission m = model_of("m", "forecast", "bytes");
    const struct job_progress p = {.fraction = 1};
    struct job j;
    int64_t version;
    char other[JOB_ID_LEN + 1];

    if (how == BY_CANCEL_QUEUED) {
        ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
        ck_assert_int_eq(j.state, JOB_CANCELLED);
        job_release(&j);
        return;
    }
    claim(other, &f);
    ck_assert_str_eq(other, id);
    if (how == BY_FAILURE)
        ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, "{}", &f.e), &f.e);
    else
        ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id),
                                &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &f.e),
              &f.e);
}

/* What a job is judged by stays, too, as long as the job needs it. */
START_TEST(a_validation_dataset_lives_as_long_as_its_job)
{
    struct job_submission sub;
    struct tagged_set back;
    struct job j;
    bool existing;
    int64_t old;

    put_tagged(&f, "x", "the/DET");
    put_tagged(&f, "dev", "dog/NN");
    sub = submission(&f, "x", "m");
    sub.validation_dataset = "dev";
    sub.validation_dataset_id = old = dataset_id(&f, "dev");
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    ck_assert_str_eq(j.validation_dataset, "dev");
    ck_assert_int_eq(j.validation_dataset_id, old);
    ck_status(store_dataset_delete(f.store, "dev", &f.e), ST_CONFLICT, &f.e);
    put_tagged(&f, "dev", "cat/NN");
    ck_assert_int_ne(dataset_id(&f, "dev"), old);
    ck_ok(store_tagged_load(&back, f.store, old, &f.e), &f.e);
    ck_assert_str_eq(back.items[0].form[0], "dog");
    tagged_set_release(&back);
    ck_assert_int_eq(rows_of("dataset"), 3);
    end_job(j.id, (enum ending)_i);
    ck_assert_int_eq(rows_of("dataset"), 2);
    ck_status(store_tagged_load(&back, f.store, old, &f.e), ST_NOT_FOUND, &f.e);
    ck_ok(store_dataset_delete(f.store, "dev", &f.e), &f.e);
    job_release(&j);
    fixture_check_file(&f);
}
END_TEST

START_TEST(a_job_does_not_see_what_is_appended)
{
    char id[JOB_ID_LEN + 1];
    struct series_set back;
    int64_t old, copy;

    put_series(&f, "x", FREQ_M, 0, 5000, 0.0);
    old = dataset_id(&f, "x");
    submit(id, &f, "x", "m");
    ck_ok(append("x", FREQ_M, 5000, 10, 5000.0), &f.e);
    copy = dataset_id(&f, "x");
    ck_assert_int_ne(copy, old);
    ck_ok(append("x", FREQ_M, 5010, 10, 5010.0), &f.e);
    ck_assert_int_eq(dataset_id(&f, "x"), copy); /* copied once, not at every append */
    ck_ok(store_series_load(&back, f.store, old, &f.e), &f.e);
    ck_assert_int_eq(back.items[0].length, 5000);
    series_set_release(&back);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, 5020);
    for (int i = 0; i < 5020; i++)
        ck_assert(back.items[0].values[i] == i);
    series_set_release(&back);
    end_job(id, BY_FAILURE);
    ck_assert_int_eq(rows_of("dataset"), 1);
    ck_assert_int_eq(rows_of("series_chunk"), 2);
}
END_TEST

START_TEST(a_job_does_not_see_appended_sentences)
{
    struct tagged_set more = tagged_of("cat/NN//|runs/V"), back;
    char id[JOB_ID_LEN + 1];
    struct dataset d;
    int64_t old;

    put_tagged(&f, "x", "the/DET dog/NN");
    old = dataset_id(&f, "x");
    submit(id, &f, "x", "m");
    ck_ok(store_dataset_append_tagged(f.store, "x", &more, &wide, &f.e), &f.e);
    ck_ok(store_tagged_load(&back, f.store, old, &f.e), &f.e);
    ck_assert_int_eq(back.count, 1);
    tagged_set_release(&back);
    d = get("x");
    ck_assert_int_eq(d.num_upos, 3);
    ck_ok(store_tagged_load(&back, f.store, d.id, &f.e), &f.e);
    ck_assert_int_eq(back.count, 3);
    tagged_set_release(&back);
    dataset_release(&d);
    tagged_set_release(&more);
}
END_TEST

START_TEST(what_a_job_uses_is_not_deleted)
{
    char id[JOB_ID_LEN + 1], same[JOB_ID_LEN + 1];

    put_series(&f, "x", FREQ_M, 0, 5, 0.0);
    submit(id, &f, "x", "m");
    ck_status(store_dataset_delete(f.store, "x", &f.e), ST_CONFLICT, &f.e);
    claim(same, &f);
    ck_status(store_dataset_delete(f.store, "x", &f.e), ST_CONFLICT, &f.e);
    ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, NULL, &f.e), &f.e);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    expect_nothing_left();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dataset");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, kinds_do_not_mix);
    tcase_add_test(t, a_near_name_is_suggested);
    tcase_add_test(t, the_digest_is_of_the_content);
    tcase_add_test(t, names_are_listed_in_pages);
    tcase_add_test(t, deleting_leaves_nothing);
    if (!fixture_server())
        tcase_add_test(t, deleting_gives_the_space_back);
    tcase_add_test(t, numbers_are_not_used_again);
    tcase_add_loop_test(t, a_validation_dataset_lives_as_long_as_its_job, 0, ENDINGS);
    tcase_add_test(t, a_job_does_not_see_what_is_appended);
    tcase_add_test(t, a_job_does_not_see_appended_sentences);
    tcase_add_test(t, what_a_job_uses_is_not_deleted);
    suite_add_tcase(s, t);
    return suite_run(s);
}
