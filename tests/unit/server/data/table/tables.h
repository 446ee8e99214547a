/* tables.h - makes tables from CSV text for tests, and shows what they were read as in one line of
 * text. */
#ifndef TESTS_UNIT_SERVER_DATA_TABLE_TABLES_H
#define TESTS_UNIT_SERVER_DATA_TABLE_TABLES_H

#include "server/data/table/chooser.h"
#include "server/formats/csv_top.h"

#include <string.h>

/* A text as a cell. */
static inline struct cell cell_of(const char *s)
{
    return (struct cell){s, strlen(s)};
}

/* An open table and its survey, with everything that the choice of roles needs. */
struct test_table {
    struct csv_rows rows;
    struct survey survey;
    struct roles roles;
    struct series_set set;
    struct table_options options;
    struct chooser c;
    struct err e;
};

/* options may be NULL; limits and default_id are added to them. */
void test_table_open(struct test_table *t, const char *text, const struct table_options *options);
void test_table_close(struct test_table *t);

/* Reads the text with table_read_series() and returns "ID frequency start [values]" of each series,
 * then "{code}" of each note; or the message of an error. Valid until the next call. */
const char *shown(const char *text, const struct table_options *options);

#endif
