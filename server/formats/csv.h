/* csv.h - series as comma-separated values (RFC 4180: quotes, doubled quotes, CRLF or LF, a UTF-8
 * BOM is skipped). */
#ifndef SERVER_FORMATS_CSV_H
#define SERVER_FORMATS_CSV_H

#include "server/data/data.h"

/* The caller's choice where guessing would be wrong; each may be NULL. Borrowed. */
struct csv_options {
    const char *time, *id;  /* column names */
    const char *target;     /* comma-separated names of value columns */
    const char *covariates; /* likewise of those that are covariates */
    const char *frequency;  /* pandas alias */
    const char *default_id; /* the id of the only series when there is no id column */
    char *const *known;     /* (num_known) the columns that the rows go on with: they stay */
    int num_known;
    struct data_limits limits;
};

/* API.md, "Series as CSV". Separator , ; or tab, found from the header row. Errors name line and
 * column. ST_MALFORMED (quotes, ragged rows, not UTF-8, NUL bytes), ST_INVALID (numbers, dates,
 * duplicates), ST_TOO_LARGE (limits, data_memory()). On error out is empty and released. Columns
 * that are text are left out, with a note, where there are others and target does not name them. */
enum status csv_read_series(struct series_set *out, const char *bytes, size_t len,
                            const struct csv_options *o, struct err *e);
/* What the rows of a file have in front of their values. set: names of columns; borrowed. */
struct csv_layout {
    const struct series_set *set;
    bool with_id, with_time;
};
void csv_write_header(struct buf *out, const struct csv_layout *l);
/* A row a time step. */
void csv_write_rows(struct buf *out, const struct csv_layout *l, const struct series *s);
/* Header and the rows of all series; an id column "unique_id" when there is more than one. */
void csv_write_series(struct buf *out, const struct series_set *s);
/* One cell, quoted when it must be. */
void csv_write_cell(struct buf *out, const char *s);

#endif
