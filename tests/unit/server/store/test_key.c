/* test_key.c - table api_key: making, finding, listing, revoking. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
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

static struct access wish(const char *name, unsigned scopes, const char *names, int64_t expires)
{
    struct access a = {.scopes = scopes, .expires_at = expires};

    snprintf(a.name, sizeof(a.name), "%s", name);
    snprintf(a.names, sizeof(a.names), "%s", names);
    return a;
}

static enum status add(char text[KEY_TEXT_LEN + 1], const char *name, unsigned scopes)
{
    const struct access a = wish(name, scopes, "", 0);
    struct key k;

    return store_key_add(text, &k, f.store, &a, &f.e);
}

START_TEST(a_key_is_found_by_its_text_alone)
{
    const struct access a = wish("ci", SCOPE_READ | SCOPE_TRAIN, "sales-*", clock_ms() + 60000);
    char text[KEY_TEXT_LEN + 1], other[KEY_TEXT_LEN + 1];
    enum key_state state = KEY_REVOKED;
    struct access who = {0};
    struct key k;

    ck_assert(!store_keys_needed(f.store));
    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    ck_assert(store_keys_needed(f.store));
    ck_assert_uint_eq(strlen(text), KEY_TEXT_LEN);
    ck_assert_int_eq(strncmp(text, "lstmd_", 6), 0);
    ck_assert_uint_eq(strspn(text + 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_"),
                      43);
    ck_assert(store_key_find(&who, &state, f.store, text));
    ck_assert_int_eq(state, KEY_ACTIVE);
    ck_assert_str_eq(who.name, "ci");
    ck_assert_uint_eq(who.scopes, SCOPE_READ | SCOPE_TRAIN);
    ck_assert_str_eq(who.names, "sales-*");
    ck_assert_int_eq(who.expires_at, a.expires_at);
    for (size_t i = 0; i < KEY_TEXT_LEN; i++) { /* every character counts */
        memcpy(other, text, sizeof(other));
        other[i] = other[i] == 'A' ? 'B' : 'A';
        ck_assert(!store_key_find(&who, &state, f.store, other));
    }
    other[KEY_TEXT_LEN - 1] = '\0';
    ck_assert(!store_key_find(&who, &state, f.store, other));
    ck_assert(!store_key_find(&who, &state, f.store, ""));
}
END_TEST

START_TEST(the_text_of_a_key_is_not_kept)
{
    char text[KEY_TEXT_LEN + 1], sql[200];

    ck_ok(add(text, "ci", SCOPE_ADMIN), &f.e);
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM api_key WHERE instr(name || digest || scopes, '%s') > 0",
             text + 6);
    ck_assert_int_eq(fixture_int(&f, sql), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT length(digest) FROM api_key"), 64);
}
END_TEST

START_TEST(a_store_without_a_cache_knows_whether_there_are_keys)
{
    const struct store_config sc = {.path = f.path, .busy_timeout_ms = 1000, .as_is = true};
    struct store *as_is = NULL;
    struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    struct key k;

    ck_ok(store_open(&as_is, &sc, &f.e), &f.e);
    ck_assert(!store_has_keys(as_is));
    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    ck_assert(store_has_keys(as_is));
    ck_ok(store_key_revoke(f.store, "ci", &f.e), &f.e);
    ck_assert(store_has_keys(as_is));
    ck_ok(db_exec(fixture_db(&f), "DROP TABLE api_key", &f.e), &f.e); /* of an older schema */
    ck_assert(!store_has_keys(as_is));
    store_close(as_is);
}
END_TEST

START_TEST(keys_differ)
{
    char a[KEY_TEXT_LEN + 1], b[KEY_TEXT_LEN + 1];

    ck_ok(add(a, "a", SCOPE_READ), &f.e);
    ck_ok(add(b, "b", SCOPE_READ), &f.e);
    ck_assert_str_ne(a, b);
    ck_status(add(a, "b", SCOPE_READ), ST_CONFLICT, &f.e);
    ck_assert_str_eq(a, "");
    ck_assert_ptr_nonnull(strstr(f.e.message, "'b' already"));
    ck_status(add(a, "", SCOPE_READ), ST_INVALID, &f.e);
    ck_status(add(a, "-b", SCOPE_READ), ST_INVALID, &f.e);
    ck_status(add(a, "b c", SCOPE_READ), ST_INVALID, &f.e);
}
END_TEST

START_TEST(a_revoked_key_is_still_known)
{
    char first[KEY_TEXT_LEN + 1], second[KEY_TEXT_LEN + 1];
    enum key_state state = KEY_ACTIVE;
    struct access who = {0};
    struct key k;

    ck_ok(add(first, "ci", SCOPE_ADMIN), &f.e);
    ck_ok(store_key_revoke(f.store, "ci", &f.e), &f.e);
    ck_assert(store_key_find(&who, &state, f.store, first));
    ck_assert_int_eq(state, KEY_REVOKED);
    ck_assert(store_keys_needed(f.store)); /* what was closed once does not open by itself */
    ck_status(store_key_revoke(f.store, "ci", &f.e), ST_NOT_FOUND, &f.e);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_assert_int_ne(k.revoked_at, 0);
    ck_ok(add(second, "ci", SCOPE_READ), &f.e); /* its name is free again */
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_assert_int_eq(k.revoked_at, 0);
    ck_assert(store_key_find(&who, &state, f.store, second));
    ck_assert_int_eq(state, KEY_ACTIVE);
    ck_status(store_key_get(&k, f.store, "cd", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(an_expired_key_is_told_from_others)
{
    const struct access a = wish("old", SCOPE_READ, "", clock_ms() - 60000);
    char text[KEY_TEXT_LEN + 1];
    enum key_state state = KEY_ACTIVE;
    struct access who = {0};
    struct key k;

    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    ck_assert(store_key_find(&who, &state, f.store, text));
    ck_assert_int_eq(state, KEY_EXPIRED);
    ck_assert(store_keys_needed(f.store));
}
END_TEST

START_TEST(lists_go_on_behind_the_last_one)
{
    struct key_list l;
    char text[KEY_TEXT_LEN + 1], name[16];
    int64_t after = 0;
    int seen = 0;

    for (int i = 0; i < 7; i++) {
        snprintf(name, sizeof(name), "k%d", i);
        ck_ok(add(text, name, SCOPE_READ), &f.e);
    }
    ck_ok(store_key_revoke(f.store, "k3", &f.e), &f.e);
    do {
        ck_ok(store_key_list(&l, f.store, after, 3, &f.e), &f.e);
        for (int i = 0; i < l.count; i++) {
            snprintf(name, sizeof(name), "k%d", seen++);
            ck_assert_str_eq(l.items[i].access.name, name);
            ck_assert_int_eq(l.items[i].revoked_at != 0, seen == 4);
            after = l.items[i].access.id;
        }
        key_list_release(&l);
    } while (seen % 3 == 0);
    ck_assert_int_eq(seen, 7);
}
END_TEST

START_TEST(keys_have_a_limit_and_revoked_ones_are_forgotten)
{
    char text[KEY_TEXT_LEN + 1];

    ck_ok(add(text, "first", SCOPE_READ), &f.e);
    ck_ok(db_exec(fixture_db(&f),
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2998) "
                  "INSERT INTO api_key (name, digest, scopes, created_at, revoked_at) SELECT "
                  "'n' || i, printf('%064d', i), 'read', 1, iif(i < 1999, i, NULL) FROM n",
                  &f.e),
          &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM api_key WHERE revoked_at IS NULL"),
                     1001);
    ck_status(add(text, "more", SCOPE_READ), ST_CONFLICT, &f.e);
    ck_ok(store_key_revoke(f.store, "n2998", &f.e), &f.e);
    ck_ok(store_key_revoke(f.store, "n2997", &f.e), &f.e);
    ck_ok(add(text, "more", SCOPE_READ), &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM api_key WHERE revoked_at IS NULL"),
                     1000);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM api_key"), 2000);
    ck_assert_int_eq(fixture_int(&f, "SELECT min(revoked_at) FROM api_key"), 1001);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_key_is_found_by_its_text_alone,
        the_text_of_a_key_is_not_kept,
        keys_differ,
        a_store_without_a_cache_knows_whether_there_are_keys,
        a_revoked_key_is_still_known,
        an_expired_key_is_told_from_others,
        lists_go_on_behind_the_last_one,
        keys_have_a_limit_and_revoked_ones_are_forgotten,
    };
    Suite *s = suite_create("key");
    TCase *t = tcase_create("key");

    tcase_add_checked_fixture(t, setup, teardown);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}
