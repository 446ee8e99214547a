/* table_points.h - makes series of a table with times in its columns, where each cell is the value
 * of one time. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TABLE_POINTS_H
#define SERVER_DATA_TABLE_TABLE_POINTS_H

#include "server/data/table/builder.h"

/* For SHAPE_ACROSS, SHAPE_PERIODS, SHAPE_CLOCKS, SHAPE_COLUMNS. A series begins with its first
 * value and ends with its last one. */
enum status table_points_read(struct builder *b);

#endif
