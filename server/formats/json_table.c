/* json_table.c - see json_table.h. Members of a row that are lists or objects are left out. */
#include "server/formats/json_table.h"

#include "server/formats/json.h"
#include "server/formats/json_table_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)JSON_TABLE_PLACE == (int)TABLE_PLACE_BYTES, "a place fits the other");

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

            if (table_series_rows(series) == 0)
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
            if (table_list_length(pair) == 2) {
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
    const cJSON *at[TABLE_COLUMNS_MOST], *names[TABLE_COLUMNS_MOST], *v;
    bool keys = f->kind == INDEXED && table_is_time(f->node->child->child->string);
    int n = 0;

    cJSON_ArrayForEach(v, f->node)
    {
        if (f->kind == COLUMNS && table_list_length(v) < 0)
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
    const cJSON *key = table_list_length(index) == f->rows ? index->child : NULL;
    bool keys = key && (cJSON_IsString(key) ? table_is_time(key->valuestring)
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
    const bool keys = cJSON_IsObject(rows) && table_is_time(rows->child->string);
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
        table_find(&best, tree);
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
