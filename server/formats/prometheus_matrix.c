/* prometheus_matrix.c - see prometheus_matrix.h. */
#include "server/formats/prometheus_matrix.h"

#include "server/data/calendar.h"
#include "server/formats/json_reader.h"
#include "server/formats/json_text.h"
#include <lstm/number.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABELS_MAX = 128, LABELS_BYTES_MAX = 16384, DEPTH_MAX = 32, QUOTED_MAX = 200 };

struct row {
    char *id;            /* owned */
    double *values;      /* (points), NaN where missing. Owned */
    int64_t first, last; /* with a value; first > last: none has one */
};

struct prometheus_matrix {
    struct prometheus_grid grid;
    struct row *rows; /* owned */
    int64_t count, cap;
    int64_t near; /* where the next series of an answer probably is */
};

struct label {
    char *name, *value; /* owned */
};

/* One answer while it is read. */
struct answer {
    struct prometheus_matrix *m;
    struct json_reader json;
    struct buf text; /* the string that was read last */
    struct label label[LABELS_MAX];
    int labels;
    size_t label_bytes;
    double *scratch; /* (points) the values of the series that is read. Owned */
    bool success, matrix, points, histograms;
    char error[QUOTED_MAX];
    enum status st; /* the first error of the content, described in err */
    struct err err;
};

static const char *const answer_names[] = {"status", "data", "error", NULL};
static const char *const data_names[] = {"resultType", "result", NULL};
static const char *const series_names[] = {"metric", "values", "histograms", NULL};

enum status prometheus_matrix_new(struct prometheus_matrix **out, const struct prometheus_grid *g,
                                  struct err *e)
{
    *out = NULL;
    if (g->points < 1 || g->points > g->max_values)
        return err_set(e, ST_TOO_LARGE, "a query of %lld points; ask for at most %lld at once",
                       (long long)g->points, (long long)g->max_values);
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return err_nomem(e, sizeof(**out));
    (*out)->grid = *g;
    return ST_OK;
}

void prometheus_matrix_free(struct prometheus_matrix *m)
{
    for (int64_t i = 0; m && i < m->count; i++) {
        free(m->rows[i].id);
        free(m->rows[i].values);
    }
    if (m)
        free(m->rows);
    free(m);
}

/* ---- series ---- */

static enum status more_rows(struct prometheus_matrix *m, struct err *e)
{
    int64_t cap = m->cap ? 2 * m->cap : 16;
    struct row *rows;

    if (m->count >= m->grid.max_series || (m->count + 1) * m->grid.points > m->grid.max_values)
        return err_set(e, ST_TOO_LARGE,
                       "the query returns more than %lld series, or more than %lld values; sum by "
                       "fewer labels, or make the range shorter or the step longer",
                       (long long)m->grid.max_series, (long long)m->grid.max_values);
    if (m->count < m->cap)
        return ST_OK;
    rows = realloc(m->rows, (size_t)cap * sizeof(*rows));
    if (!rows)
        return err_nomem(e, (size_t)cap * sizeof(*rows));
    m->rows = rows;
    m->cap = cap;
    return ST_OK;
}

/* Finds or makes the series; answers have them in the same order. id is consumed. */
static enum status find_row(struct row **out, struct prometheus_matrix *m, char *id, struct err *e)
{
    struct row *r;
    enum status st;

    for (int64_t i = 0; i < m->count; i++) {
        int64_t at = (m->near + i) % m->count;

        if (strcmp(m->rows[at].id, id) == 0) {
            m->near = at + 1;
            *out = &m->rows[at];
            free(id);
            return ST_OK;
        }
    }
    st = more_rows(m, e);
    r = st ? NULL : &m->rows[m->count];
    if (r)
        *r = (struct row){id, malloc((size_t)m->grid.points * sizeof(*r->values)), INT64_MAX, -1};
    if (!r || !r->values) {
        free(id);
        return st ? st : err_nomem(e, 0);
    }
    for (int64_t i = 0; i < m->grid.points; i++)
        r->values[i] = NAN;
    m->count++;
    *out = r;
    return ST_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

static void put_value(struct buf *b, const char *value)
{
    buf_puts(b, "\"");
    for (; *value; value++) {
        if (*value == '\n')
            buf_puts(b, "\\n");
        else if (*value == '"' || *value == '\\')
            buf_printf(b, "\\%c", *value);
        else
            buf_add(b, value, 1);
    }
    buf_puts(b, "\"");
}

/* Writes the notation of the labels: name{a="x",b="y"}. */
static enum status name_series(char **out, struct answer *a)
{
    const char *between = "{";
    struct buf b;
    size_t len;

    buf_init(&b, 4 * LABELS_BYTES_MAX);
    qsort(a->label, (size_t)a->labels, sizeof(a->label[0]), by_name);
    for (int i = 0; i < a->labels; i++)
        if (strcmp(a->label[i].name, "__name__") == 0)
            buf_puts(&b, a->label[i].value);
    for (int i = 0; i < a->labels; i++) {
        if (strcmp(a->label[i].name, "__name__") == 0)
            continue;
        buf_printf(&b, "%s%s=", between, a->label[i].name);
        put_value(&b, a->label[i].value);
        between = ",";
    }
    if (*between == ',')
        buf_puts(&b, "}");
    return buf_take(&b, out, &len, &a->err);
}

/* ---- reading ---- */

static void fail(struct answer *a, enum status st)
{
    if (!a->st)
        a->st = st;
}

/* Reads a string; "" and an error when it is something else. */
static const char *read_text(struct answer *a)
{
    a->text.len = 0;
    if (json_peek(&a->json) == '"') {
        json_read_string(&a->json, &a->text);
        if (!a->text.st)
            return a->text.len ? a->text.data : "";
        fail(a, err_nomem(&a->err, 0));
        return "";
    }
    json_skip(&a->json);
    fail(a, err_set(&a->err, ST_INVALID, "the answer has something else where a string belongs"));
    return "";
}

static void drop_labels(struct answer *a)
{
    for (int i = 0; i < a->labels; i++) {
        free(a->label[i].name);
        free(a->label[i].value);
    }
    a->labels = 0;
    a->label_bytes = 0;
}

static void add_label(struct answer *a, const struct json_name *name)
{
    struct label *l = &a->label[a->labels];
    const char *value = read_text(a);

    a->label_bytes += name->len + strlen(value);
    if (a->labels == LABELS_MAX || a->label_bytes > LABELS_BYTES_MAX) {
        fail(a, err_set(&a->err, ST_TOO_LARGE,
                        "a series has more than %d labels, or %d bytes of "
                        "them; sum by fewer labels",
                        LABELS_MAX, LABELS_BYTES_MAX));
        return;
    }
    *l = (struct label){strndup(name->at, name->len), strdup(value)};
    a->labels++;
    if (!l->name || !l->value)
        fail(a, err_nomem(&a->err, 0));
}

static void read_metric(struct answer *a)
{
    drop_labels(a);
    if (json_peek(&a->json) != '{') {
        json_skip(&a->json);
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        struct json_name name = json_member(&a->json);

        if (a->st)
            json_skip(&a->json);
        else
            add_label(a, &name);
    }
}

/* Keeps a value, if its time is on the grid. */
static void keep(struct answer *a, double time, double value)
{
    const struct prometheus_grid *g = &a->m->grid;
    double at = (time - (double)g->start) / (double)g->step;

    if (!(at >= 0 && at < (double)g->points) || at != floor(at)) {
        fail(a, err_set(&a->err, ST_INVALID,
                        "the answer has the time %.3f, which was not asked for: from %lld every "
                        "%lld s",
                        time, (long long)g->start, (long long)g->step));
        return;
    }
    a->scratch[(int64_t)at] = isfinite(value) ? value : NAN;
}

/* Reads [time, "value"]. */
static void read_point(struct answer *a)
{
    double time = NAN, value = NAN;
    int n = 0;

    if (json_peek(&a->json) != '[') {
        json_skip(&a->json);
        fail(a, err_set(&a->err, ST_INVALID, "the answer has a value without a time"));
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json), n++) {
        if (n == 0 && json_peek(&a->json) != '"')
            time = json_read_number(&a->json);
        else if (n != 1)
            json_skip(&a->json);
        else if (!number_parse(&value, read_text(a)))
            value = NAN;
    }
    if (!a->st && !a->json.st)
        keep(a, time, value);
}

static void read_values(struct answer *a)
{
    a->points = json_peek(&a->json) == '[';
    if (!a->points) {
        json_skip(&a->json);
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        if (a->st)
            json_skip(&a->json);
        else
            read_point(a);
    }
}

/* Moves the values that were read into their series. */
static void take_series(struct answer *a)
{
    struct row *r = NULL;
    char *id = NULL;
    enum status st = name_series(&id, a);

    if (!st)
        st = find_row(&r, a->m, id, &a->err);
    for (int64_t i = 0; !st && i < a->m->grid.points; i++) {
        if (isnan(a->scratch[i]))
            continue;
        r->values[i] = a->scratch[i];
        r->first = i < r->first ? i : r->first;
        r->last = i > r->last ? i : r->last;
    }
    if (st)
        fail(a, st);
}

static void read_series(struct answer *a)
{
    a->points = false;
    drop_labels(a);
    for (int64_t i = 0; i < a->m->grid.points; i++)
        a->scratch[i] = NAN;
    if (json_peek(&a->json) != '{') {
        json_skip(&a->json);
        fail(a, err_set(&a->err, ST_INVALID, "the answer has a series that is no object"));
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        struct json_name name = json_member(&a->json);
        int m = json_name_among(&name, series_names);

        if (m == 0)
            read_metric(a);
        else if (m == 1)
            read_values(a);
        else
            json_skip(&a->json);
        a->histograms = a->histograms || m == 2;
    }
    if (!a->st && !a->json.st && a->points)
        take_series(a);
}

static void read_result(struct answer *a)
{
    if (json_peek(&a->json) != '[') {
        json_skip(&a->json);
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        if (a->st)
            json_skip(&a->json);
        else
            read_series(a);
    }
}

/* The result may come before its type, so it is read only while it may be a matrix. */
static void read_data(struct answer *a)
{
    if (json_peek(&a->json) != '{') {
        json_skip(&a->json);
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        struct json_name name = json_member(&a->json);
        int m = json_name_among(&name, data_names);

        if (m == 0)
            a->matrix = strcmp(read_text(a), "matrix") == 0;
        else if (m == 1)
            read_result(a);
        else
            json_skip(&a->json);
    }
}

static void read_answer(struct answer *a)
{
    if (json_peek(&a->json) != '{') {
        json_skip(&a->json);
        return;
    }
    for (bool more = json_first(&a->json); more; more = json_next(&a->json)) {
        struct json_name name = json_member(&a->json);
        int m = json_name_among(&name, answer_names);

        if (m == 0)
            a->success = strcmp(read_text(a), "success") == 0;
        else if (m == 1)
            read_data(a);
        else if (m == 2)
            (void)snprintf(a->error, sizeof(a->error), "%s", read_text(a));
        else
            json_skip(&a->json);
    }
}

static enum status judge(const struct answer *a, struct err *e)
{
    if (a->error[0] && !a->success)
        return err_set(e, ST_INVALID, "Prometheus refuses the query: %s", a->error);
    if (!a->success)
        return err_set(e, ST_INVALID,
                       "the answer is not that of a Prometheus server: its status "
                       "is not \"success\"");
    if (a->st) {
        *e = a->err;
        return a->st;
    }
    if (!a->matrix)
        return err_set(e, ST_INVALID, "the answer is no matrix, which a range query returns");
    if (a->histograms)
        return err_set(e, ST_INVALID,
                       "the query returns native histograms; forecast their sum, "
                       "count or quantile: histogram_count(...)");
    return ST_OK;
}

enum status prometheus_matrix_add(struct prometheus_matrix *m, const char *json, size_t len,
                                  struct err *e)
{
    struct answer *a = calloc(1, sizeof(*a));
    enum status st;

    if (!a)
        return err_nomem(e, sizeof(*a));
    a->m = m;
    m->near = 0;
    buf_init(&a->text, LABELS_BYTES_MAX);
    a->scratch = malloc((size_t)m->grid.points * sizeof(*a->scratch));
    if (a->scratch) {
        json_reader_begin(&a->json, json, len, DEPTH_MAX, e);
        read_answer(a);
        st = json_reader_end(&a->json);
        st = st ? st : judge(a, e);
    } else {
        st = err_nomem(e, 0);
    }
    drop_labels(a);
    free(a->scratch);
    buf_release(&a->text);
    free(a);
    return st;
}

/* ---- writing ---- */

int64_t prometheus_matrix_newest(const struct prometheus_matrix *m)
{
    int64_t last = -1;

    for (int64_t i = 0; i < m->count; i++)
        last = m->rows[i].last > last ? m->rows[i].last : last;
    return last < 0 ? 0 : m->grid.start + last * m->grid.step;
}

/* The name of the frequency: 15S, 5min, 1H, 1D. */
static void put_frequency(struct buf *b, int64_t step)
{
    if (step % 86400 == 0)
        buf_printf(b, "%lldD", (long long)(step / 86400));
    else if (step % 3600 == 0)
        buf_printf(b, "%lldH", (long long)(step / 3600));
    else if (step % 60 == 0)
        buf_printf(b, "%lldmin", (long long)(step / 60));
    else
        buf_printf(b, "%lldS", (long long)step);
}

static void put_time(struct buf *b, int64_t seconds, bool day)
{
    int64_t rest = seconds % 86400, year = 1970;
    int month = 1, of_month = 1;

    date_from_days(seconds / 86400, &year, &month, &of_month);
    buf_printf(b, "%04lld-%02d-%02d", (long long)year, month, of_month);
    if (!day)
        buf_printf(b, "T%02lld:%02lld:%02lldZ", (long long)(rest / 3600),
                   (long long)(rest / 60 % 60), (long long)(rest % 60));
}

static void write_row(struct buf *out, const struct row *r, const struct prometheus_grid *g,
                      const char *id)
{
    buf_puts(out, "{\"id\":");
    buf_put_json_string(out, r->id[0] ? r->id : id);
    buf_puts(out, ",\"start\":\"");
    put_time(out, g->start + r->first * g->step, g->step % 86400 == 0);
    buf_puts(out, "\",\"frequency\":\"");
    put_frequency(out, g->step);
    buf_puts(out, "\",\"values\":[");
    for (int64_t i = r->first; i <= r->last; i++) {
        if (i > r->first)
            buf_puts(out, ",");
        if (isnan(r->values[i]))
            buf_puts(out, "null");
        else
            buf_put_f64(out, r->values[i]);
    }
    buf_puts(out, "]}");
}

void prometheus_matrix_write(struct buf *out, const struct prometheus_matrix *m, const char *id)
{
    const char *between = "";

    buf_puts(out, "{\"series\":[");
    for (int64_t i = 0; i < m->count; i++) {
        if (m->rows[i].first > m->rows[i].last)
            continue;
        buf_puts(out, between);
        write_row(out, &m->rows[i], &m->grid, id);
        between = ",";
    }
    buf_puts(out, "]}");
}
