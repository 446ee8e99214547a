/* column_shape.h - finds whether times are in the rows of a table or in its columns. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_COLUMN_SHAPE_H
#define SERVER_DATA_TABLE_COLUMN_SHAPE_H

#include "server/data/table/chooser.h"
#include "server/data/timeline.h"

/* Sets c->r->shape. If times are in columns, chooses all roles: values are the columns with values,
 * in the order of their times. */
enum status column_shape_find(struct chooser *c);
/* The name of a column in the form that is read as a time. */
struct cell column_shape_name(const struct table *t, size_t column);
/* The time of the column with values i of c->r, for SHAPE_ACROSS; FREQ_INDEX if the columns are
 * only numbered (after they were put in order). */
struct timestamp column_shape_time(const struct roles *r, const struct table *t, int i);
/* For value column i of SHAPE_CLOCKS: the beginning of its step in seconds since midnight. */
int64_t column_shape_clock(const struct roles *r, const struct table *t, int i);
/* For a column of SHAPE_PERIODS: the first month of its period, 1 to 12. */
int column_shape_month(const struct table *t, int column);

#endif
