/* table_series.h - makes series of a table. */
#ifndef SERVER_DATA_TABLE_TABLE_SERIES_H
#define SERVER_DATA_TABLE_TABLE_SERIES_H

#include "server/data/table/table.h"
#include "server/data/table/table_options.h"

/* Finds the roles of the columns (survey.h, roles.h), sorts the rows by series and time, and puts
 * them on equal steps. out receives a note of everything that was guessed, left out, joined or
 * filled. Errors name line, column, and the parameter that helps: ST_MALFORMED (of the table),
 * ST_INVALID, ST_TOO_LARGE (limits, data_memory()). On error out is empty and released. */
enum status table_read_series(struct series_set *out, struct table *t,
                              const struct table_options *o, struct err *e);

#endif
