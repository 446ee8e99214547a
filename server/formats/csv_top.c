/* csv_top.c - see csv_top.h.
 *
 * The first rows show what the columns hold: most rows have the same number of cells, and most
 * cells of a column are of one kind. The first row like that is the first row of data. The rows of
 * text right above it are the header, with the units below it; the rows above these are titles.
 * Lines of text after the last row are footers. If the second row of a text is data there are no
 * titles, and only the first row may be a header. */
#include "server/formats/csv_top.h"

#include "server/data/data.h"
#include "server/data/table/cell_number.h"
#include "server/data/table/column_names.h"
#include "server/formats/csv_dialect.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows, columns and bytes from the beginning that are examined; more would show no more. */
enum { ROWS_SEEN = 100, COLUMNS_SEEN = 64, BYTES_SEEN = 1 << 20, FOOTERS_MAX = 60, NONE = -1 };

struct top_row {
    const char *at, *end;
    size_t count, filled;
    bool gap;    /* an empty line or row lies above it */
    bool text;   /* no cell is a number or a time */
    bool timely; /* a cell is the usual name of a time column */
    unsigned char kind[COLUMNS_SEEN];
};

struct top {
    struct csv_rows *r;
    struct top_row *rows; /* (n) owned */
    int n;
    size_t width;                       /* cells of most rows */
    unsigned char column[COLUMNS_SEEN]; /* kind of most cells of the column */
    int header, data;                   /* indices of rows, or NONE */
};

/* ---- the first rows ---- */

static bool names_time(struct cell c)
{
    char name[32];

    if (c.len >= sizeof(name))
        return false;
    memcpy(name, c.at, c.len);
    name[c.len] = '\0';
    return column_hints(name) & (HINT_TIME | HINT_TIME_LIKELY);
}

static void look_at_row(struct top_row *row, const struct csv_rows *r)
{
    row->text = true;
    for (size_t i = 0; i < r->count; i++) {
        struct cell c = cell_trim(r->cells[i]);
        enum cell_kind kind = i < COLUMNS_SEEN ? dialect_kind(c) : KIND_EMPTY;

        row->filled += c.len > 0;
        if (i >= COLUMNS_SEEN)
            continue;
        row->kind[i] = (unsigned char)(cell_missing(c) ? KIND_EMPTY : kind);
        row->text = row->text && (row->kind[i] == KIND_EMPTY || row->kind[i] == KIND_TEXT);
        row->timely = row->timely || names_time(c);
    }
}

static enum status look(struct top *t)
{
    struct csv_rows *r = t->r;
    const char *begun = r->p, *behind = r->p;
    bool gap = false;

    t->rows = calloc(ROWS_SEEN, sizeof(*t->rows));
    if (!t->rows)
        return err_nomem(r->t.e, ROWS_SEEN * sizeof(*t->rows));
    while (t->n < ROWS_SEEN && r->p - begun < BYTES_SEEN && csv_rows_read(r)) {
        struct top_row *row = &t->rows[t->n];

        *row = (struct top_row){.at = r->start + r->t.row, .end = r->p, .count = r->count};
        row->gap = gap || row->at != behind;
        behind = r->p;
        look_at_row(row, r);
        gap = row->filled == 0;
        t->n += !gap;
    }
    r->p = begun;
    return r->t.st;
}

/* ---- what the columns hold ---- */

/* Finds the width. Rows of one cell do not count: a short table may have more titles and
 * footers. */
static void find_width(struct top *t)
{
    enum { SEVERAL = 4 };
    int most = 0;

    for (int i = 0; i < t->n; i++) {
        int alike = 0;

        for (int k = 0; k < t->n; k++)
            alike += t->rows[k].count == t->rows[i].count;
        alike *= t->rows[i].count > 1 ? SEVERAL : 1;
        if (alike > most || (alike == most && t->rows[i].count > t->width)) {
            most = alike;
            t->width = t->rows[i].count;
        }
    }
}

/* Finds the kind of each column from the lower half of the rows, which has fewer titles. If two
 * kinds are equally frequent, times and numbers count before texts. */
static void find_kinds(struct top *t)
{
    static const enum cell_kind order[] = {KIND_TIME, KIND_NUMBER, KIND_TEXT};

    for (size_t c = 0; c < t->width && c < COLUMNS_SEEN; c++) {
        int count[4] = {0}, most = 0;

        for (int i = t->n / 2; i < t->n; i++)
            if (t->rows[i].count == t->width)
                count[t->rows[i].kind[c]]++;
        for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
            if (count[order[k]] > most) {
                most = count[order[k]];
                t->column[c] = (unsigned char)order[k];
            }
    }
}

/* A row of data has a time in the same column as the others. If no column has times, most of its
 * numbers are in columns of numbers. */
static bool is_data(const struct top *t, const struct top_row *row)
{
    size_t times = 0, numbers = 0, at_time = 0, at_number = 0, no_time = 0;

    if (row->count != t->width)
        return false;
    for (size_t c = 0; c < t->width && c < COLUMNS_SEEN; c++) {
        times += t->column[c] == KIND_TIME;
        numbers += t->column[c] == KIND_NUMBER && row->kind[c] != KIND_EMPTY;
        at_time += t->column[c] == KIND_TIME && row->kind[c] == KIND_TIME;
        no_time += t->column[c] == KIND_TIME && row->kind[c] == KIND_EMPTY;
        at_number += t->column[c] == KIND_NUMBER && row->kind[c] == KIND_NUMBER;
    }
    if (times == 0)
        return 2 * at_number > numbers;
    return at_time > 0 || (no_time == times && at_number > 0);
}

/* ---- the header ---- */

/* Whether the row may hold the names of the columns. R's column of row names has no name. */
static bool fits_header(const struct top *t, const struct top_row *row)
{
    return row->count == t->width || row->count + 1 == t->width || row->count == t->width + 1;
}

/* Whether the header has times or numbers, as series in rows have; it looks like data then. */
static bool goes_across(struct top *t, const struct top_row *row)
{
    return row->count == t->width && csv_rows_peek(t->r, row->at, row->end) &&
           dialect_goes_across(t->r->cells, t->r->count);
}

/* Whether no cell is of the kind of its column: the row is text, or describes the whole table and
 * has its dates and numbers in other columns ("last update;01.06.2023"). */
static bool is_above(const struct top *t, const struct top_row *row)
{
    if (row->text)
        return true;
    if (row->kind[0] != KIND_TEXT || t->column[0] == KIND_TEXT)
        return false;
    for (size_t c = 0; c < t->width && c < COLUMNS_SEEN; c++)
        if (row->kind[c] != KIND_EMPTY && row->kind[c] != KIND_TEXT && row->kind[c] == t->column[c])
            return false;
    return true;
}

/* The first row of the block of text right above the data, without a gap in it. The last row of the
 * block may hold times. */
static int block_above(struct top *t, int data)
{
    int first = data;

    while (first > 0 && t->rows[first - 1].count == t->width &&
           (is_above(t, &t->rows[first - 1]) ||
            (first == data && goes_across(t, &t->rows[first - 1]))) &&
           !(first < data && t->rows[first].gap))
        first--;
    while (first < data && t->width > 1 && t->rows[first].filled < 2)
        first++;
    return first;
}

/* Whether a row further up may be a header. */
static bool has_header(const struct top *t, int data)
{
    for (int i = 0; i < data; i++)
        if (t->rows[i].count == t->width && t->rows[i].text && t->rows[i].filled > 1)
            return true;
    return false;
}

/* The header among the rows of a block: the first one that names a time, else the first of those
 * with the most names. */
static int header_of(const struct top *t, int first, int data)
{
    int best = first;

    for (int i = first; i < data; i++)
        if (t->rows[i].timely && (t->rows[i].filled > 1 || t->width == 1))
            return i;
    for (int i = first; i < data; i++)
        if (t->rows[i].filled > t->rows[best].filled || t->width == 1)
            best = i;
    return first < data ? best : NONE;
}

/* Finds header and data when there are titles above or units below. Returns false when there seem
 * to be neither. */
static bool find_place(struct top *t)
{
    int data = 0;

    while (data < t->n && !is_data(t, &t->rows[data]))
        data++;
    if (data == t->n)
        return false;
    t->data = data;
    if (data == 0 || (data == 1 && fits_header(t, &t->rows[0]) &&
                      (t->rows[0].filled > 1 || t->rows[0].count == t->width)))
        return false;
    t->header = header_of(t, block_above(t, data), data);
    if (t->header != NONE)
        return true;
    if (goes_across(t, &t->rows[data])) {
        t->header = data;
        t->data = data + 1;
        return true;
    }
    return !has_header(t, data);
}

/* ---- names ---- */

/* Takes the names from the row that was read last. */
static enum status names_of_row(struct csv_rows *r)
{
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < r->count; i++) {
        struct cell c = cell_trim(r->cells[i]);

        st = csv_rows_name(r, c.at, c.len);
    }
    return st;
}

static enum status names_by_number(struct csv_rows *r, size_t columns)
{
    char name[32];
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < columns; i++) {
        snprintf(name, sizeof(name), "column_%zu", i + 1);
        st = csv_rows_name(r, name, strlen(name));
    }
    return st;
}

/* Whether the comment above the rows holds the names, as numpy's savetxt writes them. */
static bool names_in_comment(struct csv_rows *r, const char *comment, size_t columns)
{
    return comment && csv_rows_peek(r, comment + 1, csv_rows_line_end(r, comment)) &&
           r->count == columns && dialect_is_header(r->cells, r->count);
}

/* Whether two columns have the same name, or one before the last has none. */
static bool is_unnamed(const struct csv_rows *r)
{
    for (size_t i = 1; i < r->t.columns && i < COLUMNS_SEEN; i++) {
        if (i + 1 < r->t.columns && !r->t.names[i][0])
            return true;
        for (size_t k = 0; k < i; k++)
            if (r->t.names[i][0] && strcmp(r->t.names[i], r->t.names[k]) == 0)
                return true;
    }
    return false;
}

/* Joins the names of two lines: a name that spans several columns, and one for each of these. */
static enum status join_names(struct csv_rows *r)
{
    char above[COLUMN_NAME_MAX + 1] = "", name[2 * COLUMN_NAME_MAX];

    for (size_t i = 0; i < r->t.columns; i++) {
        struct cell c = cell_trim(r->cells[i]);
        int len = (int)(c.len < COLUMN_NAME_MAX ? c.len : COLUMN_NAME_MAX);

        if (r->t.names[i][0])
            snprintf(above, sizeof(above), "%s", r->t.names[i]);
        snprintf(name, sizeof(name), "%s%s%.*s", above, *above && len > 0 ? " " : "", len, c.at);
        free(r->t.names[i]);
        r->t.names[i] = strdup(name);
        if (!r->t.names[i])
            return err_nomem(r->t.e, sizeof(name));
    }
    r->joined = true;
    return ST_OK;
}

/* ---- a table without titles ---- */

/* Whether the cell is the number 1 of R's write.table(), whose column of row numbers has no
 * name. */
static bool is_row_number(struct cell c)
{
    return c.len == 1 && *c.at == '1';
}

static enum status copy_row(struct cell **out, size_t *n, const struct csv_rows *r)
{
    *n = r->count;
    *out = malloc((r->count + 1) * sizeof(**out));
    if (!*out)
        return err_nomem(r->t.e, r->count * sizeof(**out));
    memcpy(*out, r->cells, r->count * sizeof(**out));
    return ST_OK;
}

/* Decides from the first two rows whether the first is a header. comment: the line above it. */
static enum status find_header(struct csv_rows *r, enum csv_header header, const char *comment)
{
    const char *begun = r->p, *behind;
    struct cell *top = NULL;
    size_t columns = 0;
    bool more;
    enum status st;

    if (!csv_rows_read(r))
        return r->t.st ? r->t.st
                       : err_set(r->t.e, ST_INVALID,
                                 "the text is empty; a header row and at least one row are needed");
    if (r->text.len > 0) /* doubled quotes: the next row would overwrite the cells */
        header = header == CSV_HEADER_AUTO ? CSV_HEADER_YES : header;
    st = copy_row(&top, &columns, r);
    behind = r->p;
    more = !st && csv_rows_read(r);
    st = st ? st : r->t.st;
    if (!st && header == CSV_HEADER_AUTO && more)
        r->has_header = !dialect_no_header(top, columns, r->cells, r->count);
    else
        r->has_header = header != CSV_HEADER_NO;
    r->row_names = r->has_header && more && r->count == columns + 1 && r->cells[columns].len > 0 &&
                   is_row_number(r->cells[0]);
    free(top);
    r->p = begun;
    if (!st && r->has_header) {
        st = r->row_names ? csv_rows_name(r, "", 0) : ST_OK;
        if (!st && csv_rows_read(r))
            st = names_of_row(r);
    } else if (!st && names_in_comment(r, comment, columns)) {
        r->header_in_comment = true;
        st = names_of_row(r);
    } else if (!st) {
        st = names_by_number(r, columns);
    }
    r->first = r->has_header ? behind : begun;
    return st ? st : r->t.st;
}

/* ---- a table with titles above or units below its header ---- */

static void leave_out(struct csv_left_out *l, const struct top *t, int from, int to)
{
    if (from >= to)
        return;
    l->first = t->rows[from].at;
    l->last = t->rows[to - 1].at;
    l->count = to - from;
}

static enum status names_at(struct top *t, int row)
{
    for (size_t i = 0; i < t->r->t.columns; i++)
        free(t->r->t.names[i]);
    t->r->t.columns = 0;
    if (!csv_rows_peek(t->r, t->rows[row].at, t->rows[row].end))
        return err_nomem(t->r->t.e, 0);
    return names_of_row(t->r);
}

/* When names in the header are equal, joins them with the line above or below it. */
static enum status name_columns(struct top *t)
{
    struct csv_rows *r = t->r;
    int upper = t->header, lower = t->header + 1;
    enum status st = names_at(t, t->header);

    if (st || !is_unnamed(r))
        return st;
    if (t->header > 0 && block_above(t, t->data) < t->header) {
        upper--;
        lower--;
        st = names_at(t, upper);
    } else if (lower == t->data) {
        return ST_OK;
    }
    if (!st && csv_rows_peek(r, t->rows[lower].at, t->rows[lower].end))
        st = join_names(r);
    t->header = upper;
    return st;
}

static enum status take_place(struct top *t)
{
    struct csv_rows *r = t->r;
    enum status st;

    r->first = t->rows[t->data < t->n ? t->data : t->n - 1].at;
    r->has_header = t->header != NONE;
    st = r->has_header ? name_columns(t) : names_by_number(r, t->width);
    leave_out(&r->titles, t, 0, r->has_header ? t->header : t->data);
    if (r->has_header)
        leave_out(&r->units, t, t->header + 1, t->data);
    return st;
}

static struct cell line_at(const struct csv_rows *r, const char *at)
{
    return (struct cell){at, (size_t)(csv_rows_line_end(r, at) - at)};
}

/* Remembers the line of the header, to find it again. A single name may also be a value. */
static void remember_header(const struct top *t)
{
    struct csv_rows *r = t->r;

    if (!r->has_header || t->n == 0)
        return;
    r->header = line_at(r, t->rows[t->header == NONE ? 0 : t->header].at);
    if (r->units.count > 0)
        r->below = line_at(r, r->units.first);
}

/* ---- after the last row ---- */

static size_t words_in(struct cell c)
{
    size_t words = 0, letters = 0;

    for (size_t i = 0; i <= c.len; i++) {
        if (i < c.len && isalpha((unsigned char)c.at[i])) {
            letters++;
            continue;
        }
        words += letters >= 3;
        letters = 0;
    }
    return words;
}

/* Whether a cell is prose, such as "Source: ...", "* provisional", "2) without Berlin": it begins
 * with no digit, or has two words. */
static bool is_prose(struct cell c)
{
    return c.len > 0 && (!isdigit((unsigned char)*c.at) || words_in(c) >= 2);
}

/* Whether a cell is a remark, rather than the name of a series without values. */
static bool is_remark(struct cell c)
{
    return memchr(c.at, ':', c.len) || strchr("*(", *c.at) || words_in(c) >= 5;
}

/* Whether the row is a footer: only text, where other rows have times or numbers, or with another
 * number of cells. */
static bool is_footer(const struct top *t)
{
    const struct csv_rows *r = t->r;
    bool odd = r->count != t->width, remark = false;
    size_t filled = 0;

    for (size_t i = 0; i < r->count; i++) {
        struct cell c = cell_trim(r->cells[i]);
        enum cell_kind kind = dialect_kind(c);

        if (kind == KIND_EMPTY)
            continue;
        if (kind != KIND_TEXT || (filled++ == 0 && !is_prose(c)))
            return false;
        remark = is_remark(c);
        odd = odd || (i < COLUMNS_SEEN && t->column[i] != KIND_TEXT);
    }
    return filled > 0 && (odd || (filled == 1 && remark));
}

static const char *line_start(const struct csv_rows *r, const char *end)
{
    while (end > r->start && end[-1] != '\n' && end[-1] != '\r')
        end--;
    return end;
}

/* Cuts off footers, line by line from the end of the text upwards, so that reading rows costs no
 * more. */
static void cut_footers(struct top *t)
{
    struct csv_rows *r = t->r;
    const char *end = r->end;

    for (int i = 0; i < FOOTERS_MAX && end > r->first; i++) {
        const char *from;
        size_t filled = 0;

        while (end > r->first && (end[-1] == '\n' || end[-1] == '\r'))
            end--;
        from = line_start(r, end);
        if (from < r->first || !csv_rows_peek(r, from, end))
            return;
        for (size_t k = 0; k < r->count; k++)
            filled += cell_trim(r->cells[k]).len > 0;
        end = from;
        if (filled == 0 || csv_rows_between(r, from))
            continue;
        if (from == r->first || !is_footer(t))
            return;
        r->footers.last = r->footers.last ? r->footers.last : from;
        r->footers.first = from;
        r->footers.count++;
        r->end = from;
    }
}

static enum status find_table(struct csv_rows *r, enum csv_header header)
{
    struct top t = {.r = r, .header = NONE};
    enum status st = look(&t);
    bool placed = false;

    if (!st && t.n > 0) {
        find_width(&t);
        find_kinds(&t);
        placed = header == CSV_HEADER_AUTO && find_place(&t);
    }
    if (!st)
        st = placed ? take_place(&t) : find_header(r, header, r->comment);
    if (!st) {
        remember_header(&t);
        cut_footers(&t);
        r->p = r->first;
    }
    free(t.rows);
    return st;
}

enum status csv_top_open(struct csv_rows *out, const char *bytes, size_t len,
                         enum csv_header header, struct err *e)
{
    enum status st = csv_rows_open(out, bytes, len, e);

    if (!st)
        st = out->t.st = find_table(out, header);
    return st;
}
