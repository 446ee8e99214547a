/* thinning.h - chooses the rows of a long series that a chart needs.
 *
 * These are the first and the last row; of each of many equal stretches (buckets) between them the
 * rows with the least and the greatest value of each column; and one without a value if any is
 * missing. A chart of these looks like one of all rows, and a peak of a single row is still
 * there. */
#ifndef SERVER_DATA_THINNING_H
#define SERVER_DATA_THINNING_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

struct thinning {
    int64_t length; /* rows of the series */
    int columns;
    bool gaps;
    int most;      /* most rows to keep */
    int64_t *kept; /* (num_kept) numbers of rows, ascending. Owned */
    int num_kept;
    int64_t row;               /* number of the next row */
    int64_t buckets;           /* number of buckets between the first and the last row */
    int64_t bucket;            /* the one that row lies in */
    int64_t end;               /* the first row after that bucket */
    struct extremes *extremes; /* (columns) of that bucket. Owned */
};

/* most >= 2. gaps: whether any value is missing. If most is too small for one bucket, equally
 * spaced rows are kept. ST_NOMEM. thinning_release() in any case. */
enum status thinning_begin(struct thinning *t, int64_t length, int columns, int most, bool gaps,
                           struct err *e);
/* Adds the next n rows of the series, (n, columns), NaN for a missing value. After the last row,
 * kept is complete. */
void thinning_add(struct thinning *t, const double *rows, int64_t n);
void thinning_release(struct thinning *t);

#endif
