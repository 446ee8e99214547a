/* table_points.h - the series of a table whose times go across: a cell is a value of one time.
 * Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TABLE_POINTS_H
#define SERVER_DATA_TABLE_TABLE_POINTS_H

#include "server/data/table/builder.h"

/* SHAPE_ACROSS, SHAPE_PERIODS, SHAPE_CLOCKS, SHAPE_COLUMNS. Missing cells before the first value
 * of a series and behind its last one are no rows of it. */
enum status table_points_read(struct builder *b);

#endif
