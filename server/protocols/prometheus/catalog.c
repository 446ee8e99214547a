/* catalog.c - see catalog.h. */
#include "server/protocols/prometheus/catalog.h"

#include "server/protocols/api_route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 1000 };

const char *const catalog_labels[] = {"__name__", "dataset", "ml_forecast",
                                      "model",    "series",  NULL};
static const char *const part_names[FORECAST_PARTS] = {"yhat", "yhat_lower", "yhat_upper"};

/* What is searched for, and in which request. */
struct search {
    struct catalog *out;
    struct exchange *x;
    const struct selector *list;
    int n;
    bool with_series;
};

const char *catalog_label(const struct catalog_entry *c, const char *label)
{
    if (strcmp(label, "__name__") == 0)
        return c->metric;
    if (strcmp(label, "dataset") == 0)
        return c->dataset;
    if (strcmp(label, "model") == 0)
        return c->model;
    if (strcmp(label, "series") == 0)
        return c->id ? c->id : "";
    if (strcmp(label, "ml_forecast") == 0 && c->kind == METRIC_PREDICTED)
        return part_names[c->part];
    return "";
}

/* ---- matching ---- */

static enum status allows(bool *out, const struct selector *s, const struct catalog_entry *c,
                          struct err *e)
{
    enum status st = ST_OK;

    *out = true;
    for (int i = 0; !st && *out && i < s->count; i++) {
        const char *label = s->list[i].label;

        if (c->id || strcmp(label, "series") != 0)
            st = selector_allows(out, s, label, catalog_label(c, label), e);
    }
    return st;
}

/* Whether any selector chooses the entry, as far as its labels are known. */
static bool is_chosen(const struct search *q, const struct catalog_entry *c)
{
    struct err e = {0};
    bool chosen = false;

    for (int i = 0; !chosen && i < q->n; i++)
        if (allows(&chosen, &q->list[i], c, &e)) {
            exchange_refuse(q->x, &e);
            return false;
        }
    return chosen;
}

/* ---- entries ---- */

static void add(const struct search *q, const struct catalog_entry *c)
{
    struct catalog *out = q->out;
    struct err e = {0};
    struct catalog_entry *kept;

    if (out->count == CATALOG_MAX) {
        err_set(&e, ST_INVALID, "the selectors choose more than %d series; name the metric",
                CATALOG_MAX);
        exchange_refuse(q->x, &e);
        return;
    }
    if (out->count == out->cap) {
        int cap = out->cap ? 2 * out->cap : 64;
        struct catalog_entry *more = realloc(out->items, (size_t)cap * sizeof(*more));

        if (!more) {
            err_nomem(&e, (size_t)cap * sizeof(*more));
            exchange_refuse(q->x, &e);
            return;
        }
        out->items = more;
        out->cap = cap;
    }
    kept = &out->items[out->count++];
    *kept = *c;
    kept->id = c->id ? strdup(c->id) : NULL;
    kept->row = c->row ? strdup(c->row) : NULL;
    if ((c->id && !kept->id) || (c->row && !kept->row)) {
        err_nomem(&e, 0);
        exchange_refuse(q->x, &e);
    }
}

/* Adds the entry, or with a forecast its parts, as far as they are chosen. Returns how many would
 * be; with add false nothing is added. */
static int add_parts(const struct search *q, struct catalog_entry c, bool adds)
{
    int parts = c.kind == METRIC_PREDICTED ? FORECAST_PARTS : 1, n = 0;

    for (int i = 0; i < parts && !q->x->over; i++) {
        c.part = (enum forecast_part)i;
        if (!is_chosen(q, &c))
            continue;
        n++;
        if (adds)
            add(q, &c);
    }
    return n;
}

/* ---- the series of a data set ---- */

static const char *text_of(const cJSON *o, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsString(v) ? v->valuestring : "";
}

/* Adds the value columns of one series. Their ids are those of forecasts: panel.h. */
static void add_columns(const struct search *q, struct catalog_entry c, const char *row,
                        const cJSON *columns, bool only_series)
{
    const cJSON *column;
    int count = cJSON_GetArraySize(columns);
    char id[1024 + 256 + 2];

    c.row = (char *)row;
    c.id = id;
    c.column = 0;
    cJSON_ArrayForEach(column, columns)
    {
        const char *name = cJSON_IsString(column) ? column->valuestring : "";

        if (count == 1)
            (void)snprintf(id, sizeof(id), "%s", row);
        else if (only_series)
            (void)snprintf(id, sizeof(id), "%s", name);
        else
            (void)snprintf(id, sizeof(id), "%s.%s", row, name);
        (void)add_parts(q, c, true);
        c.column++;
    }
}

/* Adds a page of the series; returns whether there are more. */
static bool add_page(const struct search *q, const struct catalog_entry *c, int offset)
{
    char from[16];
    const struct http_pair query[] = {{"series_offset", from}, {"series_limit", "1000"}};
    const struct http_inner in = {.route = api_route(HTTP_GET, "/v1/datasets/{name}"),
                                  .param = {c->dataset},
                                  .query = query,
                                  .num_query = 2};
    cJSON *d;
    const cJSON *one, *series, *columns, *total;
    struct err e = {0};
    double all;

    (void)snprintf(from, sizeof(from), "%d", offset);
    d = exchange_json(q->x, &in, CARE_SKIP);
    series = cJSON_GetObjectItemCaseSensitive(d, "series");
    columns = cJSON_GetObjectItemCaseSensitive(d, "columns");
    total = cJSON_GetObjectItemCaseSensitive(d, "num_series");
    all = cJSON_IsNumber(total) ? total->valuedouble : 0;
    q->out->examined += cJSON_GetArraySize(series);
    if (q->out->examined > CATALOG_SERIES_MAX) {
        err_set(&e, ST_INVALID, "the selectors look at more than %d series; name the metric",
                CATALOG_SERIES_MAX);
        exchange_refuse(q->x, &e);
    }
    cJSON_ArrayForEach(one, series)
    {
        if (!q->x->over)
            add_columns(q, *c, text_of(one, "id"), columns, all == 1);
    }
    cJSON_Delete(d);
    return !q->x->over && offset + PAGE < all;
}

/* Takes a data set or model into account. */
static void consider(const struct search *q, enum metric_kind kind, const char *dataset,
                     const char *model)
{
    struct catalog_entry c = {.kind = kind};

    if (!dataset[0] || strlen(dataset) > METRIC_SOURCE_MAX || strlen(model) > METRIC_SOURCE_MAX)
        return;
    (void)snprintf(c.dataset, sizeof(c.dataset), "%s", dataset);
    (void)snprintf(c.model, sizeof(c.model), "%s", model);
    (void)metric_name(c.metric, model[0] ? model : dataset, kind);
    if (add_parts(q, c, !q->with_series) == 0 || !q->with_series)
        return;
    for (int offset = 0; add_page(q, &c, offset);)
        offset += PAGE;
}

/* ---- data sets and models ---- */

static void consider_dataset(const struct search *q, const cJSON *d)
{
    if (strcmp(text_of(d, "kind"), "series") == 0)
        consider(q, METRIC_ACTUAL, text_of(d, "name"), "");
}

static void consider_model(const struct search *q, const cJSON *m)
{
    if (strcmp(text_of(m, "task"), "forecast") != 0)
        return;
    consider(q, METRIC_PREDICTED, text_of(m, "dataset"), text_of(m, "name"));
    consider(q, METRIC_ANOMALOUS, text_of(m, "dataset"), text_of(m, "name"));
}

typedef void consider_one(const struct search *q, const cJSON *item);

static void consider_all(const struct search *q, const char *pattern, consider_one *one)
{
    char next[128] = "";
    const struct http_pair query[] = {{"limit", "100"}, {"cursor", next}};
    struct http_inner in = {.route = api_route(HTTP_GET, pattern), .query = query};
    const cJSON *item;

    do {
        cJSON *page;

        in.num_query = next[0] ? 2 : 1;
        page = exchange_json(q->x, &in, CARE_STOP);
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(page, "items"))
        {
            if (!q->x->over)
                one(q, item);
        }
        (void)snprintf(next, sizeof(next), "%s", text_of(page, "next"));
        cJSON_Delete(page);
    } while (next[0] && !q->x->over);
}

/* The metric that a selector names, or NULL. */
static const char *named(const struct selector *s)
{
    return selector_value(s, "__name__");
}

/* Looks at the one data set or model of a selector that names its metric. */
static void consider_named(const struct search *q, const struct selector *s)
{
    char source[METRIC_SOURCE_MAX + 1];
    enum metric_kind kind;
    struct http_inner in = {.param = {source}};
    struct search one = *q;
    cJSON *found;

    if (!metric_name_read(source, &kind, named(s)))
        return;
    one.list = s;
    one.n = 1;
    in.route =
        api_route(HTTP_GET, kind == METRIC_ACTUAL ? "/v1/datasets/{name}" : "/v1/models/{name}");
    found = exchange_json(q->x, &in, CARE_SKIP);
    if (found && kind == METRIC_ACTUAL)
        consider_dataset(&one, found);
    else if (found)
        consider_model(&one, found);
    cJSON_Delete(found);
}

/* ---- the whole ---- */

static int compare(const void *a, const void *b)
{
    const struct catalog_entry *x = a, *y = b;
    int c = strcmp(x->metric, y->metric);

    if (!c)
        c = strcmp(x->dataset, y->dataset);
    if (!c && x->id && y->id)
        c = strcmp(x->id, y->id);
    return c ? c : (int)x->part - (int)y->part;
}

/* Two selectors may choose the same. */
static void sort(struct catalog *c)
{
    int kept = 0;

    if (c->count == 0)
        return;
    qsort(c->items, (size_t)c->count, sizeof(*c->items), compare);
    for (int i = 1; i < c->count; i++) {
        if (compare(&c->items[kept], &c->items[i]) == 0) {
            free(c->items[i].id);
            free(c->items[i].row);
        } else {
            c->items[++kept] = c->items[i];
        }
    }
    c->count = kept + 1;
}

void catalog_read(struct catalog *c, struct exchange *x, const struct selector *list, int n,
                  bool with_series)
{
    const struct search q = {c, x, list, n, with_series};
    bool all_named = true;

    for (int i = 0; i < n; i++)
        all_named = all_named && named(&list[i]);
    for (int i = 0; all_named && i < n && !x->over; i++)
        consider_named(&q, &list[i]);
    if (!all_named)
        consider_all(&q, "/v1/datasets", consider_dataset);
    if (!all_named && !x->over)
        consider_all(&q, "/v1/models", consider_model);
    sort(c);
}

void catalog_release(struct catalog *c)
{
    for (int i = 0; i < c->count; i++) {
        free(c->items[i].id);
        free(c->items[i].row);
    }
    free(c->items);
    *c = (struct catalog){0};
}
