/* aggregate.h - joins several rows of a table into one step of time. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_AGGREGATE_H
#define SERVER_DATA_TABLE_AGGREGATE_H

#include "server/data/table/table_options.h"
#include "server/data/timeline.h"

/* Moves a time to the beginning of its step: by frequency and offset of a timeline. Weeks begin on
 * Monday. */
void aggregate_floor(struct timestamp *t, const struct timeline *step);
/* Adds the values of one row, (n) with NaN for missing ones, to those of its step. counts (n): how
 * many values were added before; 0 for the first row. */
void aggregate_add(double *step, double *counts, const double *row, int n, enum aggregate how);
/* Called after the last row: makes means and counts, and NaN where there was no value. */
void aggregate_end(double *step, const double *counts, int n, enum aggregate how);

#endif
