/* json_table_find.c - see json_table_find.h. */
#include "server/formats/json_table_find.h"

#include "server/data/table/time_reading.h"
#include "server/formats/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 4, ROWS_MIN = 2 };

/* ---- the kind of table of a node ---- */

bool table_is_time(const char *text)
{
    const struct cell c = {text, strlen(text)};

    return time_readings_of(c, ~(TIME_BIT(TIME_ROW) | TIME_BIT(TIME_EXCEL) | TIME_DECIMALS),
                            NULL) != 0;
}

static int matrix_rows(const cJSON *node)
{
    const cJSON *result = result_of(node), *series;
    int rows = 0;

    if (!cJSON_IsArray(result))
        return 0;
    cJSON_ArrayForEach(series, result)
    {
        const cJSON *pairs = pairs_of(series);

        if (!cJSON_IsObject(member(series, "metric")) || !cJSON_IsArray(pairs))
            return 0;
        rows += cJSON_IsArray(pairs->child) ? cJSON_GetArraySize(pairs) : 1;
    }
    return rows;
}

int table_list_length(const cJSON *v)
{
    const cJSON *item;
    int n = 0;

    if (!cJSON_IsArray(v))
        return -1;
    cJSON_ArrayForEach(item, v)
    {
        if (!is_scalar(item))
            return -1;
        n++;
    }
    return n;
}

static int columns_rows(const cJSON *node)
{
    const cJSON *v;
    int rows = -1, columns = 0;

    cJSON_ArrayForEach(v, node)
    {
        int n = table_list_length(v);

        if (n < 0)
            continue;
        if (rows >= 0 && n != rows)
            return 0;
        rows = n;
        columns++;
    }
    return columns >= 2 && columns <= TABLE_COLUMNS_MOST ? rows : 0;
}

static int split_rows(const cJSON *node)
{
    const cJSON *names = member(node, "columns"), *data = member(node, "data"), *row;
    int columns = table_list_length(names);

    if (columns < 1 || !cJSON_IsArray(data))
        return 0;
    cJSON_ArrayForEach(row, data)
    {
        if (table_list_length(row) != columns)
            return 0;
    }
    return cJSON_GetArraySize(data);
}

/* The number of rows if the members are objects of scalars with the same names in the same
 * order. */
static int indexed_rows(const cJSON *node)
{
    const cJSON *column, *first = node ? node->child : NULL;
    int columns = 0;

    if (!cJSON_IsObject(first))
        return 0;
    cJSON_ArrayForEach(column, node)
    {
        const cJSON *a = first->child, *b = column->child;

        if (!cJSON_IsObject(column))
            return 0;
        for (; a && b && is_scalar(b) && strcmp(a->string, b->string) == 0; a = a->next)
            b = b->next;
        if (a || b)
            return 0;
        columns++;
    }
    return columns <= TABLE_COLUMNS_MOST ? cJSON_GetArraySize(first) : 0;
}

/* A time, or the number of a row. */
static bool is_key(const char *name)
{
    return table_is_time(name) || (*name && name[strspn(name, "0123456789")] == '\0');
}

/* The number of members if all are rows: objects of scalars, whose names are no keys. */
static int keyed_rows(const cJSON *node)
{
    const cJSON *row, *v;
    int rows = 0;

    cJSON_ArrayForEach(row, node)
    {
        if (!cJSON_IsObject(row) || !is_key(row->string))
            return 0;
        cJSON_ArrayForEach(v, row)
        {
            if (!is_scalar(v) || is_key(v->string))
                return 0;
        }
        rows++;
    }
    return rows;
}

int table_series_rows(const cJSON *series)
{
    const cJSON *row, *values = member(series, "values");
    int columns = table_list_length(member(series, "columns"));

    if (columns < 2 || !cJSON_IsArray(values))
        return 0;
    cJSON_ArrayForEach(row, values)
    {
        if (table_list_length(row) != columns)
            return 0;
    }
    return cJSON_GetArraySize(values);
}

static int results_rows(const cJSON *node)
{
    const cJSON *result, *series;
    int rows = 0;

    cJSON_ArrayForEach(result, member(node, "results"))
    {
        cJSON_ArrayForEach(series, member(result, "series"))
        {
            rows += table_series_rows(series);
        }
    }
    return rows;
}

/* A time as text, or a number of seconds or less since 1970. */
static bool is_stamp(const cJSON *v)
{
    enum { SECONDS_MIN = 100000000 }; /* of 1973 */

    return cJSON_IsString(v) ? table_is_time(v->valuestring)
                             : cJSON_IsNumber(v) && v->valuedouble >= SECONDS_MIN;
}

static int pairs_rows(const cJSON *list)
{
    const cJSON *pair;
    int rows = 0;

    cJSON_ArrayForEach(pair, list)
    {
        if (table_list_length(pair) != 2 || !is_stamp(pair->child))
            return 0;
        rows++;
    }
    return rows;
}

static int times_rows(const cJSON *node)
{
    const cJSON *v;
    int rows = 0;

    cJSON_ArrayForEach(v, node)
    {
        if ((!cJSON_IsNumber(v) && !cJSON_IsNull(v)) || !table_is_time(v->string))
            return 0;
        rows++;
    }
    return rows;
}

static int records_rows(const cJSON *list)
{
    const cJSON *row;
    int rows = 0;

    cJSON_ArrayForEach(row, list)
    {
        if (!cJSON_IsObject(row))
            return 0;
        rows++;
    }
    return rows;
}

static void take(struct found *best, const cJSON *node, enum table_kind kind, int rows,
                 const char *place)
{
    if (rows < ROWS_MIN || rows <= best->rows)
        return;
    best->node = node;
    best->kind = kind;
    best->rows = rows;
    snprintf(best->place, sizeof(best->place), "%s", place);
}

static void look(struct found *best, const cJSON *node, const char *place, int depth)
{
    const cJSON *child;
    char inner[TABLE_PLACE_BYTES];

    if (cJSON_IsArray(node)) {
        take(best, node, RECORDS, depth > 0 ? records_rows(node) : 0, place);
        take(best, node, PAIRS, depth > 0 ? pairs_rows(node) : 0, place);
        return;
    }
    take(best, node, MATRIX, matrix_rows(node), place);
    take(best, node, RESULTS, results_rows(node), place);
    take(best, node, KEYED, keyed_rows(node), place);
    if (depth == 0 && keyed_rows(node) == 1 && table_is_time(node->child->string))
        *best = (struct found){.node = node, .kind = KEYED, .rows = 1};
    if (best->node == node)
        return;
    if (member(member(node, "schema"), "fields")) { /* pandas' orient=table: it describes "data" */
        snprintf(inner, sizeof(inner), "%.*s/data", (int)sizeof(inner) - 8, place);
        take(best, member(node, "data"), RECORDS, records_rows(member(node, "data")), inner);
        return;
    }
    take(best, node, SPLIT, split_rows(node), place);
    take(best, node, COLUMNS, columns_rows(node), place);
    take(best, node, INDEXED, indexed_rows(node), place);
    take(best, node, TIMES, times_rows(node), place);
    if (best->node == node || depth == DEPTH_MOST)
        return;
    cJSON_ArrayForEach(child, node)
    {
        if (is_scalar(child) ||
            snprintf(inner, sizeof(inner), "%s/%s", place, child->string) >= (int)sizeof(inner))
            continue;
        look(best, child, inner, depth + 1);
    }
}

/* Whether a column of one row holds a time, or has it as the row's name. */
static bool has_time(const cJSON *node)
{
    const cJSON *column;

    cJSON_ArrayForEach(column, node)
    {
        const cJSON *only = column->child;

        if (only && ((cJSON_IsString(only) && table_is_time(only->valuestring)) ||
                     (only->string && table_is_time(only->string))))
            return true;
    }
    return false;
}

/* One row, such as an append sends it, could be anything. It is a table where the whole document is
 * one, and a time is at its place. */
static void look_for_row(struct found *best, const cJSON *root)
{
    if (!cJSON_IsObject(root))
        return;
    if (split_rows(root) == 1)
        *best = (struct found){.node = root, .kind = SPLIT, .rows = 1};
    else if (columns_rows(root) == 1 && has_time(root))
        *best = (struct found){.node = root, .kind = COLUMNS, .rows = 1};
    else if (indexed_rows(root) == 1 && has_time(root))
        *best = (struct found){.node = root, .kind = INDEXED, .rows = 1};
    else if (times_rows(root) == 1)
        *best = (struct found){.node = root, .kind = TIMES, .rows = 1};
}

void table_find(struct found *best, const cJSON *root)
{
    *best = (struct found){0};
    look(best, root, "", 0);
    if (best->rows == 0)
        look_for_row(best, root);
}
