/* newest.c - see newest.h.
 *
 * A data set continues a model's series when it has a series of the same name and frequency that
 * ends where the training data end, or later. Earlier values may have been corrected. */
#include "server/api/newest.h"

#include "server/api/cost.h"
#include "server/data/missing.h"

#include <stdlib.h>
#include <string.h>

/* *out: whether m was trained on data with this digest. Old jobs have not recorded it: false. */
static enum status has_learnt(bool *out, struct store *s, const struct model *m, const char *digest,
                              struct err *e)
{
    struct model_version v = {0};
    enum status st = store_model_get(&v, s, m->name, m->version, e);
    cJSON *details = !st && v.details ? cJSON_Parse(v.details) : NULL;
    const char *learnt = cJSON_GetStringValue(cJSON_GetObjectItem(details, "dataset_digest"));

    *out = learnt && strcmp(learnt, digest) == 0;
    cJSON_Delete(details);
    model_version_release(&v);
    return st;
}

/* Whether `length` rows from row 0 of given on end where the model's series ends, or later. */
static bool goes_on(const struct model *m, int series, const struct timeline *given, int length)
{
    const struct timeline *known = &m->time[series];
    const double *values;
    int64_t skipped = 0, offset = 0;
    int kept = 0;
    struct err ignored;

    (void)forecaster_series(m->forecaster, series, &values, &kept, &skipped);
    return length > 0 && timeline_alike(known, given) &&
           !timeline_offset(&offset, known, given, &ignored) && offset + length >= skipped + kept;
}

static enum status match(struct newest *n, const struct model *m, struct err *e)
{
    int count = forecaster_num_series(m->forecaster);

    n->at = malloc((size_t)count * sizeof(*n->at));
    if (!n->at)
        return err_nomem(e, (size_t)count * sizeof(*n->at));
    for (int i = 0; i < count; i++)
        n->at[i] = -1;
    for (int k = 0; k < n->panel.panel.count; k++) {
        int i = forecaster_find_series(m->forecaster, n->panel.ids[k]);

        if (i >= 0 && goes_on(m, i, &n->panel.time[k], n->panel.views[k].length))
            n->at[i] = k;
    }
    for (int i = 0; i < count; i++)
        n->apart = n->apart || n->at[i] < 0;
    return ST_OK;
}

static enum status read_set(struct newest *n, struct app *app, const struct model *m,
                            const struct dataset *d, struct err *e)
{
    enum status st = store_series_load(&n->set, app->store, d->id, e);

    if (!st)
        st = missing_apply(&n->set, e);
    if (!st)
        st = panel_data_init(&n->panel, &n->set, forecaster_params(m->forecaster)->multivariate, e);
    if (!st)
        st = match(n, m, e);
    memcpy(n->digest, d->digest, sizeof(n->digest));
    return st;
}

enum status newest_read(struct newest *out, struct app *app, const struct http_req *rq,
                        const struct model *m, struct err *e)
{
    struct dataset d = {0};
    struct err missing;
    bool learnt = false;
    enum status st;

    *out = (struct newest){0};
    if (!m->dataset[0] || !access_covers(rq->key, m->dataset))
        return ST_OK;
    st = store_dataset_get(&d, app->store, m->dataset, &missing);
    if (st) {
        dataset_release(&d);
        *e = missing;
        return st == ST_NOT_FOUND ? ST_OK : st;
    }
    st = has_learnt(&learnt, app->store, m, d.digest, e);
    learnt = learnt && forecaster_params(m->forecaster)->keep_history;
    if (!st && !learnt && d.kind == DATA_SERIES)
        st = read_set(out, app, m, &d, e);
    dataset_release(&d);
    return st;
}

void newest_release(struct newest *n)
{
    free(n->at);
    panel_data_release(&n->panel);
    series_set_release(&n->set);
    *n = (struct newest){0};
}

enum http_lane newest_lane(struct store *s, const struct model *m)
{
    return m->dataset[0] ? cost_lane_of_data(s, m->dataset) : HTTP_INLINE;
}
