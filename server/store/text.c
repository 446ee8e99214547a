/* text.c - data sets of kind text: put, append, read. The bytes are stored in full chunks and a
 * last one that may be shorter. */
#include "server/store/dataset.h"
#include "server/store/digest.h"
#include "server/store/event.h"
#include "server/store/file_limit.h"
#include "server/store/state.h"
#include "server/store/text_chunk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status write_chunk(struct db *db, int64_t dataset, int64_t chunk, const char *text,
                               size_t len, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO text_chunk (dataset, chunk, content) VALUES (:dataset, :chunk, "
              ":content) ON CONFLICT (dataset, chunk) DO UPDATE SET content = excluded.content");
    stmt_bind_i64(&q, ":dataset", dataset);
    stmt_bind_i64(&q, ":chunk", chunk);
    stmt_bind_blob(&q, ":content", text, len);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status text_chunk_read(char *out, size_t *len, struct db *db, const struct dataset *d,
                            int64_t chunk, struct err *e)
{
    int64_t left = d->bytes - chunk * TEXT_CHUNK;
    size_t n = 0;
    struct stmt q;

    *len = left < 0 ? 0 : (size_t)(left < TEXT_CHUNK ? left : TEXT_CHUNK);
    if (*len == 0)
        return ST_OK;
    stmt_open(&q, db, e,
              "SELECT content FROM text_chunk WHERE dataset = :dataset AND chunk = :chunk");
    stmt_bind_i64(&q, ":dataset", d->id);
    stmt_bind_i64(&q, ":chunk", chunk);
    if (stmt_row(&q)) {
        const void *p = stmt_blob(&q, 0, &n);

        if (p && n == *len)
            memcpy(out, p, n);
    }
    if (!q.st && n != *len)
        q.st =
            err_set(e, ST_CORRUPT, "database: chunk %lld of a text is damaged", (long long)chunk);
    return stmt_close(&q);
}

/* Writes the text behind the d->bytes that are stored already. */
static enum status add_text(struct db *db, const struct dataset *d, const char *text, size_t len,
                            struct err *e)
{
    char *block = malloc(TEXT_CHUNK);
    int64_t at = d->bytes;
    enum status st = block ? ST_OK : err_nomem(e, TEXT_CHUNK);

    while (!st && len > 0) {
        int64_t chunk = at / TEXT_CHUNK;
        size_t have = (size_t)(at % TEXT_CHUNK);
        size_t part = len < TEXT_CHUNK - have ? len : TEXT_CHUNK - have;

        if (have)
            st = text_chunk_read(block, &have, db, d, chunk, e);
        if (!st) {
            memcpy(block + have, text, part);
            st = write_chunk(db, d->id, chunk, block, have + part, e);
        }
        at += (int64_t)part;
        text += part;
        len -= part;
    }
    free(block);
    return st;
}

/* A text that replaces the data set of its name, or goes behind it. */
struct text_upload {
    const char *name, *text;
    size_t len;
    const struct precondition *pre; /* or NULL */
    bool created;
};

static enum status put_text(struct db *db, void *ctx, struct err *e)
{
    struct text_upload *u = ctx;
    struct dataset d = {.kind = DATA_TEXT, .bytes = (int64_t)u->len};
    struct sha256_ctx h;
    enum status st;

    snprintf(d.name, sizeof(d.name), "%s", u->name);
    sha256_init(&h);
    digest_add(&h, "text", 5);
    digest_add(&h, u->text, u->len);
    digest_end(d.digest, &h);
    st = dataset_replace(&u->created, &d.created_at, db, u->name, u->pre, e);
    d.updated_at = clock_ms();
    if (!st)
        st = dataset_insert(&d.id, db, &d, "", e);
    d.bytes = 0; /* nothing of it is stored yet */
    if (!st)
        st = add_text(db, &d, u->text, u->len, e);
    d.bytes = (int64_t)u->len;
    return st ? st : event_dataset(db, &d, u->created ? "created" : "replaced", e);
}

enum status store_dataset_put_text(struct store *s, const char *name, const char *text, size_t len,
                                   const struct precondition *pre, bool *created, struct err *e)
{
    struct text_upload u = {.name = name, .text = text, .len = len, .pre = pre};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_write(db, put_text, &u, e);
    *created = u.created;
    if (!st)
        store_data_changed(s, name);
    if (!st && !u.created)
        db_shrink(db);
    return st;
}

static enum status append_text(struct db *db, void *ctx, struct err *e)
{
    const struct text_upload *u = ctx;
    struct dataset d = {0};
    struct sha256_ctx h;
    enum status st = dataset_for_append(&d, db, u->name, DATA_TEXT, e);

    if (!st && u->len > (size_t)(TEXT_BYTES_MAX - d.bytes))
        st = err_set(e, ST_TOO_LARGE, "the text would have %lld bytes; it may have %d",
                     (long long)d.bytes + (long long)u->len, TEXT_BYTES_MAX);
    if (!st)
        st = add_text(db, &d, u->text, u->len, e);
    if (!st) {
        d.bytes += (int64_t)u->len;
        sha256_init(&h);
        digest_add(&h, d.digest, DIGEST_LEN);
        digest_add(&h, u->text, u->len);
        digest_end(d.digest, &h);
        st = dataset_update(db, &d, "", e);
    }
    if (!st)
        st = event_dataset(db, &d, "appended", e);
    dataset_release(&d);
    return st;
}

enum status store_dataset_append_text(struct store *s, const char *name, const char *text,
                                      size_t len, struct err *e)
{
    struct text_upload u = {.name = name, .text = text, .len = len};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_write(db, append_text, &u, e);
    if (!st)
        store_data_changed(s, name);
    return st;
}

enum status store_text_beginning(char *out, size_t *len, struct store *s, int64_t dataset_id,
                                 size_t most, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *len = 0;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT substr(content, 1, CAST(:most AS INTEGER)) FROM text_chunk WHERE dataset = "
              ":id AND chunk = 0");
    stmt_bind_i64(&q, ":id", dataset_id);
    stmt_bind_i64(&q, ":most", (int64_t)most);
    if (stmt_row(&q)) {
        const void *p = stmt_blob(&q, 0, len);

        if (p && *len <= most)
            memcpy(out, p, *len);
    }
    return stmt_close(&q);
}
