/* table_rows.h - makes series of a long table, where each row holds the values of one time. Private
 * to data/table/. */
#ifndef SERVER_DATA_TABLE_TABLE_ROWS_H
#define SERVER_DATA_TABLE_TABLE_ROWS_H

#include "server/data/table/builder.h"

enum status table_rows_read(struct builder *b);

#endif
