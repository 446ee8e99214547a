/* csv_table.c - see csv_table.h. Cells are unquoted in place: what they lose makes room for their NUL. */
#include "server/formats/csv_table.h"

#include "server/formats/json.h"

#include <stdlib.h>
#include <string.h>

struct parser {
    char *p, *end;
    char separator;
    long line;
    size_t max_rows;
    size_t cells_used, cells_cap, lines_cap;
    struct csv_table *t;
    struct err *e;
};

void csv_table_release(struct csv_table *t)
{
    free(t->text);
    free(t->cells);
    free(t->lines);
    *t = (struct csv_table){0};
}

/* The separator that the header row has most of. */
static char find_separator(const char *s, const char *end)
{
    static const char candidates[] = ",;\t";
    size_t best = 0, count[3] = {0};
    bool quoted = false;

    for (; s < end && (quoted || (*s != '\n' && *s != '\r')); s++) {
        const char *c = quoted ? NULL : strchr(candidates, *s);

        if (*s == '"')
            quoted = !quoted;
        else if (c)
            count[c - candidates]++;
    }
    for (size_t i = 1; i < 3; i++)
        if (count[i] > count[best])
            best = i;
    return candidates[best];
}

static enum status malformed(struct parser *r, long line, const char *what)
{
    err_set(r->e, ST_MALFORMED, "line %ld: %s", line, what);
    err_at_line(r->e, line);
    return ST_MALFORMED;
}

static enum status add_cell(struct parser *r, char *at, size_t len)
{
    if (r->cells_used == r->cells_cap) {
        size_t cap = r->cells_cap ? r->cells_cap * 2 : 1024;
        struct csv_cell *p = reallocarray(r->t->cells, cap, sizeof(*p));

        if (!p)
            return err_nomem(r->e, cap * sizeof(*p));
        r->t->cells = p;
        r->cells_cap = cap;
    }
    at[len] = '\0';
    r->t->cells[r->cells_used++] = (struct csv_cell){at, len};
    return ST_OK;
}

/* At the opening quote. *len: of the text moved to *at. */
static enum status read_quoted(struct parser *r, char **at, size_t *len)
{
    long begun = r->line;
    char *to = r->p;

    *at = to;
    for (r->p++; r->p < r->end; r->p++) {
        if (*r->p == '"' && r->p + 1 < r->end && r->p[1] == '"')
            r->p++;
        else if (*r->p == '"')
            break;
        r->line += *r->p == '\n';
        *to++ = *r->p;
    }
    if (r->p >= r->end)
        return malformed(r, begun, "a quote that is opened here is never closed");
    r->p++;
    *len = (size_t)(to - *at);
    if (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r')
        return malformed(r, r->line, "text behind a closing quote");
    return ST_OK;
}

static enum status read_plain(struct parser *r, char **at, size_t *len)
{
    *at = r->p;
    while (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r') {
        if (*r->p == '"')
            return malformed(r, r->line, "a quote inside a cell that does not begin with one");
        r->p++;
    }
    *len = (size_t)(r->p - *at);
    return ST_OK;
}

/* One row. *count: its cells. */
static enum status read_row(struct parser *r, size_t *count)
{
    enum status st;

    for (*count = 0;;) {
        char *at = r->p, stop;
        size_t len = 0;

        st = *r->p == '"' ? read_quoted(r, &at, &len) : read_plain(r, &at, &len);
        if (st)
            return st;
        stop = r->p < r->end ? *r->p : '\n';
        st = add_cell(r, at, len);
        if (st)
            return st;
        if (++*count > CSV_COLUMNS_MAX)
            return malformed(r, r->line, "more than 10000 columns");
        if (stop == r->separator) {
            r->p++;
            continue;
        }
        if (stop == '\r' && r->p + 1 < r->end && r->p[1] == '\n')
            r->p++;
        r->p++;
        r->line++;
        return ST_OK;
    }
}

static enum status note_line(struct parser *r, size_t row, long line)
{
    if (row == r->lines_cap) {
        size_t cap = r->lines_cap ? r->lines_cap * 2 : 256;
        long *p = reallocarray(r->t->lines, cap, sizeof(*p));

        if (!p)
            return err_nomem(r->e, cap * sizeof(*p));
        r->t->lines = p;
        r->lines_cap = cap;
    }
    r->t->lines[row] = line;
    return ST_OK;
}

static enum status ragged(struct parser *r, long line, size_t count)
{
    err_set(r->e, ST_MALFORMED, "line %ld has %zu cells; the header has %zu", line, count,
            r->t->num_columns);
    err_at_line(r->e, line);
    return ST_MALFORMED;
}

static enum status read_rows(struct parser *r)
{
    enum status st = ST_OK;
    size_t row = 0, count;

    while (!st && r->p < r->end) {
        long line = r->line;

        if (*r->p == '\n' || *r->p == '\r') { /* an empty line */
            r->line += *r->p == '\n' || r->p + 1 >= r->end || r->p[1] != '\n';
            r->p++;
            continue;
        }
        st = read_row(r, &count);
        if (!st)
            st = note_line(r, row, line);
        if (!st && row == 0)
            r->t->num_columns = count;
        else if (!st && count != r->t->num_columns)
            st = ragged(r, line, count);
        if (!st && row > r->max_rows)
            st = err_set(r->e, ST_TOO_LARGE, "more than %zu rows", r->max_rows);
        row++;
    }
    r->t->num_rows = row ? row - 1 : 0;
    return st;
}

enum status csv_table_read(struct csv_table *out, const char *bytes, size_t len, size_t max_rows,
                           struct err *e)
{
    struct parser r = {.line = 1, .max_rows = max_rows, .t = out, .e = e};
    enum status st;

    *out = (struct csv_table){0};
    if (!utf8_valid(bytes, len) || memchr(bytes, '\0', len))
        return err_set(e, ST_MALFORMED, "the text is not valid UTF-8 without NUL bytes");
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    out->text = malloc(len + 1);
    if (!out->text)
        return err_nomem(e, len);
    memcpy(out->text, bytes, len);
    out->text[len] = '\0';
    r.p = out->text;
    r.end = out->text + len;
    while (r.p < r.end && (*r.p == '\n' || *r.p == '\r')) /* empty lines before the header */
        r.line += *r.p++ == '\n';
    r.separator = find_separator(r.p, r.end);
    st = read_rows(&r);
    if (!st && out->num_columns == 0)
        st = err_set(e, ST_INVALID,
                     "the text is empty; a header row and at least one row are needed");
    if (!st && out->num_rows == 0)
        st = err_set(e, ST_INVALID, "there is no row behind the header (line %ld)", out->lines[0]);
    if (st)
        csv_table_release(out);
    return st;
}
