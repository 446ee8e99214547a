/* complete.h - finds missing values in stored or new rows. Private to store/. */
#ifndef SERVER_STORE_COMPLETE_H
#define SERVER_STORE_COMPLETE_H

#include "server/store/chunk.h"

/* Where the data set has fill=error: ST_INVALID names the first value of a target column that is
 * missing in the stored rows of a series, from the chunk with row `first` on; where there are
 * covariates, of all rows before the last one that has such a value. name, time: of the series. */
enum status complete_check(struct db *db, const struct dataset *d, int64_t series, int64_t first,
                           const char *name, const struct timeline *time, struct err *e);
/* Rows (n, columns) that have any value. */
int64_t rows_with_values(const double *rows, int64_t n, int columns);
/* The same check for a series that is not stored yet. ST_INVALID. */
enum status complete_check_new(const struct dataset *d, const struct series *s, struct err *e);

#endif
