/* old_file.h - makes database files as programs with earlier schemas wrote them. */
#ifndef TESTS_UNIT_SERVER_STORE_SQLITE_OLD_FILE_H
#define TESTS_UNIT_SERVER_STORE_SQLITE_OLD_FILE_H

#include "tests/unit/server/store/fixture.h"

struct sqlite3;

/* The wide data set. Before migration 0012 a chunk had OLD_ROWS rows for any number of columns. */
enum { WIDE_ID = 77, WIDE_COLUMNS = 200, OLD_ROWS = 4096, WIDE_ROWS = OLD_ROWS + 1001 };

/* Runs statements; the test fails if one of them fails. */
void old_file_run(struct sqlite3 *h, const char *sql);
/* Makes the file at path: schema k, with rows in all its tables. */
void old_file_make(const char *path, int k);

/* Adds the data set "wide" of one series to a file of a schema before 0012. */
void old_file_add_wide(const char *path, int columns, int length);
double old_file_wide_value(int64_t row, int column);
/* The test fails unless the store has all its values. */
void old_file_check_wide(struct fixture *f, int columns, int length);

#endif
