/* zone_name.h - removes the name of a zone after a time: "2020-01-01T00:00+01:00[Europe/Berlin]",
 * as Java writes it, or "2020-01-01 00:00 Europe/Berlin". Private to data/table/. */
#ifndef SERVER_DATA_TABLE_ZONE_NAME_H
#define SERVER_DATA_TABLE_ZONE_NAME_H

#include "server/data/table/table.h"

/* Returns the cell without the name. */
struct cell zone_name_cut(struct cell c);

#endif
