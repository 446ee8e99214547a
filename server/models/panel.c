/* panel.c - see panel.h. */
#include "server/models/panel.h"

#include "server/data/missing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void panel_data_release(struct panel_data *p)
{
    for (int i = 0; p->ids && i < p->panel.count + p->num_empty; i++)
        free(p->ids[i]);
    free(p->ids);
    free(p->views);
    free(p->time);
    free(p->values);
    free(p->covariates);
    free(p->beside);
    *p = (struct panel_data){0};
}

static int num_targets(const struct series_set *set)
{
    return set->num_columns - set->num_covariates;
}

static char *name_of(const struct series_set *set, int series, int column)
{
    const char *id = set->items[series].id, *name = set->columns[column];
    size_t len = strlen(id) + strlen(name) + 2;
    char *text = malloc(len);

    if (!text)
        return NULL;
    if (num_targets(set) == 1)
        snprintf(text, len, "%s", id);
    else if (set->count == 1)
        snprintf(text, len, "%s", name);
    else
        snprintf(text, len, "%s.%s", id, name);
    return text;
}

static void copy_column(double *to, const struct series_set *set, const struct series *s,
                        int column)
{
    for (int i = 0; i < s->length; i++)
        to[i] = s->values[(size_t)i * (size_t)set->num_columns + (size_t)column];
}

/* Values are stored row by row, but the core takes each column by itself. */
static const double *column_of(double **to, const struct series_set *set, const struct series *s,
                               int column)
{
    double *v = *to;

    if (set->num_columns == 1)
        return s->values;
    copy_column(v, set, s, column);
    *to += s->length;
    return v;
}

static enum status add_names(struct panel_data *p, const struct series_set *set, bool others,
                             struct err *e)
{
    int targets = num_targets(set), n = set->num_covariates + (others ? targets : 0);

    if (n > COVARIATES_MAX)
        return err_set(e, ST_INVALID,
                       "%d covariates and targets that see each other; the most is %d", n,
                       COVARIATES_MAX);
    p->covariates = calloc((size_t)n + 1, sizeof(*p->covariates));
    if (!p->covariates)
        return err_nomem(e, 0);
    for (int k = 0; k < set->num_covariates; k++)
        p->covariates[k] = set->columns[targets + k];
    for (int k = set->num_covariates; k < n; k++)
        p->covariates[k] = set->columns[k - set->num_covariates];
    p->panel.covariates = p->covariates;
    p->panel.num_covariates = n;
    return ST_OK;
}

/* Adds the covariates of one value column, and moves *to after them. */
static void add_covariates(struct series_view *v, double **to, const struct series_set *set,
                           const struct series *s, int column, int count)
{
    int targets = num_targets(set);

    v->covariates = *to;
    v->rows = s->length;
    for (int k = 0; k < count; k++, *to += s->length) {
        int from = k < set->num_covariates ? targets + k : k - set->num_covariates;

        if (from != column)
            copy_column(*to, set, s, from);
        for (int i = 0; from == column && i < s->length; i++)
            (*to)[i] = NAN;
    }
}

struct calendar panel_calendar(const struct timeline *t)
{
    bool months = t->frequency.unit == FREQ_M, days = t->frequency.unit == FREQ_D;

    /* calendar effects need consecutive days */
    if (!(months || days) || t->frequency.multiple != 1 || timeline_has_closed(t))
        return (struct calendar){.unit = CALENDAR_NONE};
    return (struct calendar){months ? CALENDAR_MONTHS : CALENDAR_DAYS, t->start};
}

static enum status add_views(struct panel_data *p, const struct series_set *set, struct err *e)
{
    double *to = p->values, *beside = p->beside;

    for (int i = 0; i < set->count; i++)
        for (int k = 0; k < num_targets(set); k++) {
            int at = p->panel.count++;
            struct series_view *v = &p->views[at];

            p->ids[at] = name_of(set, i, k);
            if (!p->ids[at])
                return err_nomem(e, 0);
            p->time[at] = set->items[i].time;
            *v = (struct series_view){.id = p->ids[at],
                                      .values = column_of(&to, set, &set->items[i], k),
                                      .length = series_observed(set, &set->items[i]),
                                      .calendar = panel_calendar(&p->time[at])};
            if (p->panel.num_covariates)
                add_covariates(v, &beside, set, &set->items[i], k, p->panel.num_covariates);
        }
    return ST_OK;
}

enum status panel_data_init(struct panel_data *p, const struct series_set *set, bool multivariate,
                            struct err *e)
{
    size_t targets = (size_t)num_targets(set), n = (size_t)set->count * targets, total = 0;
    enum status st;

    *p = (struct panel_data){0};
    st = add_names(p, set, multivariate && targets > 1, e);
    for (int i = 0; i < set->count; i++)
        total += (size_t)set->items[i].length * targets;
    p->views = calloc(n + 1, sizeof(*p->views));
    p->time = calloc(n + 1, sizeof(*p->time));
    p->ids = calloc(n + 1, sizeof(*p->ids));
    if (set->num_columns > 1)
        p->values = malloc((total + 1) * sizeof(*p->values));
    if (!st && p->panel.num_covariates)
        p->beside = malloc((total * (size_t)p->panel.num_covariates + 1) * sizeof(*p->beside));
    if (!st && (!p->views || !p->time || !p->ids || (set->num_columns > 1 && !p->values) ||
                (p->panel.num_covariates && !p->beside)))
        st = err_nomem(e, total * sizeof(double));
    p->panel.series = p->views;
    p->panel.season_length = set->count > 0 ? timeline_season_length(&set->items[0].time) : 1;
    p->panel.fill = missing_policy_imputation(set->missing_policy);
    if (!st)
        st = add_views(p, set, e);
    if (st)
        panel_data_release(p);
    return st;
}

static bool is_empty(const struct series_view *v)
{
    for (int i = 0; i < v->length; i++) {
        if (!isnan(v->values[i]))
            return false;
    }
    return true;
}

void panel_data_leave_out_empty(struct panel_data *p)
{
    int kept = 0, empty = 0;

    for (int i = 0; i < p->panel.count; i++)
        empty += is_empty(&p->views[i]);
    if (!empty || empty == p->panel.count)
        return;
    for (int i = 0; i < p->panel.count; i++) {
        char *id = p->ids[i];

        if (is_empty(&p->views[i]))
            continue;
        p->ids[i] = p->ids[kept];
        p->ids[kept] = id;
        p->views[kept] = p->views[i];
        p->time[kept++] = p->time[i];
    }
    p->panel.count = kept;
    p->num_empty = empty;
}

enum status panel_covariates(double **out, int *rows, const struct forecaster *f,
                             const struct panel_data *p, int i, int ahead, struct err *e)
{
    const struct series_view *v = &p->views[i];
    int count = forecaster_num_covariates(f), n = v->length + ahead;
    bool any = false, known;
    size_t size = (size_t)count * (size_t)n * sizeof(double);
    double *to;

    *out = NULL;
    *rows = n;
    for (int k = 0; k < count; k++)
        for (int c = 0; c < p->panel.num_covariates; c++)
            any = any || !strcmp(forecaster_covariate(f, k, &known), p->covariates[c]);
    if (!any)
        return ST_OK;
    *out = to = malloc(size);
    if (!to)
        return err_nomem(e, size);
    for (int k = 0; k < count; k++, to += n) {
        const double *from = NULL;

        for (int c = 0; c < p->panel.num_covariates; c++)
            if (!strcmp(forecaster_covariate(f, k, &known), p->covariates[c]))
                from = v->covariates + (size_t)c * (size_t)v->rows;
        for (int t = 0; t < n; t++)
            to[t] = from && t < v->rows ? from[t] : NAN;
    }
    return ST_OK;
}
