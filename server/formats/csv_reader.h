/* csv_reader.h - what the steps from CSV text to series share. Private to csv.c and
 * csv_columns.c. */
#ifndef SERVER_FORMATS_CSV_READER_H
#define SERVER_FORMATS_CSV_READER_H

#include "server/formats/csv.h"
#include "server/formats/csv_rows.h"

enum { SERIES_MAX = (1 << 28) - 1 };

/* One row's place in its series. */
struct csv_entry {
    int64_t when;    /* seconds of its time; then the ordinal on the series' grid */
    uint32_t offset; /* in the text */
    uint32_t series : 28, precision : 4;
};

struct csv_reader {
    const struct csv_options *o;
    struct csv_rows rows;
    size_t len;    /* of the text */
    char **header; /* (rows.columns) names, owned */
    size_t num_rows;
    int time, id; /* columns; -1: none */
    int *values;  /* (out->num_columns) column numbers */
    struct series_set *out;
    struct csv_entry *entries; /* (num_rows) */
    size_t memory;             /* bytes that values may still take */
    struct err *e;
};

/* Sets the line of the error st that was found in the row at offset. */
enum status csv_at_row(struct csv_reader *r, enum status st, size_t offset);
/* NaN where the cell is missing. False: it is neither that nor a number; *out is untouched. */
bool csv_number(double *out, const struct csv_cell *c);

/* csv_columns.c: walks the text once, and once more where names do not tell which column is the
 * time. Fills header, num_rows, time, id, values and the columns of out; notes what is left out. */
enum status csv_choose_columns(struct csv_reader *r);

#endif
