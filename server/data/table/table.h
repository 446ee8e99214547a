/* table.h - rows and columns of a text, one row after the other, before their meaning is known. A
 * format fills in the struct (csv_rows.h); survey.h, roles.h and table_series.h make series of it.
 * Rows are read several times instead of being kept: a million small cells take no more memory than
 * their text. */
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

/* The treatment of values beyond the range of measurement (censored_cells.h). */
enum censored { CENSORED_REFUSE, CENSORED_LIMIT, CENSORED_MISSING };

struct table {
    size_t columns;
    char **names; /* (columns) owned by the table; "" when the text has none */
    const struct cell
        *cells;     /* (columns) of the row that was read last; valid until the next call */
    size_t row;     /* where that row begins, for seek() */
    bool commas;    /* commas separate cells, so those in numbers are not before decimals */
    bool blank;     /* all cells of the row are empty */
    size_t bytes;   /* length of the text, which limits the memory of the result */
    enum status st; /* the first error sticks */
    struct err *e;
    /* Reads the next row. Returns false at the end, or when st is an error, with its line. */
    bool (*next)(struct table *t);
    /* Makes next() continue with the row that begins at `row`; SIZE_MAX: the first one. */
    void (*seek)(struct table *t, size_t row);
    const char *missing; /* comma-separated texts of cells that count as empty; NULL */
    enum censored censored;
    const char *noun; /* what messages call a row: "line", "record" */
    /* The number of the row, from 1, as messages use it. The time is linear in the text. */
    long (*number)(const struct table *t, size_t row);
    long (*line)(const struct table *t, size_t row);
    /* Adds the place of the row to e; TABLE_NAMES: that of the column names. */
    void (*place)(const struct table *t, size_t row);
};
#define TABLE_NAMES SIZE_MAX

/* Adds its place to error st, which was found in the row. Returns st. */
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
