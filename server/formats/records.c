/* records.c - see records.h. Most records have the same members as the one before, in the same
 * order. So the column after the last one is tried first, and the table of names only if that is
 * wrong.
 *
 * The first pass checks the whole text and finds the columns. After it the JSON cannot be wrong,
 * and each record is read again from its beginning. */
#include "server/formats/records.h"

#include "server/data/table/censored_cells.h"
#include "server/data/table/missing_cells.h"
#include "server/data/table/table_series.h"
#include "server/data/text_check.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 64 };

/* ---- columns ---- */

void records_release(struct records *r)
{
    for (size_t i = 0; i < r->t.columns; i++)
        free(r->t.names[i]);
    free(r->t.names);
    free(r->slots);
    free(r->cells);
    free(r->lengths);
    free(r->decoded);
    json_names_release(&r->json.names);
    buf_release(&r->name);
    buf_release(&r->texts);
    *r = (struct records){0};
}

/* The slot of the column of that name, or the free one where it belongs. */
static int *slot_of(const struct records *r, const char *name)
{
    size_t i = (size_t)hash_bytes(&r->key, name, strlen(name)) & (r->num_slots - 1);

    while (r->slots[i] >= 0 && strcmp(r->t.names[r->slots[i]], name) != 0)
        i = (i + 1) & (r->num_slots - 1);
    return &r->slots[i];
}

/* Keeps at least half of the slots free. */
static enum status make_room(struct records *r, struct err *e)
{
    size_t n = r->num_slots ? 2 * r->num_slots : SLOTS_MIN;
    int *slots;
    char **names;

    if (r->t.columns < r->num_slots / 2)
        return ST_OK;
    slots = malloc(n * sizeof(*slots));
    names = reallocarray(r->t.names, n / 2, sizeof(*names));
    if (names)
        r->t.names = names;
    if (!slots || !names) {
        free(slots);
        return err_nomem(e, n * sizeof(*slots));
    }
    free(r->slots);
    r->slots = slots;
    r->num_slots = n;
    for (size_t i = 0; i < n; i++)
        slots[i] = -1;
    for (size_t i = 0; i < r->t.columns; i++)
        *slot_of(r, r->t.names[i]) = (int)i;
    return ST_OK;
}

static enum status add_column(struct records *r, const char *name, struct err *e)
{
    enum status st = text_check(name, strlen(name), COLUMN_NAME_MAX, "column name", e);

    if (!st && r->t.columns == RECORD_COLUMNS_MAX)
        st = err_set(e, ST_TOO_LARGE, "the records have more than %d names", RECORD_COLUMNS_MAX);
    if (!st)
        st = make_room(r, e);
    if (st)
        return st;
    r->t.names[r->t.columns] = strdup(name);
    if (!r->t.names[r->t.columns])
        return err_nomem(e, strlen(name));
    *slot_of(r, name) = (int)r->t.columns;
    r->t.columns++;
    return ST_OK;
}

/* ---- places ---- */

static long line_of(const struct table *t, size_t row)
{
    const struct records *r = (const struct records *)t;
    const char *stop = r->json.start + row, *s = r->json.start;
    long line = 1;

    while ((s = memchr(s, '\n', (size_t)(stop - s)))) {
        s++;
        line++;
    }
    return line;
}

/* Sets the place of record number n (from 1), which begins at row, in the error. */
static void put_place(const struct records *r, struct err *e, long n, size_t row)
{
    if (r->list)
        (void)err_at(e, "/%ld", n - 1);
    else
        (void)err_at_line(e, line_of(&r->t, row));
}

/* ---- the first pass ---- */

struct check {
    struct records *r;
    long rows;
    enum status st; /* error of the records, although they are JSON */
    struct err err;
};

/* Keeps the error in c->err, the first one. */
static void wrong(struct check *c, enum status st)
{
    c->st = st;
    if (st == ST_INVALID || st == ST_TOO_LARGE)
        put_place(c->r, &c->err, c->rows + 1, c->r->t.row);
}

/* Returns the column of a member, or -1 when there is none; the name is then in r->name. */
static int find_column(struct records *r, const struct json_name *name)
{
    size_t next = (size_t)r->last + 1; /* 0 after -1 */

    if (next < r->t.columns && json_name_is(name, r->t.names[next]))
        return (int)next;
    json_name_text(&r->name, name);
    return r->num_slots && r->name.data ? *slot_of(r, r->name.data) : -1;
}

static void check_member(struct check *c)
{
    struct records *r = c->r;
    struct json_name name = json_member(&r->json);
    char kind = r->json.st ? '\0' : json_peek(&r->json);
    enum status st = ST_OK;
    int column = -1;

    if (!c->st && (kind == '[' || kind == '{')) {
        json_name_text(&r->name, &name);
        wrong(c, err_set(&c->err, ST_INVALID,
                         "'%.80s' is %s; a value of a record is a number, a string, true, false or "
                         "null",
                         r->name.data ? r->name.data : "", json_kind(kind)));
    }
    if (!r->json.st && !c->st) {
        column = find_column(r, &name);
        st = buf_status(&r->name, &c->err);
        if (!st && column < 0) {
            column = (int)r->t.columns;
            st = add_column(r, r->name.data ? r->name.data : "", &c->err);
        }
        r->last = column;
        if (st)
            wrong(c, st);
    }
    json_skip(&r->json);
}

/* Checks the value at p, which must be an object. */
static void check_record(struct check *c)
{
    struct records *r = c->r;
    char kind = json_peek(&r->json);

    r->t.row = (size_t)(r->json.p - r->json.start);
    r->last = -1;
    if (kind != '{') {
        if (!c->st && strchr("[\"tfn-0123456789", kind) && kind)
            wrong(c, err_set(&c->err, ST_INVALID, "record %ld is %s; each one is an object",
                             c->rows + 1, json_kind(kind)));
        json_skip(&r->json);
    } else {
        for (bool more = json_first(&r->json); more; more = json_next(&r->json))
            check_member(c);
    }
    c->rows++;
}

/* After a record: whether there is another one. */
static bool another(struct records *r)
{
    return r->list ? json_next(&r->json) : json_another(&r->json);
}

/* Checks a list of objects, or objects one after the other. Text that is not JSON is reported
 * before values that are not records. */
static enum status check_all(struct records *r, struct err *e)
{
    struct check c = {.r = r};
    enum status st;

    r->list = json_peek(&r->json) == '[';
    r->more = !r->list || json_first(&r->json);
    r->first = (size_t)(r->json.p - r->json.start);
    r->any = r->more;
    for (; r->more; r->more = another(r))
        check_record(&c);
    r->rows = (size_t)c.rows;
    st = json_reader_end(&r->json);
    r->json.checked = true; /* for the passes that follow */
    if (!st && c.st) {
        *e = c.err;
        st = c.st;
    }
    return st;
}

/* ---- the table ---- */

static void read_text(struct records *r, int column)
{
    const char *from = r->json.p + 1;
    size_t len;

    json_skip(&r->json);
    len = (size_t)(r->json.p - 1 - from);
    if (!r->json.escaped) {
        r->cells[column] = (struct cell){from, len};
        return;
    }
    buf_want(&r->texts, len + 1);
    r->decoded[column] = r->texts.len;
    if (r->texts.st)
        return;
    r->texts.len += json_decode(r->texts.data + r->texts.len, from, len);
    r->cells[column] = (struct cell){NULL, r->texts.len - r->decoded[column]};
}

/* Whether the text at p, which was checked before, is the name of this column; moves p to its value
 * then. */
static bool take_name(struct records *r, int column)
{
    struct json_reader *json = &r->json;
    size_t n = (size_t)column < r->t.columns ? r->lengths[column] : SIZE_MAX;
    const char *p = json->p;

    if (n >= (size_t)(json->end - p) - 2 || memcmp(p + 1, r->t.names[column], n) != 0 ||
        p[n + 1] != '"' || p[n + 2] != ':')
        return false;
    json->p = p + n + 3;
    while (*json->p == ' ' || *json->p == '\t' || *json->p == '\n' || *json->p == '\r')
        json->p++;
    return true;
}

static int read_name(struct records *r)
{
    struct json_name name;

    if (take_name(r, r->last + 1))
        return r->last + 1;
    name = json_member(&r->json);
    return find_column(r, &name);
}

static void read_member(struct records *r)
{
    int column = read_name(r);
    const char *from = r->json.p;

    r->last = column;
    if (column < 0) /* out of memory */
        json_skip(&r->json);
    else if (json_peek(&r->json) == '"')
        read_text(r, column);
    else {
        json_skip(&r->json);
        if (*from != 'n')
            r->cells[column] = (struct cell){from, (size_t)(r->json.p - from)};
    }
}

/* Reads a record. Returns false when memory runs out. */
static bool read_record(struct records *r)
{
    r->last = -1;
    r->texts.len = 0;
    for (size_t i = 0; i < r->t.columns; i++)
        r->cells[i] = (struct cell){"", 0};
    for (bool more = json_first(&r->json); more; more = json_next(&r->json))
        read_member(r);
    if (r->json.st || r->texts.st || r->name.st) {
        r->t.st = err_nomem(r->t.e, 0);
        return false;
    }
    for (size_t i = 0; i < r->t.columns; i++)
        if (!r->cells[i].at)
            r->cells[i].at = r->texts.data + r->decoded[i];
    if (r->t.missing)
        missing_cells_empty(r->cells, r->t.columns, r->t.missing);
    if (r->t.censored)
        censored_cells_read(r->cells, r->t.columns, r->t.censored);
    r->t.blank = r->t.columns > 1; /* with one column, a missing value is still a row */
    for (size_t i = 0; i < r->t.columns; i++) {
        r->t.blank = r->t.blank && r->cells[i].len == 0;
    }
    return true;
}

static bool next(struct table *t)
{
    struct records *r = (struct records *)t;

    if (t->st || !r->more)
        return false;
    t->row = (size_t)(r->json.p - r->json.start);
    if (!read_record(r))
        return false;
    r->more = another(r);
    return true;
}

static void seek(struct table *t, size_t row)
{
    struct records *r = (struct records *)t;

    r->json.p = r->json.start + (row == SIZE_MAX ? r->first : row);
    r->json.depth = r->list;
    r->more = r->any;
}

/* Counts records by walking over them, from where the last call stopped. */
static long number_of(const struct table *t, size_t row)
{
    struct records *r = (struct records *)t;
    const char *p = r->json.p;
    bool more = r->more;
    int depth = r->json.depth;
    long n = 1;

    seek(&r->t, SIZE_MAX);
    while (r->more && r->json.p < r->json.start + row) {
        json_skip(&r->json);
        r->more = another(r);
        n++;
    }
    r->json.p = p;
    r->json.depth = depth;
    r->more = more;
    return n;
}

static void place(const struct table *t, size_t row)
{
    long n;

    if (row == TABLE_NAMES)
        return;
    n = number_of(t, row);
    (void)err_wrap(t->e, "record %ld", n);
    put_place((const struct records *)t, t->e, n, row);
}

/* Makes room for the cells of a record. */
static enum status make_cells(struct records *r, struct err *e)
{
    r->t.cells = r->cells = calloc(r->t.columns, sizeof(*r->cells));
    r->decoded = calloc(r->t.columns, sizeof(*r->decoded));
    r->lengths = calloc(r->t.columns, sizeof(*r->lengths));
    if (!r->cells || !r->decoded || !r->lengths)
        return err_nomem(e, r->t.columns * sizeof(*r->cells));
    for (size_t i = 0; i < r->t.columns; i++)
        r->lengths[i] = strpbrk(r->t.names[i], "\"\\") ? SIZE_MAX : strlen(r->t.names[i]);
    return ST_OK;
}

enum status records_open(struct records *out, const char *bytes, size_t len,
                         const struct data_limits *limits, struct err *e)
{
    enum status st;

    *out = (struct records){.t = {.e = e,
                                  .bytes = len,
                                  .commas = true,
                                  .noun = "record",
                                  .next = next,
                                  .seek = seek,
                                  .number = number_of,
                                  .line = line_of,
                                  .place = place}};
    hash_key_init(&out->key);
    buf_init(&out->name, len + 1);
    buf_init(&out->texts, len + 1);
    json_reader_begin(&out->json, bytes, len, limits->max_json_depth, e);
    st = check_all(out, e);
    if (!st && (out->rows == 0 || out->t.columns == 0))
        st =
            err_set(e, ST_INVALID,
                    "there is no record with a value; send [{\"ds\": \"2020-01\", \"y\": 1}, ...]");
    if (!st && out->rows > data_memory(len) / sizeof(double) / out->t.columns)
        st = data_too_large(len, e);
    if (!st)
        st = make_cells(out, e);
    seek(&out->t, SIZE_MAX);
    return st;
}

enum status records_read_series(struct series_set *out, const char *bytes, size_t len,
                                const struct table_options *o, struct err *e)
{
    struct records r;
    enum status st;

    series_set_init(out);
    st = records_open(&r, bytes, len, &o->limits, e);
    if (!st)
        st = table_read_series(out, &r.t, o, e);
    records_release(&r);
    return st;
}

/* ---- whether a text is records ---- */

/* Reads an object. Returns whether it has no lists or objects inside. */
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
