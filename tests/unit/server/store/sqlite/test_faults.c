/* test_faults.c - the store on a full or broken disk, without memory, and on a file with damaged
 * pages: every call returns, acknowledged changes exist, and others exist completely or not at
 * all. */
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_error.h"
#include "tests/unit/server/store/sqlite/faulty_vfs.h"
#include "tests/unit/server/store/webhook_fixture.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    faulty_vfs_disarm();
    faulty_memory_disarm();
    fixture_folder(&f);
}

static void teardown(void)
{
    faulty_vfs_disarm();
    faulty_memory_disarm();
    store_close(f.store);
    f.store = NULL;
    fixture_remove(&f);
}

/* ---- a life of the store: each step is acknowledged or not ---- */

enum { STEPS = 10 };

struct life {
    int done; /* steps that were acknowledged; the next one failed or nothing did */
    enum status st;
    char job[JOB_ID_LEN + 1];
    struct lease lease;
    struct series_set series, more;
    struct tagged_set words;
};

static void life_init(struct life *l)
{
    *l = (struct life){.series = series_of("s", FREQ_M, 0, 6000, 0.0),
                       .more = series_of("s", FREQ_M, 6000, 3000, 6000.0),
                       .words = tagged_of("the/DET/DT dog/NN|read/V")};
}

static void life_release(struct life *l)
{
    series_set_release(&l->series);
    series_set_release(&l->more);
    tagged_set_release(&l->words);
}

static enum status submit_job(struct life *l)
{
    struct job_submission sub = {.task = "forecast",
                                 .dataset = "x",
                                 .model = "m",
                                 .params = "{}",
                                 .max_queue = 100,
                                 .request_digest = "d"};
    struct dataset d;
    struct job j = {0};
    bool existing;
    enum status st = store_dataset_get(&d, f.store, "x", &f.e);

    if (st)
        return st;
    sub.dataset_id = d.id;
    dataset_release(&d);
    st = store_job_submit(&j, &existing, f.store, &sub, &f.e);
    if (!st)
        snprintf(l->job, sizeof(l->job), "%s", j.id);
    job_release(&j);
    return st;
}

static enum status claim_job(struct life *l)
{
    struct job j = {0};
    enum status st = store_job_claim(&j, &l->lease, f.store, "w", &f.e);

    job_release(&j);
    return st;
}

/* Each later step is told to a webhook. */
static enum status open_and_watch(void)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000};
    const struct webhook_submission sub = {
        .url = "https://a.example", .events = EVENTS_ALL, .max = 1};
    struct webhook w = {0};
    enum status st = store_open(&f.store, &c, &f.e);

    if (!st)
        st = store_webhook_add(&w, f.store, &sub, &f.e);
    webhook_release(&w);
    return st;
}

static enum status step(struct life *l, int n)
{
    const struct job_progress p = {.fraction = 0.5};
    const struct model_submission m = model_of("m", "forecast", "bytes");
    const double loss[] = {0.5, 0.25};
    int64_t version;
    bool flag;

    switch (n) {
    case 0:
        return open_and_watch();
    case 1:
        return store_dataset_put_series(f.store, "x", &l->series, NULL, &flag, &f.e);
    case 2:
        return store_dataset_put_tagged(f.store, "words", &l->words, NULL, &flag, &f.e);
    case 3:
        return submit_job(l);
    case 4:
        return store_dataset_append_series(f.store, "x", &l->more, &wide, &f.e);
    case 5:
        return claim_job(l);
    case 6:
        return store_job_checkpoint(&flag, f.store, &l->lease,
                                    &(struct job_advance){.progress = p,
                                                          .first_epoch = 1,
                                                          .loss = loss,
                                                          .validation = loss,
                                                          .epochs = 2,
                                                          .snapshot = (const uint8_t *)"state",
                                                          .snapshot_len = 5},
                                    &f.e);
    case 7:
        return store_job_succeed(
            &version, f.store, &l->lease,
            &(struct job_advance){
                .progress = p, .first_epoch = 1, .loss = loss, .validation = loss, .epochs = 2},
            &m, &f.e);
    case 8:
        return store_model_put(&version, f.store, &m, &f.e);
    default:
        return store_dataset_delete(f.store, "words", &f.e);
    }
}

static void live(struct life *l)
{
    for (l->done = 0; l->done < STEPS; l->done++) {
        l->st = step(l, l->done);
        if (l->st)
            return;
    }
}

static bool there(const char *name)
{
    struct dataset d;
    enum status st = store_dataset_get(&d, f.store, name, &f.e);

    ck_assert_msg(st == ST_OK || st == ST_NOT_FOUND, "%s", f.e.message);
    if (!st)
        dataset_release(&d);
    return st == ST_OK;
}

static int64_t length_of(const char *name)
{
    struct series_set s;
    int64_t n;

    ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
    n = s.items[0].length;
    for (int64_t i = 0; i < n; i++)
        ck_assert(s.items[0].values[i] == (double)i);
    series_set_release(&s);
    return n;
}

/* A step that failed may have happened completely (a commit whose sync failed) or not at all, but
 * not in part. */
static void check_life(const struct life *l)
{
    int64_t job_state = -1, n = 0;

    fixture_check_file(&f);
    if (l->done > 1) {
        n = length_of("x");
        ck_assert_msg(n == 6000 || n == 9000, "%lld rows", (long long)n);
        ck_assert(n == 9000 || l->done <= 4);
        ck_assert(n == 6000 || l->done >= 4);
    }
    ck_assert(there("words") || l->done <= 2 || l->done >= 9);
    if (l->job[0])
        job_state = fixture_int(&f, "SELECT state FROM job");
    if (l->done > 5)
        ck_assert_int_ge(job_state, JOB_RUNNING);
    if (l->done > 7)
        ck_assert_int_eq(job_state, JOB_SUCCEEDED);
    ck_assert_int_eq(job_state == JOB_SUCCEEDED,
                     fixture_int(&f, "SELECT count(*) FROM model_version WHERE job NOTNULL"));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_version"),
                     fixture_int(&f, "SELECT count(*) FROM model_checkpoint"));
    if (fixture_int(&f, "SELECT count(*) FROM webhook") == 1)
        check_told(&f, job_state == JOB_SUCCEEDED, n == 9000 ? 2 : n == 6000);
}

/* Checks that the connection with the fault still works afterwards, and that a new one does. */
static void check_after(struct life *l)
{
    if (f.store)
        check_life(l);
    store_close(f.store);
    f.store = NULL;
    fixture_store(&f);
    check_life(l);
    put_series(&f, "after", FREQ_M, 0, 3, 1.0);
    store_close(f.store);
    f.store = NULL;
}

static void start_over(void)
{
    fixture_remove(&f);
    fixture_folder(&f);
}

/* ---- the disk ---- */

static const struct {
    int code, reason;
    bool once;
    enum status st;
} disks[] = {
    {SQLITE_FULL, ENOSPC, false, ST_FULL},
    {SQLITE_FULL, ENOSPC, true, ST_FULL},
    {SQLITE_IOERR_WRITE, EDQUOT, false, ST_FULL},
    {SQLITE_IOERR_WRITE, EFBIG, true, ST_FULL},
    {SQLITE_IOERR_FSYNC, ENOSPC, true, ST_FULL},
    {SQLITE_IOERR_WRITE, EIO, false, ST_UNAVAILABLE},
    {SQLITE_IOERR_FSYNC, EIO, true, ST_UNAVAILABLE},
    {SQLITE_IOERR_TRUNCATE, EROFS, false, ST_READONLY},
};

/* A message names the file, and not the statement. */
static void check_message(const struct err *e)
{
    static const char *const words[] = {"SELECT",     "INSERT", "UPDATE",   "DELETE", "PRAGMA",
                                        "BEGIN",      "COMMIT", "ROLLBACK", "CREATE", "VALUES",
                                        "WHERE",      "FROM",   "DROP",     "ALTER",  "SQL logic",
                                        "dataset_id", ":id"};

    ck_assert_str_ne(e->message, "");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        ck_assert_msg(!strstr(e->message, words[i]), "'%s' in: %s", words[i], e->message);
}

START_TEST(a_disk_may_fail_at_any_write)
{
    bool fired = true;
    int failures = 0;

    for (int after = 0; fired; after += 1 + after / 16) {
        struct life l;

        ck_assert_int_lt(after, 100000);
        life_init(&l);
        faulty_vfs_arm(after, disks[_i].code, disks[_i].once);
        faulty_vfs_reason(disks[_i].reason);
        live(&l);
        fired = faulty_vfs_fired();
        faulty_vfs_disarm();
        if (l.st) {
            ck_assert_msg(l.st == disks[_i].st, "%s at %d: %s", status_name(l.st), after,
                          f.e.message);
            check_message(&f.e);
            ck_assert_msg(strstr(f.e.message, f.file) != NULL, "no path in: %s", f.e.message);
            failures++;
        }
        ck_assert(fired || l.st == ST_OK);
        check_after(&l);
        life_release(&l);
        start_over();
    }
    ck_assert_int_gt(failures, 20);
}
END_TEST

/* Every code that SQLite has, also those that no test can bring about. */
START_TEST(no_message_shows_a_statement)
{
    static const int extended[] = {
        SQLITE_IOERR_READ,        SQLITE_IOERR_SHORT_READ,  SQLITE_IOERR_SHMSIZE,
        SQLITE_IOERR_SHMMAP,      SQLITE_CANTOPEN_ISDIR,    SQLITE_READONLY_DBMOVED,
        SQLITE_READONLY_CANTINIT, SQLITE_CONSTRAINT_CHECK,  SQLITE_CONSTRAINT_UNIQUE,
        SQLITE_BUSY_SNAPSHOT,     SQLITE_ABORT_ROLLBACK,    SQLITE_CORRUPT_INDEX,
        SQLITE_ERROR_SNAPSHOT,    SQLITE_LOCKED_SHAREDCACHE};
    const int plain = SQLITE_NOTADB, more = (int)(sizeof(extended) / sizeof(extended[0]));

    fixture_store(&f);
    for (int i = 1; i <= plain + more; i++) {
        int rc = i <= plain ? i : extended[i - plain - 1];
        enum status st;

        f.e = (struct err){0};
        st = sqlite_error(fixture_db(&f)->sqlite->h, f.file, rc,
                          "SELECT secret FROM job WHERE id = :id", &f.e);
        ck_assert_int_ne(st, ST_OK);
        check_message(&f.e);
        ck_assert(st == ST_NOMEM || strstr(f.e.message, f.file));
    }
}
END_TEST

/* Statements that SQLite itself refuses: its own message quotes them. */
static const char *const refused[] = {
    "SELEC 1",
    "SELECT nothing FROM nowhere",
    "INSERT INTO dataset (id) VALUES ('x')",
    "INSERT INTO job (id, task, dataset, model, state, created_at, params) VALUES ('i', 'none', "
    "'d', 'm', 99, 1, '{}')",
    "UPDATE dataset_sequence SET id = 2",
    "INSERT INTO series (dataset, position, name, freq_unit, freq_multiple, start, length, "
    "missing) "
    "VALUES (1234, 0, 'x', 0, 1, 0, 0, 0)",
    "DROP TABLE nothing",
    "SELECT :id + abs(-9223372036854775808)",
};

START_TEST(what_sqlite_quotes_is_not_repeated)
{
    int64_t n;

    fixture_store(&f);
    f.e = (struct err){0};
    ck_assert_int_ne(db_exec(fixture_db(&f), refused[_i], &f.e), ST_OK);
    check_message(&f.e);
    f.e = (struct err){0};
    ck_assert_int_ne(db_int(&n, fixture_db(&f), refused[_i], &f.e), ST_OK);
    check_message(&f.e);
}
END_TEST

START_TEST(memory_may_run_out_at_any_time)
{
    bool fired = true;
    int failures = 0;

    for (int after = 0; fired; after += 1 + after / 24) {
        struct life l;

        ck_assert_int_lt(after, 10000000);
        life_init(&l);
        faulty_memory_arm(after, _i == 1);
        live(&l);
        fired = faulty_memory_fired();
        faulty_memory_disarm();
        if (l.st) {
            ck_assert_msg(l.st == ST_NOMEM, "%s at %d: %s", status_name(l.st), after, f.e.message);
            failures++;
        }
        ck_assert(fired || l.st == ST_OK);
        check_after(&l);
        life_release(&l);
        start_over();
    }
    ck_assert_int_gt(failures, 20);
}
END_TEST

/* A database with a limit stands for a full disk: a write that is too large is refused, everything
 * else goes on. */
START_TEST(a_full_database_goes_on_reading)
{
    struct series_set big = series_of("s", FREQ_M, 0, 400000, 0.0);
    bool created;

    fixture_store(&f);
    put_series(&f, "x", FREQ_M, 0, 100, 0.0);
    ck_ok(db_exec(fixture_db(&f), "PRAGMA max_page_count = 120", &f.e), &f.e);
    ck_status(store_dataset_put_series(f.store, "x", &big, NULL, &created, &f.e), ST_FULL, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "free space at"));
    check_message(&f.e);
    ck_status(store_dataset_put_series(f.store, "y", &big, NULL, &created, &f.e), ST_FULL, &f.e);
    ck_assert_int_eq(length_of("x"), 100);
    ck_assert(!there("y"));
    put_series(&f, "z", FREQ_M, 0, 3, 0.0);
    series_set_release(&big);
}
END_TEST

START_TEST(a_read_only_database_goes_on_reading)
{
    struct series_set s = series_of("s", FREQ_M, 0, 4, 0.0);
    bool created;

    fixture_store(&f);
    put_series(&f, "x", FREQ_M, 0, 100, 0.0);
    ck_ok(db_exec(fixture_db(&f), "PRAGMA query_only = ON", &f.e), &f.e);
    ck_status(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), ST_READONLY, &f.e);
    check_message(&f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, f.file));
    ck_assert_int_eq(length_of("x"), 100);
    series_set_release(&s);
}
END_TEST

/* ---- damaged pages ---- */

static void read_everything(int *corrupt)
{
    struct dataset_list datasets;
    struct job_list jobs;
    struct model_list models;
    struct series_set s;
    struct tagged_set t;
    uint8_t *bytes;
    size_t len;
    enum status st = store_dataset_list(&datasets, f.store, NULL, "", 100, &f.e);

    *corrupt += st == ST_CORRUPT;
    for (int i = 0; !st && i < datasets.count; i++) {
        *corrupt += store_series_load(&s, f.store, datasets.items[i].id, &f.e) == ST_CORRUPT;
        *corrupt += store_tagged_load(&t, f.store, datasets.items[i].id, &f.e) == ST_CORRUPT;
        series_set_release(&s);
        tagged_set_release(&t);
    }
    dataset_list_release(&datasets);
    *corrupt += store_job_list(&jobs, f.store, -1, NULL, NULL, "", 100, &f.e) == ST_CORRUPT;
    job_list_release(&jobs);
    st = store_model_list(&models, f.store, NULL, "", 100, &f.e);
    *corrupt += st == ST_CORRUPT;
    for (int i = 0; !st && i < models.count; i++) {
        store_model_checkpoint(&bytes, &len, f.store, models.items[i].name, models.items[i].version,
                               &f.e);
        free(bytes);
    }
    model_list_release(&models);
}

static char *read_bytes(size_t *len)
{
    FILE *in = fopen(f.file, "rb");
    char *bytes = malloc(4 << 20);

    ck_assert_ptr_nonnull(in);
    ck_assert_ptr_nonnull(bytes);
    *len = fread(bytes, 1, 4 << 20, in);
    fclose(in);
    return bytes;
}

static void write_bytes(const char *bytes, size_t len)
{
    FILE *out = fopen(f.file, "wb");

    ck_assert_ptr_nonnull(out);
    ck_assert_uint_eq(fwrite(bytes, 1, len, out), len);
    fclose(out);
}

enum { PAGES_MAX = 64 };

/* The pages that read_everything() needs: the roots of the tables that it reads and of their
 * indexes. */
struct targets {
    int count, page_bytes;
    size_t at[PAGES_MAX]; /* offsets in the file */
};

/* Reads them from the schema; the store must be open. */
static void find_targets(struct targets *t)
{
    struct stmt q;

    *t = (struct targets){.page_bytes = (int)fixture_int(&f, "PRAGMA page_size")};
    stmt_open(&q, fixture_db(&f), &f.e,
              "SELECT rootpage FROM sqlite_schema WHERE tbl_name IN ('dataset', 'series', "
              "'series_chunk', 'sentence', 'job', 'model', 'model_version')");
    while (stmt_row(&q) && t->count < PAGES_MAX)
        t->at[t->count++] = (size_t)(stmt_i64(&q, 0) - 1) * (size_t)t->page_bytes;
    ck_ok(stmt_close(&q), &f.e);
    ck_assert_int_ge(t->count, 7);
}

/* Writes random bytes into a page that is read, or anywhere behind the header, or cuts off the
 * end. */
static void damage(char *bytes, size_t *len, const struct targets *t, uint32_t *random)
{
    size_t n = 1 + next_random(random) % 200, at = 100 + next_random(random) % (*len - 400);
    uint32_t way = next_random(random) % 8;

    if (way == 0) {
        *len = at;
        return;
    }
    if (way < 5)
        at = t->at[next_random(random) % (uint32_t)t->count] +
             next_random(random) % ((uint32_t)t->page_bytes - 200);
    for (size_t i = 0; i < n; i++)
        bytes[at + i] = (char)next_random(random);
}

static void fill_database(struct targets *t)
{
    struct life l;

    life_init(&l);
    live(&l);
    ck_ok(l.st, &f.e);
    put_tagged(&f, "words", "the/DET/DT dog/NN|read/V");
    for (int i = 0; i < 20; i++) {
        char name[16];

        snprintf(name, sizeof(name), "d%d", i);
        put_series(&f, name, FREQ_D, i, 10 * i, 0.0);
    }
    life_release(&l);
    find_targets(t);
    store_close(f.store);
    f.store = NULL;
}

START_TEST(damaged_pages_are_answers)
{
    const struct store_config c = {.path = f.file, .busy_timeout_ms = 1000};
    uint32_t random = 20240229;
    size_t whole_len, len;
    char *whole, *bytes;
    int corrupt = 0, opened = 0;
    struct targets targets;

    fill_database(&targets);
    whole = read_bytes(&whole_len);
    bytes = malloc(whole_len);
    ck_assert_ptr_nonnull(bytes);
    /* How many pages nobody reads differs from run to run, with the ids of jobs. */
    for (int round = 0; round < 300 || (corrupt <= 20 && round < 3000); round++) {
        struct series_set s = series_of("s", FREQ_M, 9000, 40, 0.0);
        bool created;

        memcpy(bytes, whole, whole_len);
        len = whole_len;
        damage(bytes, &len, &targets, &random);
        start_over();
        write_bytes(bytes, len);
        if (store_open(&f.store, &c, &f.e) == ST_OK) {
            opened++;
            read_everything(&corrupt);
            store_dataset_append_series(f.store, "x", &s, &wide, &f.e);
            store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e);
            store_dataset_delete(f.store, "x", &f.e);
            store_close(f.store);
            f.store = NULL;
        }
        series_set_release(&s);
    }
    ck_assert_int_gt(opened, 50);
    ck_assert_int_gt(corrupt, 20);
    free(whole);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("faults");
    TCase *t = tcase_create("faults");
    SRunner *r = srunner_create(s);
    int failed;

    faulty_memory_install();
    faulty_vfs_install();
    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_disk_may_fail_at_any_write, 0,
                        (int)(sizeof(disks) / sizeof(disks[0])));
    tcase_add_test(t, no_message_shows_a_statement);
    tcase_add_loop_test(t, what_sqlite_quotes_is_not_repeated, 0,
                        (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_loop_test(t, memory_may_run_out_at_any_time, 0, 2);
    tcase_add_test(t, a_full_database_goes_on_reading);
    tcase_add_test(t, a_read_only_database_goes_on_reading);
    tcase_add_test(t, damaged_pages_are_answers);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
