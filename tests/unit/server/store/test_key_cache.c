/* test_key_cache.c - keys in memory follow the table, whoever writes to it. */
#include "server/store/key_cache.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static struct fixture f;
static struct store *other; /* of the same file, as another process has it */

static void setup(void)
{
    const struct store_config mine = {.path = f.path, .busy_timeout_ms = 60000, .exclusive = true};
    const struct store_config theirs = {.path = f.path, .busy_timeout_ms = 60000, .as_is = true};

    fixture_folder(&f);
    ck_ok(store_open(&f.store, &mine, &f.e), &f.e);
    ck_ok(store_open(&other, &theirs, &f.e), &f.e);
}

static void teardown(void)
{
    store_close(other);
    fixture_close(&f);
}

/* Waits until the text is found in that state. */
static void expect(const char *text, enum key_state want)
{
    enum key_state state = KEY_ACTIVE;
    struct access who;
    bool found = false;

    for (int i = 0; i < 1000 && !(found && state == want); i++) {
        found = store_key_find(&who, &state, f.store, text);
        if (!(found && state == want))
            poll(NULL, 0, 10);
    }
    ck_assert(found && state == want);
}

START_TEST(what_another_process_does_is_noticed)
{
    const struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    struct key k;

    ck_ok(store_key_add(text, &k, other, &a, &f.e), &f.e);
    expect(text, KEY_ACTIVE);
    ck_assert(store_keys_needed(f.store));
    ck_ok(store_key_revoke(other, "ci", &f.e), &f.e);
    expect(text, KEY_REVOKED);
}
END_TEST

START_TEST(its_use_is_put_down_when_the_store_is_closed)
{
    const struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    int64_t before = clock_coarse_ms();
    struct key k;

    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    expect(text, KEY_ACTIVE);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_assert_int_eq(k.last_used_at, 0);
    store_close(f.store);
    fixture_store(&f);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_assert_int_ge(k.last_used_at, before);
}
END_TEST

/* A use of a key that is not written to the table yet survives a load. */
START_TEST(a_load_forgets_no_use)
{
    const struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    struct key k;

    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    expect(text, KEY_ACTIVE);
    ck_ok(key_cache_load(f.store, &f.e), &f.e);
    key_cache_note_use(f.store);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_assert_int_ne(k.last_used_at, 0);
}
END_TEST

/* A store that was opened only to be copied finds no keys. */
START_TEST(a_store_as_it_is_finds_nothing)
{
    const struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    enum key_state state;
    struct access who;
    struct key k;

    ck_assert(!store_keys_needed(other));
    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    ck_assert(!store_key_find(&who, &state, other, text));
}
END_TEST

static char kept[KEY_TEXT_LEN + 1];
static atomic_bool stop;

static void *look(void *ctx)
{
    enum key_state state;
    struct access who;

    (void)ctx;
    while (!atomic_load(&stop))
        ck_assert(store_key_find(&who, &state, f.store, kept) && state == KEY_ACTIVE);
    return NULL;
}

START_TEST(a_key_is_found_while_others_come_and_go)
{
    struct access a = {.name = "kept", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    pthread_t thread;
    struct key k;

    ck_ok(store_key_add(kept, &k, f.store, &a, &f.e), &f.e);
    ck_assert_int_eq(pthread_create(&thread, NULL, look, NULL), 0);
    for (int i = 0; i < 30; i++) {
        snprintf(a.name, sizeof(a.name), "k%d", i);
        ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
        ck_ok(store_key_revoke(f.store, a.name, &f.e), &f.e);
    }
    atomic_store(&stop, true);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_another_process_does_is_noticed,
        its_use_is_put_down_when_the_store_is_closed,
        a_load_forgets_no_use,
        a_store_as_it_is_finds_nothing,
        a_key_is_found_while_others_come_and_go,
    };
    Suite *s = suite_create("key cache");
    TCase *t = tcase_create("key cache");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}
