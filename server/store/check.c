/* check.c - checks that a whole database can be read and is what was written: see store.h.
 *
 * The driver checks pages, indexes and references. Everything else is found by reading: every row
 * of every data set, and every checkpoint, whose digest was recorded when it was written. */
#include "server/store/store.h"

#include "server/store/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100 }; /* names in one list */

struct checking {
    struct store_check *found;
    struct store *store;
    store_problem_fn *report;
    void *ctx;
};

static void problem(struct checking *c, const char *where, const char *what)
{
    char text[700];

    snprintf(text, sizeof(text), "%s: %s", where, what);
    c->found->problems++;
    c->report(c->ctx, text);
}

static void damage(void *ctx, const char *where, const char *what)
{
    problem(ctx, where, what);
}

/* ---- data sets ---- */

static enum status read_series(struct store_reader *r, struct err *e)
{
    struct series series;
    bool found = false;
    enum status st;

    while (!(st = store_reader_next(&series, &found, r, e)) && found) {
        const double *rows;
        int n = 0;

        for (int64_t row = 0; !st && row < series.length; row += n)
            st = store_reader_rows(&rows, &n, r, row, e);
        if (st)
            return st;
    }
    return st;
}

static enum status read_sentences(struct store_reader *r, struct err *e)
{
    const struct tagged_set *piece = NULL;
    int64_t sentences = 0;
    enum status st;

    while (!(st = store_reader_sentences(&piece, r, e)) && piece->count > 0)
        sentences += piece->count;
    if (!st && sentences != store_reader_dataset(r)->sentences)
        st = err_set(e, ST_CORRUPT, "holds %lld sentences; %lld are recorded", (long long)sentences,
                     (long long)store_reader_dataset(r)->sentences);
    return st;
}

static enum status read_text(struct store_reader *r, struct err *e)
{
    const char *text;
    size_t len = 0;
    enum status st;

    while (!(st = store_reader_text(&text, &len, r, e)) && len > 0) {}
    return st;
}

static enum status read_dataset(struct store *s, const char *name, struct err *e)
{
    struct store_reader *r = NULL;
    enum status st = store_reader_open(&r, s, name, e);

    enum data_kind kind = st ? DATA_SERIES : store_reader_dataset(r)->kind;

    if (!st)
        st = kind == DATA_SERIES   ? read_series(r, e)
             : kind == DATA_TAGGED ? read_sentences(r, e)
                                   : read_text(r, e);
    store_reader_close(r);
    return st;
}

/* Whether a version exists whose checkpoint was not found. A running daemon may have deleted it
 * meanwhile, which is not a problem. */
static bool is_there(struct checking *c, const char *name, int64_t version)
{
    struct model_version m = {0};
    struct err ignored = {0};
    bool there = version && !store_model_get(&m, c->store, name, version, &ignored);

    model_version_release(&m);
    return there;
}

/* Reports an error of reading. Lack of memory is not a problem of the database; it is returned. */
static enum status note(struct checking *c, enum status st, const char *what, const char *name,
                        int64_t version, struct err *e)
{
    char where[NAME_MAX_LEN + 64];

    if (!st || (st == ST_NOT_FOUND && !is_there(c, name, version)))
        return ST_OK;
    if (st == ST_NOMEM)
        return st;
    if (version)
        snprintf(where, sizeof(where), "%s %s version %lld", what, name, (long long)version);
    else
        snprintf(where, sizeof(where), "%s %s", what, name);
    problem(c, where, e->message);
    memset(e, 0, sizeof(*e));
    return ST_OK;
}

static enum status check_datasets(struct checking *c, struct err *e)
{
    char after[NAME_MAX_LEN + 1] = "";
    struct dataset_list list = {0};
    enum status st = ST_OK;
    int n;

    do {
        st = store_dataset_list(&list, c->store, NULL, after, PAGE, e);
        n = st ? 0 : list.count;
        for (int i = 0; !st && i < n; i++) {
            c->found->datasets++;
            st = note(c, read_dataset(c->store, list.items[i].name, e), "data set",
                      list.items[i].name, 0, e);
            snprintf(after, sizeof(after), "%s", list.items[i].name);
        }
        dataset_list_release(&list);
    } while (!st && n == PAGE);
    return st;
}

/* ---- models ---- */

static enum status check_version(struct checking *c, const struct model_version *m, struct err *e)
{
    char digest[DIGEST_LEN + 1];
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum status st = store_model_checkpoint(&bytes, &n, c->store, m->name, m->version, e);

    if (!st) {
        digest_hex(digest, bytes, n);
        if (strcmp(digest, m->digest) != 0)
            st = err_set(e, ST_CORRUPT,
                         "its checkpoint of %zu bytes has another digest than the one that was "
                         "recorded when it was written",
                         n);
    }
    free(bytes);
    c->found->versions++;
    return note(c, st, "model", m->name, m->version, e);
}

static enum status check_versions(struct checking *c, const char *name, struct err *e)
{
    struct model_list list = {0};
    int64_t before = 0;
    enum status st = ST_OK;
    int n;

    do {
        st = store_model_versions(&list, c->store, name, before, PAGE, e);
        n = st ? 0 : list.count;
        for (int i = 0; !st && i < n; i++) {
            st = check_version(c, &list.items[i], e);
            before = list.items[i].version;
        }
        model_list_release(&list);
    } while (!st && n == PAGE);
    return note(c, st, "model", name, 0, e);
}

static enum status check_models(struct checking *c, struct err *e)
{
    char after[NAME_MAX_LEN + 1] = "";
    struct model_list list = {0};
    enum status st = ST_OK;
    int n;

    do {
        st = store_model_list(&list, c->store, NULL, after, PAGE, e);
        n = st ? 0 : list.count;
        for (int i = 0; !st && i < n; i++) {
            st = check_versions(c, list.items[i].name, e);
            snprintf(after, sizeof(after), "%s", list.items[i].name);
        }
        model_list_release(&list);
    } while (!st && n == PAGE);
    return st;
}

enum status store_check(struct store_check *out, struct store *s, store_problem_fn *report,
                        void *ctx, struct err *e)
{
    struct checking c = {out, s, report, ctx};
    struct db *db = NULL;
    enum status st;

    *out = (struct store_check){0};
    st = store_schema_version(&out->schema_version, s, e);
    if (!st)
        st = db_get(&db, s, e);
    if (!st)
        st = db->driver->check(db, damage, &c, e);
    out->content = !st && !out->problems && out->schema_version == store_newest_schema_version();
    if (!st && out->content)
        st = check_datasets(&c, e);
    if (!st && out->content)
        st = check_models(&c, e);
    return st;
}
