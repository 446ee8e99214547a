/* blob.c - see blob.h. */
#include "server/store/blob.h"

#include <stdlib.h>
#include <string.h>

enum {
    PART = 64 * 1024, /* bytes that one transaction writes, in about a millisecond */
    /* Parts that are synced at once. Other commits wait for the sync. */
    PARTS_SYNCED = 64,
    PARTS_DELETED = 32 /* in one transaction */
};

/* ---- writing ---- */

static enum status new_blob(int64_t *blob, struct db *db, struct err *e)
{
    return db_int(blob, db, "INSERT INTO blob DEFAULT VALUES RETURNING id", e);
}

static enum status insert_part(struct db *db, int64_t blob, const uint8_t *bytes, size_t len,
                               struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "INSERT INTO blob_part (blob, bytes) VALUES (:blob, :bytes)");
    stmt_bind_i64(&q, ":blob", blob);
    stmt_bind_blob(&q, ":bytes", bytes, len);
    stmt_run(&q);
    return stmt_close(&q);
}

/* The next part of a blob. blob 0: the blob is made with it. */
struct next_part {
    int64_t blob;
    const uint8_t *bytes;
};

static enum status write_part(struct db *db, void *ctx, struct err *e)
{
    struct next_part *p = ctx;
    enum status st = p->blob ? ST_OK : new_blob(&p->blob, db, e);

    return st ? st : insert_part(db, p->blob, p->bytes, PART, e);
}

enum status blob_write(int64_t *blob, size_t *rest, struct db *db, const uint8_t *bytes, size_t len,
                       struct err *e)
{
    struct next_part part = {0};
    enum status st = ST_OK;
    size_t at = 0;

    for (int n = 1; !st && len - at > PART; n++) {
        if (db->over && db->over(db->over_ctx))
            st = err_set(e, ST_CANCELLED, "the writing was given up");
        part.bytes = bytes + at;
        if (!st)
            st = transaction_write_relaxed(db, write_part, &part, e);
        at += PART;
        if (!st && (n % PARTS_SYNCED == 0 || len - at <= PART))
            st = db_sync(db, e);
    }
    if (st)
        blob_drop(db, part.blob);
    *blob = st ? 0 : part.blob;
    *rest = at;
    return st;
}

enum status blob_publish(struct db *db, int64_t blob, const char *job, int64_t model,
                         int64_t version, struct err *e)
{
    struct stmt q;

    if (!blob)
        return ST_OK;
    if (job) {
        stmt_open(&q, db, e, "UPDATE blob SET published = 1, job = :job WHERE id = :id");
        stmt_bind_text(&q, ":job", job);
    } else {
        stmt_open(&q, db, e,
                  "UPDATE blob SET published = 1, model = :model, version = :version WHERE id = "
                  ":id");
        stmt_bind_i64(&q, ":model", model);
        stmt_bind_i64(&q, ":version", version);
    }
    stmt_bind_i64(&q, ":id", blob);
    stmt_run(&q);
    return stmt_close(&q);
}

/* ---- reading ---- */

static enum status find(int64_t *blob, struct db *db, const char *job, int64_t model,
                        int64_t version, struct err *e)
{
    struct stmt q;

    if (job) {
        stmt_open(&q, db, e, "SELECT id FROM blob WHERE job = :job");
        stmt_bind_text(&q, ":job", job);
    } else {
        stmt_open(&q, db, e, "SELECT id FROM blob WHERE model = :model AND version = :version");
        stmt_bind_i64(&q, ":model", model);
        stmt_bind_i64(&q, ":version", version);
    }
    *blob = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

static enum status size_of_parts(int64_t *size, struct db *db, int64_t blob, struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "SELECT CAST(coalesce(sum(length(bytes)), 0) AS BIGINT) FROM blob_part WHERE blob = :blob");
    stmt_bind_i64(&q, ":blob", blob);
    *size = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

/* Copies the parts into to, which has room for size bytes. */
static enum status copy_parts(uint8_t *to, size_t size, struct db *db, int64_t blob, struct err *e)
{
    struct stmt q;
    size_t at = 0;

    stmt_open(&q, db, e, "SELECT bytes FROM blob_part WHERE blob = :blob ORDER BY id");
    stmt_bind_i64(&q, ":blob", blob);
    while (stmt_row(&q)) {
        uint8_t *part = NULL;
        size_t n = 0;

        stmt_take_blob(&q, 0, &part, &n);
        if (!q.st && n <= size - at) {
            memcpy(to + at, part, n);
            at += n;
        }
        free(part);
    }
    return stmt_close(&q);
}

enum status blob_join(uint8_t **bytes, size_t *len, struct db *db, const char *job, int64_t model,
                      int64_t version, struct err *e)
{
    int64_t blob = 0, size = 0;
    uint8_t *all = NULL;
    enum status st = find(&blob, db, job, model, version, e);

    if (!st && !blob)
        return ST_OK;
    if (!st)
        st = size_of_parts(&size, db, blob, e);
    if (!st) {
        all = malloc((size_t)size + *len + 1);
        st = all ? copy_parts(all, (size_t)size, db, blob, e) : err_nomem(e, (size_t)size + *len);
    }
    if (!st)
        memcpy(all + size, *bytes, *len);
    free(*bytes);
    *bytes = st ? NULL : all;
    *len = st ? 0 : *len + (size_t)size;
    if (st)
        free(all);
    return st;
}

/* ---- deleting ---- */

struct leftover {
    int64_t blob;
    bool more; /* there are more parts */
};

/* Deletes the last parts, then the blob. Deletes nothing of a blob that has an owner. */
static enum status delete_parts(struct db *db, void *ctx, struct err *e)
{
    struct leftover *l = ctx;
    struct stmt q;
    enum status st;

    stmt_open(
        &q, db, e,
        "DELETE FROM blob_part WHERE id IN (SELECT p.id FROM blob b JOIN blob_part p ON "
        "p.blob = b.id WHERE b.id = :blob AND b.job IS NULL AND b.model IS NULL ORDER BY p.id "
        "DESC LIMIT :limit)");
    stmt_bind_i64(&q, ":blob", l->blob);
    stmt_bind_i64(&q, ":limit", PARTS_DELETED);
    stmt_run(&q);
    l->more = !q.st && db_changes(db) == PARTS_DELETED;
    st = stmt_close(&q);
    if (st || l->more)
        return st;
    stmt_open(&q, db, e, "DELETE FROM blob WHERE id = :blob AND job IS NULL AND model IS NULL");
    stmt_bind_i64(&q, ":blob", l->blob);
    stmt_run(&q);
    return stmt_close(&q);
}

/* Deletes a blob. Returns whether all of it is gone. */
static bool delete_blob(struct db *db, int64_t blob)
{
    struct leftover l = {.blob = blob, .more = true};

    while (l.more)
        if (transaction_write_relaxed(db, delete_parts, &l, NULL))
            return false;
    return true;
}

void blob_drop(struct db *db, int64_t blob)
{
    if (blob)
        (void)delete_blob(db, blob);
}

void blob_collect(struct db *db, bool unfinished)
{
    for (;;) {
        struct stmt q;
        int64_t blob = 0;

        stmt_open(&q, db, NULL,
                  unfinished ? "SELECT id FROM blob WHERE job IS NULL AND model IS NULL LIMIT 1"
                             : "SELECT id FROM blob WHERE job IS NULL AND model IS NULL AND "
                               "published = 1 LIMIT 1");
        if (stmt_row(&q))
            blob = stmt_i64(&q, 0);
        if (stmt_close(&q) || !blob || !delete_blob(db, blob))
            return;
    }
}
