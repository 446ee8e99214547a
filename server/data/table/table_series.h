/* table_series.h - the series that a table holds. */
#ifndef SERVER_DATA_TABLE_TABLE_SERIES_H
#define SERVER_DATA_TABLE_TABLE_SERIES_H

#include "server/data/table/table.h"
#include "server/data/table/table_options.h"

/* Finds which column is what (survey.h, roles.h), sorts the rows by series and time and puts them
 * on equal steps. out gains notes of all that was guessed, left out, joined or filled. Errors name
 * line, column, and the parameter that helps: ST_MALFORMED (the table's own), ST_INVALID,
 * ST_TOO_LARGE (limits, data_memory()). On error out is empty and released. */
enum status table_read_series(struct series_set *out, struct table *t,
                              const struct table_options *o, struct err *e);

#endif
