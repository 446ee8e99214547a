/* test_key_row.c - the state of a key, and rows that no lstmd has written. */
#include "server/store/key_row.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    int64_t expires, revoked, now;
    enum key_state want;
} states[] = {
    {0, 0, 1000, KEY_ACTIVE},     {1001, 0, 1000, KEY_ACTIVE}, {1000, 0, 1000, KEY_EXPIRED},
    {999, 0, 1000, KEY_EXPIRED},  {0, 5, 1000, KEY_REVOKED},   {999, 5, 1000, KEY_REVOKED},
    {2000, 5, 1000, KEY_REVOKED},
};

START_TEST(a_key_has_a_state)
{
    const struct key k = {.access = {.expires_at = states[_i].expires},
                          .revoked_at = states[_i].revoked};

    ck_assert_int_eq(key_state(&k, states[_i].now), states[_i].want);
}
END_TEST

START_TEST(scopes_that_nobody_knows_open_nothing)
{
    struct fixture f;
    struct key_list list;

    fixture_open(&f);
    ck_ok(db_exec(fixture_db(&f),
                  "INSERT INTO api_key (name, digest, scopes, created_at) VALUES "
                  "('x', printf('%064d', 1), 'read,everything', 5)",
                  &f.e),
          &f.e);
    ck_status(store_key_list(&list, f.store, 0, 10, &f.e), ST_CORRUPT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "'everything'"));
    fixture_close(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("key row");
    TCase *t = tcase_create("key row");

    tcase_add_loop_test(t, a_key_has_a_state, 0, sizeof(states) / sizeof(states[0]));
    tcase_add_test(t, scopes_that_nobody_knows_open_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
