/* column_names.h - hints about a column from its name. */
#ifndef SERVER_DATA_TABLE_COLUMN_NAMES_H
#define SERVER_DATA_TABLE_COLUMN_NAMES_H

#include "server/data/table/table.h"

enum column_hint {
    HINT_TIME = 1,        /* time, date, ds, timestamp: certainly a time */
    HINT_TIME_LIKELY = 2, /* month, year, week: if the cells are times */
    HINT_YEAR = 4,
    HINT_QUARTER = 8,
    HINT_MONTH = 16,
    HINT_WEEK = 32,
    HINT_DAY = 64,
    HINT_HOUR = 128,
    HINT_MINUTE = 256,
    HINT_CLOCK = 512,      /* time, DepTime: a time of day, with a date in another column */
    HINT_ID = 1024,        /* unique_id, id, series */
    HINT_ID_LIKELY = 2048, /* store, item, region, *_id */
    HINT_INDEX = 4096,     /* no name, "Unnamed: 0", index, step, t */
    HINT_VALUE = 8192,     /* y, value */
    HINT_EPOCH = 16384,    /* t, open_time, created_at: if the cells count from 1970 */
    HINT_CODE = 32768,     /* status, decimals, uom_id: explains another number */
    HINT_PLACE = 65536,    /* latitude, longitude, elevation: if there are several of them */
    HINT_YEARDAY = 131072, /* doy: the day of the year, with a year in another column */
    HINT_NONE = 262144     /* "column_1": the table has no header */
};

/* Returns bits of enum column_hint. Ignores case, and blanks and underscores between words. */
unsigned column_hints(const char *name);
/* Whether the cell is a name with any hint. */
bool column_name_is_known(struct cell c);

#endif
