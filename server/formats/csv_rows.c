/* csv_rows.c - see csv_rows.h. */
#include "server/formats/csv_rows.h"

#include "server/data/table/cell_number.h"
#include "server/data/text_check.h"
#include "server/formats/csv_dialect.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void csv_rows_release(struct csv_rows *r)
{
    for (size_t i = 0; r->t.names && i < r->t.columns; i++)
        free(r->t.names[i]);
    free(r->t.names);
    free(r->cells);
    buf_release(&r->text);
    *r = (struct csv_rows){0};
}

static long line_of(const struct table *t, size_t row)
{
    const struct csv_rows *r = (const struct csv_rows *)t;
    const char *stop = r->start + row;
    long line = 1;

    for (const char *s = r->start; s < stop; s++)
        line += *s == '\n' || (*s == '\r' && (s + 1 >= r->end || s[1] != '\n'));
    return line;
}

static void place(const struct table *t, size_t row)
{
    (void)err_at_line(t->e, row == TABLE_NAMES ? 1 : line_of(t, row));
}

static bool malformed(struct csv_rows *r, const char *at, const char *what)
{
    long line = line_of(&r->t, (size_t)(at - r->start));

    r->t.st = err_set(r->t.e, ST_MALFORMED, "line %ld: %s", line, what);
    (void)err_at_line(r->t.e, line);
    return false;
}

static bool more_cells(struct csv_rows *r)
{
    size_t cap = r->cap ? r->cap * 2 : 16;
    struct cell *p = reallocarray(r->cells, cap, sizeof(*p));

    if (!p) {
        r->t.st = err_nomem(r->t.e, cap * sizeof(*p));
        return false;
    }
    r->cells = p;
    r->cap = cap;
    return true;
}

static inline bool add_cell(struct csv_rows *r, const char *at, size_t len)
{
    if (r->count == r->cap && !more_cells(r))
        return false;
    r->cells[r->count++] = (struct cell){at, len};
    return true;
}

/* ---- one row ---- */

/* Of two quotes the second one is in the cell. The copy of a row's quoted cells is never longer
 * than its text, for which there is room from the row's beginning on: cells do not move. */
static bool copy_unquoted(struct csv_rows *r, const char *from, const char *to)
{
    size_t at = r->text.len;

    for (const char *quote; (quote = memchr(from, '"', (size_t)(to - from))); from = quote + 2)
        buf_add(&r->text, from, (size_t)(quote + 1 - from));
    buf_add(&r->text, from, (size_t)(to - from));
    if (r->text.st) {
        r->t.st = err_nomem(r->t.e, 0);
        return false;
    }
    return add_cell(r, r->text.data + at, r->text.len - at);
}

/* The end of the row that begins at p, so far as quotes go. */
static const char *end_of_row(const struct csv_rows *r)
{
    const char *s = r->t.row + r->start;
    bool quoted = false;

    for (; s < r->end && (quoted || (*s != '\n' && *s != '\r')); s++)
        quoted = quoted != (*s == '"');
    return s;
}

/* At the opening quote. */
static bool read_quoted(struct csv_rows *r)
{
    const char *begun = r->p++, *from = r->p;
    bool doubled = false;

    for (;; r->p++) {
        r->p = memchr(r->p, '"', (size_t)(r->end - r->p));
        if (!r->p) {
            r->p = r->end;
            return malformed(r, begun, "a quote that is opened here is never closed");
        }
        if (r->p + 1 >= r->end || r->p[1] != '"')
            break;
        doubled = true;
        r->p++;
    }
    r->p++;
    if (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r')
        return malformed(r, r->p, "text behind a closing quote");
    if (!doubled)
        return add_cell(r, from, (size_t)(r->p - 1 - from));
    if (r->text.len == 0)
        buf_want(&r->text, (size_t)(end_of_row(r) - (r->start + r->t.row)) + 1);
    return copy_unquoted(r, from, r->p - 1);
}

/* Of each of the eight bytes at p that may end a cell the highest bit; behind the end of the text
 * there are none. A byte of x is 0 where the addition leaves its highest bit at 0. */
static inline uint64_t ends_at(const struct csv_rows *r, const char *p)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t word = 0, others = UINT64_MAX;

    if (r->end - p >= (ptrdiff_t)sizeof(word))
        memcpy(&word, p, sizeof(word));
    else if (p < r->end)
        memcpy(&word, p, (size_t)(r->end - p));
    word = le64toh(word);
    for (size_t i = 0; i < CSV_ENDS; i++) {
        uint64_t x = word ^ r->ends[i];

        others &= ((x & low) + low) | x;
    }
    return ~(others | low);
}

/* Behind a cell that ends at r->p. False: it was the last one of its row, which r->p is behind. */
static bool goes_on(struct csv_rows *r)
{
    if (r->p < r->end && *r->p == r->separator) {
        r->p++;
        return true;
    }
    if (r->p < r->end && *r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n')
        r->p++;
    r->p += r->p < r->end;
    return false;
}

/* Goes from one byte that may end a cell to the next one. */
struct ends {
    const char *block; /* of eight bytes */
    uint64_t bits;     /* of those that are left in it */
};

static inline const char *next_end(const struct csv_rows *r, struct ends *e)
{
    const char *p;

    while (!e->bits && r->end - e->block > (ptrdiff_t)sizeof(e->bits)) {
        e->block += sizeof(e->bits);
        e->bits = ends_at(r, e->block);
    }
    if (!e->bits)
        return r->end;
    p = e->block + __builtin_ctzll(e->bits) / 8;
    e->bits &= e->bits - 1;
    return p;
}

/* What follows the closing quote, which is found in *quote, behind an opening one. NULL: it is none
 * of the simple cells, and left to read_quoted(). */
static inline const char *end_quoted(const struct csv_rows *r, struct ends *e, const char **quote)
{
    const char *p;

    do
        p = next_end(r, e);
    while (p < r->end && *p != '"');
    *quote = p;
    if (p == r->end)
        return NULL;
    p = next_end(r, e);
    return p == *quote + 1 && (p == r->end || *p != '"') ? p : NULL;
}

/* The cells from r->p on up to one with doubled quotes or the end of the row. */
static bool read_plain_cells(struct csv_rows *r)
{
    struct ends e = {r->p, ends_at(r, r->p)};
    const char *from = r->p, *p, *quote;

    for (;; from = p + 1) {
        r->p = p = next_end(r, &e);
        if (p < r->end && *p == '"') {
            if (p != from)
                return malformed(r, p, "a quote inside a cell that does not begin with one");
            p = end_quoted(r, &e, &quote);
            if (!p)
                return read_quoted(r);
            r->p = p;
            if (!add_cell(r, from + 1, (size_t)(quote - from - 1)))
                return false;
        } else if (!add_cell(r, from, (size_t)(p - from))) {
            return false;
        }
        if (p == r->end || *p != r->separator || r->count > CSV_COLUMNS_MAX)
            return true;
    }
}

static bool read_cells(struct csv_rows *r)
{
    do {
        if (!read_plain_cells(r))
            return false;
        if (r->count > CSV_COLUMNS_MAX)
            return malformed(r, r->start + r->t.row, "more than 20000 columns");
    } while (goes_on(r));
    return true;
}

static bool ragged(struct csv_rows *r)
{
    long line = line_of(&r->t, r->t.row);

    r->t.st = err_set(r->t.e, ST_MALFORMED, "line %ld has %zu cells; the header has %zu", line,
                      r->count, r->t.columns);
    (void)err_at_line(r->t.e, line);
    return false;
}

/* "# unit: kWh", but not a row whose first cell is "#N/A". */
static bool is_comment(const struct csv_rows *r, const char *p)
{
    const char *s = p;

    if (s >= r->end || *s != '#')
        return false;
    while (s < r->end && *s != r->separator && *s != '\n' && *s != '\r')
        s++;
    return !cell_missing((struct cell){p, (size_t)(s - p)});
}

static const char *behind_line(const struct csv_rows *r, const char *p)
{
    while (p < r->end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* Empty lines and comments. */
static void skip_lines(struct csv_rows *r)
{
    while (r->p < r->end && (*r->p == '\n' || *r->p == '\r' || is_comment(r, r->p)))
        r->p = *r->p == '#' ? behind_line(r, r->p) : r->p + 1;
}

static bool all_empty(const struct csv_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->cells[i].len > 0)
            return false;
    return true;
}

/* Cells of the next row, however many. */
static bool read_row(struct csv_rows *r)
{
    skip_lines(r);
    if (r->t.st || r->p >= r->end)
        return false;
    r->t.row = (size_t)(r->p - r->start);
    r->count = 0;
    r->text.len = 0;
    return read_cells(r);
}

static bool next(struct table *t)
{
    struct csv_rows *r = (struct csv_rows *)t;

    if (!read_row(r))
        return false;
    if (r->count == t->columns + 1 && r->cells[t->columns].len == 0)
        r->count--; /* a separator behind the last column */
    if (r->count < t->columns && all_empty(r))
        while (r->count < t->columns)
            if (!add_cell(r, "", 0))
                return false;
    if (r->count != t->columns)
        return ragged(r);
    t->cells = r->cells;
    t->blank = r->cells[0].len == 0 && all_empty(r);
    return true;
}

static void seek(struct table *t, size_t row)
{
    struct csv_rows *r = (struct csv_rows *)t;

    r->p = row == SIZE_MAX ? r->first : r->start + row;
}

/* ---- the header ---- */

static enum status add_name(struct csv_rows *r, const char *at, size_t len)
{
    char **names = reallocarray(r->t.names, r->t.columns + 1, sizeof(*names));

    if (!names)
        return err_nomem(r->t.e, 0);
    r->t.names = names;
    names[r->t.columns] = strndup(at, len);
    if (!names[r->t.columns])
        return err_nomem(r->t.e, len);
    r->t.columns++;
    return ST_OK;
}

/* The row that was read last gives the names. */
static enum status names_of_row(struct csv_rows *r)
{
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < r->count; i++) {
        struct cell c = cell_trim(r->cells[i]);

        st = add_name(r, c.at, c.len);
    }
    return st;
}

static enum status names_by_number(struct csv_rows *r, size_t columns)
{
    char name[32];
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < columns; i++) {
        snprintf(name, sizeof(name), "column_%zu", i + 1);
        st = add_name(r, name, strlen(name));
    }
    return st;
}

/* numpy's savetxt writes the names into the comment above the rows. */
static bool names_in_comment(struct csv_rows *r, const char *comment, size_t columns)
{
    const char *back = r->p, *end = r->end;
    bool found;

    if (!comment)
        return false;
    r->end = behind_line(r, comment);
    r->p = comment + 1;
    r->count = 0;
    r->text.len = 0;
    found = read_cells(r) && r->count == columns && dialect_is_header(r->cells, r->count);
    r->p = back;
    r->end = end;
    if (r->t.st) { /* a comment may hold anything */
        r->t.st = ST_OK;
        return false;
    }
    return found;
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

/* R's write.table() numbers the rows from 1 on and gives that column no name. */
static bool is_row_number(struct cell c)
{
    return c.len == 1 && *c.at == '1';
}

/* The first two rows tell whether the first one is a header. comment: the line above it. */
static enum status find_header(struct csv_rows *r, enum csv_header header, const char *comment)
{
    const char *begun = r->p, *behind;
    struct cell *top = NULL;
    size_t columns = 0;
    bool more;
    enum status st;

    if (!read_row(r))
        return r->t.st ? r->t.st
                       : err_set(r->t.e, ST_INVALID,
                                 "the text is empty; a header row and at least one row are needed");
    if (r->text.len > 0) /* doubled quotes: the next row would overwrite the cells */
        header = header == CSV_HEADER_AUTO ? CSV_HEADER_YES : header;
    st = copy_row(&top, &columns, r);
    behind = r->p;
    more = !st && read_row(r);
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
        st = r->row_names ? add_name(r, "", 0) : ST_OK;
        if (!st && read_row(r))
            st = names_of_row(r);
    } else if (!st && names_in_comment(r, comment, columns)) {
        r->header_in_comment = true;
        st = names_of_row(r);
    } else if (!st) {
        st = names_by_number(r, columns);
    }
    r->first = r->has_header ? behind : begun;
    r->p = r->first;
    return st ? st : r->t.st;
}

/* The comments above the header; the last one of them. */
static const char *skip_comments(struct csv_rows *r)
{
    const char *last = NULL;

    while (r->p < r->end && (*r->p == '\n' || *r->p == '\r' || is_comment(r, r->p))) {
        if (*r->p == '#') {
            r->comments++;
            last = r->p;
        }
        r->p = *r->p == '#' ? behind_line(r, r->p) : r->p + 1;
    }
    return last;
}

static void set_ends(struct csv_rows *r)
{
    const char ends[CSV_ENDS] = {r->separator, '\n', '\r', '"'};

    for (size_t i = 0; i < CSV_ENDS; i++)
        r->ends[i] = UINT64_C(0x0101010101010101) * (unsigned char)ends[i];
}

enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len,
                          enum csv_header header, struct err *e)
{
    const char *comment;

    *out = (struct csv_rows){.t = {.e = e,
                                   .bytes = len,
                                   .noun = "line",
                                   .next = next,
                                   .seek = seek,
                                   .number = line_of,
                                   .line = line_of,
                                   .place = place}};
    buf_init(&out->text, SIZE_MAX / 4); /* of one row, which is shorter than the text */
    out->t.st = text_valid(bytes, len, e);
    if (!out->t.st && len > UINT32_MAX)
        out->t.st = err_set(e, ST_TOO_LARGE, "more than 4 GiB of CSV");
    if (out->t.st)
        return out->t.st;
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    out->start = out->p = bytes;
    out->end = bytes + len;
    out->separator = dialect_sep_line(&out->p, out->end);
    if (!out->separator) {
        out->separator = ',';
        comment = skip_comments(out);
        out->separator = dialect_separator(out->p, out->end);
    } else {
        comment = skip_comments(out);
    }
    set_ends(out);
    out->t.commas = out->separator == ',';
    out->t.st = find_header(out, header, comment);
    return out->t.st;
}
