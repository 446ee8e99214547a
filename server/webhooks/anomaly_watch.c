/* anomaly_watch.c - see anomaly_watch.h. */
#include "server/webhooks/anomaly_watch.h"

#include "server/base/log.h"
#include "server/base/repeater.h"
#include "server/data/missing.h"
#include "server/formats/json_build.h"
#include "server/models/panel.h"
#include "server/store/anomaly_check.h"

#include <lstm/anomalies.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_MS = 1000, BUSY_MS = 20, VALUES_MAX = 20000000 };

/* The new rows of one data set while they are looked at. */
struct look {
    struct store *store;
    struct model_cache *cache;
    const atomic_bool *stop;
    struct anomaly_checks checks;
    struct series_set set;
    struct dataset_model model[WATCH_MODELS];
    int num_models;
    char *data[WATCH_MODELS]; /* JSON of what each model found; NULL: nothing. Owned */
};

/* ---- what is reported ---- */

/* The anomalies of one model. */
struct report {
    cJSON *series; /* owned; NULL when out of memory */
    int found, named;
};

static cJSON *time_of(const struct timeline *t, int row)
{
    char text[40];

    return t->frequency.unit == FREQ_INDEX ? cJSON_CreateNumber((double)(t->start + row))
                                           : cJSON_CreateString(timeline_text(text, t, row));
}

/* Adds the anomalies of one series in rows from `first` on. */
static void report_series(struct report *r, const struct anomalies *a, const struct series_view *s,
                          const struct timeline *time, int first)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "id", s->id), *rows = cJSON_CreateArray();
    int before = r->found;

    for (int i = 0; i < a->count; i++) {
        cJSON *row;

        if (a->first + i < first || !a->anomaly[i])
            continue;
        r->found++;
        if (r->named >= WATCH_REPORTED)
            continue;
        r->named++;
        row = json_put(cJSON_CreateObject(), "time", time_of(time, a->first + i));
        row = json_put_number(row, "value", s->values[a->first + i]);
        row = json_put_number(row, "expected", a->expected[i]);
        row = json_put_number(row, "lower", a->lower[i]);
        rows = json_push(rows, json_put_number(row, "upper", a->upper[i]));
    }
    if (rows && cJSON_GetArraySize(rows) == 0 && r->found == before) {
        cJSON_Delete(rows);
        cJSON_Delete(o);
        return;
    }
    r->series = json_push(r->series, json_put(o, "anomalies", rows));
}

/* *out: JSON text, or NULL when nothing was found. Consumes the report. */
static enum status report_text(char **out, struct report *r, const struct dataset_model *m,
                               const char *dataset, struct err *e)
{
    cJSON *o;

    if (r->series && r->found == 0) {
        cJSON_Delete(r->series);
        return ST_OK;
    }
    o = json_put_text(cJSON_CreateObject(), "model", m->name);
    o = json_put_number(o, "version", (double)m->version);
    o = json_put_text(o, "dataset", dataset);
    o = json_put_number(o, "level", ANOMALY_LEVEL);
    o = json_put_number(o, "found", r->found);
    o = json_put(o, "series", r->series);
    *out = o ? cJSON_PrintUnformatted(o) : NULL;
    cJSON_Delete(o);
    return *out ? ST_OK : err_nomem(e, 0);
}

/* ---- the rule ---- */

static const struct anomaly_check *check_of(const struct look *l, const char *series)
{
    for (int i = 0; i < l->checks.count; i++)
        if (strcmp(l->checks.items[i].series, series) == 0)
            return &l->checks.items[i];
    return NULL;
}

/* Whether the model knows a series of this name, with the same steps. */
static bool knows(const struct model *m, const struct panel_data *p, int i)
{
    int at = forecaster_find_series(m->forecaster, p->ids[i]);

    return at >= 0 &&
           (m->time[at].frequency.unit == FREQ_INDEX || p->time[i].frequency.unit == FREQ_INDEX ||
            timeline_alike(&m->time[at], &p->time[i]));
}

/* How many of the newest rows are looked at. */
static int rows_of(const struct look *l, int length, int first)
{
    int most = WATCH_ROWS / (l->checks.count > 0 ? l->checks.count : 1), n = length - first;

    if (most > WATCH_LAST)
        most = WATCH_LAST;
    if (length > 0 && most > VALUES_MAX / length)
        most = VALUES_MAX / length;
    return n < most ? n : most > 0 ? most : 1;
}

/* A history that the rule cannot be applied to, such as a short one, has no anomalies. */
static enum status look_at(struct report *r, const struct look *l, const struct model *m,
                           const struct panel_data *p, int i, int first, struct err *e)
{
    struct series_view s = p->views[i];
    struct anomalies found = {0};
    double *covariates = NULL;
    enum status st = ST_OK;

    if (first >= s.length || !knows(m, p, i))
        return ST_OK;
    st = panel_covariates(&covariates, &s.rows, m->forecaster, p, i, 0, e);
    s.covariates = covariates;
    if (!st)
        st = forecaster_anomalies_view(&found, m->forecaster, &s, ANOMALY_LEVEL,
                                       rows_of(l, s.length, first), e);
    if (!st)
        report_series(r, &found, &s, &p->time[i], first);
    anomalies_release(&found);
    free(covariates);
    return st == ST_NOMEM ? st : ST_OK;
}

static enum status look_by(char **out, struct look *l, const struct dataset_model *which,
                           const struct model *m, struct err *e)
{
    struct report r = {.series = cJSON_CreateArray()};
    struct panel_data p = {0};
    int columns = l->set.num_columns - l->set.num_covariates;
    enum status st =
        panel_data_init(&p, &l->set, forecaster_params(m->forecaster)->multivariate, e);

    for (int i = 0; !st && i < p.panel.count; i++) {
        const struct anomaly_check *c = check_of(l, l->set.items[i / columns].id);

        if (atomic_load(l->stop))
            st = err_set(e, ST_CANCELLED, "the daemon ends");
        else if (c)
            st = look_at(&r, l, m, &p, i, (int)c->first, e);
    }
    if (!st)
        st = report_text(out, &r, which, l->checks.dataset, e);
    else
        cJSON_Delete(r.series);
    panel_data_release(&p);
    return st;
}

/* Whether the same may succeed later. */
static bool may_pass(enum status st)
{
    return st == ST_BUSY || st == ST_FULL || st == ST_READONLY || st == ST_IO || st == ST_NOMEM ||
           st == ST_CANCELLED;
}

/* A model that cannot be loaded, or has been deleted meanwhile, finds nothing. */
static enum status look_by_model(struct look *l, int k, struct err *e)
{
    const struct model *m = NULL;
    struct err why = {0};
    enum status st = model_cache_acquire(&m, l->cache, l->model[k].name,
                                         version_number(l->model[k].version), &why);

    if (may_pass(st)) {
        *e = why;
        return st;
    }
    if (st) {
        log_msg(LOG_WARN, "anomalies", "model %s: %s", l->model[k].name, why.message);
        return ST_OK;
    }
    if (m->task == TASK_FORECAST && forecaster_has_intervals(m->forecaster))
        st = look_by(&l->data[k], l, &l->model[k], m, e);
    model_cache_release(l->cache, m);
    return st;
}

/* ---- one data set ---- */

static enum status load(struct look *l, struct err *e)
{
    struct dataset d = {0};
    struct err why = {0};
    enum status st = store_dataset_get(&d, l->store, l->checks.dataset, &why);

    if (st == ST_NOT_FOUND) /* deleted meanwhile */
        return ST_OK;
    if (st)
        *e = why;
    if (!st && d.kind == DATA_SERIES)
        st = store_dataset_models(l->model, &l->num_models, l->store, d.name, WATCH_MODELS, e);
    if (!st && l->num_models > 0)
        st = store_series_load(&l->set, l->store, d.id, e);
    if (!st && l->num_models > 0)
        st = missing_apply(&l->set, e);
    dataset_release(&d);
    return st;
}

static enum status finish(struct look *l, struct err *e)
{
    struct anomaly_finding found[WATCH_MODELS];
    int n = 0;

    for (int k = 0; k < l->num_models; k++)
        if (l->data[k])
            found[n++] = (struct anomaly_finding){l->model[k].name, l->data[k]};
    return store_anomaly_checks_done(l->store, &l->checks, found, n, e);
}

bool anomaly_watch_step(char at[NAME_MAX_LEN + 1], struct store *s, struct model_cache *cache,
                        const atomic_bool *stop)
{
    struct look l = {.store = s, .cache = cache, .stop = stop};
    struct err e = {0};
    enum status st = store_anomaly_checks(&l.checks, s, at, &e);
    bool any = !st && l.checks.count > 0;

    memcpy(at, l.checks.dataset, sizeof(l.checks.dataset));
    series_set_init(&l.set);
    if (any)
        st = load(&l, &e);
    for (int k = 0; any && !st && k < l.num_models; k++)
        st = look_by_model(&l, k, &e);
    if (st && st != ST_CANCELLED && st != ST_BUSY)
        log_msg(LOG_WARN, "anomalies", "new rows of %s cannot be looked at: %s",
                l.checks.dataset[0] ? l.checks.dataset : "the data sets", e.message);
    if (any && !may_pass(st)) /* another error would only come again */
        st = finish(&l, &e);
    for (int k = 0; k < WATCH_MODELS; k++)
        free(l.data[k]);
    series_set_release(&l.set);
    anomaly_checks_release(&l.checks);
    return any && !st;
}

/* ---- the thread ---- */

struct anomaly_watch {
    struct store *store;
    struct model_cache *cache;
    struct repeater *repeater;
    atomic_bool stop;
    char at[NAME_MAX_LEN + 1]; /* used only by the thread */
};

static int tick(void *ctx)
{
    struct anomaly_watch *w = ctx;

    return anomaly_watch_step(w->at, w->store, w->cache, &w->stop) ? BUSY_MS : IDLE_MS;
}

enum status anomaly_watch_start(struct anomaly_watch **out, struct store *s,
                                struct model_cache *cache, struct err *e)
{
    struct anomaly_watch *w = calloc(1, sizeof(*w));
    enum status st;

    *out = NULL;
    if (!w)
        return err_nomem(e, sizeof(*w));
    w->store = s;
    w->cache = cache;
    st = repeater_start(&w->repeater, tick, w, "the anomaly watch", e);
    if (st) {
        free(w);
        return st;
    }
    *out = w;
    return ST_OK;
}

void anomaly_watch_stop(struct anomaly_watch *w)
{
    if (!w)
        return;
    atomic_store(&w->stop, true);
    repeater_stop(w->repeater);
    repeater_free(w->repeater);
    free(w);
}
