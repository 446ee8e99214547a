/* big_sets.h - what small requests cost beside large data sets; a part of bench_http. */
#ifndef TESTS_BENCH_BIG_SETS_H
#define TESTS_BENCH_BIG_SETS_H

#include "tests/bench/load.h"

enum { BIG_SETS_ROWS = 4 };
struct big_sets {
    struct runs row[BIG_SETS_ROWS]; /* milliseconds */
    struct runs del;                /* seconds: DELETE of one large set */
};
extern const char *const big_sets_names[BIG_SETS_ROWS];

/* Four data sets of 55,000 rows of 200 columns each (65 MB as CSV) into the database at path, whose
 * daemon is down. */
void big_sets_fill(const char *path);
/* One run against the daemon at url; deletes the large set number deleted at its end, -1: none. */
void big_sets_time(struct big_sets *out, const char *url, int deleted);

#endif
