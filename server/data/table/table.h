/* table.h - rows and columns of a text, one row after the other, before anybody knows what they
 * mean. A format fills it in (csv_rows.h); survey.h, roles.h and table_series.h make series of it.
 * Rows are walked more than once rather than held: a million small cells cost no more than their
 * text. */
#ifndef SERVER_DATA_TABLE_TABLE_H
#define SERVER_DATA_TABLE_TABLE_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not NUL-terminated. */
struct cell {
    const char *at;
    size_t len;
};

/* What a value beyond the range of measurement counts as (censored_cells.h). */
enum censored { CENSORED_REFUSE, CENSORED_LIMIT, CENSORED_MISSING };

struct table {
    size_t columns;
    char **names; /* (columns) owned by the table; "" where the text gives none */
    const struct cell
        *cells;     /* (columns) of the row that was read last; good until the next call */
    size_t row;     /* where that row begins; what seek() takes */
    bool commas;    /* stand between cells: those in numbers are not before decimals */
    bool blank;     /* all cells of the row are empty */
    size_t bytes;   /* length of the text, which bounds the memory of what is made of it */
    enum status st; /* the first error sticks */
    struct err *e;
    /* Reads the next row. False: there is none, or st is an error, with its line. */
    bool (*next)(struct table *t);
    /* The row that next() reads is that which began at row; SIZE_MAX: the first one. */
    void (*seek)(struct table *t, size_t row);
    const char *missing; /* comma-separated texts of cells that count as empty; NULL */
    enum censored censored;
    const char *noun; /* what messages count: "line", "record" */
    /* The number of the row that goes with noun, and its line, from 1. Linear in the text. */
    long (*number)(const struct table *t, size_t row);
    long (*line)(const struct table *t, size_t row);
    /* Adds to e where the row is; TABLE_NAMES: the names of the columns. */
    void (*place)(const struct table *t, size_t row);
};
#define TABLE_NAMES SIZE_MAX

/* Adds its place to the error st that was found in the row. Returns st. */
static inline enum status table_at_row(const struct table *t, enum status st, size_t row)
{
    t->place(t, row);
    return st;
}

static inline struct cell cell_trim(struct cell c)
{
    while (c.len > 0 && (*c.at == ' ' || *c.at == '\t')) {
        c.at++;
        c.len--;
    }
    while (c.len > 0 && (c.at[c.len - 1] == ' ' || c.at[c.len - 1] == '\t'))
        c.len--;
    return c;
}

#endif
