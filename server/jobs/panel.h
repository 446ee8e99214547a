/* panel.h - a stored series set as the panel that the core trains on. Private to jobs/. */
#ifndef JOBS_PANEL_H
#define JOBS_PANEL_H

#include "server/formats/data.h"

#include <lstm/forecaster.h>

/* Every (series, value column) is one series of the panel: under the series' id when there is one column,
 * under the column's name when there is one series, else under "ID.COLUMN". */
struct panel_data {
    struct panel panel;
    struct series_view *views; /* (panel.count) */
    struct timeline *time;     /* (panel.count) of row 0; owned */
    char **ids;                /* (panel.count) owned */
    double *values;            /* all columns one after the other; owned, NULL with one column */
};

/* set is borrowed until panel_data_release(). ST_NOMEM. */
enum status panel_data_init(struct panel_data *p, const struct series_set *set, struct err *e);
void panel_data_release(struct panel_data *p);

#endif
