/* id_columns.c - see id_columns.h. */
#include "server/data/table/id_columns.h"

#include "server/base/memory.h"
#include "server/data/table/column_names.h"
#include "server/data/table/time_columns.h"

#include <lstm/hash.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *id_columns_read(struct buf *buf, const struct roles *r, const char *default_id,
                            const struct cell *cells)
{
    if (r->num_ids == 0)
        return default_id;
    buf->len = 0;
    buf_add(buf, "", 0);
    for (int i = 0; i < r->num_ids; i++) {
        struct cell c = cells[r->ids[i]];

        if (c.len == 0)
            continue;
        if (buf->len > 0)
            buf_add(buf, "/", 1);
        buf_add(buf, c.at, c.len);
    }
    buf_add(buf, "", 1);
    return buf->st ? "" : buf->data;
}

bool id_columns_are(const char *id, const struct roles *r, const struct cell *cells)
{
    const char *from = id;

    for (int i = 0; i < r->num_ids; i++) {
        struct cell c = cells[r->ids[i]];

        if (c.len == 0)
            continue;
        if (id > from && *id++ != '/')
            return false;
        if (strncmp(id, c.at, c.len) != 0) /* a cell has no NUL */
            return false;
        id += c.len;
    }
    return *id == '\0';
}

static bool is_ditto(struct cell c)
{
    static const char *const marks[] = {"\"",           "''",  "\xe2\x80\xb3", "\xe2\x80\x9d",
                                        "\xe3\x80\x83", "do.", "ditto",        "dto.",
                                        "idem",         "id.", "-\"-"};

    c = cell_trim(c);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (strlen(marks[i]) == c.len && strncasecmp(marks[i], c.at, c.len) == 0)
            return true;
    return false;
}

bool id_columns_ditto(int *column, const struct roles *r, const struct survey *s,
                      const struct cell *cells)
{
    for (int i = 0; i < r->num_ids; i++) {
        *column = r->ids[i];
        if (!(s->columns[*column].hints & HINT_ID) && is_ditto(cells[*column]))
            return true;
    }
    return false;
}

/* ---- whether columns distinguish all rows ---- */

/* A set of 64-bit hashes with open addressing; 0 is a free slot. */
struct row_set {
    uint64_t *slots;
    size_t n, used;
};

static bool insert(struct row_set *set, uint64_t hash)
{
    size_t i = fnv1a_fold(hash) & (set->n - 1);

    hash += hash == 0;
    for (; set->slots[i]; i = (i + 1) & (set->n - 1))
        if (set->slots[i] == hash)
            return false;
    set->slots[i] = hash;
    set->used++;
    return true;
}

static enum status set_open(struct row_set *set, size_t n, struct err *e)
{
    *set = (struct row_set){.n = n, .slots = calloc(n, sizeof(*set->slots))};
    memory_will_fill(set->slots, n * sizeof(*set->slots));
    return set->slots ? ST_OK : err_nomem(e, n * sizeof(*set->slots));
}

/* Keeps half of the slots free. */
static enum status set_grow(struct row_set *set, struct err *e)
{
    struct row_set more;
    enum status st;

    if (2 * set->used < set->n)
        return ST_OK;
    st = set_open(&more, 2 * set->n, e);
    if (st)
        return st;
    for (size_t i = 0; i < set->n; i++)
        if (set->slots[i])
            (void)insert(&more, set->slots[i]);
    free(set->slots);
    *set = more;
    return ST_OK;
}

static uint64_t hash_row(const struct chooser *c, const int *columns, int n)
{
    uint64_t h = FNV1A_START;

    for (int i = 0; i < c->r->num_times; i++) {
        struct cell cell = c->t->cells[c->r->times[i].column];

        h = fnv1a(fnv1a(h, cell.at, cell.len), "", 1);
    }
    for (int i = 0; i < n; i++)
        h = fnv1a(fnv1a(h, c->t->cells[columns[i]].at, c->t->cells[columns[i]].len), "", 1);
    return h;
}

/* Joins the cells of a row into buf. */
static void join(struct buf *buf, const struct cell *cells, const int *columns, int n)
{
    size_t len = 0;

    for (int i = 0; i < n; i++)
        len += cells[columns[i]].len + 1;
    buf->len = 0;
    buf_want(buf, len);
    for (int i = 0; !buf->st && buf->data && i < n; i++) {
        memcpy(buf->data + buf->len, cells[columns[i]].at, cells[columns[i]].len);
        buf->len += cells[columns[i]].len;
        buf->data[buf->len++] = '\0';
    }
}

static bool same_text(const struct buf *a, const struct buf *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* The time and the id of a row as texts, and those of the row before. */
struct row_texts {
    struct buf time[2], id[2];
    size_t rows;
};

/* *out: whether the row certainly differs from those above. It begins a series that is new, or its
 * time, as text, is after that of the row before. */
static enum status is_behind(bool *out, struct row_texts *t, struct row_set *ids,
                             const struct chooser *c, const int *times, const int *columns, int n)
{
    size_t now = t->rows % 2, before = 1 - now;
    size_t most;
    int order;

    join(&t->time[now], c->t->cells, times, c->r->num_times);
    join(&t->id[now], c->t->cells, columns, n);
    if (t->time[now].st || t->id[now].st)
        return err_nomem(c->e, 0);
    *out = true;
    if (t->rows++ == 0 || !same_text(&t->id[0], &t->id[1])) {
        *out = insert(ids, fnv1a(FNV1A_START, t->id[now].data, t->id[now].len));
        return set_grow(ids, c->e);
    }
    most = t->time[now].len < t->time[before].len ? t->time[now].len : t->time[before].len;
    order = most ? memcmp(t->time[now].data, t->time[before].data, most) : 0;
    *out = order > 0 || (order == 0 && t->time[now].len > t->time[before].len);
    return ST_OK;
}

/* *out: whether the table is in order, as most are, which takes no memory to find out. If not, rows
 * may still be unique. */
static enum status are_in_order(bool *out, const struct chooser *c, const int *columns, int n)
{
    struct row_texts t = {.rows = 0};
    struct row_set ids;
    int times[TIME_COLUMNS_MAX] = {0};
    enum status st = set_open(&ids, 64, c->e);

    for (int i = 0; i < 2; i++) {
        buf_init(&t.time[i], SIZE_MAX / 4); /* for one row, which is shorter than the text */
        buf_init(&t.id[i], SIZE_MAX / 4);
    }
    for (int i = 0; i < c->r->num_times; i++)
        times[i] = c->r->times[i].column;
    *out = true;
    c->t->seek(c->t, SIZE_MAX);
    for (size_t i = 0; !st && *out && i < c->r->num_rows && c->t->next(c->t); i++)
        if (!c->t->blank)
            st = is_behind(out, &t, &ids, c, times, columns, n);
    for (int i = 0; i < 2; i++) {
        buf_release(&t.time[i]);
        buf_release(&t.id[i]);
    }
    free(ids.slots);
    return st ? st : c->t->st;
}

/* *out: whether no two rows have the same time and the same cells in these columns. */
static enum status are_unique(bool *out, const struct chooser *c, const int *columns, int n)
{
    struct row_set set;
    size_t slots = 64;
    enum status st = are_in_order(out, c, columns, n);

    if (st || *out)
        return st;
    while (slots < 2 * c->r->num_rows)
        slots *= 2;
    st = set_open(&set, slots, c->e);
    if (st)
        return st;
    *out = true;
    c->t->seek(c->t, SIZE_MAX);
    for (size_t i = 0; *out && i < c->r->num_rows && c->t->next(c->t); i++)
        *out = c->t->blank || insert(&set, hash_row(c, columns, n));
    free(set.slots);
    return c->t->st;
}

/* ---- choosing ---- */

/* Whether a column may be an id: text, numbers with a unit, or whole numbers under the name of an
 * id. */
static bool may_be_id(const struct chooser *c, int column)
{
    const struct column_survey *k = &c->s->columns[column];
    bool text = k->styles == 0 || 2 * k->numbers < k->filled || k->unit[0]; /* "500 ml" */

    if (k->filled == 0 || chooser_is_time(c->r, column) || k->hints & HINT_INDEX)
        return false;
    return text || (k->integers && k->hints & HINT_ID_LIKELY);
}

/* Whether the column identifies rows, not series: all its cells differ, and so do the times. In a
 * table of only a few rows, each row may be a series. */
static enum status is_row_key(bool *out, const struct chooser *c, int column)
{
    enum { ROWS_MIN = 8, TIMES_MIN = 3 };
    struct row_set ids, times;
    enum status st;

    *out = c->r->num_rows >= ROWS_MIN && c->r->num_times > 0 && c->o->num_known == 0;
    if (!*out)
        return ST_OK;
    st = set_open(&ids, 64, c->e);
    times = (struct row_set){0};
    if (!st)
        st = set_open(&times, 64, c->e);
    c->t->seek(c->t, SIZE_MAX);
    for (size_t i = 0; !st && *out && i < c->r->num_rows && c->t->next(c->t); i++) {
        struct cell cell = c->t->cells[column];

        if (c->t->blank)
            continue;
        *out = insert(&ids, fnv1a(FNV1A_START, cell.at, cell.len));
        if (times.used < TIMES_MIN)
            (void)insert(&times, hash_row(c, NULL, 0));
        st = set_grow(&ids, c->e);
    }
    *out = *out && times.used >= TIMES_MIN;
    free(ids.slots);
    free(times.slots);
    return st ? st : c->t->st;
}

static int find_by_name(const struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];
        bool index = survey_counts_up(k) && k->beginnings == 1;

        if (k->hints & HINT_ID && !index && !chooser_is_time(c->r, (int)i))
            return (int)i;
    }
    return -1;
}

static bool note_ids(const struct chooser *c)
{
    const struct data_note note = {.code = "id_columns", .parameter = "id"};
    char list[200] = "";

    for (int i = 0; i < c->r->num_ids; i++) {
        size_t n = strlen(list);

        snprintf(list + n, sizeof(list) - n, "%s'%.40s'", i ? ", " : "", c->t->names[c->r->ids[i]]);
    }
    return series_set_note(c->out, &note, "rows of the same time differ in %s: one series for each",
                           list);
}

/* Whether one of the columns has a cell in every row; otherwise an id could be empty. */
static bool is_filled(const struct chooser *c, const int *columns, int n)
{
    for (int i = 0; i < n; i++)
        if (c->s->columns[columns[i]].filled >= c->r->num_rows)
            return true;
    return false;
}

static enum status take_unless_key(int *some, int *n, const struct chooser *c, int column)
{
    bool key = false;
    enum status st = is_row_key(&key, c, column);

    if (!key)
        some[(*n)++] = column;
    return st;
}

/* Takes all columns that may be ids, then removes each that is not needed, beginning with the
 * last. */
enum status id_columns_guess(struct chooser *c)
{
    int some[ID_COLUMNS_MAX] = {0}, n = 0;
    bool unique = true;
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < c->t->columns && n < ID_COLUMNS_MAX; i++)
        if (may_be_id(c, (int)i))
            st = take_unless_key(some, &n, c, (int)i);
    if (st)
        return st;
    st = n > 0 ? are_unique(&unique, c, some, 0) : ST_OK;
    if (st || unique)
        return st;
    st = are_unique(&unique, c, some, n);
    if (st || !unique)
        return st;
    for (int i = n - 1; !st && i >= 0 && n > 1; i--) {
        int without[ID_COLUMNS_MAX], k = 0;

        for (int j = 0; j < n; j++)
            if (j != i)
                without[k++] = some[j];
        if (is_filled(c, some, n) && !is_filled(c, without, k))
            continue;
        st = are_unique(&unique, c, without, k);
        if (!st && unique)
            memcpy(some, without, sizeof(some[0]) * (size_t)(n = k));
    }
    memcpy(c->r->ids, some, sizeof(some[0]) * (size_t)n);
    c->r->num_ids = n;
    return st || note_ids(c) ? st : err_nomem(c->e, 0);
}

enum status id_columns_choose(struct chooser *c)
{
    struct roles *r = c->r;
    enum status st = ST_OK;
    bool key = false;
    int column;

    if (c->o->id) {
        st = chooser_list(r->ids, &r->num_ids, ID_COLUMNS_MAX, c, c->o->id, "id");
        for (int i = 0; !st && i < r->num_ids; i++)
            if (chooser_is_time(r, r->ids[i])) {
                err_set(c->e, ST_INVALID, "column '%.80s' cannot be both time and id",
                        c->t->names[r->ids[i]]);
                st = err_at(c->e, "?id");
            }
        return st;
    }
    column = find_by_name(c);
    if (column >= 0)
        st = is_row_key(&key, c, column);
    if (st)
        return st;
    if (column >= 0 && !key) {
        r->ids[r->num_ids++] = column;
        return ST_OK;
    }
    return r->num_times > 0 && !c->o->aggregate ? id_columns_guess(c) : ST_OK;
}
