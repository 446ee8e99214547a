/* quota.c - see quota.h. */
#include "server/store/quota.h"

#include "server/store/state.h"

#include <stdio.h>

enum status store_act_for(struct store *s, const struct access *who, struct err *e)
{
    bool limited = who && who->id && who->name[0];
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (st)
        return st;
    (void)snprintf(db->owner, sizeof(db->owner), "%s", limited ? who->name : "");
    db->owner_bytes = limited ? who->limit[LIMIT_BYTES] : 0;
    return ST_OK;
}

const char *quota_owner(const struct db *db)
{
    return db->owner[0] ? db->owner : NULL;
}

static enum status used_by(int64_t *out, struct db *db, const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT (SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM dataset WHERE stored_by "
              "= :name) + "
              "(SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM model_version WHERE stored_by "
              "= :name)");
    stmt_bind_text(&q, ":name", name);
    *out = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

enum status store_key_bytes(int64_t *out, struct store *s, const char *name, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = 0;
    return st ? st : used_by(out, db, name, e);
}

/* more: number of bytes that must be free. */
static enum status check(struct db *db, int64_t more, struct err *e)
{
    int64_t used = 0;
    enum status st = db->owner_bytes ? used_by(&used, db, db->owner, e) : ST_OK;

    if (st || !db->owner_bytes || used <= db->owner_bytes - more)
        return st;
    return err_set(e, ST_TOO_LARGE,
                   "the key '%s' may store %lld bytes (stored_bytes), and this would be %lld; "
                   "delete data sets or models that it stored",
                   db->owner, (long long)db->owner_bytes, (long long)(used + more));
}

enum status quota_check(struct db *db, struct err *e)
{
    return check(db, 0, e);
}

enum status quota_check_left(struct db *db, struct err *e)
{
    return check(db, 1, e);
}
