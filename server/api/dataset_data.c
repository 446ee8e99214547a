/* dataset_data.c - GET /v1/datasets/{name}/data: the stored data as a file.
 *
 * A small data set is loaded as a whole over the store's own connection. Of a large one, only one
 * series or some 64 KiB of sentences are in memory at a time: it is read in pieces, in a
 * transaction of its own, and the response goes to a file as it grows (http_res_open()). */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/dataset_thinned.h"
#include "server/formats/conllu.h"
#include "server/formats/csv.h"
#include "server/formats/tagged_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DATA_BYTES_MAX = 1 << 30, /* limit of a response */
    /* Stored bytes above which a data set is read in pieces. Opening a connection for that costs as
     * much as reading some 100 KiB. */
    WHOLE_BYTES_MAX = 1 << 20
};

/* The response while it is written. */
struct export
{
    struct buf text;
    const char *type;
    int max_points;   /* most rows of a series; 0: all */
    const char *only; /* id of a single series; NULL: all */
    const struct http_req *rq;
    struct err *e;
};

/* ---- loaded as a whole ---- */

static enum status write_series(struct export *x, struct app *app, const struct dataset *d)
{
    struct series_set set;
    enum status st;

    series_set_init(&set);
    st = store_series_load(&set, app->store, d->id, x->e);
    if (!st && strcmp(x->type, MEDIA_CSV) == 0)
        csv_write_series(&x->text, &set);
    else if (!st)
        json_write_series(&x->text, &set);
    series_set_release(&set);
    return st;
}

static enum status write_tagged(struct export *x, struct app *app, const struct dataset *d)
{
    struct tagged_set set;
    enum status st;

    tagged_set_init(&set);
    st = store_tagged_load(&set, app->store, d->id, x->e);
    if (!st && strcmp(x->type, MEDIA_CONLLU) == 0)
        conllu_write(&x->text, &set);
    else if (!st && strcmp(x->type, MEDIA_TSV) == 0)
        tagged_lines_write(&x->text, &set);
    else if (!st)
        json_write_tagged(&x->text, &set);
    tagged_set_release(&set);
    return st;
}

/* ---- read in pieces ---- */

/* Reads all values of s, malloc'ed. s is the present series of r. */
static enum status read_values(struct series *s, struct store_reader *r, int columns, struct err *e)
{
    size_t width = (size_t)columns;
    enum status st = ST_OK;

    s->values = calloc((size_t)s->length * width + 1, sizeof(*s->values));
    if (!s->values)
        return err_nomem(e, (size_t)s->length * width * sizeof(*s->values));
    for (int64_t row = 0; !st && row < s->length;) {
        const double *rows;
        int n = 0;

        st = store_reader_rows(&rows, &n, r, row, e);
        if (!st && n < 1)
            st = err_set(e, ST_CORRUPT, "database: rows of series '%s' are missing", s->id);
        if (!st)
            memcpy(s->values + (size_t)row * width, rows, (size_t)n * width * sizeof(*rows));
        row += n;
    }
    return st;
}

static enum status write_one(struct export *x, struct series *s, struct store_reader *r,
                             const struct csv_layout *l, bool first)
{
    bool csv = strcmp(x->type, MEDIA_CSV) == 0;
    int columns = l->set->num_columns;
    int64_t length = s->length, *numbers = NULL;
    enum status st = x->max_points
                         ? dataset_thinned_read(&numbers, s, r, columns, x->max_points, x->rq, x->e)
                         : read_values(s, r, columns, x->e);

    if (!st && csv && numbers)
        csv_write_some_rows(&x->text, l, s, numbers);
    else if (!st && csv)
        csv_write_rows(&x->text, l, s);
    else if (!st && numbers)
        json_write_some_rows(&x->text, l->set, s, numbers, length, first);
    else if (!st)
        json_write_one_series(&x->text, l->set, s, first);
    free(numbers);
    free(s->values);
    return st ? st : buf_status(&x->text, x->e);
}

static enum status no_such_series(struct export *x)
{
    err_set(x->e, ST_INVALID, "there is no series '%.80s' in this dataset", x->only);
    return err_at(x->e, "?series");
}

static enum status write_each_series(struct export *x, struct store_reader *r,
                                     const struct csv_layout *l)
{
    bool more = true, first = true;
    enum status st = ST_OK;

    while (!st) {
        struct series s;

        st = http_go_on(x->rq, x->e);
        if (!st)
            st = store_reader_next(&s, &more, r, x->e);
        if (st || !more)
            break;
        if (x->only && strcmp(s.id, x->only) != 0)
            continue;
        st = write_one(x, &s, r, l, first);
        first = false;
    }
    return !st && first && x->only ? no_such_series(x) : st;
}

static enum status stream_series(struct export *x, struct store_reader *r)
{
    const struct dataset *d = store_reader_dataset(r);
    bool csv = strcmp(x->type, MEDIA_CSV) == 0;
    /* borrows from d */
    const struct series_set names = {.num_columns = d->num_columns,
                                     .num_covariates = d->num_covariates,
                                     .columns = d->columns,
                                     .time_column = d->time_column,
                                     .id_column = d->id_column};
    struct csv_layout l = {.set = &names, .with_id = d->num_series > 1 || d->id_column};
    enum status st = store_reader_timed(&l.with_time, r, x->e);

    l.with_time = l.with_time || x->max_points; /* left-out rows cannot be counted */
    if (!st && csv)
        csv_write_header(&x->text, &l);
    else if (!st)
        json_write_series_begin(&x->text, &names);
    if (!st)
        st = write_each_series(x, r, &l);
    if (!st && !csv)
        json_write_end(&x->text);
    return st;
}

static enum status stream_tagged(struct export *x, struct store_reader *r)
{
    bool conllu = strcmp(x->type, MEDIA_CONLLU) == 0, json = strcmp(x->type, MEDIA_JSON) == 0;
    const struct tagged_set *set;
    int written = 0;
    enum status st = ST_OK;

    if (json)
        json_write_tagged_begin(&x->text);
    while (!st) {
        st = http_go_on(x->rq, x->e);
        if (!st)
            st = store_reader_sentences(&set, r, x->e);
        if (st || set->count == 0)
            break;
        if (conllu)
            conllu_write_from(&x->text, set, written + 1);
        else if (!json)
            tagged_lines_write(&x->text, set);
        else
            json_write_sentences(&x->text, set, written == 0);
        written += set->count;
        st = buf_status(&x->text, x->e);
    }
    if (json)
        json_write_end(&x->text);
    return st;
}

static enum status stream_text(struct export *x, struct store_reader *r)
{
    const char *text;
    size_t len = 0;
    enum status st;

    do {
        st = http_go_on(x->rq, x->e);
        if (!st)
            st = store_reader_text(&text, &len, r, x->e);
        if (!st && len > 0)
            buf_add(&x->text, text, len);
        if (!st)
            st = buf_status(&x->text, x->e);
    } while (!st && len > 0);
    return st;
}

/* *d gets the digest of the data that the transaction reads, which may be newer. */
static enum status stream(struct export *x, struct app *app, struct dataset *d, const char *name)
{
    struct store_reader *r = NULL;
    enum data_kind kind = d->kind;
    enum status st = store_reader_open(&r, app->store, name, x->e);

    if (!st && store_reader_dataset(r)->kind != kind)
        st = err_set(x->e, ST_BUSY, "dataset '%s' has just been replaced; ask again", name);
    if (!st)
        memcpy(d->digest, store_reader_dataset(r)->digest, sizeof(d->digest));
    if (!st)
        st = kind == DATA_SERIES   ? stream_series(x, r)
             : kind == DATA_TAGGED ? stream_tagged(x, r)
                                   : stream_text(x, r);
    store_reader_close(r);
    return st;
}

/* Reads ?max_points= and ?series=, which only series have. */
static enum status read_selection(struct export *x, enum data_kind kind)
{
    const char *name = http_query(x->rq, "max_points") ? "max_points" : "series";

    x->max_points = (int)http_query_number(x->rq, "max_points", 0);
    x->only = http_query(x->rq, "series");
    if (kind == DATA_SERIES || (!x->max_points && !x->only))
        return ST_OK;
    err_set(x->e, ST_MALFORMED, "%s= goes with series; this dataset holds %s", name,
            data_kind_words(kind));
    return err_at(x->e, "?%s", name);
}

/* Sets the ETag: of the state of the data, and of the selection. */
static void put_etag(struct http_res *rs, const struct export *x, const struct dataset *d)
{
    char etag[DIGEST_LEN + 24], points[16] = "";

    if (x->max_points)
        snprintf(points, sizeof(points), "%d", x->max_points);
    snprintf(etag, sizeof(etag), "%.32s-%c%s", d->digest,
             strcmp(x->type, MEDIA_JSON) == 0  ? 'j'
             : strcmp(x->type, MEDIA_TSV) == 0 ? 'v'
                                               : 't',
             points);
    http_res_etag(rs, etag);
}

/* GET /v1/datasets/{name}/data by Accept. 404; 406 when the kind of data lacks the format; 422 when
 * ?series= names none. */
void api_dataset_data(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const for_series[] = {MEDIA_CSV, MEDIA_JSON, NULL};
    static const char *const for_tagged[] = {MEDIA_CONLLU, MEDIA_JSON, MEDIA_TSV, NULL};
    static const char *const for_text[] = {MEDIA_TEXT, NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct dataset d = {0};
    struct export x = {.rq = rq, .e = &e};
    enum status st = store_dataset_get(&d, app->store, rq->param[0], &e);
    bool is_series = d.kind == DATA_SERIES;

    http_res_open(rs, &x.text, DATA_BYTES_MAX);
    if (!st)
        st = http_accept(&x.type, rq, rs,
                         is_series               ? for_series
                         : d.kind == DATA_TAGGED ? for_tagged
                                                 : for_text,
                         &e);
    if (!st)
        st = read_selection(&x, d.kind);
    if (!st && (d.kind == DATA_TEXT || d.bytes > WHOLE_BYTES_MAX || x.max_points || x.only))
        st = stream(&x, app, &d, rq->param[0]);
    else if (!st)
        st = is_series ? write_series(&x, app, &d) : write_tagged(&x, app, &d);
    if (st) {
        http_res_err(rs, &e);
    } else {
        http_res_buf(rs, 200, d.kind == DATA_TEXT ? MEDIA_TEXT "; charset=utf-8" : x.type, &x.text);
        put_etag(rs, &x, &d);
    }
    buf_release(&x.text);
    dataset_release(&d);
}
