/* time_columns.h - which columns of a table make the time of a row. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TIME_COLUMNS_H
#define SERVER_DATA_TABLE_TIME_COLUMNS_H

#include "server/data/table/chooser.h"
#include "server/data/timeline.h"

/* Fills the times of c->r: as the caller names them, else by names and cells; none where no column
 * is a time. ST_INVALID: a column that must be a time is none. */
enum status time_columns_choose(struct chooser *c);
/* The time of the row that was read last, of its columns. False: one of them is none; *odd is
 * that column. */
bool time_columns_read(struct timestamp *out, int *odd, const struct roles *r,
                       const struct table_options *o, const struct cell *cells);
/* ST_INVALID: the cell of the row that was read last is no time. Names what would help. */
enum status time_columns_refuse(const struct chooser *c, int column);

#endif
