/* test_audit.c - the audit is written, filtered, and never changed. */
#include "server/store/audit.h"
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

static void add(int64_t at, const char *key, const char *action, const char *resource, int status)
{
    struct audit_entry a = {.at = at, .status = status};

    audit_set(a.key, sizeof(a.key), key);
    audit_set(a.action, sizeof(a.action), action);
    audit_set(a.resource, sizeof(a.resource), resource);
    audit_set(a.client, sizeof(a.client), "192.0.2.1");
    audit_set(a.request_id, sizeof(a.request_id), "r1");
    ck_ok(store_audit_add(f.store, &a, &f.e), &f.e);
}

START_TEST(an_entry_is_read_as_it_was_written)
{
    struct audit_list list;

    add(1234, "ci", "PUT /v1/datasets/{name}", "/v1/datasets/sales", 201);
    add(0, "", "", "", 0);
    ck_ok(store_audit_list(&list, f.store, &(struct audit_filter){0}, 10, &f.e), &f.e);
    ck_assert_int_eq(list.count, 2);
    ck_assert_int_le(list.items[0].at, clock_ms());
    ck_assert_int_ge(list.items[0].at, clock_ms() - 60000);
    ck_assert_int_eq(list.items[1].id, 1);
    ck_assert_int_eq(list.items[1].at, 1234);
    ck_assert_str_eq(list.items[1].key, "ci");
    ck_assert_str_eq(list.items[1].action, "PUT /v1/datasets/{name}");
    ck_assert_str_eq(list.items[1].resource, "/v1/datasets/sales");
    ck_assert_int_eq(list.items[1].status, 201);
    ck_assert_str_eq(list.items[1].client, "192.0.2.1");
    ck_assert_str_eq(list.items[1].request_id, "r1");
    ck_assert_int_eq(list.items[1].count, 1);
    audit_list_release(&list);
}
END_TEST

static const struct {
    struct audit_filter filter;
    const char *ids; /* the newest first */
} filters[] = {
    {{0}, "5 4 3 2 1 "},
    {{.before = 4}, "3 2 1 "},
    {{.since = 300}, "5 4 3 "},
    {{.until = 300}, "2 1 "},
    {{.since = 200, .until = 400}, "3 2 "},
    {{.key = "ci"}, "3 1 "},
    {{.key = "c"}, ""},
    {{.action = "PUT"}, "2 1 "},
    {{.action = "PU"}, ""},
    {{.action = "PUT /v1/datasets/{name}"}, "2 1 "},
    {{.resource = "/v1/datasets/a"}, "3 1 "},
    {{.resource = "/v1/datasets"}, "3 2 1 "},
    {{.resource = "/v1/dataset"}, ""},
    {{.resource = "/v1/datasets/a%"}, ""},
    {{.status = 200, .status_to = 299}, "3 1 "},
    {{.status = 404, .status_to = 404}, "4 "},
    {{.key = "ci", .action = "POST", .resource = "/v1/datasets", .status = 200, .status_to = 200},
     "3 "},
};

START_TEST(filters_go_together)
{
    char ids[40] = "";
    struct audit_list list;

    add(100, "ci", "PUT /v1/datasets/{name}", "/v1/datasets/a", 201);
    add(200, "root", "PUT /v1/datasets/{name}", "/v1/datasets/ab", 412);
    add(300, "ci", "POST /v1/datasets/{name}/rows", "/v1/datasets/a/rows", 200);
    add(400, "root", "DELETE /v1/models/{name}", "/v1/models/m", 404);
    add(500, "anonymous", "(others)", "", 0);
    ck_ok(store_audit_list(&list, f.store, &filters[_i].filter, 10, &f.e), &f.e);
    for (int i = 0; i < list.count; i++)
        (void)snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%lld ",
                       (long long)list.items[i].id);
    ck_assert_str_eq(ids, filters[_i].ids);
    audit_list_release(&list);
    ck_ok(store_audit_list(&list, f.store, &filters[_i].filter, 1, &f.e), &f.e);
    ck_assert_int_le(list.count, 1);
    audit_list_release(&list);
}
END_TEST

static const char *const changes[] = {
    "UPDATE audit SET key = 'x' WHERE id = 1",
    "DELETE FROM audit WHERE id = 1",
    "DELETE FROM audit",
    "UPDATE audit_horizon SET at = at - 1",
    "DELETE FROM audit_horizon",
    "INSERT OR REPLACE INTO audit_horizon VALUES (2, 9999)",
    "INSERT INTO audit_horizon VALUES (1, 9999)",
};

START_TEST(what_would_change_an_entry_fails)
{
    add(100, "ci", "PUT /v1/keys", "/v1/keys", 201);
    ck_assert_int_ne(db_exec(fixture_db(&f), changes[_i], &f.e), ST_OK);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit WHERE key = 'ci'"), 1);
}
END_TEST

START_TEST(old_entries_go_in_steps_and_only_they)
{
    bool more = true;
    int steps = 0;

    ck_ok(
        db_exec(fixture_db(&f),
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
                "INSERT INTO audit (at, key, action, resource, status, client, request_id, count) "
                "SELECT i, '', '', '', 200, '', '', 1 FROM n",
                &f.e),
        &f.e);
    ck_ok(store_audit_forget(&more, f.store, 1, &f.e), &f.e);
    ck_assert(!more);
    for (more = true; more; steps++) {
        ck_ok(store_audit_forget(&more, f.store, 1101, &f.e), &f.e);
        ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit WHERE at > 1100"), 100);
    }
    ck_assert_int_eq(steps, 3);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM audit"), 100);
    ck_assert_int_eq(fixture_int(&f, "SELECT at FROM audit_horizon"), 1101);
    ck_assert_int_ne(db_exec(fixture_db(&f), "DELETE FROM audit WHERE at = 1101", &f.e), ST_OK);
    add(0, "ci", "", "", 200);
    ck_assert_int_eq(fixture_int(&f, "SELECT max(id) FROM audit"), 1201);
}
END_TEST

START_TEST(long_text_is_cut_between_characters)
{
    char out[6];

    audit_set(out, sizeof(out), "abcd\xc3\xa9");
    ck_assert_str_eq(out, "abcd");
    audit_set(out, sizeof(out), "abc\xc3\xa9z");
    ck_assert_str_eq(out, "abc\xc3\xa9");
    audit_set(out, sizeof(out), "abcdefg");
    ck_assert_str_eq(out, "abcde");
    audit_set(out, sizeof(out), "");
    ck_assert_str_eq(out, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("audit");
    TCase *t = tcase_create("audit");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_entry_is_read_as_it_was_written);
    tcase_add_loop_test(t, filters_go_together, 0, sizeof(filters) / sizeof(filters[0]));
    tcase_add_loop_test(t, what_would_change_an_entry_fails, 0,
                        sizeof(changes) / sizeof(changes[0]));
    tcase_add_test(t, old_entries_go_in_steps_and_only_they);
    tcase_add_test(t, long_text_is_cut_between_characters);
    suite_add_tcase(s, t);
    return suite_run(s);
}
