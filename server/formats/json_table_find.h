/* json_table_find.h - which part of a JSON document is a table, and of which kind. Private to
 * json_table.c. */
#ifndef SERVER_FORMATS_JSON_TABLE_FIND_H
#define SERVER_FORMATS_JSON_TABLE_FIND_H

#include <cjson/cJSON.h>
#include <stdbool.h>

enum { TABLE_COLUMNS_MOST = 4096, TABLE_PLACE_BYTES = 128 };

enum table_kind {
    NO_TABLE,
    MATRIX,
    RESULTS, /* of InfluxDB */
    COLUMNS,
    SPLIT,
    INDEXED,
    KEYED, /* an object of rows, by their times or numbers */
    RECORDS,
    PAIRS, /* a list of [time, value] */
    TIMES
};

struct found {
    const cJSON *node;
    enum table_kind kind;
    int rows;
    char place[TABLE_PLACE_BYTES]; /* its JSON pointer */
};

/* Finds the table with most rows, from the root down to a few levels; rows 0: there is none. */
void table_find(struct found *best, const cJSON *root);
/* Whether the text is a time in a form that says so. */
bool table_is_time(const char *text);
/* A list of numbers and strings; its length, or -1. */
int table_list_length(const cJSON *v);
/* Rows of a series of InfluxDB: lists as long as "columns". */
int table_series_rows(const cJSON *series);

static inline const cJSON *member(const cJSON *node, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(node, name);
}

static inline bool is_scalar(const cJSON *v)
{
    return !cJSON_IsArray(v) && !cJSON_IsObject(v);
}

static inline const cJSON *result_of(const cJSON *node)
{
    const cJSON *data = member(node, "data");

    return member(cJSON_IsObject(data) ? data : node, "result");
}

/* The pairs of a series of Prometheus: "values" of a matrix, "value" of a vector. */
static inline const cJSON *pairs_of(const cJSON *series)
{
    const cJSON *values = member(series, "values");

    return cJSON_IsArray(values) ? values : member(series, "value");
}

#endif
