/* big_sets.h - measures small requests while the database also holds large data sets; a part of
 * bench_http. */
#ifndef TESTS_BENCH_BIG_SETS_H
#define TESTS_BENCH_BIG_SETS_H

#include "tests/bench/load.h"

enum { BIG_SETS_ROWS = 4 };
struct big_sets {
    struct runs row[BIG_SETS_ROWS]; /* milliseconds */
    struct runs del;                /* seconds: DELETE of one large set */
};
extern const char *const big_sets_names[BIG_SETS_ROWS];

/* Stores four data sets, each of 55,000 rows of 200 columns (65 MB as CSV), in the database at
 * path. Its daemon must not run. */
void big_sets_fill(const char *path);
/* One run against the daemon at url. deleted: the number of the large set that it deletes at its
 * end, or -1. */
void big_sets_time(struct big_sets *out, const char *url, int deleted);

#endif
