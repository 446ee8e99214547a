/* test_model_version.c - the version for a number, an alias or neither, and the error if there is
 * none. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

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

static int64_t found(struct version_ref ref)
{
    struct model_version v;
    int64_t version;

    ck_ok(store_model_find(&v, f.store, "m", ref, &f.e), &f.e);
    version = v.version;
    model_version_release(&v);
    return version;
}

static int64_t named(const char *name)
{
    return found((struct version_ref){.alias = name});
}

START_TEST(production_serves_and_latest_is_the_newest)
{
    struct model_version v;
    struct model_list list;

    put("m", 3);
    ck_assert_int_eq(found((struct version_ref){0}), 3);
    set("production", 2);
    set("canary", 3);
    ck_assert_int_eq(found((struct version_ref){0}), 2);
    ck_assert_int_eq(named("production"), 2);
    ck_assert_int_eq(named("canary"), 3);
    ck_assert_int_eq(named("latest"), 3);
    put("m", 1); /* the fourth does not serve */
    ck_assert_int_eq(found((struct version_ref){0}), 2);
    ck_assert_int_eq(named("latest"), 4);
    ck_ok(store_model_get(&v, f.store, "m", 4, &f.e), &f.e);
    ck_assert_int_eq(v.serving, 2);
    ck_assert_int_eq(v.newest, 4);
    ck_assert_str_eq(v.aliases, "{\"canary\":3,\"production\":2}");
    model_version_release(&v);
    ck_ok(store_model_list(&list, f.store, NULL, "", 5, &f.e), &f.e);
    ck_assert_int_eq(list.count, 1);
    ck_assert_int_eq(list.items[0].version, 2);
    model_list_release(&list);
    set("production", 1); /* a rollback is one call */
    ck_assert_int_eq(found((struct version_ref){0}), 1);
    ck_ok(store_alias_delete(f.store, "m", "production", &f.e), &f.e);
    ck_assert_int_eq(found((struct version_ref){0}), 4);
}
END_TEST

START_TEST(a_version_with_an_alias_stays)
{
    put("m", 3);
    set("production", 1);
    set("best", 1);
    ck_status(store_model_delete(f.store, "m", 1, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "best, production"));
    ck_assert_ptr_nonnull(strstr(f.e.message, "PUT /v1/models/m/aliases/best"));
    ck_ok(store_model_delete(f.store, "m", 3, &f.e), &f.e);
    set("production", 2);
    set("best", 2);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_ok(store_model_delete(f.store, "m", 0, &f.e), &f.e); /* the whole model goes with them */
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_alias"), 0);
    fixture_check_file(&f);
}
END_TEST

START_TEST(what_is_not_there_is_named)
{
    struct model_alias a;
    struct model_version v;

    ck_status(alias(&a, "production", version_number(1), NULL), ST_NOT_FOUND, &f.e);
    put("m", 1);
    ck_status(alias(&a, "production", version_number(2), NULL), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "has versions 1 to 1"));
    ck_status(store_alias_get(&a, f.store, "m", "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "no alias 'x', and no other one"));
    set("production", 1);
    ck_status(store_alias_delete(f.store, "m", "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "it has: production"));
    ck_status(store_model_find(&v, f.store, "m", (struct version_ref){.alias = "x"}, &f.e),
              ST_NOT_FOUND, &f.e);
    ck_status(store_alias_get(&a, f.store, "n", "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "did you mean 'm'"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("model version");
    TCase *c = tcase_create("model version");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, production_serves_and_latest_is_the_newest);
    tcase_add_test(c, a_version_with_an_alias_stays);
    tcase_add_test(c, what_is_not_there_is_named);
    suite_add_tcase(s, c);
    return suite_run(s);
}
