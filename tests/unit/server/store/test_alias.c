/* test_alias.c - names for versions are made, moved, listed and deleted. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

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

static void put(const char *name, int versions)
{
    const struct model_submission m = model_of(name, "forecast", "x");
    int64_t version = 0;

    for (int i = 0; i < versions; i++)
        ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static enum status alias(struct model_alias *out, const char *name, struct version_ref version,
                         const struct precondition *pre)
{
    const struct alias_submission a = {"m", name, version, pre};
    bool created;

    f.e = (struct err){0};
    return store_alias_put(out, &created, f.store, &a, &f.e);
}

static void set(const char *name, int64_t version)
{
    struct model_alias a;

    ck_ok(alias(&a, name, version_number(version), NULL), &f.e);
    ck_assert_str_eq(a.model, "m");
    ck_assert_str_eq(a.name, name);
    ck_assert_int_eq(a.version, version);
}

static int64_t named(const char *name)
{
    struct model_version v;
    int64_t version;

    ck_ok(store_model_find(&v, f.store, "m", (struct version_ref){.alias = name}, &f.e), &f.e);
    version = v.version;
    model_version_release(&v);
    return version;
}

START_TEST(an_alias_can_take_the_version_of_another)
{
    struct model_alias a;

    put("m", 2);
    set("canary", 1);
    ck_ok(alias(&a, "production", (struct version_ref){.alias = "canary"}, NULL), &f.e);
    ck_assert_int_eq(a.version, 1);
    ck_ok(alias(&a, "production", (struct version_ref){.alias = "latest"}, NULL), &f.e);
    ck_assert_int_eq(a.version, 2);
}
END_TEST

START_TEST(names_are_no_numbers)
{
    static const char *const good[] = {"production", "v1", "1.2", "a-b_c", "0x"};
    static const char *const bad[] = {"", "latest", "12", "-a", ".a", "A", "a b", "ä", "a/b"};
    char longest[NAME_MAX_LEN + 2];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert_msg(alias_name_ok(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!alias_name_ok(bad[i]), "%s", bad[i]);
    memset(longest, 'a', sizeof(longest));
    longest[NAME_MAX_LEN] = '\0';
    ck_assert(alias_name_ok(longest));
    longest[NAME_MAX_LEN] = 'a';
    longest[NAME_MAX_LEN + 1] = '\0';
    ck_assert(!alias_name_ok(longest));
}
END_TEST

START_TEST(preconditions_guard_an_alias)
{
    const struct precondition there = {.match.any = true}, absent = {.none_match.any = true};
    struct etag tag = {.len = ALIAS_ETAG_LEN};
    const struct precondition same = {.match = {.count = 1, .items = &tag}};
    struct model_alias first, a;

    put("m", 2);
    ck_status(alias(&a, "p", version_number(1), &there), ST_PRECONDITION, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_alias"), 0);
    ck_ok(alias(&first, "p", version_number(1), &absent), &f.e);
    ck_status(alias(&a, "p", version_number(2), &absent), ST_PRECONDITION, &f.e);
    tag.value = first.etag;
    ck_ok(alias(&a, "p", version_number(1), &same), &f.e); /* nothing changed: the tag stays */
    ck_assert_str_eq(a.etag, first.etag);
    ck_assert_int_eq(a.updated_at, first.updated_at);
    ck_ok(alias(&a, "p", version_number(2), &same), &f.e);
    ck_assert_str_ne(a.etag, first.etag);
    ck_assert_int_eq(a.created_at, first.created_at);
    ck_status(alias(&a, "p", version_number(1), &same), ST_PRECONDITION, &f.e);
    ck_assert_int_eq(named("p"), 2);
}
END_TEST

/* An import compares with what a GET of the same path shows. */
START_TEST(an_import_under_a_condition_compares_with_the_version_that_serves)
{
    struct model_submission m = model_of("m", "forecast", "first");
    struct etag tag = {.len = DIGEST_LEN};
    const struct precondition same = {.match = {.count = 1, .items = &tag}};
    char digest[DIGEST_LEN + 1];
    int64_t version = 0;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    m = model_of("m", "forecast", "second");
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    set("production", 1);
    m.precondition = &same;
    tag.value = digest;
    digest_hex(digest, "second", 6);
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_PRECONDITION, &f.e);
    digest_hex(digest, "first", 5);
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 3);
}
END_TEST

START_TEST(aliases_are_listed_and_bounded)
{
    struct alias_list list;
    struct model_alias a;
    char name[16];

    put("m", 1);
    for (int i = 0; i < ALIASES_MAX; i++) {
        snprintf(name, sizeof(name), "a%02d", i);
        set(name, 1);
    }
    ck_status(alias(&a, "one-more", version_number(1), NULL), ST_CONFLICT, &f.e);
    set("a07", 1);
    ck_ok(store_alias_list(&list, f.store, "m", "a97", 10, &f.e), &f.e);
    ck_assert_int_eq(list.count, 2);
    ck_assert_str_eq(list.items[0].name, "a98");
    alias_list_release(&list);
    ck_ok(store_alias_list(&list, f.store, "m", "", 10, &f.e), &f.e);
    ck_assert_int_eq(list.count, 10);
    ck_assert_str_eq(list.items[9].name, "a09");
    alias_list_release(&list);
    ck_status(store_alias_list(&list, f.store, "n", "", 10, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("alias");
    TCase *c = tcase_create("alias");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, an_alias_can_take_the_version_of_another);
    tcase_add_test(c, names_are_no_numbers);
    tcase_add_test(c, preconditions_guard_an_alias);
    tcase_add_test(c, an_import_under_a_condition_compares_with_the_version_that_serves);
    tcase_add_test(c, aliases_are_listed_and_bounded);
    suite_add_tcase(s, c);
    return suite_run(s);
}
