/* table_slices.h - makes series of a table when all take their times from one list: the columns, or
 * the rows if each column is a series. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TABLE_SLICES_H
#define SERVER_DATA_TABLE_TABLE_SLICES_H

#include "server/data/table/builder.h"

/* For SHAPE_ACROSS and SHAPE_COLUMNS, in little more memory than the values take. *done is false,
 * and only the names of series are kept, when two rows or columns belong to one series, or the
 * times of rows are not ascending: table_points.h reads these. */
enum status table_slices_read(bool *done, struct builder *b);

#endif
