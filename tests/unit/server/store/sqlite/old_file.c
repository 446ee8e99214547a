/* old_file.c - see old_file.h. */
#include "tests/unit/server/store/sqlite/old_file.h"

#include "server/base/embedded.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void old_file_run(sqlite3 *h, const char *sql)
{
    char *message = NULL;

    sqlite3_exec(h, sql, NULL, NULL, &message);
    ck_assert_msg(!message, "%s in: %.200s", message, sql);
}

static const struct embedded_file *migration(int n)
{
    char prefix[32];

    snprintf(prefix, sizeof(prefix), "migrations/%04d_", n);
    for (size_t i = 0; i < embedded_count; i++)
        if (strncmp(embedded_files[i].name, prefix, strlen(prefix)) == 0 &&
            !strstr(embedded_files[i].name, ".postgres.sql"))
            return &embedded_files[i];
    return NULL;
}

/* Rows in every table of schema k, as a program of that time wrote them. */
static const struct {
    int since;
    const char *sql;
} rows[] = {
    {1, "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "sentences, "
        "tokens) VALUES (1, 'words', 1, 5, 6, 9, printf('%064d', 7), 'upos', 1, 2)"},
    {1, "INSERT INTO sentence (dataset, position, tokens) VALUES (1, 0, 'the' || char(9) || 'DET' "
        "|| char(9) || char(10) || "
        "'dog' || "
        "char(9) || 'NN' || char(9) || char(10))"},
    {1, "INSERT INTO dataset_tag VALUES (1, 0, 'DET'), (1, 0, 'NN')"},
    {1, "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "num_series) "
        "VALUES (2, 'numbers', 0, 5, 6, 16, printf('%064d', 8), 'value', 1)"},
    {1, "INSERT INTO series (id, dataset, position, name, freq_unit, freq_multiple, start, length, "
        "missing) VALUES (1, 2, 0, 's', 3, 1, -252, 2, 0)"},
    {1, "INSERT INTO series_chunk (series, chunk, rows) VALUES (1, 0, "
        "x'000000000000F03F0000000000000040')"},
    {2, "INSERT INTO job (id, task, dataset, dataset_id, model, state, created_at, params) VALUES "
        "('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'tag', 'words', 1, 'm', 1, 5, '{}')"},
    {2, "INSERT INTO job_history VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1, 0.5, NULL)"},
    {2, "INSERT INTO job_snapshot (job, state) VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', x'0102')"},
    {3, "INSERT INTO model (id, name, task, next_version) VALUES (1, 'm', 'tag', 4)"},
    {3, "INSERT INTO model_version (model, version, created_at, dataset, params, details, "
        "parameter_count, bytes, digest) VALUES (1, 1, 5, 'words', '{}', '{}', 3, 2, "
        "printf('%064d', 9)), (1, 3, 5, 'words', '{}', '{\"a\":1}', 3, 2, printf('%064d', 9))"},
    {3, "INSERT INTO model_checkpoint VALUES (1, 1, x'0A0B'), (1, 3, x'0C0D')"},
    {3, "INSERT INTO model_evaluation VALUES (1, 3, '{}')"},
    {4, "UPDATE dataset SET num_upos = 2 WHERE id = 1; UPDATE model SET num_versions = 2"},
    {5, "UPDATE dataset_sequence SET next = 3"},
    {9, "UPDATE dataset SET columns = 'value' || char(31) || 'heat', covariates = 1 WHERE id = 2; "
        "UPDATE series SET length = 1 WHERE id = 1"},
    {8, "UPDATE sentence SET source = '# text = the dog' || char(10)"},
    {11, "UPDATE job SET validation_dataset = 'words', validation_dataset_id = 1"},
    {14, "UPDATE job SET arithmetic = 'avx2-1-0f3a5c7e9b1d2468', note = 'begun anew'"},
    {16, "INSERT INTO api_key (name, digest, scopes, created_at) VALUES ('old', "
         "printf('%064d', 5), 'read', 5)"},
    {23, "UPDATE api_key SET training_seconds_per_hour = 60"},
    {22, "UPDATE dataset SET stored_by = 'old'; UPDATE api_key SET stored_bytes = 1000000"},
    {21, "UPDATE job SET api_key = 1"},
    {20, "UPDATE api_key SET requests_per_minute = 60"},
    {17, "INSERT INTO model_alias VALUES (1, 'production', 1, 5, 6)"},
    {19, "UPDATE job SET promote = 'if_better'"},
    {18, "INSERT INTO audit (at, key, action, resource, status, client, request_id, count) VALUES "
         "(5, 'old', 'PUT /v1/datasets/{name}', '/v1/datasets/words', 201, '', 'a', 1)"},
    {27, "INSERT INTO job_setback VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 1, 5, 6)"},
    {25, "INSERT INTO job_lease (job, owner, until) VALUES ('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'old', "
         "9); UPDATE job_snapshot SET epoch = 1, fraction = 0.5"},
    {28, "INSERT INTO dataset_source (name, spec, parameters, identity, every, created_at, "
         "requested_at, next_at, due_at) VALUES ('numbers', '{}', '{}', 'i', 5000, 5, 5, 6, 6)"},
    {29, "INSERT INTO webhook (url, secret, events, created_at, pending) VALUES "
         "('https://old.example', zeroblob(32), 63, 5, 1)"},
    {29, "INSERT INTO webhook_delivery (webhook, message, type, payload, created_at, next_at) "
         "VALUES (1, 'msg_old', 'job.failed', '{}', 5, 5)"},
    {29, "INSERT INTO anomaly_check VALUES ('numbers', 's', 1, 2)"},
    {30, "INSERT INTO model_retrain (model, every, drift, api_key, created_at, next_at, due_at) "
         "VALUES ('m', 5000, 2.5, 0, 5, 6, 6)"},
    {15, "UPDATE series SET time_style = '1|anchor=31|format=%Y-%m-%d' WHERE id = 1"},
};

/* ---- a wide data set, whose chunks are larger than those of the newest schema ---- */

double old_file_wide_value(int64_t row, int column)
{
    return (row + column) % 97 == 0 ? NAN : (double)row * 1000 + column;
}

static void bind_wide_chunk(sqlite3_stmt *q, int chunk, int columns, int length)
{
    int from = chunk * OLD_ROWS, n = length - from < OLD_ROWS ? length - from : OLD_ROWS;
    double *v = malloc((size_t)n * (size_t)columns * sizeof(*v));

    ck_assert_ptr_nonnull(v);
    for (int i = 0; i < n * columns; i++)
        v[i] = old_file_wide_value(from + i / columns, i % columns);
    ck_assert_int_eq(sqlite3_bind_int(q, 1, chunk), SQLITE_OK);
    ck_assert_int_eq(sqlite3_bind_blob(q, 2, v, n * columns * (int)sizeof(*v), free), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(q), SQLITE_DONE);
    sqlite3_reset(q);
}

void old_file_add_wide(const char *path, int columns, int length)
{
    sqlite3 *h = NULL;
    sqlite3_stmt *q = NULL;
    char *sql = sqlite3_mprintf(
        "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "num_series) VALUES (%d, 'wide', 0, 5, 6, 16, printf('%%064d', 8), "
        "replace(hex(zeroblob(%d)), '00', 'c' || char(31)) || 'last', 1); INSERT INTO series "
        "(id, dataset, position, name, freq_unit, freq_multiple, start, length, missing) VALUES "
        "(%d, %d, 0, 'wide one', 0, 1, 0, %d, 0)",
        WIDE_ID, columns - 1, WIDE_ID, WIDE_ID, length);

    ck_assert_int_eq(sqlite3_open(path, &h), SQLITE_OK);
    old_file_run(h, sql);
    sqlite3_free(sql);
    ck_assert_int_eq(sqlite3_prepare_v2(h,
                                        "INSERT INTO series_chunk (series, chunk, rows) VALUES "
                                        "(77, ?, ?)",
                                        -1, &q, NULL),
                     SQLITE_OK);
    for (int chunk = 0; chunk * OLD_ROWS < length; chunk++)
        bind_wide_chunk(q, chunk, columns, length);
    sqlite3_finalize(q);
    sqlite3_close(h);
}

void old_file_check_wide(struct fixture *f, int columns, int length)
{
    struct series_set s;

    ck_ok(store_series_load(&s, f->store, WIDE_ID, &f->e), &f->e);
    ck_assert_int_eq(s.num_columns, columns);
    ck_assert_int_eq(s.items[0].length, length);
    for (int i = 0; i < length * columns; i++) {
        double v = old_file_wide_value(i / columns, i % columns), is = s.items[0].values[i];

        if (is != v && !(isnan(is) && isnan(v)))
            ck_abort_msg("value %d is %g instead of %g", i, is, v);
    }
    series_set_release(&s);
}

void old_file_make(const char *path, int k)
{
    sqlite3 *h = NULL;
    char sql[64];

    ck_assert_int_eq(sqlite3_open(path, &h), SQLITE_OK);
    old_file_run(h, "PRAGMA application_id = 1280529485"); /* "LSTM" */
    for (int n = 1; n <= k; n++)
        old_file_run(h, (const char *)migration(n)->data);
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", k);
    old_file_run(h, sql);
    old_file_run(h, "PRAGMA foreign_keys = ON");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].since <= k)
            old_file_run(h, rows[i].sql);
    sqlite3_close(h);
}
