/* csv_rows.c - see csv_rows.h. */
#include "server/formats/csv_rows.h"

#include "server/data/table/cell_number.h"
#include "server/data/table/censored_cells.h"
#include "server/data/table/missing_cells.h"
#include "server/data/text_check.h"
#include "server/formats/blank_columns.h"
#include "server/formats/csv_dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULE_MIN = 5, DASHES_MIN = 3, TITLES_MAX = 64 };

void csv_rows_release(struct csv_rows *r)
{
    for (size_t i = 0; r->t.names && i < r->t.columns; i++)
        free(r->t.names[i]);
    free(r->t.names);
    free(r->cells);
    free(r->parted);
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

/* Adds a cell such as ="5", a formula that may be quoted: "=""5""". */
static bool add_cell_of_text(struct csv_rows *r, const char *at, size_t len)
{
    if (len < 3 || at[0] != '=' || at[1] != '"' || at[len - 1] != '"')
        return add_cell(r, at, len);
    r->formulas = true;
    return add_cell(r, at + 2, len - 3);
}

/* Copies a quoted cell without its quotes; a doubled quote becomes one. All copies of a row are no
 * longer than its text, for which room was made at its beginning, so cells do not move. */
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
    return add_cell_of_text(r, r->text.data + at, r->text.len - at);
}

/* The end of the row that begins at r->p, counting only line ends outside of quotes. */
static const char *end_of_row(const struct csv_rows *r)
{
    const char *s = r->t.row + r->start;
    bool quoted = false;

    for (; s < r->end && (quoted || (*s != '\n' && *s != '\r')); s++)
        quoted = quoted != (*s == '"');
    return s;
}

/* Reads a quoted cell; p is at its opening quote. */
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

/* Moves after the end of a cell. Returns false when it was the last one of its row. */
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

/* Moves from one byte that may end a cell to the next. */
struct ends {
    const char *block; /* of CSV_BLOCK bytes */
    uint64_t bits;     /* of the bytes in it that are not visited yet */
};

static inline const char *next_end(const struct csv_rows *r, struct ends *e)
{
    const char *p;

    while (!e->bits && r->end - e->block > CSV_BLOCK) {
        e->block += CSV_BLOCK;
        e->bits = csv_ends_at(&r->ends, e->block, r->end - e->block);
    }
    if (!e->bits)
        return r->end;
    p = e->block + __builtin_ctzll(e->bits) / CSV_BLOCK_BITS;
    e->bits &= e->bits - 1;
    return p;
}

/* After an opening quote: finds the closing quote, *quote, and returns what follows it. Returns
 * NULL for cells that are not simple, which read_quoted() reads. */
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

/* Reads cells until one has doubled quotes, or the row ends. */
static bool read_plain_cells(struct csv_rows *r)
{
    struct ends e = {r->p, csv_ends_at(&r->ends, r->p, r->end - r->p)};
    const char *from = r->p, *p, *quote;

    for (;; from = p + 1) {
        r->p = p = next_end(r, &e);
        if (p < r->end && *p == '"') {
            if (p == from + 1 && *from == '=') /* ="00123": a spreadsheet's formula of a text */
                r->formulas = true;
            else if (p != from)
                return malformed(r, p, "a quote inside a cell that does not begin with one");
            from = p + 1;
            p = end_quoted(r, &e, &quote);
            if (!p)
                return read_quoted(r);
            r->p = p;
            if (!add_cell(r, from, (size_t)(quote - from)))
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

/* Whether the line at p is a comment such as "# unit: kWh", and not a row that begins with
 * "#N/A". */
static bool is_comment(const struct csv_rows *r, const char *p)
{
    const char *s = p;

    if (s >= r->end || *s != '#' || (s + 1 < r->end && s[1] >= '0' && s[1] <= '9'))
        return false; /* "#1000" is the number of an order */
    while (s < r->end && *s != r->separator && *s != '\n' && *s != '\r')
        s++;
    return !cell_missing((struct cell){p, (size_t)(s - p)});
}

const char *csv_rows_line_end(const struct csv_rows *r, const char *p)
{
    while (p < r->end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* Whether the line at p is a rule that programs draw around tables: "+-----+----+", "|---|---|",
 * "-----+----", "=======". */
static bool is_rule(const struct csv_rows *r, const char *p)
{
    bool drawn = *p == '|', bars = false;
    int dashes = 0, marks = 0;

    for (; p < r->end && *p != '\n' && *p != '\r'; p++, marks++) {
        if (!*p || !strchr("-=+|: ", *p))
            return false;
        drawn = drawn || *p == '+';
        bars = bars || *p == '|';
        dashes += *p == '-' || *p == '=';
    }
    return dashes >= DASHES_MIN && marks >= RULE_MIN && (drawn || !bars);
}

bool csv_rows_between(const struct csv_rows *r, const char *p)
{
    switch (*p) {
    case '\n':
    case '\r':
        return true;
    case '#':
        return is_comment(r, p);
    case '-':
    case '=':
    case '+':
    case '|':
        return is_rule(r, p);
    default:
        return false;
    }
}

static void skip_lines(struct csv_rows *r)
{
    while (r->p < r->end && csv_rows_between(r, r->p))
        r->p = *r->p == '\n' || *r->p == '\r' ? r->p + 1 : csv_rows_line_end(r, r->p);
}

static bool all_empty(const struct csv_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->cells[i].len > 0)
            return false;
    return true;
}

/* ---- lines between the rows ---- */

static void leave_out(struct csv_left_out *l, const char *line)
{
    if (l->last && line <= l->last) /* the text is read several times */
        return;
    l->first = l->first ? l->first : line;
    l->last = line;
    l->count++;
}

/* Whether the text at p is this line, up to its end. */
static bool is_line(const struct csv_rows *r, const char *p, struct cell line)
{
    return (size_t)(r->end - p) >= line.len && memcmp(p, line.at, line.len) == 0 &&
           (p + line.len == r->end || p[line.len] == '\n' || p[line.len] == '\r');
}

/* Skips a header in the middle. Exports that were joined repeat the header, with the units
 * below. */
static bool skip_header(struct csv_rows *r)
{
    if (r->header.len == 0 || *r->p != *r->header.at || !is_line(r, r->p, r->header))
        return false;
    leave_out(&r->repeated, r->p);
    r->p += r->header.len;
    skip_lines(r);
    if (r->below.len > 0 && is_line(r, r->p, r->below))
        r->p += r->below.len;
    return true;
}

/* Skips the titles of such an export. A header must follow, and there must be no more lines before
 * it than at the beginning of the file. */
static bool skip_titles(struct csv_rows *r)
{
    const char *titles[TITLES_MAX] = {r->start + r->t.row}, *p = r->p;
    int n = 1;

    while (r->header.len > 0 && n <= r->titles.count + 1 && n < TITLES_MAX) {
        while (p < r->end && (*p == '\n' || *p == '\r'))
            p++;
        if (p == r->end)
            return false;
        if (is_line(r, p, r->header)) {
            for (int i = 0; i < n; i++)
                leave_out(&r->repeated, titles[i]);
            r->p = p;
            return true;
        }
        titles[n++] = p;
        p = csv_rows_line_end(r, p);
    }
    return false;
}

/* ---- rows ---- */

bool csv_rows_read(struct csv_rows *r)
{
    do
        skip_lines(r);
    while (r->p < r->end && skip_header(r));
    if (r->t.st || r->p >= r->end)
        return false;
    r->t.row = (size_t)(r->p - r->start);
    r->count = 0;
    r->text.len = 0;
    return read_cells(r);
}

/* Whether the row has text in one cell and nothing else; it may be a title then. */
static bool is_title(const struct csv_rows *r)
{
    size_t filled = 0, column = 0;

    for (size_t i = 0; i < r->count && filled < 2; i++)
        if (r->cells[i].len > 0) {
            filled++;
            column = i;
        }
    return filled == 1 && r->t.columns > 1 && dialect_kind(r->cells[column]) == KIND_TEXT;
}

static bool next(struct table *t)
{
    struct csv_rows *r = (struct csv_rows *)t;

    do {
        if (!csv_rows_read(r))
            return false;
        if (r->count == t->columns + 1 && r->cells[t->columns].len == 0)
            r->count--; /* the empty cell after a separator at the end */
    } while ((r->count != t->columns || r->cells[r->count - 1].len == 0) && is_title(r) &&
             skip_titles(r));
    if (r->count < t->columns && all_empty(r))
        while (r->count < t->columns)
            if (!add_cell(r, "", 0))
                return false;
    if (r->count != t->columns)
        return ragged(r);
    if (t->missing)
        missing_cells_empty(r->cells, r->count, t->missing);
    if (t->censored)
        censored_cells_read(r->cells, r->count, t->censored);
    t->cells = r->cells;
    t->blank = r->cells[0].len == 0 && all_empty(r);
    return true;
}

static void seek(struct table *t, size_t row)
{
    struct csv_rows *r = (struct csv_rows *)t;

    r->p = row == SIZE_MAX ? r->first : r->start + row;
}

/* ---- the text ---- */

enum status csv_rows_name(struct csv_rows *r, const char *at, size_t len)
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

bool csv_rows_peek(struct csv_rows *r, const char *at, const char *end)
{
    const char *p = r->p, *old_end = r->end;
    size_t row = r->t.row;
    bool fine;

    r->p = at;
    r->end = end;
    r->t.row = (size_t)(at - r->start);
    r->count = 0;
    r->text.len = 0;
    fine = read_cells(r);
    r->p = p;
    r->end = old_end;
    r->t.row = row;
    if (!fine && r->t.st != ST_NOMEM) {
        r->t.st = ST_OK;
        *r->t.e = (struct err){0};
    }
    return fine;
}

/* Skips the comments above the header. Returns the last one. */
static const char *skip_comments(struct csv_rows *r)
{
    const char *last = NULL;

    while (r->p < r->end && (*r->p == '\n' || *r->p == '\r' || is_comment(r, r->p))) {
        if (*r->p == '#') {
            r->comments++;
            last = r->p;
        }
        r->p = *r->p == '#' ? csv_rows_line_end(r, r->p) : r->p + 1;
    }
    return last;
}

/* On most machines spreadsheets save "CSV" in another encoding than UTF-8. */
static void name_charset(struct err *e)
{
    size_t n = strlen(e->message);

    snprintf(e->message + n, sizeof(e->message) - n,
             "; if the file has another encoding, the request has to name it, such as "
             "Content-Type: text/csv; charset=windows-1252");
}

enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len, struct err *e)
{
    *out = (struct csv_rows){.t = {.e = e,
                                   .bytes = len,
                                   .noun = "line",
                                   .next = next,
                                   .seek = seek,
                                   .number = line_of,
                                   .line = line_of,
                                   .place = place}};
    buf_init(&out->text, SIZE_MAX / 4); /* for one row, which is shorter than the text */
    out->t.st = text_valid(bytes, len, e);
    if (out->t.st == ST_MALFORMED && !memchr(bytes, '\0', len))
        name_charset(e);
    if (!out->t.st && len > UINT32_MAX)
        out->t.st = err_set(e, ST_TOO_LARGE, "more than 4 GiB of CSV");
    if (out->t.st)
        return out->t.st;
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    if (blank_columns_likely(bytes, len)) {
        out->t.st = blank_columns_part(&out->parted, &len, bytes, len, e);
        if (out->t.st)
            return out->t.st;
        bytes = out->parted;
    }
    out->start = out->p = bytes;
    out->end = out->text_end = bytes + len;
    out->separator = dialect_sep_line(&out->p, out->end);
    if (!out->separator) {
        out->separator = ',';
        out->comment = skip_comments(out);
        out->separator = dialect_separator(out->p, out->end);
    } else {
        out->comment = skip_comments(out);
    }
    out->ends = csv_ends_of(out->separator);
    out->t.commas = out->separator == ',';
    return ST_OK;
}
