/* survey.h - finds out what the columns of a table hold, in one pass over all rows. */
#ifndef SERVER_DATA_TABLE_SURVEY_H
#define SERVER_DATA_TABLE_SURVEY_H

#include "server/data/table/cell_number.h"
#include "server/data/table/column_names.h"
#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"

enum { SURVEY_EXAMPLE = 48, SURVEY_COUNTS = 8 };

/* About the cells of a column that are not missing. Rows count from 0; SIZE_MAX: no such row. */
struct column_survey {
    unsigned hints;                /* from its name (column_names.h) */
    size_t filled;                 /* cells that are not missing */
    unsigned styles;               /* number styles that fit all numbers */
    unsigned affixes;              /* kinds in number_affix.h */
    size_t first_affix;            /* row of the first number with an affix or a unit; SIZE_MAX */
    char unit[24];                 /* of the first number that has one */
    size_t odd_unit, odd_currency; /* rows of the first ones that differ; SIZE_MAX */
    int currency;                  /* of the first number that has one */
    size_t percents, units, bare;  /* numbers with a percent sign; with a unit; others except 0 */
    size_t odd_bare;               /* row of the first one of bare */
    size_t numbers;                /* cells that fit one of styles */
    size_t odd_number;             /* row of the first cell that does not; SIZE_MAX */
    char odd_text[SURVEY_EXAMPLE]; /* text of that cell */
    time_readings times;           /* readings that fit all times */
    struct time_traits traits;
    size_t timely;     /* cells that fit one of times */
    size_t odd_time;   /* row of the first cell without a time; SIZE_MAX */
    size_t censored;   /* cells like "<1" */
    size_t totals;     /* cells like "Total", which count neither as odd numbers nor as odd times */
    size_t last_total; /* row of the last of them; SIZE_MAX */
    bool integers;     /* all are whole numbers */
    int64_t low, high; /* range of these */
    bool rising;       /* each whole number is one more than the one before, or equals the first */
    size_t rises, beginnings;
    bool ascending, descending; /* each whole number is greater, or less, than the one before */
    int64_t first, before;
    bool grouped;     /* there are numbers with separators */
    bool small_plain; /* there are whole numbers, all below 1000 */
    bool large_plain; /* there are whole numbers of four digits or more without separators */
};

/* Whether the column numbers its rows, or those of each series. With few rows, only its name shows
 * it. */
static inline bool survey_counts_up(const struct column_survey *k)
{
    return k->integers && k->rising && k->rises > 0 && k->rises >= k->beginnings &&
           (k->filled >= SURVEY_COUNTS || k->hints & HINT_INDEX);
}

/* Whether the column counts seconds, or parts of them, since 1970: whole numbers of the years 1990
 * to 2099. Without the name of a time the numbers must also be in order. */
bool survey_counts_seconds(const struct column_survey *k);

struct survey {
    struct column_survey *columns; /* (table->columns) owned */
    size_t num_rows;               /* without blank rows at the end */
    size_t blank_rows;             /* blank rows before the last row */
    size_t last_row;               /* place of the last row that is not blank */
};

/* Reads the table from its first row. times: comma-separated names of columns that must be times,
 * or NULL. ST_INVALID: there is no row; errors of the table; ST_TOO_LARGE: more than max_rows. */
enum status survey_table(struct survey *out, struct table *t, const char *times, size_t max_rows,
                         struct err *e);
void survey_release(struct survey *s);

#endif
