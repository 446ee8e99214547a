/* thinning.h - which rows of a long series a chart needs.
 *
 * The first and the last row, and of each of many equal stretches between them the least and the
 * greatest value of each column, and a row without a value where one is missing: drawn, they look
 * as all rows do, and a peak of one row is still there. */
#ifndef SERVER_DATA_THINNING_H
#define SERVER_DATA_THINNING_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

struct thinning {
    int64_t length; /* rows of the series */
    int columns;
    bool gaps;
    int most;      /* rows that are kept, at most */
    int64_t *kept; /* (num_kept) numbers of rows, rising. Owned */
    int num_kept;
    int64_t row;               /* that comes next */
    int64_t buckets;           /* stretches of the rows between the first and the last */
    int64_t bucket;            /* that row lies in */
    int64_t end;               /* the row behind that bucket */
    struct extremes *extremes; /* (columns) of that bucket. Owned */
};

/* most >= 2. gaps: whether a value is missing somewhere. With fewer rows than the columns need for
 * one stretch, equally spaced rows are kept. ST_NOMEM. thinning_release() in any case. */
enum status thinning_begin(struct thinning *t, int64_t length, int columns, int most, bool gaps,
                           struct err *e);
/* The next n rows of the series, (n, columns), NaN for a missing value. Behind the last one kept is
 * complete. */
void thinning_add(struct thinning *t, const double *rows, int64_t n);
void thinning_release(struct thinning *t);

#endif
