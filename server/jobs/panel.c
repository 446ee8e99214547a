/* panel.c - see panel.h. */
#include "server/jobs/panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void panel_data_release(struct panel_data *p)
{
    for (int i = 0; p->ids && i < p->panel.count; i++)
        free(p->ids[i]);
    free(p->ids);
    free(p->views);
    free(p->time);
    free(p->values);
    *p = (struct panel_data){0};
}

static char *name_of(const struct series_set *set, int series, int column)
{
    const char *id = set->items[series].id, *name = set->columns[column];
    size_t len = strlen(id) + strlen(name) + 2;
    char *text = malloc(len);

    if (!text)
        return NULL;
    if (set->num_columns == 1)
        snprintf(text, len, "%s", id);
    else if (set->count == 1)
        snprintf(text, len, "%s", name);
    else
        snprintf(text, len, "%s.%s", id, name);
    return text;
}

/* Columns lie row by row; the core wants each on its own. */
static const double *column_of(double **to, const struct series_set *set, const struct series *s,
                               int column)
{
    double *v = *to;

    if (set->num_columns == 1)
        return s->values;
    for (int i = 0; i < s->length; i++)
        v[i] = s->values[(size_t)i * (size_t)set->num_columns + (size_t)column];
    *to += s->length;
    return v;
}

enum status panel_data_init(struct panel_data *p, const struct series_set *set, struct err *e)
{
    size_t n = (size_t)set->count * (size_t)set->num_columns, total = 0;
    double *to;

    *p = (struct panel_data){0};
    for (int i = 0; i < set->count; i++)
        total += (size_t)set->items[i].length * (size_t)set->num_columns;
    p->views = calloc(n + 1, sizeof(*p->views));
    p->time = calloc(n + 1, sizeof(*p->time));
    p->ids = calloc(n + 1, sizeof(*p->ids));
    if (set->num_columns > 1)
        p->values = malloc((total + 1) * sizeof(*p->values));
    if (!p->views || !p->time || !p->ids || (set->num_columns > 1 && !p->values)) {
        panel_data_release(p);
        return err_nomem(e, total * sizeof(double));
    }
    to = p->values;
    p->panel.series = p->views;
    p->panel.season_length =
        set->count > 0 ? frequency_season_length(set->items[0].time.frequency) : 1;
    for (int i = 0; i < set->count; i++)
        for (int k = 0; k < set->num_columns; k++) {
            int at = p->panel.count++;

            p->ids[at] = name_of(set, i, k);
            if (!p->ids[at]) {
                panel_data_release(p);
                return err_nomem(e, 0);
            }
            p->time[at] = set->items[i].time;
            p->views[at] = (struct series_view){p->ids[at], column_of(&to, set, &set->items[i], k),
                                                set->items[i].length};
        }
    return ST_OK;
}
