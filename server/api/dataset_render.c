/* dataset_render.c - see dataset_render.h. */
#include "server/api/dataset_render.h"

#include "server/api/common.h"
#include "server/api/source_render.h"
#include "server/data/missing.h"
#include "server/formats/plain_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SERIES_SHOWN = 1000, BEGINNING_BYTES = 1000 /* of a text */ };

static cJSON *render_series(const struct series_info *s)
{
    char text[TIME_TEXT_MAX], name[16], open[OPEN_TEXT_MAX];
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "id", s->id);
    o = json_put_number(o, "length", (double)s->length);
    o = json_put_text(o, "start", s->length ? timeline_text(text, &s->time, 0) : NULL);
    o = json_put_text(o, "end", s->length ? timeline_text(text, &s->time, s->length - 1) : NULL);
    timeline_name(name, &s->time);
    o = json_put_text(o, "frequency", name[0] ? name : NULL);
    if (timeline_open(open, &s->time)[0])
        o = json_put_text(o, "open", open);
    return json_put_number(o, "missing", (double)s->missing);
}

static cJSON *render_columns(const struct dataset *d, int first, int end)
{
    cJSON *a = cJSON_CreateArray();

    for (int i = first; i < end; i++)
        a = json_push(a, cJSON_CreateString(d->columns[i]));
    return a;
}

struct dataset_page dataset_page_of(const struct http_req *rq)
{
    return (struct dataset_page){http_query_number(rq, "series_offset", 0),
                                 (int)http_query_number(rq, "series_limit", SERIES_SHOWN)};
}

static enum status stored_series(cJSON **out, struct store *store, const struct dataset *d,
                                 const struct dataset_page *page, struct err *e)
{
    struct series_info_list list = {0};
    cJSON *a = cJSON_CreateArray();
    enum status st = store_series_list(&list, store, d->id, page->offset, page->shown, e);

    for (int i = 0; !st && i < list.count; i++)
        a = json_push(a, render_series(&list.items[i]));
    series_info_list_release(&list);
    if (st)
        cJSON_Delete(a);
    else
        *out = a;
    return st;
}

/* Renders the series of an upload that was not stored. */
static cJSON *read_series(const struct series_set *set, const struct dataset_page *page)
{
    cJSON *a = cJSON_CreateArray();

    for (int64_t i = page->offset; i < set->count && i < page->offset + page->shown; i++) {
        const struct series *s = &set->items[i];
        struct series_info info = {s->id, s->time, s->length, 0};

        for (int64_t k = 0; k < (int64_t)s->length * set->num_columns; k++)
            info.missing += isnan(s->values[k]);
        a = json_push(a, render_series(&info));
    }
    return a;
}

static cJSON *put_series(cJSON *o, const struct dataset *d, cJSON *series)
{
    o = json_put(o, "series", series);
    o = json_put_number(o, "num_series", (double)d->num_series);
    o = json_put_text(o, "time_column", d->time_column);
    o = json_put_text(o, "id_column", d->id_column);
    return json_put_text(o, "fill", missing_policy_name(d->missing_policy));
}

static cJSON *put_tagged(cJSON *o, const struct dataset *d)
{
    cJSON *tags = cJSON_CreateObject();

    if (d->num_upos)
        tags = json_put_number(tags, "upos", (double)d->num_upos);
    if (d->num_xpos)
        tags = json_put_number(tags, "xpos", (double)d->num_xpos);
    o = json_put_number(o, "sentences", (double)d->sentences);
    o = json_put_number(o, "tokens", (double)d->tokens);
    return json_put(o, "tags", tags);
}

/* text: the first bytes of the text, at most BEGINNING_BYTES + 1. */
static cJSON *put_text(cJSON *o, const char *text, size_t len)
{
    char beginning[BEGINNING_BYTES + 1];

    len = plain_text_cut(text, len, BEGINNING_BYTES);
    memcpy(beginning, text, len);
    beginning[len] = '\0';
    return json_put_text(o, "beginning", beginning);
}

static cJSON *put_time(cJSON *o, const char *name, int64_t ms)
{
    return ms ? api_put_time(o, name, ms) : json_put_text(o, name, NULL);
}

/* series: of a data set of series; consumed. */
static enum status render(cJSON **out, const struct dataset *d, cJSON *series, struct err *e)
{
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "name", d->name);
    o = json_put_text(o, "kind", data_kind_name(d->kind));
    o = put_time(o, "created_at", d->created_at);
    o = put_time(o, "updated_at", d->updated_at);
    o = json_put_number(o, "bytes", (double)d->bytes);
    if (d->kind == DATA_SERIES)
        o = put_series(o, d, series);
    else if (d->kind == DATA_TAGGED)
        o = put_tagged(o, d);
    o = json_put(o, "columns", render_columns(d, 0, d->num_columns - d->num_covariates));
    if (d->kind == DATA_SERIES)
        o = json_put(o, "covariates",
                     render_columns(d, d->num_columns - d->num_covariates, d->num_columns));
    if (!o)
        return err_nomem(e, 0);
    *out = o;
    return ST_OK;
}

/* Adds the source, or null. */
static enum status put_source(cJSON **o, struct store *store, const char *name, struct err *e)
{
    struct source s = {0};
    bool found = false;
    enum status st = store_source_find(&s, &found, store, name, e);

    if (!st)
        *o = json_put(*o, "source", found ? source_render(&s) : cJSON_CreateNull());
    source_release(&s);
    if (!st && *o)
        return ST_OK;
    cJSON_Delete(*o);
    *o = NULL;
    return st ? st : err_nomem(e, 0);
}

void dataset_send_etag(struct http_res *rs, struct store *store, const struct dataset *d)
{
    char quoted[DIGEST_LEN + 3];
    struct source s = {0};
    struct err ignored = {0};
    bool found = false;

    if (store_source_find(&s, &found, store, d->name, &ignored) == ST_OK && found) {
        (void)snprintf(quoted, sizeof(quoted), "\"%s\"", d->digest);
        http_res_header(rs, "ETag", quoted);
    } else {
        http_res_etag(rs, d->digest);
    }
    source_release(&s);
}

enum status dataset_render(cJSON **out, struct store *store, const struct dataset *d,
                           const struct dataset_page *page, struct err *e)
{
    char text[BEGINNING_BYTES + 1];
    cJSON *series = NULL;
    size_t len = 0;
    enum status st = ST_OK;

    if (d->kind == DATA_SERIES)
        st = stored_series(&series, store, d, page, e);
    else if (d->kind == DATA_TEXT)
        st = store_text_beginning(text, &len, store, d->id, sizeof(text), e);
    if (!st)
        st = render(out, d, series, e);
    if (!st)
        st = put_source(out, store, d->name, e);
    if (st || d->kind != DATA_TEXT)
        return st;
    *out = put_text(*out, text, len);
    return *out ? ST_OK : err_nomem(e, 0);
}

enum status dataset_render_unstored_text(cJSON **out, const char *name, const char *text,
                                         size_t len, struct err *e)
{
    struct dataset d = {.kind = DATA_TEXT, .bytes = (int64_t)len};
    enum status st;

    snprintf(d.name, sizeof(d.name), "%s", name);
    st = render(out, &d, NULL, e);
    if (st)
        return st;
    *out = put_text(*out, text, len);
    return *out ? ST_OK : err_nomem(e, 0);
}

static void describe_series(struct dataset *d, const struct series_set *set)
{
    d->num_series = set->count;
    d->num_columns = set->num_columns;
    d->num_covariates = set->num_covariates;
    d->columns = set->columns;
    d->time_column = set->time_column;
    d->id_column = set->id_column;
    d->missing_policy = set->missing_policy;
    for (int i = 0; i < set->count; i++)
        d->bytes += (int64_t)set->items[i].length * set->num_columns * (int64_t)sizeof(double);
}

static void describe_tagged(struct dataset *d, const struct tagged_set *set)
{
    d->sentences = set->count;
    for (int i = 0; i < set->count; i++)
        d->tokens += set->items[i].length;
    d->bytes = (int64_t)tagged_set_bytes(set);
}

enum status dataset_render_unstored(cJSON **out, const char *name, const struct series_set *series,
                                    const struct tagged_set *tagged,
                                    const struct dataset_page *page, struct err *e)
{
    struct dataset d = {.kind = series ? DATA_SERIES : DATA_TAGGED};

    snprintf(d.name, sizeof(d.name), "%s", name);
    if (series)
        describe_series(&d, series);
    else
        describe_tagged(&d, tagged);
    return render(out, &d, series ? read_series(series, page) : NULL, e);
}

cJSON *dataset_render_notes(const struct series_set *s)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < s->num_notes; i++) {
        const struct data_note *n = &s->notes[i];
        cJSON *o = json_put_text(cJSON_CreateObject(), "code", n->code);

        if (n->column)
            o = json_put_text(o, "column", n->column);
        if (n->line)
            o = json_put_number(o, "line", (double)n->line);
        o = json_put_text(o, "detail", n->detail);
        if (n->parameter)
            o = json_put_text(o, "parameter", n->parameter);
        list = json_push(list, o);
    }
    return list;
}

cJSON *dataset_render_counts(const struct row_counts *c)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "appended", (double)c->appended);

    o = json_put_number(o, "replaced", (double)c->replaced);
    return json_put_number(o, "ignored", (double)c->ignored);
}
