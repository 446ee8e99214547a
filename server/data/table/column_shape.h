/* column_shape.h - whether times go down the rows of a table or across its columns. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_COLUMN_SHAPE_H
#define SERVER_DATA_TABLE_COLUMN_SHAPE_H

#include "server/data/table/chooser.h"
#include "server/data/timeline.h"

/* Sets c->r->shape. Where times go across, all roles are chosen: values are the columns with the
 * values, in the order of their times. */
enum status column_shape_find(struct chooser *c);
/* The name of a column as a time may be read from it. */
struct cell column_shape_name(const struct table *t, size_t column);
/* The time of the column with the values i of c->r, for SHAPE_ACROSS; FREQ_INDEX where the columns
 * are only numbered (once they are in order). */
struct timestamp column_shape_time(const struct roles *r, const struct table *t, int i);
/* Seconds since midnight at which the step of value column i of SHAPE_CLOCKS begins. */
int64_t column_shape_clock(const struct roles *r, const struct table *t, int i);
/* 1 to 12 of a column of SHAPE_PERIODS: the first month of its period. */
int column_shape_month(const struct table *t, int column);

#endif
