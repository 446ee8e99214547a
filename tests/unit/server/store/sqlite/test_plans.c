/* test_plans.c - SQLite's plans for every statement of the store: no list or look-up may read a
 * whole table or sort, which would be slow with a hundred thousand rows. */
#include "server/store/anomaly_check.h"
#include "server/store/audit.h"
#include "server/store/retrain.h"
#include "server/store/setback.h"
#include "server/store/source.h"
#include "server/store/sqlite/connection.h"
#include "tests/unit/server/store/webhook_fixture.h"

#include <limits.h>
#include <sqlite3.h>
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

/* ---- every function of the store at least once ---- */

static void use_sources(void)
{
    const struct source_submission sub = {
        .name = "z", .spec = "{}", .parameters = "{}", .identity = "i", .every = 1};
    struct source r = {0};
    int64_t next;
    bool found;

    ck_ok(store_source_put(&r, f.store, &sub, &f.e), &f.e);
    source_release(&r);
    ck_ok(store_source_request(&r, f.store, "z", &f.e), &f.e);
    source_release(&r);
    ck_ok(store_source_claim(&r, &found, &next, f.store, 1000, &f.e), &f.e);
    ck_ok(store_source_act(f.store, r.token, &f.e), &f.e);
    put_series(&f, "z", FREQ_M, 0, 3, 0.0);
    ck_ok(store_source_act(f.store, 0, &f.e), &f.e);
    ck_ok(store_source_finish(f.store, &r, &f.e), &f.e);
    ck_ok(store_source_undo(f.store, "z", r.token, &f.e), &f.e);
    source_release(&r);
    ck_status(store_source_delete(f.store, "z", &f.e), ST_NOT_FOUND, &f.e);
}

static void use_rules(void)
{
    const struct model_submission m = model_of("ruled", "forecast", "x");
    const struct retrain_rule rule = {.every = 1};
    struct retrain r = {0};
    struct retrain_jobs jobs;
    int64_t next, version;
    bool found;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_retrain_put(&r, &found, f.store, "ruled", &rule, &f.e), &f.e);
    retrain_release(&r);
    ck_ok(store_retrain_claim(&r, &found, &next, f.store, 1000, &f.e), &f.e);
    ck_ok(store_retrain_jobs(&jobs, f.store, "ruled", &f.e), &f.e);
    ck_ok(store_retrain_finish(f.store, &r, &f.e), &f.e);
    retrain_release(&r);
    ck_ok(store_retrain_delete(f.store, "ruled", &f.e), &f.e);
    ck_ok(store_model_delete(f.store, "ruled", 0, &f.e), &f.e);
}

static void use_datasets(void)
{
    struct series_set s = series_of("s", FREQ_M, 3, 2, 3.0), loaded;
    struct tagged_set t = tagged_of("a/B/C"), back;
    struct dataset_list list;
    struct series_info_list info;

    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    put_tagged(&f, "y", "the/DET/DT");
    ck_ok(store_dataset_append_series(f.store, "x", &s, &wide, &f.e), &f.e);
    ck_ok(store_dataset_append_tagged(f.store, "y", &t, &wide, &f.e), &f.e);
    ck_ok(store_dataset_list(&list, f.store, NULL, "", 10, &f.e), &f.e);
    dataset_list_release(&list);
    ck_ok(store_series_list(&info, f.store, dataset_id(&f, "x"), 0, 10, &f.e), &f.e);
    series_info_list_release(&info);
    ck_ok(store_series_load(&loaded, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    ck_ok(store_tagged_load(&back, f.store, dataset_id(&f, "y"), &f.e), &f.e);
    series_set_release(&loaded);
    series_set_release(&s);
    tagged_set_release(&back);
    tagged_set_release(&t);
}

static void use_lists(void)
{
    struct job_list jobs;
    struct model_list models;

    for (int i = 0; i < 4; i++) {
        ck_ok(store_job_list(&jobs, f.store, i & 1 ? JOB_QUEUED : -1, i & 2 ? "m" : NULL, NULL, "",
                             10, &f.e),
              &f.e);
        job_list_release(&jobs);
    }
    ck_ok(store_model_list(&models, f.store, NULL, "", 10, &f.e), &f.e);
    model_list_release(&models);
    ck_ok(store_model_versions(&models, f.store, "m", 0, 10, &f.e), &f.e);
    model_list_release(&models);
}

static void use_jobs(void)
{
    const struct setback_rule at_once = {0};
    const struct model_submission m = model_of("m", "forecast", "bytes");
    const struct job_progress p = {0};
    struct job_submission sub = submission(&f, "x", "m");
    char id[JOB_ID_LEN + 1];
    double *a, *b, loss = 1;
    struct series_set s = series_of("s", FREQ_M, 9, 2, 3.0);
    int64_t version, counts[5];
    struct job j;
    bool flag;
    int n;

    sub.idempotency_key = "key";
    ck_ok(store_job_submit(&j, &flag, f.store, &sub, &f.e), &f.e);
    job_release(&j);
    claim(id, &f);
    ck_ok(store_dataset_append_series(f.store, "x", &s, &wide, &f.e), &f.e); /* copies */
    ck_ok(store_job_set_back(&flag, f.store, lease_of(&f, id), &at_once, &f.e), &f.e);
    claim(id, &f);
    ck_ok(store_job_release(f.store, lease_of(&f, id), &f.e), &f.e);
    claim(id, &f);
    ck_ok(store_job_checkpoint(&flag, f.store, lease_of(&f, id),
                               &(struct job_advance){.progress = p,
                                                     .first_epoch = 1,
                                                     .loss = &loss,
                                                     .epochs = 1,
                                                     .snapshot = (const uint8_t *)"s",
                                                     .snapshot_len = 1},
                               &f.e),
          &f.e);
    ck_ok(store_job_history(&a, &b, &n, f.store, id, 1, INT_MAX, &f.e), &f.e);
    free(a);
    free(b);
    ck_ok(store_job_succeed(
              &version, f.store, lease_of(&f, id),
              &(struct job_advance){.progress = p, .first_epoch = 1, .loss = &loss, .epochs = 1},
              &m, &f.e),
          &f.e);
    submit(id, &f, "x", "m");
    ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_ok(store_job_delete(f.store, id, &f.e), &f.e);
    ck_ok(store_job_counts(counts, f.store, &f.e), &f.e);
    ck_ok(store_job_oldest_queued(counts, f.store, &f.e), &f.e);
    series_set_release(&s);
}

static void use_leases(void)
{
    struct lease_renewal r = {0};
    uint8_t *snapshot = NULL;
    struct lease lease;
    struct job j;
    size_t len;
    char id[JOB_ID_LEN + 1];
    bool any;

    submit(id, &f, "x", "m");
    claim(id, &f);
    r.lease = *lease_of(&f, id);
    ck_ok(store_leases_renew(&r, 1, f.store, "worker", &f.e), &f.e);
    end_leases(&f);
    ck_ok(store_leases_ended(&any, f.store, "another", &f.e), &f.e);
    ck_ok(store_jobs_waited(&any, f.store, &f.e), &f.e);
    ck_ok(store_job_claim(&j, &lease, f.store, "another", &f.e), &f.e);
    ck_ok(store_job_snapshot(&snapshot, &len, f.store, id, &f.e), &f.e);
    job_release(&j);
    ck_ok(store_job_restart(f.store, &lease, "why", &f.e), &f.e);
    ck_ok(store_job_set_arithmetic(f.store, &lease, "naive-1-1", &f.e), &f.e);
    ck_ok(store_job_fail(f.store, &lease, JOB_FAILED, NULL, &f.e), &f.e);
    free(snapshot);
}

static void use_models(void)
{
    struct model_version v;
    int64_t n[4];
    uint8_t *bytes;
    size_t len;
    char *json;

    for (int version = 0; version < 2; version++) {
        ck_ok(store_model_get(&v, f.store, "m", version, &f.e), &f.e);
        model_version_release(&v);
    }
    ck_status(store_model_get(&v, f.store, "m", 9, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_model_get(&v, f.store, "n", 9, &f.e), ST_NOT_FOUND, &f.e);
    ck_ok(store_model_checkpoint(&bytes, &len, f.store, "m", 1, &f.e), &f.e);
    free(bytes);
    ck_ok(store_model_evaluation(&json, f.store, "m", 1, &f.e), &f.e);
    free(json);
    ck_ok(store_totals(n, n + 1, n + 2, n + 3, f.store, &f.e), &f.e);
    ck_ok(store_ping(f.store, &f.e), &f.e);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_status(store_model_delete(f.store, "m", 0, &f.e), ST_NOT_FOUND, &f.e);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
}

static void use_aliases(void)
{
    const struct model_submission m = model_of("n", "forecast", "bytes");
    const struct alias_submission a = {"n", "production", {.alias = "latest"}, NULL};
    struct model_version v;
    struct model_alias alias;
    struct alias_list list;
    int64_t version;
    bool created;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_alias_put(&alias, &created, f.store, &a, &f.e), &f.e);
    ck_ok(store_model_find(&v, f.store, "n", (struct version_ref){.alias = "production"}, &f.e),
          &f.e);
    model_version_release(&v);
    ck_ok(store_alias_list(&list, f.store, "n", "", 10, &f.e), &f.e);
    alias_list_release(&list);
    ck_status(store_alias_get(&alias, f.store, "n", "x", &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_model_delete(f.store, "n", version, &f.e), ST_CONFLICT, &f.e);
    ck_ok(store_alias_delete(f.store, "n", "production", &f.e), &f.e);
}

static void use_retention(void)
{
    struct retired_version v;
    int count;

    ck_ok(store_retire_version(&v, f.store, 5, &f.e), &f.e);
    ck_ok(store_retire_jobs(&count, f.store, 1000, &f.e), &f.e);
}

static void use_keys(void)
{
    const struct access a = {.name = "ci", .scopes = SCOPE_READ};
    char text[KEY_TEXT_LEN + 1];
    struct key_list list;
    struct key k;

    ck_ok(store_key_add(text, &k, f.store, &a, &f.e), &f.e);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
    ck_ok(store_key_list(&list, f.store, 0, 10, &f.e), &f.e);
    key_list_release(&list);
    ck_ok(store_key_revoke(f.store, "ci", &f.e), &f.e);
    ck_ok(store_key_get(&k, f.store, "ci", &f.e), &f.e);
}

static void use_audit(void)
{
    const struct audit_filter filter = {.key = "ci", .resource = "/v1/keys"};
    const struct audit_entry a = {.at = 1, .key = "ci", .action = "PUT /v1/keys"};
    struct audit_list list;
    bool more;

    ck_ok(store_audit_add(f.store, &a, &f.e), &f.e);
    ck_ok(store_audit_list(&list, f.store, &filter, 10, &f.e), &f.e);
    audit_list_release(&list);
    ck_ok(store_audit_forget(&more, f.store, 2, &f.e), &f.e);
}

static void use_webhooks(void)
{
    struct delivery_outcome o = {.at = 1, .next_at = 5};
    struct series_set s = series_of("s", FREQ_M, 3, 2, 3.0);
    struct webhook_list hooks;
    struct delivery_list list;
    struct due_delivery due;
    struct delivery d;
    struct anomaly_checks c;
    struct dataset_model models[2];
    int64_t pending;
    bool found;
    int n;

    o.webhook = add_webhook(&f, EVENTS_ALL, NULL);
    put_series(&f, "w", FREQ_M, 0, 3, 0.0);
    ck_ok(store_dataset_append_series(f.store, "w", &s, &wide, &f.e), &f.e);
    ck_ok(store_webhook_list(&hooks, f.store, 0, 10, &f.e), &f.e);
    webhook_list_release(&hooks);
    ck_ok(store_delivery_test(&d, f.store, o.webhook, &f.e), &f.e);
    ck_ok(store_delivery_list(&list, f.store, o.webhook, 0, 10, &f.e), &f.e);
    delivery_list_release(&list);
    ck_ok(store_delivery_next(&due, &found, f.store, o.webhook, INT64_MAX, &f.e), &f.e);
    o.id = due.id;
    due_delivery_release(&due);
    ck_ok(store_delivery_record(f.store, &o, &f.e), &f.e);
    ck_ok(store_deliveries_pending(&pending, f.store, &f.e), &f.e);
    ck_ok(store_anomaly_checks(&c, f.store, "", &f.e), &f.e);
    ck_assert_int_eq(c.count, 1);
    ck_ok(store_anomaly_checks_done(f.store, &c, NULL, 0, &f.e), &f.e);
    anomaly_checks_release(&c);
    ck_ok(store_dataset_models(models, &n, f.store, "w", 2, &f.e), &f.e);
    o = (struct delivery_outcome){.id = o.id, .webhook = o.webhook, .at = 1, .gone = true};
    ck_ok(store_delivery_record(f.store, &o, &f.e), &f.e);
    ck_ok(store_delivery_trim(&found, f.store, o.webhook, 1, 5, &f.e), &f.e);
    ck_ok(store_webhook_delete(f.store, o.webhook, &f.e), &f.e);
    series_set_release(&s);
}

/* ---- their plans ---- */

/* Counts read an index from end to end, and a suggestion reads a bounded number of names. */
static bool may_scan(const char *sql)
{
    static const char *const prefixes[] = {
        "SELECT count(*)",
        "SELECT count(DISTINCT api_key)", /* of a full queue */
        "SELECT state, count(*)",
        "SELECT coalesce(sum(num_versions)",
        "SELECT coalesce(sum(pending)", /* of a hundred webhooks at most */
        ("SELECT id, name, scopes, names, created_at, expires_at, revoked_at, last_used_at, "
         "digest, "
         "requests_per_minute, stored_bytes, training_seconds_per_hour FROM api_key ORDER BY "
         "digest"), /* 2000 rows at most */
        "SELECT name FROM dataset WHERE name IS NOT NULL LIMIT 10000",
        "SELECT name FROM model WHERE num_versions > 0 LIMIT 10000",
    };

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncmp(sql, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void check_plan(sqlite3 *h, const char *sql)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *s = NULL;

    ck_assert_ptr_nonnull(explain);
    ck_assert_int_eq(sqlite3_prepare_v2(h, explain, -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(s, 3);

        ck_assert_ptr_nonnull(detail);
        ck_assert_msg(strncmp(detail, "SCAN", 4) != 0 || strstr(detail, "CONSTANT ROW") != NULL ||
                          strstr(detail, "job_lease") != NULL, /* a row for each running job */
                      "%s in: %s", detail, sql);
        ck_assert_msg(strstr(detail, "TEMP B-TREE") == NULL, "%s in: %s", detail, sql);
    }
    sqlite3_finalize(s);
    sqlite3_free(explain);
}

START_TEST(no_statement_reads_a_whole_table)
{
    struct db *db;
    int checked = 0;

    use_datasets();
    use_sources();
    use_rules();
    use_jobs();
    use_leases();
    use_lists();
    use_models();
    use_aliases();
    use_retention();
    use_keys();
    use_audit();
    use_webhooks();
    db = fixture_db(&f);
    for (int i = 0; i < STMT_SLOTS; i++)
        if (db->sqlite->slots[i].s && strncmp(db->sqlite->slots[i].sql, "PRAGMA", 6) != 0 &&
            !strstr(db->sqlite->slots[i].sql,
                    "old_series_chunk") && /* a migration's, gone by now */
            !may_scan(db->sqlite->slots[i].sql)) {
            check_plan(db->sqlite->h, db->sqlite->slots[i].sql);
            checked++;
        }
    ck_assert_int_gt(checked, 50);
}
END_TEST

/* The test of the test: a statement without an index is found out. */
START_TEST(a_scan_would_be_noticed)
{
    sqlite3_stmt *s = NULL;

    ck_assert_int_eq(sqlite3_prepare_v2(fixture_db(&f)->sqlite->h,
                                        "EXPLAIN QUERY PLAN SELECT id FROM job WHERE note = 'x' "
                                        "ORDER BY epoch",
                                        -1, &s, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert(strncmp((const char *)sqlite3_column_text(s, 3), "SCAN", 4) == 0);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_ptr_nonnull(strstr((const char *)sqlite3_column_text(s, 3), "TEMP B-TREE"));
    sqlite3_finalize(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plans");
    TCase *t = tcase_create("plans");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, no_statement_reads_a_whole_table);
    tcase_add_test(t, a_scan_would_be_noticed);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
