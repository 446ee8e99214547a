/* builder.c - see builder.h. */
#include "server/data/table/builder.h"

#include "server/base/memory.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/total_rows.h"
#include "server/data/text_check.h"

#include <lstm/hash.h>
#include <stdlib.h>
#include <string.h>

/* A panel with more than STEPS_A_STAMP steps for each time is too sparse for finding closed
 * steps. */
enum { SERIES_MAX = (1 << 28) - 1, FEW_ROWS = 3, STEPS_A_STAMP = 256, STEPS_MIN = 1 << 16 };

enum status builder_open(struct builder *b)
{
    size_t most = b->o->limits.max_series;

    b->memory = data_memory(b->t->bytes);
    buf_init(&b->id, SIZE_MAX / 4); /* for one row, which is shorter than the text */
    if (b->r->shape != SHAPE_COLUMNS && most > b->r->num_rows)
        most = b->r->num_rows;
    for (b->ids.n = 64; b->ids.n < 2 * most && b->ids.n < (size_t)1 << 30;)
        b->ids.n *= 2;
    b->ids.slots = calloc(b->ids.n, sizeof(*b->ids.slots));
    return b->ids.slots ? ST_OK : err_nomem(b->e, b->ids.n * sizeof(*b->ids.slots));
}

void builder_release(struct builder *b)
{
    free(b->ids.slots);
    buf_release(&b->id);
    b->ids.slots = NULL;
}

enum status builder_series(int *out, struct builder *b, const char *id)
{
    size_t i = fnv1a_fold(fnv1a_text(FNV1A_START, id)) & (b->ids.n - 1);
    enum status st;

    for (; b->ids.slots[i]; i = (i + 1) & (b->ids.n - 1))
        if (strcmp(b->out->items[b->ids.slots[i] - 1].id, id) == 0) {
            *out = b->ids.slots[i] - 1;
            return ST_OK;
        }
    st = series_id_check(id, strlen(id), b->e);
    if (st && !id[0] && b->r->num_ids > 0)
        err_set(b->e, st,
                "the id is empty in column '%.80s'; every row needs one, or ?id= names other "
                "columns",
                b->t->names[b->r->ids[0]]);
    if (st)
        return table_at_row(b->t, st, b->t->row);
    if ((size_t)b->out->count >= b->o->limits.max_series || b->out->count >= SERIES_MAX)
        return err_set(b->e, ST_TOO_LARGE, "more than max_series = %zu series",
                       b->o->limits.max_series);
    if (!series_set_add(b->out, id))
        return err_nomem(b->e, 0);
    *out = b->out->count - 1;
    b->ids.slots[i] = b->out->count;
    return ST_OK;
}

static bool is_given(const char *frequency)
{
    return frequency && frequency[0];
}

/* Whether all times lie on the timeline. */
static bool holds_all(const struct timeline *line, const struct timestamp *t, size_t n)
{
    int64_t row;

    for (size_t i = 0; i < n; i++)
        if (timeline_row(&row, line, &t[i], NULL))
            return false;
    return true;
}

enum status builder_timeline(struct timeline *out, const struct builder *b, const char *id,
                             const struct timestamp *t, size_t n, const struct timeline *like)
{
    char name[16];
    enum status st;

    *out = (struct timeline){.style = b->style};
    if (is_given(b->o->frequency)) {
        st = timeline_grid(out, t, n, b->o->frequency, b->e);
        return st ? err_at(b->e, "?frequency") : ST_OK;
    }
    if (n < FEW_ROWS && like && like->frequency.unit != FREQ_INDEX) {
        st = timeline_grid(out, t, n, timeline_name(name, like), NULL);
        if (!st && holds_all(out, t, n))
            return ST_OK;
        *out = (struct timeline){.style = b->style};
    }
    st = timeline_grid(out, t, n, NULL, b->e);
    return st ? err_wrap(b->e, "series '%.80s'", id) : ST_OK;
}

enum status builder_week(struct panel_week *w, const struct builder *b, const struct timeline *like,
                         int64_t from, int64_t to, size_t n)
{
    struct timeline none = timeline_index();

    return panel_week_begin(w, is_given(b->o->frequency) ? &none : like, from, to,
                            n * STEPS_A_STAMP + STEPS_MIN, b->e);
}

enum status builder_close(struct timeline *t, const struct builder *b, const char *id,
                          const struct timestamp *stamps, size_t n, const struct panel_week *w)
{
    if (is_given(b->o->frequency))
        return ST_OK;
    panel_week_close(w, t, stamps, n);
    if (timeline_check_regular(t, stamps, n, b->e))
        return err_wrap(b->e, "series '%.80s'", id);
    return ST_OK;
}

enum status builder_check_id(struct builder *b)
{
    struct cell c;
    int column = 0;

    if (!id_columns_ditto(&column, b->r, b->s, b->t->cells))
        return ST_OK;
    c = b->t->cells[column];
    err_set(b->e, ST_INVALID,
            "'%.*s' in column '%.80s' repeats the cell above it: write the id in every row",
            (int)(c.len < 20 ? c.len : 20), c.at, b->t->names[column]);
    return table_at_row(b->t, ST_INVALID, b->t->row);
}

bool builder_skips(struct builder *b, int odd)
{
    if (b->t->row == b->r->sum_row) /* which is noted already */
        return true;
    if (!row_is_total(b->t, odd))
        return false;
    if (b->totals++ == 0)
        b->first_total = b->t->row;
    return true;
}

bool builder_skips_series(struct builder *b)
{
    bool total = false;

    if (b->r->shape != SHAPE_ACROSS || b->o->id)
        return false;
    for (int i = 0; i < b->r->num_ids; i++)
        total = total || cell_is_total(b->t->cells[b->r->ids[i]]);
    if (total && b->totals++ == 0)
        b->first_total = b->t->row;
    return total;
}

enum status builder_too_long(const struct builder *b, const char *id, int64_t length)
{
    return err_set(b->e, ST_TOO_LARGE,
                   "series '%.80s' covers %lld steps of time; max_series_length allows %zu", id,
                   (long long)length, b->o->limits.max_series_length);
}

enum status builder_grid(struct builder *b, struct series *s, int64_t length, double value)
{
    size_t cells, bytes;

    if (length > (int64_t)b->o->limits.max_series_length)
        return builder_too_long(b, s->id, length);
    cells = (size_t)length * (size_t)b->out->num_columns;
    bytes = cells * sizeof(*s->values) + SERIES_BYTES;
    if (bytes > b->memory)
        return data_too_large(b->t->bytes, b->e);
    b->memory -= bytes;
    s->values = malloc((cells + 1) * sizeof(*s->values));
    if (!s->values)
        return err_nomem(b->e, bytes);
    memory_will_fill(s->values, cells * sizeof(*s->values));
    s->length = (int)length;
    for (size_t i = 0; i < cells; i++)
        s->values[i] = value;
    return ST_OK;
}
