/* choose.c - see choose.h. */
#include "server/data/table/choose.h"

#include "server/data/table/column_shape.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/sum_row.h"
#include "server/data/table/time_columns.h"
#include "server/data/table/value_columns.h"
#include "server/data/text_check.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- names ---- */

/* Gives a column without a name one by its number. */
static enum status name_nameless(struct table *t, size_t i, struct err *e)
{
    char name[32];
    char *copy;

    snprintf(name, sizeof(name), "column_%zu", i + 1);
    copy = strdup(name);
    if (!copy)
        return err_nomem(e, 0);
    free(t->names[i]);
    t->names[i] = copy;
    return ST_OK;
}

struct name_place {
    const char *name;
    size_t column;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct name_place *)a)->name, ((const struct name_place *)b)->name);
}

static enum status check_twice(const struct table *t, struct err *e)
{
    struct name_place *p = malloc((t->columns + 1) * sizeof(*p));
    enum status st = ST_OK;

    if (!p)
        return err_nomem(e, 0);
    for (size_t i = 0; i < t->columns; i++)
        p[i] = (struct name_place){t->names[i], i};
    qsort(p, t->columns, sizeof(*p), by_name);
    for (size_t i = 1; !st && i < t->columns; i++)
        if (strcmp(p[i].name, p[i - 1].name) == 0) {
            st = err_set(e, ST_INVALID, "the column '%.80s' is there twice", p[i].name);
            t->place(t, TABLE_NAMES);
        }
    free(p);
    return st;
}

static enum status check_names(struct chooser *c)
{
    struct table *t = c->t;
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < t->columns; i++) {
        if (!t->names[i][0])
            st = name_nameless(t, i, c->e);
        else
            st = text_check(t->names[i], strlen(t->names[i]), COLUMN_NAME_MAX, "column name", c->e);
        if (st)
            t->place(t, TABLE_NAMES);
    }
    return st ? st : check_twice(t, c->e);
}

/* ---- a last row of totals ---- */

/* Leaves out the last row if it is a row of totals: a column of times or numbers has "Total" or the
 * like in it. */
static enum status leave_total_out(struct chooser *c)
{
    const struct survey *s = c->s;

    c->r->num_rows = s->num_rows;
    c->t->seek(c->t, s->last_row);
    if (s->num_rows < 2 || !c->t->next(c->t))
        return c->t->st;
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &s->columns[i];

        if (k->last_total != s->last_row || k->timely + k->numbers == 0)
            continue;
        c->r->num_rows--;
        return series_set_note(
                   c->out,
                   &(struct data_note){.code = "total_row", .line = c->t->line(c->t, s->last_row)},
                   "the last row is left out: its '%.*s' is no data",
                   (int)(c->t->cells[i].len < 40 ? c->t->cells[i].len : 40), c->t->cells[i].at)
                   ? ST_OK
                   : err_nomem(c->e, 0);
    }
    return ST_OK;
}

/* The same for a row without such a word, which may also be the first row. */
static enum status leave_sums_out(struct chooser *c)
{
    struct data_note note = {.code = "total_row"};
    enum status st = ST_OK;

    c->r->sum_row = SIZE_MAX;
    if (c->r->num_rows == c->s->num_rows)
        st = sum_row_find(&c->r->sum_row, c);
    if (st || c->r->sum_row == SIZE_MAX)
        return st;
    note.line = c->t->line(c->t, c->r->sum_row);
    return series_set_note(
               c->out, &note,
               "a row is left out: it has no time, and its numbers are sums or means of "
               "those of the others")
               ? ST_OK
               : err_nomem(c->e, 0);
}

/* ---- all roles ---- */

static enum status remember(char **out, const struct chooser *c, const int *columns, int n)
{
    struct buf b;
    size_t len;

    if (n == 0)
        return ST_OK;
    buf_init(&b, SIZE_MAX / 4); /* of the header, which is in memory too */
    for (int i = 0; i < n; i++) {
        buf_puts(&b, i ? "," : "");
        buf_puts(&b, c->t->names[columns[i]]);
    }
    return buf_take(&b, out, &len, c->e);
}

enum status choose_roles(struct chooser *c)
{
    struct roles *r = c->r;
    int columns[TIME_COLUMNS_MAX];
    enum status st;

    r->styles = calloc(c->t->columns + 1, sizeof(*r->styles));
    r->values = calloc(c->t->columns + 1, sizeof(*r->values));
    st = r->styles && r->values ? check_names(c) : err_nomem(c->e, 0);
    if (!st)
        st = leave_total_out(c);
    if (!st)
        st = value_columns_styles(c);
    if (!st)
        st = leave_sums_out(c);
    if (!st)
        st = column_shape_find(c);
    if (!st && r->shape == SHAPE_LONG)
        st = time_columns_choose(c);
    if (!st && r->shape == SHAPE_LONG)
        st = id_columns_choose(c);
    if (!st && r->shape == SHAPE_LONG)
        st = value_columns_choose(c);
    for (int i = 0; i < r->num_times; i++)
        columns[i] = r->times[i].column;
    if (!st)
        st = remember(&c->out->time_column, c, columns, r->num_times);
    return st ? st : remember(&c->out->id_column, c, r->ids, r->num_ids);
}
