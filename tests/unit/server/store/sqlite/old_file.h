/* old_file.h - files as programs of earlier schemas left them behind. */
#ifndef TESTS_UNIT_SERVER_STORE_SQLITE_OLD_FILE_H
#define TESTS_UNIT_SERVER_STORE_SQLITE_OLD_FILE_H

#include "tests/unit/server/store/fixture.h"

struct sqlite3;

/* Of the wide data set: its id; chunks of before 0012 had so many rows, whatever the columns. */
enum { WIDE_ID = 77, WIDE_COLUMNS = 200, OLD_ROWS = 4096, WIDE_ROWS = OLD_ROWS + 1001 };

/* Runs statements; the test fails when one does. */
void old_file_run(struct sqlite3 *h, const char *sql);
/* Makes the file at path: schema k with rows in every table that it has. */
void old_file_make(const char *path, int k);

/* Adds the data set "wide" of one series to a file of a schema before 0012. */
void old_file_add_wide(const char *path, int columns, int length);
double old_file_wide_value(int64_t row, int column);
/* The test fails unless the store has all its values. */
void old_file_check_wide(struct fixture *f, int columns, int length);

#endif
