/* time_columns.h - finds the columns of a table that make the time of a row. Private to
 * data/table/. */
#ifndef SERVER_DATA_TABLE_TIME_COLUMNS_H
#define SERVER_DATA_TABLE_TIME_COLUMNS_H

#include "server/data/table/chooser.h"
#include "server/data/timeline.h"

/* Sets the times of c->r: those that the caller names, otherwise by names and cells; none when no
 * column is a time. ST_INVALID: a column that must be a time is not. */
enum status time_columns_choose(struct chooser *c);
/* Reads the time of the row that was read last from its columns. Returns false when a cell is not a
 * time; *odd: its column. */
bool time_columns_read(struct timestamp *out, int *odd, const struct roles *r,
                       const struct table_options *o, const struct cell *cells);
/* ST_INVALID: the cell of the row that was read last is not a time. The message names what would
 * help. */
enum status time_columns_refuse(const struct chooser *c, int column);

#endif
