/* value_columns.h - finds the value columns of a table, and how their numbers are written. Private
 * to data/table/. */
#ifndef SERVER_DATA_TABLE_VALUE_COLUMNS_H
#define SERVER_DATA_TABLE_VALUE_COLUMNS_H

#include "server/data/table/chooser.h"

/* Sets c->r->styles: the style of the numbers in each column. ST_INVALID: "1,234" may be a thousand
 * or a little more than one. */
enum status value_columns_styles(struct chooser *c);
/* Sets the values of c->r and the columns of c->out: those that the caller names, otherwise every
 * column of numbers that is nothing else. */
enum status value_columns_choose(struct chooser *c);
/* ST_INVALID: the cell of the row that was read last is not a number. */
enum status value_columns_refuse(const struct chooser *c, int column);
/* Adds a column with this name to c->out. */
enum status value_columns_add_name(struct chooser *c, const char *name);

#endif
