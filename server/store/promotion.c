/* promotion.c - see promotion.h.
 *
 * Without the alias "production" the newest version serves, and that is the new one. So the alias
 * is made only to keep the version before in service, and moved only if it exists. */
#include "server/store/promotion.h"

#include "server/store/alias.h"
#include "server/store/model_version.h"

enum status promotion_check(struct db *db, const char *model, const struct model_promotion *p,
                            struct err *e)
{
    struct model_version v = {0};
    struct err none = {0};
    enum status st = model_find(&v, db, model, version_number(0), &none);
    int64_t serving = st ? 0 : v.version;

    model_version_release(&v);
    if (st && st != ST_NOT_FOUND) {
        *e = none;
        return st;
    }
    if (serving == p->serving)
        return ST_OK;
    return err_set(e, ST_PRECONDITION, "version %lld of model '%s' serves now, and not %lld",
                   (long long)serving, model, (long long)p->serving);
}

/* Finds the number of the model, and whether it has the alias. */
static enum status find_model(int64_t *model, bool *aliased, struct db *db, const char *name,
                              struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT id, CASE WHEN EXISTS (SELECT 1 FROM model_alias WHERE model = m.id AND "
              "name = '" ALIAS_SERVES "') THEN 1 ELSE 0 END FROM model m WHERE m.name = :name");
    stmt_bind_text(&q, ":name", name);
    if (stmt_row(&q)) {
        *model = stmt_i64(&q, 0);
        *aliased = stmt_i64(&q, 1) != 0;
    }
    return stmt_close(&q);
}

static enum status put_report(struct db *db, const char *job, const char *report, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "UPDATE job SET promotion = :report WHERE id = :id");
    stmt_bind_text(&q, ":report", report);
    stmt_bind_text(&q, ":id", job);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status promotion_apply(struct db *db, const struct job *j, int64_t version,
                            const struct model_promotion *p, struct err *e)
{
    int64_t model = 0;
    bool aliased = false;
    enum status st = find_model(&model, &aliased, db, j->model, e);

    if (!st && p->serves && aliased)
        st = alias_set(db, model, ALIAS_SERVES, version, clock_ms(), e);
    if (!st && !p->serves && !aliased && p->serving)
        st = alias_set(db, model, ALIAS_SERVES, p->serving, clock_ms(), e);
    return st ? st : put_report(db, j->id, p->report, e);
}
