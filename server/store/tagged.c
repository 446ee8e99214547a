/* tagged.c - tagged sentences: put, append, load. The tokens of a sentence are one text: one line
 * for each token, with FORM, UPOS and XPOS separated by tabs. text_check() ensures that tokens
 * contain neither. A sentence from CoNLL-U also keeps its lines, because they hold more than these
 * columns. */
#include "server/data/text_check.h"
#include "server/store/dataset.h"
#include "server/store/digest.h"
#include "server/store/event.h"
#include "server/store/file_limit.h"
#include "server/store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCE_BYTES_MAX = 64 << 20 };

static void write_sentence(struct buf *b, const struct tagged_sentence *t)
{
    for (int i = 0; i < t->length; i++)
        buf_printf(b, "%s\t%s\t%s\n", t->form[i], t->upos[i] ? t->upos[i] : "",
                   t->xpos[i] ? t->xpos[i] : "");
}

/* Tokens mostly repeat the tags of earlier ones. Only other tags are looked up in the database. */
struct seen {
    const char *last[2][256];
};

/* Counts tag in *distinct if it is new in the data set. */
static void note_tag(struct seen *seen, struct stmt *q, const struct dataset *d, int kind,
                     const char *tag, int64_t *distinct)
{
    unsigned hash = 0;
    const char **last;

    if (!tag)
        return;
    for (const char *p = tag; *p; p++)
        hash = hash * 31 + (unsigned char)*p;
    last = &seen->last[kind][hash % 256];
    if (*last && strcmp(*last, tag) == 0)
        return;
    *last = tag;
    stmt_bind_i64(q, ":dataset", d->id);
    stmt_bind_i64(q, ":kind", kind);
    stmt_bind_text(q, ":tag", tag);
    stmt_run(q);
    *distinct += q->st ? 0 : db_changes(q->db);
}

static enum status add_sentences(struct db *db, struct dataset *d, const struct tagged_set *data,
                                 struct sha256_ctx *h, struct err *e)
{
    struct stmt row, tag;
    struct seen seen = {0};
    struct buf b;
    enum status st = ST_OK, end;

    buf_init(&b, SENTENCE_BYTES_MAX);
    stmt_open(
        &row, db, e,
        "INSERT INTO sentence (dataset, position, tokens, source) VALUES (:dataset, :position, "
        ":tokens, :source)");
    stmt_open(&tag, db, e,
              "INSERT INTO dataset_tag (dataset, kind, tag) VALUES (:dataset, :kind, :tag) "
              "ON CONFLICT DO NOTHING");
    for (int i = 0; !st && !row.st && !tag.st && i < data->count; i++) {
        const struct tagged_sentence *t = &data->items[i];

        b.len = 0;
        write_sentence(&b, t);
        st = buf_status(&b, e);
        if (st)
            break;
        digest_add(h, b.data ? b.data : "", b.len + 1);
        if (t->source)
            digest_add(h, t->source, strlen(t->source) + 1);
        stmt_bind_i64(&row, ":dataset", d->id);
        stmt_bind_i64(&row, ":position", d->sentences++);
        stmt_bind_text(&row, ":tokens", b.data ? b.data : "");
        stmt_bind_text(&row, ":source", t->source);
        stmt_run(&row);
        for (int k = 0; k < t->length; k++) {
            note_tag(&seen, &tag, d, 0, t->upos[k], &d->num_upos);
            note_tag(&seen, &tag, d, 1, t->xpos[k], &d->num_xpos);
        }
        d->tokens += t->length;
        d->bytes += (int64_t)(b.len + (t->source ? strlen(t->source) : 0));
    }
    buf_release(&b);
    end = stmt_close(&row);
    st = st ? st : end;
    end = stmt_close(&tag);
    return st ? st : end;
}

/* Sets the value columns to those of "upos" and "xpos" that occur. */
static enum status finish(struct db *db, struct dataset *d, struct sha256_ctx *h, struct err *e)
{
    const char *both = d->num_upos && d->num_xpos ? "upos\x1fxpos" : NULL;
    const char *one = d->num_upos ? "upos" : (d->num_xpos ? "xpos" : "");

    digest_end(d->digest, h);
    return dataset_update(db, d, both ? both : one, e);
}

/* An upload that replaces the data set of its name. */
struct upload {
    const char *name;
    const struct tagged_set *data;
    const struct precondition *pre; /* or NULL */
    bool created;
};

static enum status put_tagged(struct db *db, void *ctx, struct err *e)
{
    struct upload *u = ctx;
    struct dataset d = {.kind = DATA_TAGGED};
    struct sha256_ctx h;
    enum status st;

    snprintf(d.name, sizeof(d.name), "%s", u->name);
    memset(d.digest, '0', DIGEST_LEN);
    sha256_init(&h);
    digest_add(&h, "tagged", 7);
    st = dataset_replace(&u->created, &d.created_at, db, u->name, u->pre, e);
    d.updated_at = clock_ms();
    if (!st)
        st = dataset_insert(&d.id, db, &d, "", e);
    if (!st)
        st = add_sentences(db, &d, u->data, &h, e);
    if (!st)
        st = finish(db, &d, &h, e);
    return st ? st : event_dataset(db, &d, u->created ? "created" : "replaced", e);
}

enum status store_dataset_put_tagged(struct store *s, const char *name,
                                     const struct tagged_set *data, const struct precondition *pre,
                                     bool *created, struct err *e)
{
    struct upload u = {.name = name, .data = data, .pre = pre};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_write(db, put_tagged, &u, e);
    *created = u.created;
    if (!st)
        store_data_changed(s, name);
    if (!st && !u.created)
        db_shrink(db);
    return st;
}

struct more_sentences {
    const char *name; /* of the data set */
    const struct tagged_set *data;
    const struct data_limits *limits;
};

static enum status append_sentences(struct db *db, void *ctx, struct err *e)
{
    const struct more_sentences *more = ctx;
    const struct tagged_set *data = more->data;
    const struct data_limits *limits = more->limits;
    struct dataset d = {0};
    struct sha256_ctx h;
    int64_t tokens = 0, sentences;
    enum status st;

    for (int i = 0; i < data->count; i++)
        tokens += data->items[i].length;
    st = dataset_for_append(&d, db, more->name, DATA_TAGGED, e);
    sentences = d.sentences + data->count;
    tokens += d.tokens;
    if (!st && (sentences > (int64_t)limits->max_sentences || tokens > (int64_t)limits->max_tokens))
        st = err_set(e, ST_TOO_LARGE,
                     "the dataset would have %lld sentences and %lld tokens; max_sentences allows "
                     "%zu and max_tokens %zu",
                     (long long)sentences, (long long)tokens, limits->max_sentences,
                     limits->max_tokens);
    sha256_init(&h);
    digest_add(&h, d.digest, DIGEST_LEN);
    if (!st)
        st = add_sentences(db, &d, data, &h, e);
    if (!st)
        st = finish(db, &d, &h, e);
    if (!st)
        st = event_dataset(db, &d, "appended", e);
    dataset_release(&d);
    return st;
}

enum status store_dataset_append_tagged(struct store *s, const char *name,
                                        const struct tagged_set *data,
                                        const struct data_limits *limits, struct err *e)
{
    struct more_sentences more = {name, data, limits};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_write(db, append_sentences, &more, e);
    if (!st)
        store_data_changed(s, name);
    return st;
}

/* ---- reading ---- */

static char *take_field(struct tagged_set *set, const char **p, char end, bool *ok)
{
    const char *stop = strchr(*p, end);
    char *text;

    if (!stop) {
        *ok = false;
        return NULL;
    }
    text = stop > *p ? tagged_set_tag(set, *p, (size_t)(stop - *p)) : NULL;
    *ok = *ok && (text || stop == *p);
    *p = stop + 1;
    return text;
}

static enum status read_sentence(struct tagged_set *out, const char *text, struct err *e)
{
    struct tagged_sentence *t;
    bool ok = true;
    int n = 0;

    for (const char *p = text; *p; p++)
        n += *p == '\n';
    t = tagged_set_add(out, n);
    if (!t)
        return err_nomem(e, 0);
    for (int i = 0; ok && i < n; i++) {
        t->form[i] = take_field(out, &text, '\t', &ok);
        if (ok)
            t->upos[i] = take_field(out, &text, '\t', &ok);
        if (ok)
            t->xpos[i] = take_field(out, &text, '\n', &ok);
        ok = ok && t->form[i];
    }
    ok = ok && !*text;
    return ok ? ST_OK : err_set(e, ST_CORRUPT, "database: a sentence is damaged");
}

enum status dataset_sentence(struct tagged_set *out, struct stmt *q, struct err *e)
{
    char *text = stmt_text(q, 0);
    enum status st = text ? read_sentence(out, text, e) : q->st;

    free(text);
    if (!st)
        out->items[out->count - 1].source = stmt_text(q, 1); /* NULL: none, or q has an error */
    return st;
}

static enum status read_sentences(struct tagged_set *out, struct db *db, int64_t dataset,
                                  struct err *e)
{
    struct stmt q;
    enum status st = ST_OK, end;

    stmt_open(&q, db, e,
              "SELECT tokens, source FROM sentence WHERE dataset = :id ORDER BY position");
    stmt_bind_i64(&q, ":id", dataset);
    while (!st && stmt_row(&q))
        st = dataset_sentence(out, &q, e);
    end = stmt_close(&q);
    return st ? st : end;
}

/* Receives the whole content of a data set. */
struct loading {
    int64_t dataset_id;
    struct tagged_set *out;
};

static enum status load_all(struct db *db, void *ctx, struct err *e)
{
    const struct loading *l = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "SELECT sentences FROM dataset WHERE id = :id");
    stmt_bind_i64(&q, ":id", l->dataset_id);
    if (!stmt_row(&q) && !q.st)
        q.st = err_set(e, ST_NOT_FOUND, "the dataset is gone");
    st = stmt_close(&q);
    return st ? st : read_sentences(l->out, db, l->dataset_id, e);
}

enum status store_tagged_load(struct tagged_set *out, struct store *s, int64_t dataset_id,
                              struct err *e)
{
    struct loading l = {dataset_id, out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    tagged_set_init(out);
    if (!st)
        st = transaction_read(db, load_all, &l, e);
    if (st)
        tagged_set_release(out);
    return st;
}
