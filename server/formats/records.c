/* records.c - see records.h. Most records have the members of the one before in its order: the
 * column behind the last one is tried first, and the table of names only where that is another. */
#include "server/formats/records.h"

#include "server/data/text_check.h"
#include "server/formats/csv.h"
#include "server/formats/json_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

/* ---- columns ---- */

void records_release(struct records *r)
{
    for (int i = 0; i < r->num_columns; i++)
        free(r->columns[i]);
    free(r->columns);
    free(r->slots);
    *r = (struct records){0};
}

/* Where the column of that name is, or would be. */
static int *slot_of(const struct records *r, const char *name)
{
    size_t i = (size_t)hash_bytes(&r->key, name, strlen(name)) & (r->num_slots - 1);

    while (r->slots[i] >= 0 && strcmp(r->columns[r->slots[i]], name) != 0)
        i = (i + 1) & (r->num_slots - 1);
    return &r->slots[i];
}

/* At most half of the slots are taken. */
static enum status make_room(struct records *r, struct err *e)
{
    size_t n = r->num_slots ? 2 * r->num_slots : SLOTS_MIN;
    int *slots;
    char **columns;

    if ((size_t)r->num_columns < r->num_slots / 2)
        return ST_OK;
    slots = malloc(n * sizeof(*slots));
    columns = reallocarray(r->columns, n / 2, sizeof(*columns));
    if (columns)
        r->columns = columns;
    if (!slots || !columns) {
        free(slots);
        return err_nomem(e, n * sizeof(*slots));
    }
    free(r->slots);
    r->slots = slots;
    r->num_slots = n;
    for (size_t i = 0; i < n; i++)
        slots[i] = -1;
    for (int i = 0; i < r->num_columns; i++)
        *slot_of(r, r->columns[i]) = i;
    return ST_OK;
}

static enum status add_column(struct records *r, const char *name, struct err *e)
{
    enum status st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", e);

    if (!st && r->num_columns == RECORD_COLUMNS_MAX)
        st = err_set(e, ST_TOO_LARGE, "the records have more than %d names", RECORD_COLUMNS_MAX);
    if (!st)
        st = make_room(r, e);
    if (st)
        return st;
    r->columns[r->num_columns] = strdup(name);
    if (!r->columns[r->num_columns])
        return err_nomem(e, strlen(name));
    *slot_of(r, name) = r->num_columns;
    r->num_columns++;
    return ST_OK;
}

/* ---- reading ---- */

/* A body on its way through. */
struct pass {
    struct records *r;
    struct json_reader json;
    struct buf name, texts;    /* of a member; of the cells of a row, each with its NUL */
    struct record_cell *cells; /* NULL while the columns are looked for */
    size_t *at;                /* where the text of a cell begins in texts */
    bool list;                 /* the records are those of a list */
    int last;                  /* column of the member before, -1 at the first */
    size_t row;
    const char *counted; /* up to where lines are counted */
    long line;
    enum status st; /* what is wrong with the records, though they are JSON */
    struct err err;
};

static void count_lines(struct pass *p)
{
    const char *nl;

    while ((nl = memchr(p->counted, '\n', (size_t)(p->json.p - p->counted)))) {
        p->line++;
        p->counted = nl + 1;
    }
    p->counted = p->json.p;
}

/* p->err has it; nothing else was wrong before. */
static void wrong(struct pass *p, enum status st)
{
    if (!st)
        return;
    p->st = st;
    if (st != ST_INVALID && st != ST_TOO_LARGE)
        return;
    if (p->list)
        err_at(&p->err, "/%zu", p->row);
    else
        err_at_line(&p->err, p->line);
}

/* The column of a member; -1 where it is none, which p knows. */
static int find_column(struct pass *p, const struct json_name *name)
{
    struct records *r = p->r;
    int next = p->last + 1;
    const char *text;

    if (next < r->num_columns && json_name_is(name, r->columns[next]))
        return next;
    json_name_text(&p->name, name);
    if (buf_status(&p->name, &p->err)) {
        wrong(p, p->name.st);
        return -1;
    }
    text = p->name.data ? p->name.data : "";
    next = r->num_slots ? *slot_of(r, text) : -1;
    if (next >= 0)
        return next;
    wrong(p, add_column(r, text, &p->err));
    return p->st ? -1 : r->num_columns - 1;
}

/* n bytes behind the texts of the row. */
static void put_text(struct pass *p, int column, enum record_kind kind, const char *s, size_t n)
{
    p->at[column] = p->texts.len;
    p->cells[column].kind = kind;
    p->cells[column].len = n;
    buf_add(&p->texts, s, n);
    buf_add(&p->texts, "", 1);
}

static void read_text(struct pass *p, int column)
{
    json_read_string(&p->json, &p->name);
    if (!p->json.st)
        put_text(p, column, RECORD_TEXT, p->name.data ? p->name.data : "", p->name.len);
}

static void read_cell(struct pass *p, int column)
{
    const char *from = p->json.p;
    char kind = json_peek(&p->json);

    if (kind == '"') {
        read_text(p, column);
    } else if (kind == 't' || kind == 'f') {
        json_skip(&p->json);
        put_text(p, column, RECORD_BOOLEAN, from, (size_t)(p->json.p - from));
    } else if (kind == 'n') {
        json_skip(&p->json);
    } else {
        p->cells[column].number = json_read_number(&p->json);
        put_text(p, column, RECORD_NUMBER, from, (size_t)(p->json.p - from));
    }
}

static void refuse_nested(struct pass *p, const struct json_name *name, char kind)
{
    json_name_text(&p->name, name);
    wrong(p,
          err_set(&p->err, ST_INVALID,
                  "'%.80s' is %s; a value of a record is a number, a string, true, false or null",
                  p->name.data ? p->name.data : "", json_kind(kind)));
}

static void read_member(struct pass *p)
{
    struct json_name name = json_member(&p->json);
    char kind = p->json.st ? '\0' : json_peek(&p->json);
    int column;

    if (!p->st && (kind == '[' || kind == '{'))
        refuse_nested(p, &name, kind);
    column = p->json.st || p->st ? -1 : find_column(p, &name);
    if (column >= 0)
        p->last = column;
    if (column >= 0 && p->cells)
        read_cell(p, column);
    else
        json_skip(&p->json);
}

static void clear_row(struct pass *p)
{
    for (int i = 0; p->cells && i < p->r->num_columns; i++) {
        p->cells[i] = (struct record_cell){.text = ""};
        p->at[i] = 0;
    }
    p->texts.len = 0;
    p->last = -1;
}

/* At a value that has to be an object. */
static void read_record(struct pass *p)
{
    char kind = json_peek(&p->json);

    count_lines(p);
    clear_row(p);
    if (kind != '{') {
        if (!p->st && strchr("[\"tfn-0123456789", kind) && kind)
            wrong(p, err_set(&p->err, ST_INVALID, "record %zu is %s; each one is an object",
                             p->row + 1, json_kind(kind)));
        json_skip(&p->json);
        return;
    }
    for (bool more = json_first(&p->json); more; more = json_next(&p->json))
        read_member(p);
}

static void give_row(struct pass *p, records_row *row, void *ctx)
{
    if (!p->st && buf_status(&p->texts, &p->err))
        wrong(p, p->texts.st);
    for (int i = 0; row && !p->st && i < p->r->num_columns; i++)
        if (p->cells[i].kind != RECORD_NONE)
            p->cells[i].text = p->texts.data + p->at[i];
    if (!p->st && row)
        p->st = row(ctx, p->row, p->line, p->cells, &p->err);
    p->row++;
}

/* A list of objects, or one object behind the other. */
static void read_records(struct pass *p, records_row *row, void *ctx)
{
    if (p->list) {
        for (bool more = json_first(&p->json); more && !(row && p->st);
             more = json_next(&p->json)) {
            read_record(p);
            give_row(p, row, ctx);
        }
        return;
    }
    for (bool more = true; more && !(row && p->st); more = json_another(&p->json)) {
        read_record(p);
        give_row(p, row, ctx);
    }
}

/* Reads all; what is no JSON comes before what is no record. */
static enum status pass_over(struct pass *p, records_row *row, void *ctx, struct err *e)
{
    struct records *r = p->r;
    enum status st;

    buf_init(&p->name, r->len + 1);
    buf_init(&p->texts, 2 * r->len + RECORD_COLUMNS_MAX + 1);
    json_reader_begin(&p->json, r->bytes, r->len, r->max_depth, e);
    p->counted = p->json.start;
    p->line = 1;
    p->list = json_peek(&p->json) == '[';
    read_records(p, row, ctx);
    if (row && p->st)
        p->json.p = p->json.end; /* the rest was read when it was scanned */
    st = json_reader_end(&p->json);
    buf_release(&p->name);
    buf_release(&p->texts);
    if ((!st || row) && p->st) {
        *e = p->err;
        st = p->st;
    }
    return st;
}

enum status records_scan(struct records *out, const char *bytes, size_t len,
                         const struct data_limits *limits, struct err *e)
{
    struct pass p = {.r = out};
    enum status st;

    *out = (struct records){.bytes = bytes, .len = len, .max_depth = limits->max_json_depth};
    hash_key_init(&out->key);
    st = pass_over(&p, NULL, NULL, e);
    out->rows = p.row;
    if (!st && (p.row == 0 || out->num_columns == 0))
        st =
            err_set(e, ST_INVALID,
                    "there is no record with a value; send [{\"ds\": \"2020-01\", \"y\": 1}, ...]");
    if (!st && p.row > data_memory(len) / sizeof(double) / (size_t)out->num_columns)
        st = data_too_large(len, e);
    if (st)
        records_release(out);
    return st;
}

enum status records_each(const struct records *r, records_row *row, void *ctx, struct err *e)
{
    struct records own = *r;
    struct pass p = {.r = &own};
    enum status st = ST_OK;

    p.cells = calloc((size_t)r->num_columns, sizeof(*p.cells));
    p.at = calloc((size_t)r->num_columns, sizeof(*p.at));
    if (!p.cells || !p.at)
        st = err_nomem(e, (size_t)r->num_columns * sizeof(*p.cells));
    if (!st)
        st = pass_over(&p, row, ctx, e);
    free(p.cells);
    free(p.at);
    return st;
}

/* An object of no lists and objects, which is read. */
static bool is_record(struct json_reader *json)
{
    bool nested = false;

    for (bool more = json_first(json); more; more = json_next(json)) {
        (void)json_member(json);
        nested = nested || json_peek(json) == '[' || json_peek(json) == '{';
        json_skip(json);
    }
    return !nested;
}

bool records_likely(const char *bytes, size_t len, int max_depth)
{
    struct json_reader json;
    struct err ignored = {0};
    bool likely;

    json_reader_begin(&json, bytes, len, max_depth, &ignored);
    likely = json_peek(&json) == '[';
    if (json_peek(&json) == '{')
        likely = is_record(&json) && json_another(&json) && json_peek(&json) == '{';
    if (likely)
        json.p = json.end;
    (void)json_reader_end(&json);
    return likely;
}

/* ---- as CSV ---- */

struct csv_text {
    struct buf *out;
    int columns;
};

/* The only cell of a row is written even where it is missing: an empty line would be no row. */
static enum status write_row(void *ctx, size_t row, long line, const struct record_cell *cells,
                             struct err *e)
{
    const struct csv_text *t = ctx;

    (void)row;
    (void)line;
    for (int i = 0; i < t->columns; i++) {
        if (i)
            buf_add(t->out, ",", 1);
        csv_write_cell(t->out, t->columns == 1 && !cells[i].len ? "NA" : cells[i].text);
    }
    buf_add(t->out, "\n", 1);
    return buf_status(t->out, e);
}

enum status records_to_csv(struct buf *out, const struct records *r, struct err *e)
{
    struct csv_text t = {out, r->num_columns};

    for (int i = 0; i < r->num_columns; i++) {
        if (i)
            buf_add(out, ",", 1);
        csv_write_cell(out, r->columns[i]);
    }
    buf_add(out, "\n", 1);
    return records_each(r, write_row, &t, e);
}
