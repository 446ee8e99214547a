/* test_key_command.c - lstmd key on a database without a daemon. */
#include "server/commands/key_command.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct fixture f;
static struct config config;
static struct buf out, note;

static void setup(void)
{
    fixture_folder(&f);
    config.database = f.path;
    config.busy_timeout_ms = 60000;
}

static void teardown(void)
{
    buf_release(&out);
    buf_release(&note);
    fixture_remove(&f);
}

static enum status run(const struct config_options *o)
{
    buf_release(&out);
    buf_release(&note);
    buf_init(&out, 1 << 16);
    buf_init(&note, 1 << 16);
    f.e = (struct err){0};
    return key_command(&out, &note, &config, o, &f.e);
}

static enum status add(const char *name, const char *scopes, const char *names)
{
    return run(&(struct config_options){
        .num_operands = 2,
        .operands = {"add", name},
        .words = {[CONFIG_SCOPES] = scopes, [CONFIG_NAMES] = names, [CONFIG_EXPIRES] = "30d"}});
}

START_TEST(a_key_is_made_listed_and_revoked)
{
    enum key_state state;
    struct access who;
    char key[64];

    ck_ok(add("ci", "read,train", "sales-*"), &f.e);
    snprintf(key, sizeof(key), "%.*s", (int)strcspn(out.data, "\n"), out.data);
    ck_assert_uint_eq(out.len, KEY_TEXT_LEN + 1); /* nothing else is printed */
    ck_assert_ptr_nonnull(strstr(note.data, "from now on"));
    fixture_store(&f);
    ck_assert(store_key_find(&who, &state, f.store, key));
    ck_assert_uint_eq(who.scopes, SCOPE_READ | SCOPE_TRAIN);
    ck_assert_str_eq(who.names, "sales-*");
    ck_assert_int_gt(who.expires_at, clock_ms());
    store_close(f.store);
    ck_ok(run(&(struct config_options){.num_operands = 1, .operands = {"list"}}), &f.e);
    ck_assert(strstr(out.data, "ci") && strstr(out.data, "read,train") &&
              strstr(out.data, "sales-*") && strstr(out.data, "active"));
    ck_assert_ptr_null(strstr(out.data, key));
    ck_ok(run(&(struct config_options){.num_operands = 2, .operands = {"revoke", "ci"}}), &f.e);
    fixture_store(&f);
    ck_assert(store_key_find(&who, &state, f.store, key));
    ck_assert_int_eq(state, KEY_REVOKED);
    store_close(f.store);
}
END_TEST

START_TEST(what_is_refused_makes_no_database)
{
    ck_status(add("ci", NULL, NULL), ST_INVALID, &f.e);
    ck_status(add("ci", "all", NULL), ST_INVALID, &f.e);
    ck_status(add("ci", "admin", "x*"), ST_INVALID, &f.e);
    ck_status(run(&(struct config_options){.num_operands = 2, .operands = {"revoke", "ci"}}),
              ST_NOT_FOUND, &f.e);
    ck_assert_int_ne(access(f.path, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("key command");
    TCase *t = tcase_create("key command");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_key_is_made_listed_and_revoked);
    tcase_add_test(t, what_is_refused_makes_no_database);
    suite_add_tcase(s, t);
    return suite_run(s);
}
