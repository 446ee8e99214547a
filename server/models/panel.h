/* panel.h - a stored set of series as the panel that the core trains on. tasks/ and api/ use it. */
#ifndef SERVER_MODELS_PANEL_H
#define SERVER_MODELS_PANEL_H

#include "server/data/data.h"

#include <lstm/forecaster.h>

/* Every value column of every series is one series of the panel. Its id is the series' id when
 * there is one column, the column's name when there is one series, else "ID.COLUMN". All columns of
 * a series share its covariates. With multivariate, each value column also has the other value
 * columns as covariates, after the others. */
struct panel_data {
    struct panel panel;
    struct series_view *views; /* (panel.count) */
    struct timeline *time;     /* (panel.count) of row 0; owned */
    char **ids;                /* (panel.count + num_empty) owned; those left out come last */
    int num_empty;             /* series left out by panel_data_leave_out_empty() */
    double *values;            /* all columns one after the other; owned, NULL with one column */
    const char **covariates;   /* (panel.num_covariates) names; the array is owned */
    double *beside;            /* covariates of all views; owned, NULL without any */
};

/* set is borrowed until panel_data_release(). multivariate: each value column reads the others.
 * ST_NOMEM; ST_INVALID when there would be too many covariates. */
enum status panel_data_init(struct panel_data *p, const struct series_set *set, bool multivariate,
                            struct err *e);
void panel_data_release(struct panel_data *p);

/* Leaves out series without any value, for which no forecast is possible. Does nothing when all
 * series are empty. */
void panel_data_leave_out_empty(struct panel_data *p);

/* The calendar of a series that begins at row 0 of t: of months, of days, or none. */
struct calendar panel_calendar(const struct timeline *t);

/* The covariates of view i of a panel in the order of a model, up to `ahead` steps after its end.
 * *out (forecaster_num_covariates(), *rows) is new; NaN where the panel has no such name or no
 * value. *out is NULL when the model has no covariates, or the panel none of them. ST_NOMEM. */
enum status panel_covariates(double **out, int *rows, const struct forecaster *f,
                             const struct panel_data *p, int i, int ahead, struct err *e);

#endif
