/* zone_name.h - the name of a zone behind a time: "2020-01-01T00:00+01:00[Europe/Berlin]", which
 * Java writes, "2020-01-01 00:00 Europe/Berlin". Private to data/table/. */
#ifndef SERVER_DATA_TABLE_ZONE_NAME_H
#define SERVER_DATA_TABLE_ZONE_NAME_H

#include "server/data/table/table.h"

/* The cell without it. */
struct cell zone_name_cut(struct cell c);

#endif
