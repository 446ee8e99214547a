/* value_columns.h - which columns of a table are values, and how their numbers are written. Private
 * to data/table/. */
#ifndef SERVER_DATA_TABLE_VALUE_COLUMNS_H
#define SERVER_DATA_TABLE_VALUE_COLUMNS_H

#include "server/data/table/chooser.h"

/* Fills c->r->styles: the style of the numbers of each column. ST_INVALID: "1,234" may be a
 * thousand or a little more than one. */
enum status value_columns_styles(struct chooser *c);
/* Fills the values of c->r and the columns of c->out: as the caller names them, else every column
 * of numbers that is nothing else. */
enum status value_columns_choose(struct chooser *c);
/* ST_INVALID: the cell of the row that was read last is no number. */
enum status value_columns_refuse(const struct chooser *c, int column);
/* Adds a column of that name to c->out. */
enum status value_columns_add_name(struct chooser *c, const char *name);

#endif
