/* total_rows.h - rows that sum up others: "Total", "Subtotal", "Average". They have no time of
 * their own. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TOTAL_ROWS_H
#define SERVER_DATA_TABLE_TOTAL_ROWS_H

#include "server/data/table/table.h"

/* "Total", "Grand total:", "Total 2020", "Berlin total". */
bool cell_is_total(struct cell c);
/* Whether the row that was read last is one, where its cell `odd` is no time: that cell is such a
 * label, or it is empty and another one is. */
bool row_is_total(const struct table *t, int odd);

#endif
