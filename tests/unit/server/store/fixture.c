/* fixture.c - see fixture.h. */
#include "tests/unit/server/store/fixture.h"

#ifdef LSTMD_POSTGRES
#include "server/store/postgres/conn.h"
#endif

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct data_limits wide = {.max_series = 1000000,
                                 .max_series_length = 1000000000,
                                 .max_sentences = 1000000,
                                 .max_tokens = 1000000000};

const char *fixture_server(void)
{
    const char *url = getenv("LSTMD_TEST_DATABASE");

    return url && url[0] ? url : NULL;
}

/* On the server each test has a schema of its own. */
static void on_server(const char *command, const char *schema, const char *more)
{
#ifdef LSTMD_POSTGRES
    struct db db = {0};
    struct err e = {0};
    char sql[1200];

    snprintf(sql, sizeof(sql), "%s %s%s", command, schema, more);
    ck_ok(postgres_open_url(&db, fixture_server(), "the test's server", 10000, &e), &e);
    ck_ok(db_exec(&db, sql, &e), &e);
    db_close(&db);
#else
    ck_abort_msg("%s %s%s: built without PostgreSQL", command, schema, more);
#endif
}

/* What statements of the tests use. */
static const char sqlite_functions[] =
    "; CREATE FUNCTION zeroblob(n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT decode(repeat('00', n::int), 'hex') $$; "
    "CREATE FUNCTION hex(b bytea) RETURNS text LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT upper(encode(b, 'hex')) $$; "
    "CREATE FUNCTION instr(a text, b text) RETURNS bigint LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT strpos(a, b) $$; "
    "CREATE FUNCTION printf(f text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT lpad(n::text, substr(f, 2, 3)::int, '0') $$; "
    "CREATE FUNCTION iif(c boolean, a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS "
    "$$ SELECT CASE WHEN c THEN a ELSE b END $$";

void fixture_folder(struct fixture *f)
{
    static int number;

    memset(f, 0, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "/tmp/lstmd-store-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(f->folder));
    snprintf(f->file, sizeof(f->file), "%s/test.db", f->folder);
    snprintf(f->path, sizeof(f->path), "%s", f->file);
    if (!fixture_server())
        return;
    snprintf(f->schema, sizeof(f->schema), "t_%d_%d", (int)getpid(), ++number);
    on_server("CREATE SCHEMA", f->schema, "");
    on_server("SET search_path =", f->schema, sqlite_functions);
    snprintf(f->path, sizeof(f->path), "%s&options=-csearch_path%%3D%s&application_name=%s",
             fixture_server(), f->schema, f->schema);
}

void fixture_store(struct fixture *f)
{
    const struct store_config c = {.path = f->path, .busy_timeout_ms = 60000};

    ck_ok(store_open(&f->store, &c, &f->e), &f->e);
}

void fixture_remove(struct fixture *f)
{
    DIR *d = opendir(f->folder);
    char path[512];

    ck_assert_ptr_nonnull(d);
    for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
        snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(d);
    rmdir(f->folder);
    if (f->schema[0])
        on_server("DROP SCHEMA", f->schema, " CASCADE");
}

void fixture_open(struct fixture *f)
{
    fixture_folder(f);
    fixture_store(f);
}

void fixture_close(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
    fixture_remove(f);
}

struct db *fixture_db(struct fixture *f)
{
    struct db *db = NULL;

    ck_ok(db_get(&db, f->store, &f->e), &f->e);
    return db;
}

int64_t fixture_int(struct fixture *f, const char *sql)
{
    int64_t v = 0;

    ck_ok(db_int(&v, fixture_db(f), sql, &f->e), &f->e);
    return v;
}

void fixture_check_file(struct fixture *f)
{
    char text[64] = "";
    struct stmt q;

    if (f->schema[0])
        return; /* a server checks references at every write */
    stmt_open(&q, fixture_db(f), &f->e, "PRAGMA integrity_check");
    if (stmt_row(&q))
        stmt_copy(&q, 0, text, sizeof(text));
    ck_ok(stmt_close(&q), &f->e);
    ck_assert_str_eq(text, "ok");
    stmt_open(&q, fixture_db(f), &f->e, "PRAGMA foreign_key_check");
    ck_assert(!stmt_row(&q));
    ck_ok(stmt_close(&q), &f->e);
}

void series_more(struct series_set *s, const char *id, enum freq_unit unit, int64_t start, int rows,
                 double first)
{
    struct series *one = series_set_add(s, id);

    ck_assert_ptr_nonnull(one);
    one->time = (struct timeline){{unit, 1}, start};
    one->length = rows;
    one->values = malloc(((size_t)rows + 1) * sizeof(double));
    ck_assert_ptr_nonnull(one->values);
    for (int i = 0; i < rows; i++)
        one->values[i] = first + i;
}

struct series_set series_of(const char *id, enum freq_unit unit, int64_t start, int rows,
                            double first)
{
    struct series_set s;

    series_set_init(&s);
    s.columns = calloc(1, sizeof(*s.columns));
    ck_assert_ptr_nonnull(s.columns);
    s.columns[0] = strdup("value");
    s.num_columns = 1;
    series_more(&s, id, unit, start, rows, first);
    return s;
}

/* Returns the next field of a token, or NULL; *p: the text after it. */
static char *field(struct tagged_set *set, const char **p)
{
    size_t n = strcspn(*p, "/ |");
    char *text = n ? tagged_set_text(set, *p, n) : NULL;

    *p += n;
    *p += **p == '/';
    return text;
}

struct tagged_set tagged_of(const char *text)
{
    struct tagged_set set;

    tagged_set_init(&set);
    while (*text) {
        struct tagged_sentence *s;
        int n = 1;

        for (const char *p = text; *p && *p != '|'; p++)
            n += *p == ' ';
        s = tagged_set_add(&set, n);
        ck_assert_ptr_nonnull(s);
        for (int i = 0; i < n; i++) {
            s->form[i] = field(&set, &text);
            s->upos[i] = field(&set, &text);
            s->xpos[i] = field(&set, &text);
            text += *text == ' ';
        }
        text += *text == '|';
    }
    return set;
}

void put_series(struct fixture *f, const char *name, enum freq_unit unit, int64_t start, int rows,
                double first)
{
    struct series_set s = series_of("s", unit, start, rows, first);
    bool created;

    ck_ok(store_dataset_put_series(f->store, name, &s, NULL, &created, &f->e), &f->e);
    series_set_release(&s);
}

void put_tagged(struct fixture *f, const char *name, const char *text)
{
    struct tagged_set t = tagged_of(text);
    bool created;

    ck_ok(store_dataset_put_tagged(f->store, name, &t, NULL, &created, &f->e), &f->e);
    tagged_set_release(&t);
}

int64_t dataset_id(struct fixture *f, const char *name)
{
    struct dataset d;
    int64_t id;

    ck_ok(store_dataset_get(&d, f->store, name, &f->e), &f->e);
    id = d.id;
    dataset_release(&d);
    return id;
}

struct job_submission submission(struct fixture *f, const char *dataset, const char *model)
{
    return (struct job_submission){.task = "forecast",
                                   .dataset = dataset,
                                   .model = model,
                                   .params = "{\"epochs\":3}",
                                   .dataset_id = dataset_id(f, dataset),
                                   .request_digest = "d",
                                   .max_queue = 1000000};
}

void submit(char id[JOB_ID_LEN + 1], struct fixture *f, const char *dataset, const char *model)
{
    const struct job_submission sub = submission(f, dataset, model);
    struct job j;
    bool existing;

    ck_ok(store_job_submit(&j, &existing, f->store, &sub, &f->e), &f->e);
    ck_assert(!existing);
    snprintf(id, JOB_ID_LEN + 1, "%s", j.id);
    job_release(&j);
}

void claim(char id[JOB_ID_LEN + 1], struct fixture *f)
{
    struct lease lease;
    struct job j;

    ck_ok(store_job_claim(&j, &lease, f->store, "worker", &f->e), &f->e);
    snprintf(id, JOB_ID_LEN + 1, "%s", j.id);
    job_release(&j);
}

const struct lease *lease_of(struct fixture *f, const char *id)
{
    static struct lease lease;
    struct stmt q;

    lease = (struct lease){0};
    snprintf(lease.id, sizeof(lease.id), "%s", id);
    stmt_open(&q, fixture_db(f), &f->e, "SELECT token FROM job_lease WHERE job = :id");
    stmt_bind_text(&q, ":id", id);
    if (stmt_row(&q))
        lease.token = stmt_i64(&q, 0);
    ck_ok(stmt_close(&q), &f->e);
    return &lease;
}

void end_leases(struct fixture *f)
{
    ck_ok(db_exec(fixture_db(f), "UPDATE job_lease SET until = 0", &f->e), &f->e);
}

int take_back(struct fixture *f)
{
    int n = 0;

    end_leases(f);
    ck_ok(store_job_take_back(&n, f->store, "another", &f->e), &f->e);
    return n;
}

struct model_submission model_of(const char *name, const char *task, const char *checkpoint)
{
    return (struct model_submission){.name = name,
                                     .task = task,
                                     .dataset = "flights",
                                     .params = "{}",
                                     .metrics = "{\"mape\":3.5}",
                                     .details = "{\"series\":[]}",
                                     .evaluation = "{\"truth\":[1]}",
                                     .parameter_count = 7,
                                     .checkpoint = (const uint8_t *)checkpoint,
                                     .checkpoint_len = strlen(checkpoint)};
}

uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}
