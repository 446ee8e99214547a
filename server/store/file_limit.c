/* file_limit.c - see file_limit.h. */
#include "server/store/file_limit.h"

#include "server/store/state.h"
#include "server/store/stmt.h"

static int64_t limit_of(const struct db *db)
{
    return db->store ? db->store->max_bytes : 0;
}

static enum status used_bytes(int64_t *out, struct db *db, struct err *e)
{
    return db->driver->used_bytes(out, db, e);
}

static enum status over(struct db *db, int64_t used, struct err *e)
{
    db->over_limit = true;
    return err_set(e, ST_FULL,
                   "the database would use %lld bytes; max_database_bytes allows %lld: delete data "
                   "sets, versions of models or jobs, or raise it",
                   (long long)used, (long long)limit_of(db));
}

enum status file_limit_check(struct db *db, int64_t adding, struct err *e)
{
    int64_t used = 0;
    enum status st = limit_of(db) ? used_bytes(&used, db, e) : ST_OK;

    if (st || !limit_of(db) || used + adding <= limit_of(db))
        return st;
    return over(db, used + adding, e);
}

struct limited {
    transaction_body *body;
    void *ctx;
};

static enum status write_limited(struct db *db, void *ctx, struct err *e)
{
    const struct limited *l = ctx;
    int64_t before = 0, after = 0;
    enum status st = limit_of(db) ? used_bytes(&before, db, e) : ST_OK;

    if (!st)
        st = l->body(db, l->ctx, e);
    if (!st && limit_of(db))
        st = used_bytes(&after, db, e);
    if (!st && after > before && after > limit_of(db))
        st = over(db, after, e);
    return st;
}

enum status file_limit_write(struct db *db, transaction_body *body, void *ctx, struct err *e)
{
    struct limited l = {body, ctx};

    return transaction_write(db, write_limited, &l, e);
}
