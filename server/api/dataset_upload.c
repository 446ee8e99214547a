/* dataset_upload.c - PUT /v1/datasets/{name} and POST /v1/datasets/{name}/rows. */
#include "server/api/dataset_upload.h"
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/dataset_render.h"
#include "server/data/missing.h"
#include "server/data/table/censored_cells.h"
#include "server/data/text_check.h"
#include "server/formats/conllu.h"
#include "server/formats/csv.h"
#include "server/formats/json_body.h"
#include "server/formats/json_table.h"
#include "server/formats/plain_text.h"
#include "server/formats/records.h"
#include "server/formats/tagged_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An uploaded body: series, sentences, or a text, which is the body itself. */
struct upload {
    enum data_kind kind;
    char *target, *covariates; /* columns of the stored rows, when appending; else NULL. Owned */
    char frequency[16];        /* of the stored rows, when appending; else "" */
    struct dataset known;      /* the data set to append to; else empty */
    struct series_set series;
    struct tagged_set tagged;
};

/* ?dry_run=1: everything is read and checked, but nothing is stored. */
static bool is_dry(const struct http_req *rq)
{
    bool dry = false;

    (void)http_query_bool(&dry, rq, "dry_run", NULL); /* its value was checked already */
    return dry;
}

static void upload_release(struct upload *u)
{
    free(u->target);
    free(u->covariates);
    dataset_release(&u->known);
    series_set_release(&u->series);
    tagged_set_release(&u->tagged);
}

/* Without a Content-Type (curl -T) the beginning decides: CoNLL-U begins with a comment or
 * "1<tab>". */
static const char *upload_type(const struct http_req *rq)
{
    const char *type = http_body_type(rq);

    if (type[0])
        return type;
    if (rq->body[0] == '#' || (rq->body[0] == '1' && strchr("\t-.", rq->body[1])))
        return MEDIA_CONLLU;
    return memchr(rq->body, '\t', rq->body_len) ? MEDIA_TSV : MEDIA_CSV;
}

static enum status read_json_object(struct upload *u, const struct app *app,
                                    const struct http_req *rq, struct err *e)
{
    const struct json_body_options o = {
        .default_id = rq->param[0], .sentences = true, .limits = &app->limits};
    struct json_body body;
    enum status st = json_body_read(&body, &o, rq->body, rq->body_len, e);

    if (st)
        return st;
    u->kind = body.kind;
    st = u->kind == DATA_TAGGED ? json_body_tagged(&u->tagged, &body, e)
                                : json_body_series(&u->series, &body, e);
    if (!st && body.empty_sentences > 0 &&
        !series_set_note(&u->series, &(struct data_note){.code = "empty_sentences"},
                         "%d sentences without a token are left out, the first is /sentences/%d",
                         body.empty_sentences, body.first_empty))
        st = err_nomem(e, 0);
    json_body_release(&body);
    return st;
}

static enum csv_header read_header(const struct http_req *rq)
{
    const char *header = http_query(rq, "header");

    if (!header || strcmp(header, "auto") == 0)
        return CSV_HEADER_AUTO;
    return strcmp(header, "yes") == 0 ? CSV_HEADER_YES : CSV_HEADER_NO;
}

/* The options of reading a table. Borrows from rq and u. */
static struct table_options read_options(const struct upload *u, const struct app *app,
                                         const struct http_req *rq)
{
    const char *frequency = http_query(rq, "frequency");
    const char *target = http_query(rq, "target"), *covariates = http_query(rq, "covariates");
    const char *decimal = http_query(rq, "decimal"), *aggregate = http_query(rq, "aggregate");
    const char *censored = http_query(rq, "censored");
    struct table_options o = {
        .time = http_query(rq, "time"),
        .id = http_query(rq, "id"),
        .target = target ? target : u->target,
        .covariates = covariates ? covariates : u->covariates,
        .frequency = frequency ? frequency : u->frequency,
        .default_id = rq->param[0],
        .missing = http_query(rq, "missing"),
        .date_format = http_query(rq, "date_format"),
        .decimal = decimal ? decimal[0] : '\0',
        .known = u->known.columns,
        .num_known = u->known.kind == DATA_SERIES ? u->known.num_columns : 0,
        .limits = app->limits,
    };

    if (aggregate)
        (void)aggregate_from_name(&o.aggregate, aggregate);
    if (censored)
        (void)censored_from_name(&o.censored, censored);
    return o;
}

static enum status read_csv(struct upload *u, const struct app *app, const struct http_req *rq,
                            struct err *e)
{
    const struct table_options o = read_options(u, app, rq);

    return csv_read_series(&u->series, rq->body, rq->body_len, read_header(rq), &o, e);
}

/* Reads records like the table that CSV would hold, with the same rules for its columns. */
static enum status read_records(struct upload *u, const struct app *app, const struct http_req *rq,
                                struct err *e)
{
    const struct table_options o = read_options(u, app, rq);

    return records_read_series(&u->series, rq->body, rq->body_len, &o, e);
}

static enum status refuse_csv_options(const struct http_req *rq, struct err *e)
{
    static const char *const names[] = {"time",      "id",          "target",    "covariates",
                                        "frequency", "date_format", "aggregate", "decimal",
                                        "header",    "missing",     "censored"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (http_query(rq, names[i])) {
            err_set(e, ST_MALFORMED,
                    "%s= goes with tables (text/csv, records as JSON); this body is none",
                    names[i]);
            return err_at(e, "?%s", names[i]);
        }
    return ST_OK;
}

static bool begins_with_list(const struct http_req *rq)
{
    const char *s = rq->body + (strncmp(rq->body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);

    return s[strspn(s, " \t\r\n")] == '[';
}

/* Whether the fault lies in the first row under "values" or "series", which may also be that of
 * another service's table. */
static bool is_in_first_row(const struct err *e)
{
    return strcmp(e->pointer, "/values/0") == 0 || strncmp(e->pointer, "/series/0/", 10) == 0;
}

/* Whether the fault lies inside a member that only documents of series or sentences have. Such a
 * document is not that of another service, so reading it as one is not tried. */
static bool is_in_ours(const struct err *e)
{
    static const char *const ours[] = {"/values/", "/series/", "/sentences/"};

    for (size_t i = 0; !is_in_first_row(e) && i < sizeof(ours) / sizeof(ours[0]); i++)
        if (strncmp(e->pointer, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

/* Reads a table in the JSON of another service. *found is false, and e unchanged, if there is
 * none, or too much of it to look for one where e names a place already. */
static enum status read_json_table(bool *found, struct upload *u, const struct app *app,
                                   const struct http_req *rq, struct err *e)
{
    enum { RECORDS_BYTES_MAX = 256 << 20, TIMES_AS_LONG = 16 }; /* names are repeated in each row */
    const struct table_options o = read_options(u, app, rq);
    size_t most = rq->body_len * TIMES_AS_LONG + 4096;
    char place[JSON_TABLE_PLACE];
    struct err fault = {0};
    struct buf records;
    enum status st;

    buf_init(&records, most < RECORDS_BYTES_MAX ? most : RECORDS_BYTES_MAX);
    st = json_table_records(&records, place, rq->body, rq->body_len, app->limits.max_json_depth,
                            &fault);
    *found =
        st != ST_NOT_FOUND && st != ST_MALFORMED && !(st == ST_TOO_LARGE && is_in_first_row(e));
    if (*found)
        *e = fault;
    if (!st) {
        series_set_release(&u->series);
        tagged_set_release(&u->tagged);
        u->kind = DATA_SERIES;
        st = records_read_series(&u->series, records.data, records.len, &o, e);
        if (!st && !series_set_note(&u->series, &(struct data_note){.code = "json_table"},
                                    "the rows are those of the table at %s",
                                    place[0] ? place : "the root of the document"))
            st = err_nomem(e, 0);
    }
    buf_release(&records);
    return *found ? st : e->status;
}

/* Reads an object with known members, a list of records, or records one after the other. */
static enum status read_json_upload(struct upload *u, const struct app *app,
                                    const struct http_req *rq, struct err *e)
{
    bool found = false;
    enum status st;

    if (begins_with_list(rq))
        return read_records(u, app, rq, e);
    st = refuse_csv_options(rq, e);
    if (!st)
        st = read_json_object(u, app, rq, e);
    if ((st == ST_INVALID || st == ST_MALFORMED) && !is_in_ours(e))
        st = read_json_table(&found, u, app, rq, e);
    if (found || st != ST_MALFORMED ||
        !records_likely(rq->body, rq->body_len, app->limits.max_json_depth))
        return st;
    *e = (struct err){0};
    return read_records(u, app, rq, e);
}

static enum status read_fill(struct upload *u, const struct http_req *rq, struct err *e)
{
    const char *name = http_query(rq, "fill");

    if (!name)
        return ST_OK;
    if (u->kind == DATA_SERIES && missing_policy_from_name(&u->series.missing_policy, name))
        return ST_OK;
    err_set(e, ST_MALFORMED, "fill= goes with series; this body holds %s",
            data_kind_words(u->kind));
    return err_at(e, "?fill");
}

/* With fill=error, refuses missing values at once instead of before a training. */
static enum status check_missing(struct upload *u, struct err *e)
{
    if (u->kind != DATA_SERIES || u->series.missing_policy != MISSING_ERROR)
        return ST_OK;
    return missing_apply(&u->series, e);
}

/* ---- lines of words with tags ---- */

/* Whether the body consists of such lines. A table or CoNLL-U may have the same media type. */
static bool has_tagged_lines(const struct upload *u, const struct http_req *rq, const char *type)
{
    enum { COLUMNS_MOST = 5 }; /* with more columns, or numbered words, it is broken CoNLL-U */
    struct tagged_lines shape;

    if (u->known.id && u->known.kind != DATA_TEXT &&
        (strcmp(type, MEDIA_TSV) == 0 || strcmp(type, MEDIA_TEXT) == 0))
        return u->known.kind == DATA_TAGGED;
    if (strcmp(type, MEDIA_CONLLU) == 0)
        return tagged_lines_likely(&shape, rq->body, rq->body_len) &&
               shape.columns <= COLUMNS_MOST && shape.word == 0;
    return (strcmp(type, MEDIA_TSV) == 0 || strcmp(type, MEDIA_TEXT) == 0) &&
           tagged_lines_likely(&shape, rq->body, rq->body_len);
}

static enum status note_tagged_lines(struct upload *u, const struct tagged_lines *shape,
                                     struct err *e)
{
    const struct data_note note = {.code = "tag_column"},
                           documents = {.code = "documents", .line = shape->first_document};
    bool fine;

    if (shape->layout == TAGGED_MARKED)
        fine =
            series_set_note(&u->series, &note,
                            "a line is a sentence of words with tags behind a '%c'", shape->mark);
    else
        fine = series_set_note(&u->series, &note,
                               "a line is a word, column %d, with its tag, column %d of %d%s",
                               shape->word + 1, shape->tag + 1, shape->columns,
                               shape->columns > 2 ? "; the other columns are left out" : "");
    if (fine && shape->documents > 0)
        fine = series_set_note(&u->series, &documents, "%ld lines -DOCSTART- are left out",
                               shape->documents);
    if (fine)
        fine = series_set_note(&u->series, &(struct data_note){.code = "tag_set"},
                               shape->upos ? "the tags are those of Universal Dependencies (upos)"
                                           : "the tags are a tag set of their own (xpos)");
    return fine ? ST_OK : err_nomem(e, 0);
}

static enum status read_tagged_lines(struct upload *u, const struct app *app,
                                     const struct http_req *rq, struct err *e)
{
    struct tagged_lines shape;
    enum status st = refuse_csv_options(rq, e);

    u->kind = DATA_TAGGED;
    if (!st)
        st = tagged_lines_read(&u->tagged, &shape, rq->body, rq->body_len, &app->limits, e);
    return st ? st : note_tagged_lines(u, &shape, e);
}

/* ---- text ---- */

/* Whether the caller wants a text, or the data set to append to is one. */
static bool is_text(const struct upload *u, const struct http_req *rq, const char *type)
{
    return http_query(rq, "kind") ||
           (u->known.id && u->known.kind == DATA_TEXT && strcmp(type, MEDIA_TEXT) == 0);
}

static enum status read_text(struct upload *u, const struct http_req *rq, struct err *e)
{
    enum status st = refuse_csv_options(rq, e);

    u->kind = DATA_TEXT;
    if (!st)
        st = text_valid(rq->body, rq->body_len, e);
    if (!st && plain_text_kind(rq->body, rq->body_len) == PLAIN_LINE &&
        strspn(rq->body, " \t\r\n") == rq->body_len)
        st = err_set(e, ST_INVALID, "the text is blank");
    return st;
}

/* Reads a body of type text/plain that is not tagged lines. */
static enum status read_plain(struct upload *u, const struct app *app, const struct http_req *rq,
                              struct err *e)
{
    size_t n;
    enum status st;

    switch (plain_text_kind(rq->body, rq->body_len)) {
    case PLAIN_TABLE:
        st = read_csv(u, app, rq, e);
        n = st ? strlen(e->message) : 0;
        if (st && !u->known.id)
            snprintf(e->message + n, sizeof(e->message) - n, "; ?kind=text keeps it as a text");
        return st;
    case PLAIN_JSON:
        return err_set(e, ST_UNSUPPORTED,
                       "the body is text/plain but begins like JSON: send Content-Type: "
                       "application/json, or ?kind=text to keep it as a text");
    case PLAIN_LINE:
        return err_set(e, ST_UNSUPPORTED,
                       "the last line of this text/plain has no letter, as of a list of numbers: "
                       "send Content-Type: text/csv, or ?kind=text to keep it as a text");
    case PLAIN_TEXT:
        break;
    }
    st = read_text(u, rq, e);
    if (!st && !series_set_note(&u->series, &(struct data_note){.code = "text"},
                                "the body is kept as a text, because its last line is no row of a "
                                "table; Content-Type: text/csv reads it as one"))
        st = err_nomem(e, 0);
    return st;
}

static enum status read_upload(struct upload *u, const struct app *app, const struct http_req *rq,
                               struct err *e)
{
    const char *type = upload_type(rq);
    enum status st;

    if (rq->body_len == 0)
        return err_set(e, ST_MALFORMED, "the body is empty; send CSV, JSON or CoNLL-U");
    if (is_text(u, rq, type))
        return read_text(u, rq, e);
    if (has_tagged_lines(u, rq, type))
        return read_tagged_lines(u, app, rq, e);
    if (strcmp(type, MEDIA_TEXT) == 0)
        return read_plain(u, app, rq, e);
    if (strcmp(type, MEDIA_CSV) == 0 || strcmp(type, MEDIA_TSV) == 0)
        return read_csv(u, app, rq, e);
    if (strcmp(type, MEDIA_JSON) == 0)
        return read_json_upload(u, app, rq, e);
    if (strcmp(type, MEDIA_JSONL) == 0 || strcmp(type, MEDIA_NDJSON) == 0)
        return read_records(u, app, rq, e);
    st = refuse_csv_options(rq, e);
    if (st)
        return st;
    if (strcmp(type, MEDIA_CONLLU) == 0) {
        u->kind = DATA_TAGGED;
        return conllu_read(&u->tagged, rq->body, rq->body_len, &app->limits, e);
    }
    return err_set(
        e, ST_UNSUPPORTED,
        "Content-Type '%.80s' is not read here; send text/csv, application/json, "
        "application/jsonl, text/x-conllu, text/tab-separated-values or text/plain (curl: -H "
        "'Content-Type: text/csv' "
        "--data-binary @FILE)",
        type);
}

/* Sends the response to an upload: the data set as it is stored now or, for a dry run, as it would
 * be; notes; and counts of appended rows. */
static void send_upload(struct app *app, const struct http_req *rq, struct http_res *rs, int status,
                        const struct upload *u, const struct row_counts *done)
{
    bool unstored = is_dry(rq) && !u->known.id;
    struct err e = {0};
    struct dataset d = {0};
    cJSON *o = NULL;
    const struct dataset_page page = dataset_page_of(rq);
    enum status st = unstored ? ST_OK : store_dataset_get(&d, app->store, rq->param[0], &e);

    if (!st && unstored && u->kind == DATA_TEXT)
        st = dataset_render_unstored_text(&o, rq->param[0], rq->body, rq->body_len, &e);
    else if (!st && unstored)
        st = dataset_render_unstored(&o, rq->param[0], u->kind == DATA_SERIES ? &u->series : NULL,
                                     &u->tagged, &page, &e);
    else if (!st)
        st = dataset_render(&o, app->store, &d, &page, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        o = json_put(o, "notes", dataset_render_notes(&u->series));
        if (done)
            o = json_put(o, "rows", dataset_render_counts(done));
        api_send_json(rs, status, o);
        if (!is_dry(rq))
            dataset_send_etag(rs, app->store, &d);
    }
    dataset_release(&d);
}

/* ---- handlers ---- */

void dataset_upload_put(struct app *app, const struct http_req *rq, struct http_res *rs,
                        bool create)
{
    struct err e = {0};
    struct upload u = {0};
    struct precondition pre = {0};
    bool created = false;
    enum status st = api_check_name(rq->param[0], "dataset", NULL, &e);

    if (!st)
        st = api_read_precondition(&pre, rq, &e);
    pre.none_match.any |= create;
    if (!st)
        st = read_upload(&u, app, rq, &e);
    if (!st)
        st = read_fill(&u, rq, &e);
    if (!st)
        st = check_missing(&u, &e);
    if (!st && !is_dry(rq) && u.kind == DATA_SERIES)
        st = store_dataset_put_series(app->store, rq->param[0], &u.series, &pre, &created, &e);
    else if (!st && !is_dry(rq) && u.kind == DATA_TEXT)
        st = store_dataset_put_text(app->store, rq->param[0], rq->body, rq->body_len, &pre,
                                    &created, &e);
    else if (!st && !is_dry(rq))
        st = store_dataset_put_tagged(app->store, rq->param[0], &u.tagged, &pre, &created, &e);
    if (st == ST_PRECONDITION && create)
        st = err_set(
            &e, ST_CONFLICT,
            "the dataset '%s' is there already; PUT replaces it, POST %s/rows appends to it",
            rq->param[0], rq->path);
    if (st)
        http_res_err(rs, &e);
    else
        send_upload(app, rq, rs, created ? 201 : 200, &u, NULL);
    if (!st && created)
        http_res_header(rs, "Location", rq->path);
    precondition_release(&pre);
    upload_release(&u);
}

/* The frequency of the stored rows. A few new rows alone may suggest another one. */
static enum status stored_frequency(char out[16], struct app *app, const struct dataset *d,
                                    struct err *e)
{
    struct series_info_list first = {0};
    enum status st = ST_OK;

    if (d->kind == DATA_SERIES)
        st = store_series_list(&first, app->store, d->id, 0, 1, e);
    if (!st && first.count > 0)
        timeline_name(out, &first.items[0].time);
    series_info_list_release(&first);
    return st;
}

/* Joins names by commas; NULL when out of memory. */
static char *join(char *const *names, int n)
{
    size_t len = 1;
    char *text, *p;

    for (int i = 0; i < n; i++)
        len += strlen(names[i]) + 1;
    text = p = malloc(len);
    for (int i = 0; p && i < n; i++)
        p += snprintf(p, len - (size_t)(p - text), "%s%s", i ? "," : "", names[i]);
    return text;
}

/* When some stored columns are covariates, the same columns of new rows are. */
static enum status stored_columns(struct upload *u, const struct dataset *d, struct err *e)
{
    int targets = d->num_columns - d->num_covariates;

    if (d->kind != DATA_SERIES || !d->num_covariates)
        return ST_OK;
    u->target = join(d->columns, targets);
    u->covariates = join(d->columns + targets, d->num_covariates);
    return u->target && u->covariates ? ST_OK : err_nomem(e, 0);
}

/* Reads ?on_conflict=. */
static enum status read_conflict(enum on_conflict *out, const struct upload *u,
                                 const struct http_req *rq, struct err *e)
{
    const char *name = http_query(rq, "on_conflict");

    *out = CONFLICT_ERROR;
    if (!name)
        return ST_OK;
    if (u->kind != DATA_SERIES) {
        err_set(e, ST_MALFORMED, "on_conflict= goes with series; %s",
                u->kind == DATA_TEXT ? "a text has no times" : "sentences have no times");
        return err_at(e, "?on_conflict");
    }
    while (strcmp(api_conflicts[*out], name) != 0)
        (*out)++;
    return ST_OK;
}

/* POST /v1/datasets/{name}/rows -> 200. 404; 409: another kind; 422: times that exist already. */
void api_dataset_append(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct upload u = {0};
    struct row_counts counts = {0};
    enum on_conflict mode = CONFLICT_ERROR;
    enum status st = store_dataset_get(&u.known, app->store, rq->param[0], &e);

    if (!st)
        st = stored_frequency(u.frequency, app, &u.known, &e);
    if (!st)
        st = stored_columns(&u, &u.known, &e);
    if (!st)
        st = read_upload(&u, app, rq, &e);
    u.series.missing_policy = u.known.missing_policy;
    if (!st)
        st = read_conflict(&mode, &u, rq, &e);
    if (!st && mode == CONFLICT_ERROR) /* otherwise rows between corrected ones are not missing */
        st = check_missing(&u, &e);
    if (!st && u.kind == DATA_SERIES)
        st = store_dataset_merge_series(&counts, app->store, rq->param[0], &u.series, mode,
                                        is_dry(rq), &app->limits, &e);
    else if (!st && !is_dry(rq) && u.kind == DATA_TEXT)
        st = store_dataset_append_text(app->store, rq->param[0], rq->body, rq->body_len, &e);
    else if (!st && !is_dry(rq))
        st = store_dataset_append_tagged(app->store, rq->param[0], &u.tagged, &app->limits, &e);
    if (st)
        http_res_err(rs, &e);
    else
        send_upload(app, rq, rs, 200, &u, u.kind == DATA_SERIES ? &counts : NULL);
    upload_release(&u);
}
