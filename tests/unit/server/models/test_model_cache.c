/* test_model_cache.c - the newest version, responses that are dropped with their model, memory, and
 * threads that read while versions are made and deleted. */
#include "server/models/model_cache.h"
#include "tests/unit/server/store/fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 64 << 20 };

static struct fixture f;
static struct model_cache *cache;
static uint8_t *checkpoint; /* of a small forecaster, made once */
static size_t checkpoint_len;

static void make_checkpoint(void)
{
    double values[60];
    const struct series_view view = {"a", values, 60};
    const struct panel panel = {&view, 1, 1};
    const struct fit_hooks hooks = {0};
    struct forecaster *model = NULL;
    struct params p;
    struct err e = {0};

    for (int i = 0; i < 60; i++)
        values[i] = i % 7;
    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &e), &e);
    p.hidden_size = 2;
    p.epochs = 1;
    ck_ok(forecaster_fit(&model, &panel, &p, &hooks, &e), &e);
    ck_ok(forecaster_save(model, NULL, &checkpoint, &checkpoint_len, &e), &e);
    forecaster_free(model);
}

static void open_cache(size_t max_bytes)
{
    fixture_open(&f);
    make_checkpoint();
    ck_ok(model_cache_new(&cache, f.store, max_bytes, &f.e), &f.e);
}

static void open_large(void)
{
    open_cache(PLENTY);
}

static void close_all(void)
{
    model_cache_free(cache);
    fixture_close(&f);
    free(checkpoint);
    checkpoint = NULL;
}

static int64_t put_version(const char *name)
{
    struct model_submission m = model_of(name, "forecast", "");
    int64_t version = 0;
    struct err e = {0};

    m.checkpoint = checkpoint;
    m.checkpoint_len = checkpoint_len;
    ck_ok(store_model_put(&version, f.store, &m, &e), &e);
    return version;
}

static void publish(const char *name)
{
    model_cache_change_begin(cache);
    put_version(name);
    model_cache_change_end(cache, name);
}

/* Acquires a model, releases it, and returns its version. */
static int64_t acquired(const char *name, int64_t version)
{
    const struct model *m = NULL;
    struct err e = {0};
    int64_t v;

    ck_ok(model_cache_acquire(&m, cache, name, version_number(version), &e), &e);
    v = m->version;
    ck_assert_str_eq(m->name, name);
    model_cache_release(cache, m);
    return v;
}

static void keep_answer(const char *name, int64_t version, const char *key, const char *text)
{
    const struct model *m = NULL;
    struct cached_response *a = response_new(key, "", "text/plain", text, strlen(text));

    ck_assert_ptr_nonnull(a);
    ck_ok(model_cache_acquire(&m, cache, name, version_number(version), &f.e), &f.e);
    model_cache_keep_response(cache, m, model_cache_data_stamp(cache, m), a);
    model_cache_release(cache, m);
    response_release(a);
}

static bool has_answer(const char *name, int64_t version, const char *key, const char *text)
{
    const struct cached_response *a =
        model_cache_response(cache, name, version_number(version), key);
    bool there = a && a->len == strlen(text) && memcmp(a->data, text, a->len) == 0;

    response_release(a);
    return there;
}

START_TEST(the_newest_version_is_given)
{
    publish("m");
    ck_assert_int_eq(acquired("m", 0), 1);
    publish("m");
    ck_assert_int_eq(acquired("m", 0), 2);
    ck_assert_int_eq(acquired("m", 1), 1);
    ck_ok(store_model_delete(f.store, "m", 2, &f.e), &f.e);
    model_cache_drop(cache, "m");
    ck_assert_int_eq(acquired("m", 0), 1);
}
END_TEST

START_TEST(uses_are_counted_by_name)
{
    static struct model_usage u;

    model_cache_count_use(cache, "a");
    model_cache_count_use(cache, "a");
    model_cache_drop(cache, "a");
    model_cache_usage(&u, cache);
    ck_assert_int_eq(u.rows, 1);
    ck_assert_str_eq(u.row[0].name, "a");
    ck_assert_uint_eq(u.row[0].count, 2);
}
END_TEST

START_TEST(answers_go_with_their_model)
{
    publish("m");
    publish("n");
    keep_answer("m", 0, "q", "one");
    keep_answer("n", 0, "q", "other");
    ck_assert(has_answer("m", 0, "q", "one"));
    ck_assert(has_answer("m", 1, "q", "one"));
    ck_assert(has_answer("n", 0, "q", "other"));
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "r"));
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(2), "q"));
    publish("m");
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "q"));
    ck_assert(has_answer("n", 0, "q", "other"));
    ck_ok(store_model_delete(f.store, "n", 0, &f.e), &f.e);
    model_cache_drop(cache, "n");
    ck_assert_ptr_null(model_cache_response(cache, "n", version_number(0), "q"));
    ck_assert_ptr_null(model_cache_response(cache, "n", version_number(1), "q"));
}
END_TEST

/* The models of this test are trained on "d". */
START_TEST(answers_go_when_the_data_changes)
{
    const struct model *m = NULL;
    struct cached_response *a = response_new("q", "", "text/plain", "old", 3);
    uint64_t before;

    publish("m");
    keep_answer("m", 0, "q", "first");
    put_tagged(&f, "other", "the/DET");
    ck_assert(has_answer("m", 0, "q", "first"));
    ck_ok(model_cache_acquire(&m, cache, "m", version_number(0), &f.e), &f.e);
    before = model_cache_data_stamp(cache, m);
    put_tagged(&f, m->dataset, "the/DET");
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "q"));
    /* a response from the data before the change comes too late */
    model_cache_keep_response(cache, m, before, a);
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "q"));
    keep_answer("m", 0, "q", "second");
    ck_assert(has_answer("m", 0, "q", "second"));
    ck_ok(store_dataset_delete(f.store, m->dataset, &f.e), &f.e);
    ck_assert(!has_answer("m", 0, "q", "second"));
    model_cache_release(cache, m);
    response_release(a);
}
END_TEST

START_TEST(a_late_answer_of_a_dropped_model_is_not_kept)
{
    const struct model *m = NULL;
    struct cached_response *a = response_new("q", "", "text/plain", "old", 3);

    publish("m");
    ck_ok(model_cache_acquire(&m, cache, "m", version_number(0), &f.e), &f.e);
    model_cache_drop(cache, "m");
    model_cache_keep_response(cache, m, model_cache_data_stamp(cache, m), a);
    model_cache_release(cache, m);
    response_release(a);
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "q"));
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(1), "q"));
}
END_TEST

START_TEST(while_a_version_is_made_the_store_is_asked)
{
    publish("m");
    keep_answer("m", 0, "q", "one");
    model_cache_change_begin(cache);
    ck_assert_ptr_null(model_cache_response(cache, "m", version_number(0), "q"));
    ck_assert(has_answer("m", 1, "q", "one"));
    ck_assert_int_eq(acquired("m", 0), 1);
    put_version("m");
    ck_assert_int_eq(acquired("m", 0), 2);
    model_cache_change_end(cache, "m");
    ck_assert_int_eq(acquired("m", 0), 2);
}
END_TEST

static int64_t aliased(const char *alias)
{
    const struct model *m = NULL;
    int64_t v;

    ck_ok(model_cache_acquire(&m, cache, "m", (struct version_ref){.alias = alias}, &f.e), &f.e);
    v = m->version;
    model_cache_release(cache, m);
    return v;
}

static void set_alias(const char *name, int64_t version)
{
    const struct alias_submission a = {"m", name, version_number(version), NULL};
    struct model_alias out;
    bool created;

    model_cache_change_begin(cache);
    ck_ok(store_alias_put(&out, &created, f.store, &a, &f.e), &f.e);
    model_cache_change_end(cache, "m");
}

/* A rollback finds the previous version and its responses still in the cache. */
START_TEST(an_alias_moves_without_a_model_being_loaded_anew)
{
    uint64_t hits, misses, evictions, before;
    size_t bytes;
    int models;

    publish("m");
    keep_answer("m", 0, "q", "one");
    publish("m");
    ck_assert_int_eq(acquired("m", 0), 2);
    set_alias("production", 2);
    model_cache_totals(cache, &hits, &before, &evictions, &bytes, &models);
    ck_assert_int_eq(models, 2);
    set_alias("production", 1);
    ck_assert_int_eq(acquired("m", 0), 1);
    ck_assert(has_answer("m", 0, "q", "one"));
    ck_assert_int_eq(aliased("production"), 1);
    ck_assert_int_eq(aliased("latest"), 2);
    ck_assert(model_cache_has(cache, "m", (struct version_ref){.alias = "latest"}));
    ck_assert(!model_cache_has(cache, "m", (struct version_ref){.alias = "other"}));
    model_cache_totals(cache, &hits, &misses, &evictions, &bytes, &models);
    ck_assert_uint_eq(misses, before);
}
END_TEST

START_TEST(more_aliases_than_are_kept_are_found)
{
    char name[16];

    publish("m");
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof(name), "a%d", i);
        set_alias(name, 1);
    }
    publish("m");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "a%d", i % 10);
        ck_assert_int_eq(aliased(name), 1);
    }
    set_alias("a9", 2);
    ck_assert_int_eq(aliased("a9"), 2);
    ck_assert_int_eq(aliased("a8"), 1);
}
END_TEST

START_TEST(a_model_that_is_gone_is_not_found)
{
    const struct model *m = NULL;

    publish("m");
    ck_assert_int_eq(acquired("m", 0), 1);
    ck_ok(store_model_delete(f.store, "m", 0, &f.e), &f.e);
    model_cache_drop(cache, "m");
    ck_status(model_cache_acquire(&m, cache, "m", version_number(0), &f.e), ST_NOT_FOUND, &f.e);
    ck_status(model_cache_acquire(&m, cache, "m", version_number(1), &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(a_file_that_is_none_is_tried_again)
{
    struct model_submission bad = model_of("m", "forecast", "no checkpoint");
    const struct model *m = NULL;
    int64_t version;

    ck_ok(store_model_put(&version, f.store, &bad, &f.e), &f.e);
    for (int i = 0; i < 2; i++)
        ck_status(model_cache_acquire(&m, cache, "m", version_number(0), &f.e), ST_INTERNAL, &f.e);
    publish("m");
    ck_assert_int_eq(acquired("m", 0), 2);
}
END_TEST

START_TEST(memory_is_bounded_and_what_is_used_stays)
{
    const struct model *held = NULL;
    uint64_t hits, misses, evictions;
    size_t bytes, one;
    char name[16];
    int models;

    publish("m0");
    ck_ok(model_cache_acquire(&held, cache, "m0", version_number(0), &f.e), &f.e);
    model_cache_totals(cache, &hits, &misses, &evictions, &one, &models);
    model_cache_free(cache);
    held = NULL;
    ck_ok(model_cache_new(&cache, f.store, 3 * one + one / 2, &f.e), &f.e);
    ck_ok(model_cache_acquire(&held, cache, "m0", version_number(0), &f.e), &f.e);
    for (int i = 1; i < 8; i++) {
        snprintf(name, sizeof(name), "m%d", i);
        publish(name);
        ck_assert_int_eq(acquired(name, 0), 1);
    }
    model_cache_totals(cache, &hits, &misses, &evictions, &bytes, &models);
    ck_assert_uint_le(bytes, 3 * one + one / 2);
    ck_assert_int_eq(models, 3);
    ck_assert_uint_eq(evictions, 5);
    ck_assert_int_eq(acquired("m0", 0), 1);
    ck_assert_int_eq(acquired("m7", 0), 1);
    model_cache_totals(cache, &hits, &misses, &evictions, &bytes, &models);
    ck_assert_uint_eq(hits, 2);
    model_cache_release(cache, held);
}
END_TEST

/* ---- threads ---- */

enum { READERS = 3, VERSIONS = 40 };

static atomic_llong seen; /* a version that somebody has found in the store */
static atomic_bool done;

/* No response and no model may be older than the change that was seen before the call. */
static void *read_on(void *ctx)
{
    (void)ctx;
    while (!atomic_load(&done)) {
        long long before = atomic_load(&seen), version;
        const struct cached_response *a = model_cache_response(cache, "m", version_number(0), "q");
        const struct model *m = NULL;
        struct err e = {0};

        if (a) {
            memcpy(&version, a->data, sizeof(version));
            ck_assert_int_ge(version, before);
            response_release(a);
            continue;
        }
        ck_ok(model_cache_acquire(&m, cache, "m", version_number(0), &e), &e);
        version = m->version;
        ck_assert_int_ge(version, before);
        a = response_new("q", "", "text/plain", (const char *)&version, sizeof(version));
        ck_assert_ptr_nonnull(a);
        model_cache_keep_response(cache, m, model_cache_data_stamp(cache, m),
                                  (struct cached_response *)a);
        model_cache_release(cache, m);
        response_release(a);
    }
    return NULL;
}

START_TEST(nobody_gets_a_version_older_than_one_that_was_seen)
{
    pthread_t reader[READERS];

    publish("m");
    atomic_store(&seen, 1);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&reader[i], NULL, read_on, NULL), 0);
    for (int i = 0; i < VERSIONS; i++) {
        model_cache_change_begin(cache);
        atomic_store(&seen, put_version("m"));
        model_cache_change_end(cache, "m");
        if (i % 4 == 0)
            ck_assert_int_eq(acquired("m", 0), atomic_load(&seen));
    }
    atomic_store(&done, true);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_join(reader[i], NULL), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cache");
    TCase *c = tcase_create("cache");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, open_large, close_all);
    tcase_add_test(c, the_newest_version_is_given);
    tcase_add_test(c, uses_are_counted_by_name);
    tcase_add_test(c, answers_go_with_their_model);
    tcase_add_test(c, answers_go_when_the_data_changes);
    tcase_add_test(c, a_late_answer_of_a_dropped_model_is_not_kept);
    tcase_add_test(c, while_a_version_is_made_the_store_is_asked);
    tcase_add_test(c, an_alias_moves_without_a_model_being_loaded_anew);
    tcase_add_test(c, more_aliases_than_are_kept_are_found);
    tcase_add_test(c, a_model_that_is_gone_is_not_found);
    tcase_add_test(c, a_file_that_is_none_is_tried_again);
    tcase_add_test(c, memory_is_bounded_and_what_is_used_stays);
    tcase_add_test(c, nobody_gets_a_version_older_than_one_that_was_seen);
    tcase_set_timeout(c, 120);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
