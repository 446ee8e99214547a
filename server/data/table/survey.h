/* survey.h - what the columns of a table hold, found by one walk over all rows. */
#ifndef SERVER_DATA_TABLE_SURVEY_H
#define SERVER_DATA_TABLE_SURVEY_H

#include "server/data/table/cell_number.h"
#include "server/data/table/column_names.h"
#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"

enum { SURVEY_EXAMPLE = 48, SURVEY_COUNTS = 8 };

/* Of the cells that are not missing. Rows are counted from 0; SIZE_MAX: no such row. */
struct column_survey {
    unsigned hints;                /* of its name (column_names.h) */
    size_t filled;                 /* cells that are not missing */
    unsigned styles;               /* number styles that all numbers fit */
    unsigned affixes;              /* kinds in number_affix.h */
    size_t first_affix;            /* place of the first number with one or with a unit; SIZE_MAX */
    char unit[24];                 /* of the first number that has one */
    size_t odd_unit, odd_currency; /* places of the first ones that differ; SIZE_MAX */
    int currency;                  /* of the first number that has one */
    size_t percents, units, bare;  /* numbers with a percent sign; with a unit; others, but not 0 */
    size_t odd_bare;               /* place of the first one of bare */
    size_t numbers;                /* cells that fit one of styles */
    size_t odd_number;             /* place of the first one that does not; SIZE_MAX */
    char odd_text[SURVEY_EXAMPLE]; /* what stands there */
    time_readings times;           /* readings that all times fit */
    struct time_traits traits;
    size_t timely;     /* cells that fit one of times */
    size_t odd_time;   /* place of the first row without a time, SIZE_MAX */
    size_t censored;   /* cells like "<1" */
    size_t totals;     /* cells like "Total", which are neither odd numbers nor odd times */
    size_t last_total; /* place of the last one; SIZE_MAX */
    bool integers;     /* all are whole numbers */
    int64_t low, high; /* of them */
    bool rising;       /* whole numbers, each one more than the one before or the first again */
    size_t rises, beginnings;
    int64_t first, before;
    bool grouped;     /* numbers with separators were seen */
    bool small_plain; /* whole numbers were seen, all below 1000 */
    bool large_plain; /* whole numbers of four digits or more without separator were seen */
};

/* Whether the column numbers its rows, or those of each series. Where there are few rows, only its
 * name tells. */
static inline bool survey_counts_up(const struct column_survey *k)
{
    return k->integers && k->rising && k->rises > 0 && k->rises >= k->beginnings &&
           (k->filled >= SURVEY_COUNTS || k->hints & HINT_INDEX);
}

struct survey {
    struct column_survey *columns; /* (table->columns) owned */
    size_t num_rows;               /* without those behind the last row that is not blank */
    size_t blank_rows;             /* those before it that are */
    size_t last_row;               /* place of the last row that is not blank */
};

/* Walks the table from its first row. times: comma-separated names of columns that are known to be
 * times, or NULL. ST_INVALID: there is no row; the table's own errors; ST_TOO_LARGE: more than
 * max_rows. */
enum status survey_table(struct survey *out, struct table *t, const char *times, size_t max_rows,
                         struct err *e);
void survey_release(struct survey *s);

#endif
