/* table_slices.h - the series of a table of which all have their times from one list: those of its
 * columns, or those of its rows where each column is a series. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TABLE_SLICES_H
#define SERVER_DATA_TABLE_TABLE_SLICES_H

#include "server/data/table/builder.h"

/* SHAPE_ACROSS and SHAPE_COLUMNS, in little more memory than the values. *done is false, and
 * nothing but the names of series is kept, where two rows or columns are of one series, or the
 * times of rows do not rise: table_points.h reads these. */
enum status table_slices_read(bool *done, struct builder *b);

#endif
