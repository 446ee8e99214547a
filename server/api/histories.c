/* histories.c - see histories.h. */
#include "server/api/histories.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/cost.h"
#include "server/data/missing.h"

#include <string.h>

static enum status from_dataset(struct series_set *set, const struct app *app,
                                const struct http_req *rq, const cJSON *body, struct err *e)
{
    static const char *const members[] = {"dataset", NULL};
    struct dataset d = {0};
    const char *name = NULL;
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = json_get_string(&name, body, "", "dataset", true, e);
    if (!st)
        st = api_check_covered(rq, name, NULL, e);
    if (!st)
        st = store_dataset_get(&d, app->store, name, e);
    if (!st && d.kind != DATA_SERIES)
        st = err_set(e, ST_INVALID, "dataset '%s' holds %s, not series", name,
                     data_kind_words(d.kind));
    if (!st)
        st = store_series_load(set, app->store, d.id, e);
    if (!st)
        st = missing_apply(set, e);
    if (st)
        err_at(e, "/dataset");
    dataset_release(&d);
    return st;
}

enum status api_read_histories(struct series_set *set, const struct app *app,
                               const struct http_req *rq, struct json_body *body, struct err *e)
{
    if (cJSON_GetObjectItemCaseSensitive(body->tree, "dataset"))
        return from_dataset(set, app, rq, body->tree, e);
    return json_body_series(set, body, e);
}

enum status api_check_history(const struct model *m, const struct panel_data *p, int i,
                              struct err *e)
{
    int at = forecaster_find_series(m->forecaster, p->ids[i]);
    const struct timeline *known = &m->time[at < 0 ? 0 : at], *given = &p->time[i];
    char a[16], b[16], open[OPEN_TEXT_MAX], trained[OPEN_TEXT_MAX];

    if (known->frequency.unit == FREQ_INDEX || given->frequency.unit == FREQ_INDEX ||
        timeline_alike(known, given))
        return ST_OK;
    timeline_name(a, given);
    timeline_name(b, known);
    if (strcmp(a, b) != 0) {
        err_set(e, ST_INVALID, "the frequency is %s; the model was trained on %s", a, b);
        return err_at(e, "/series/%d/frequency", i);
    }
    timeline_open(open, given);
    timeline_open(trained, known);
    err_set(e, ST_INVALID, "the open steps are '%s'; the model was trained on '%s'",
            open[0] ? open : "all", trained[0] ? trained : "all");
    return err_at(e, "/series/%d/open", i);
}

bool api_stays_inline(struct http_res *rs, const struct app *app, const struct http_req *rq)
{
    if (rq->body_len <= INLINE_BODY_BYTES &&
        model_cache_has(app->cache, rq->param[0], api_version_asked(rq)))
        return true;
    return !http_move(rs, rq, HTTP_WORK);
}

enum status api_acquire_forecaster(const struct model **m, struct app *app,
                                   const struct http_req *rq, struct err *e)
{
    enum status st = model_cache_acquire(m, app->cache, rq->param[0], api_version_asked(rq), e);

    if (!st && (*m)->task != TASK_FORECAST)
        st = err_set(e, ST_CONFLICT,
                     "model %s tags sentences and makes no forecasts; POST to "
                     "/v1/models/%s/tag",
                     (*m)->name, (*m)->name);
    return st;
}
