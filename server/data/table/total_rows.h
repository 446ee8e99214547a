/* total_rows.h - recognises rows that sum up others: "Total", "Subtotal", "Average". They have no
 * time. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_TOTAL_ROWS_H
#define SERVER_DATA_TABLE_TOTAL_ROWS_H

#include "server/data/table/table.h"

/* Whether the cell is "Total", "Grand total:", "Total 2020", "Berlin total" or the like. */
bool cell_is_total(struct cell c);
/* Whether the row that was read last is one. Its cell `odd` is not a time: it is such a label, or
 * it is empty and another cell is. */
bool row_is_total(const struct table *t, int odd);

#endif
