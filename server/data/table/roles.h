/* roles.h - the roles of a table's columns. Private to data/table/; table_series.h is the
 * interface.
 *
 * A table is long (one row for each time), or wide: its columns are times and its rows series, or
 * its rows are years and its columns months. */
#ifndef SERVER_DATA_TABLE_ROLES_H
#define SERVER_DATA_TABLE_ROLES_H

#include "server/data/table/survey.h"
#include "server/data/table/table_options.h"

#include <stdlib.h>

enum { TIME_COLUMNS_MAX = 6, ID_COLUMNS_MAX = 8 };

enum table_shape {
    SHAPE_LONG,
    SHAPE_ACROSS,  /* columns are times, rows are series */
    SHAPE_PERIODS, /* columns are months or quarters, rows are years */
    SHAPE_CLOCKS,  /* columns are times of day, rows are days */
    SHAPE_COLUMNS  /* more value columns than a series may have: each column is a series */
};

enum time_part {
    PART_WHOLE,
    PART_YEAR,
    PART_QUARTER,
    PART_WEEK,
    PART_MONTH,
    PART_DAY,
    PART_YEARDAY, /* the day of the year, from 1 on */
    PART_HOUR,
    PART_MINUTE,
    PART_CLOCK
};

struct roles {
    enum table_shape shape;
    int num_times; /* columns that make the time; 0: rows are 0, 1, 2 ... */
    struct {
        int column;
        enum time_part part;
    } times[TIME_COLUMNS_MAX];
    /* Of PART_WHOLE: the possible readings. reading is the preferred one; table_series.h decides by
     * the steps that each gives. */
    time_readings readings;
    enum time_reading reading;
    int num_ids;
    int ids[ID_COLUMNS_MAX];
    int num_values, num_covariates; /* covariates come last */
    int *values;                    /* (num_values) columns, owned */
    enum number_style *styles;      /* (table->columns) of each column, owned */
    size_t num_rows;                /* number of rows, without a last row of totals */
    size_t sum_row;                 /* place of a row of sums that has no time, or SIZE_MAX */
};

static inline void roles_release(struct roles *r)
{
    free(r->values);
    free(r->styles);
    *r = (struct roles){0};
}

#endif
