/* json_table.c - see json_table.h. Searches objects from the root down to a few levels. Members of
 * a row that are lists or objects are left out. */
#include "server/formats/json_table.h"

#include "server/data/table/time_reading.h"
#include "server/formats/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 4, COLUMNS_MOST = 4096, ROWS_MIN = 2 };

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
    char place[JSON_TABLE_PLACE];
};

/* ---- the kind of table of a node ---- */

static const cJSON *member(const cJSON *node, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(node, name);
}

static bool is_scalar(const cJSON *v)
{
    return !cJSON_IsArray(v) && !cJSON_IsObject(v);
}

static bool is_time(const char *text)
{
    const struct cell c = {text, strlen(text)};

    return time_readings_of(c, ~(TIME_BIT(TIME_ROW) | TIME_BIT(TIME_EXCEL) | TIME_DECIMALS),
                            NULL) != 0;
}

static const cJSON *result_of(const cJSON *node)
{
    const cJSON *data = member(node, "data");

    return member(cJSON_IsObject(data) ? data : node, "result");
}

/* The pairs of a series of Prometheus: "values" of a matrix, "value" of a vector. */
static const cJSON *pairs_of(const cJSON *series)
{
    const cJSON *values = member(series, "values");

    return cJSON_IsArray(values) ? values : member(series, "value");
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

/* A list of numbers and strings; its length, or -1. */
static int list_length(const cJSON *v)
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
        int n = list_length(v);

        if (n < 0)
            continue;
        if (rows >= 0 && n != rows)
            return 0;
        rows = n;
        columns++;
    }
    return columns >= 2 && columns <= COLUMNS_MOST ? rows : 0;
}

static int split_rows(const cJSON *node)
{
    const cJSON *names = member(node, "columns"), *data = member(node, "data"), *row;
    int columns = list_length(names);

    if (columns < 1 || !cJSON_IsArray(data))
        return 0;
    cJSON_ArrayForEach(row, data)
    {
        if (list_length(row) != columns)
            return 0;
    }
    return cJSON_GetArraySize(data);
}

/* The number of rows if the members are objects of scalars with the same names in the same
 * order. */
static int indexed_rows(const cJSON *node)
{
    const cJSON *column, *first = node->child;
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
    return columns <= COLUMNS_MOST ? cJSON_GetArraySize(first) : 0;
}

/* A time, or the number of a row. */
static bool is_key(const char *name)
{
    return is_time(name) || (*name && name[strspn(name, "0123456789")] == '\0');
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

/* Rows of a series of InfluxDB: lists as long as "columns". */
static int series_rows(const cJSON *series)
{
    const cJSON *row, *values = member(series, "values");
    int columns = list_length(member(series, "columns"));

    if (columns < 2 || !cJSON_IsArray(values))
        return 0;
    cJSON_ArrayForEach(row, values)
    {
        if (list_length(row) != columns)
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
            rows += series_rows(series);
        }
    }
    return rows;
}

/* A time as text, or a number of seconds or less since 1970. */
static bool is_stamp(const cJSON *v)
{
    enum { SECONDS_MIN = 100000000 }; /* of 1973 */

    return cJSON_IsString(v) ? is_time(v->valuestring)
                             : cJSON_IsNumber(v) && v->valuedouble >= SECONDS_MIN;
}

static int pairs_rows(const cJSON *list)
{
    const cJSON *pair;
    int rows = 0;

    cJSON_ArrayForEach(pair, list)
    {
        if (list_length(pair) != 2 || !is_stamp(pair->child))
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
        if ((!cJSON_IsNumber(v) && !cJSON_IsNull(v)) || !is_time(v->string))
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
    char inner[JSON_TABLE_PLACE];

    if (cJSON_IsArray(node)) {
        take(best, node, RECORDS, depth > 0 ? records_rows(node) : 0, place);
        take(best, node, PAIRS, depth > 0 ? pairs_rows(node) : 0, place);
        return;
    }
    take(best, node, MATRIX, matrix_rows(node), place);
    take(best, node, RESULTS, results_rows(node), place);
    take(best, node, KEYED, keyed_rows(node), place);
    if (depth == 0 && keyed_rows(node) == 1 && is_time(node->child->string))
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

        if (only && ((cJSON_IsString(only) && is_time(only->valuestring)) ||
                     (only->string && is_time(only->string))))
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

/* ---- writing rows as records ---- */

static void put_scalar(struct buf *out, const cJSON *v)
{
    if (cJSON_IsString(v))
        buf_put_json_string(out, v->valuestring);
    else if (cJSON_IsNumber(v))
        buf_put_f64(out, v->valuedouble);
    else
        buf_puts(out, cJSON_IsTrue(v) ? "true" : cJSON_IsFalse(v) ? "false" : "null");
}

static void put_name(struct buf *out, const char *name, bool first)
{
    buf_puts(out, first ? "" : ",");
    buf_put_json_string(out, name);
    buf_puts(out, ":");
}

static void begin_record(struct buf *out, bool first)
{
    buf_puts(out, first ? "[{" : ",\n{");
}

/* Writes a metric as up{job="a",instance="b"}. */
static void put_metric(struct buf *out, const cJSON *metric, struct buf *text)
{
    const cJSON *name = member(metric, "__name__"), *label;
    bool any = false;

    text->len = 0;
    buf_puts(text, cJSON_IsString(name) ? name->valuestring : "");
    cJSON_ArrayForEach(label, metric)
    {
        if (label == name || !cJSON_IsString(label))
            continue;
        buf_printf(text, "%s%s=\"%s\"", any ? "," : "{", label->string, label->valuestring);
        any = true;
    }
    buf_puts(text, any ? "}" : "");
    buf_add(text, "", 1);
    if (!text->st)
        buf_put_json_string(out, text->data[0] ? text->data : "{}");
}

/* Writes the columns of each row, and the name and tags of its series if there are several. */
static void put_results(struct buf *out, const cJSON *node)
{
    const cJSON *result, *series, *row, *v;
    bool first = true;

    cJSON_ArrayForEach(result, member(node, "results"))
    {
        cJSON_ArrayForEach(series, member(result, "series"))
        {
            const cJSON *tag, *label = member(series, "name");

            if (series_rows(series) == 0)
                continue;
            cJSON_ArrayForEach(row, member(series, "values"))
            {
                const cJSON *name = member(series, "columns")->child;

                begin_record(out, first);
                put_name(out, "name", true);
                put_scalar(out, label);
                cJSON_ArrayForEach(tag, member(series, "tags"))
                {
                    put_name(out, tag->string, false);
                    put_scalar(out, tag);
                }
                cJSON_ArrayForEach(v, row)
                {
                    put_name(out, cJSON_IsString(name) ? name->valuestring : "", false);
                    put_scalar(out, v);
                    name = name->next;
                }
                buf_puts(out, "}");
                first = false;
            }
        }
    }
}

static void put_matrix(struct buf *out, const cJSON *node)
{
    const cJSON *series, *pair;
    struct buf id;
    bool first = true;

    buf_init(&id, SIZE_MAX / 4); /* shorter than the body */
    cJSON_ArrayForEach(series, result_of(node))
    {
        const cJSON *pairs = pairs_of(series);

        for (pair = cJSON_IsArray(pairs->child) ? pairs->child : pairs; pair; pair = pair->next) {
            if (list_length(pair) == 2) {
                begin_record(out, first);
                put_name(out, "unique_id", true);
                put_metric(out, member(series, "metric"), &id);
                put_name(out, "time", false);
                put_scalar(out, pair->child);
                put_name(out, "value", false);
                put_scalar(out, pair->child->next);
                buf_puts(out, "}");
                first = false;
            }
            if (pair == pairs)
                break;
        }
    }
    buf_release(&id);
}

/* The columns are lists or objects; the next item of each makes the next row. */
static void put_columns(struct buf *out, const struct found *f)
{
    const cJSON *at[COLUMNS_MOST], *names[COLUMNS_MOST], *v;
    bool keys = f->kind == INDEXED && is_time(f->node->child->child->string);
    int n = 0;

    cJSON_ArrayForEach(v, f->node)
    {
        if (f->kind == COLUMNS && list_length(v) < 0)
            continue;
        names[n] = v;
        at[n++] = v->child;
    }
    for (int row = 0; row < f->rows; row++) {
        begin_record(out, row == 0);
        if (keys) {
            put_name(out, "time", true);
            buf_put_json_string(out, at[0]->string);
        }
        for (int i = 0; i < n; i++) {
            put_name(out, names[i]->string, i == 0 && !keys);
            put_scalar(out, at[i]);
            at[i] = at[i]->next;
        }
        buf_puts(out, "}");
    }
}

/* The index is the time column if its items are times. */
static void put_split(struct buf *out, const struct found *f)
{
    const cJSON *names = member(f->node, "columns"), *index = member(f->node, "index"), *row;
    const cJSON *key = list_length(index) == f->rows ? index->child : NULL;
    bool keys = key && (cJSON_IsString(key) ? is_time(key->valuestring)
                                            : key->valuedouble > 1e9); /* since 1970 */
    bool first = true;

    cJSON_ArrayForEach(row, member(f->node, "data"))
    {
        const cJSON *name = names->child, *v;

        begin_record(out, first);
        if (keys) {
            put_name(out, "time", true);
            put_scalar(out, key);
            key = key->next;
        }
        cJSON_ArrayForEach(v, row)
        {
            put_name(out, cJSON_IsString(name) ? name->valuestring : "", v == row->child && !keys);
            put_scalar(out, v);
            name = name->next;
        }
        buf_puts(out, "}");
        first = false;
    }
}

/* Values of TIMES and PAIRS. */
static void put_times(struct buf *out, const cJSON *node)
{
    const cJSON *v;

    cJSON_ArrayForEach(v, node)
    {
        begin_record(out, v == node->child);
        put_name(out, "time", true);
        if (v->string)
            buf_put_json_string(out, v->string);
        else
            put_scalar(out, v->child);
        put_name(out, "value", false);
        put_scalar(out, v->string ? v : v->child->next);
        buf_puts(out, "}");
    }
}

/* Rows of RECORDS and KEYED. Keys that are times become a column. */
static void put_rows(struct buf *out, const cJSON *rows)
{
    const bool keys = cJSON_IsObject(rows) && is_time(rows->child->string);
    const cJSON *row, *v;

    cJSON_ArrayForEach(row, rows)
    {
        bool first = !keys;

        begin_record(out, row == rows->child);
        if (keys) {
            put_name(out, "time", true);
            buf_put_json_string(out, row->string);
        }
        cJSON_ArrayForEach(v, row)
        {
            if (!is_scalar(v))
                continue;
            put_name(out, v->string, first);
            put_scalar(out, v);
            first = false;
        }
        buf_puts(out, "}");
    }
}

static void put_table(struct buf *out, const struct found *f)
{
    if (f->kind == MATRIX)
        put_matrix(out, f->node);
    else if (f->kind == RESULTS)
        put_results(out, f->node);
    else if (f->kind == SPLIT)
        put_split(out, f);
    else if (f->kind == TIMES || f->kind == PAIRS)
        put_times(out, f->node);
    else if (f->kind == RECORDS || f->kind == KEYED)
        put_rows(out, f->node);
    else
        put_columns(out, f);
    buf_puts(out, "]");
}

/* Whether the member is what only documents of series or sentences have: not rows of another
 * service under the same name, which are objects of scalars, or times with their values. */
static bool is_ours(const cJSON *v, const char *name)
{
    const cJSON *item = cJSON_IsArray(v) ? v->child : NULL, *inner;

    if (!item || strcmp(name, "sentences") == 0)
        return v != NULL;
    if (cJSON_IsArray(item))
        return !cJSON_IsString(item->child);
    if (!cJSON_IsObject(item))
        return true;
    cJSON_ArrayForEach(inner, item)
    {
        if (!is_scalar(inner))
            return true;
    }
    return false;
}

enum status json_table_records(struct buf *out, char place[JSON_TABLE_PLACE], const char *bytes,
                               size_t len, int max_depth, struct err *e)
{
    static const char *const ours[] = {"values", "series", "sentences"};
    struct found best = {0};
    cJSON *tree = NULL;
    enum status st = json_read(&tree, bytes, len, max_depth, e);

    for (size_t i = 0; !st && i < sizeof(ours) / sizeof(ours[0]); i++)
        if (is_ours(member(tree, ours[i]), ours[i]))
            st = err_set(e, ST_NOT_FOUND, "the document has series or sentences");
    if (!st)
        look(&best, tree, "", 0);
    if (!st && best.rows == 0)
        look_for_row(&best, tree);
    if (!st && best.rows == 0)
        st = err_set(e, ST_NOT_FOUND, "the document has no table");
    if (!st) {
        put_table(out, &best);
        st = buf_status(out, e);
        snprintf(place, JSON_TABLE_PLACE, "%s", best.place);
    }
    cJSON_Delete(tree);
    return st;
}
