/* csv_rows.c - see csv_rows.h. */
#include "server/formats/csv_rows.h"

#include "server/data/text_check.h"
#include "server/formats/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void csv_rows_release(struct csv_rows *r)
{
    free(r->cells);
    buf_release(&r->text);
    *r = (struct csv_rows){0};
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

long csv_rows_line(const struct csv_rows *r, size_t offset)
{
    const char *stop = r->start + offset;
    long line = 1;

    for (const char *s = r->start; s < stop; s++)
        line += *s == '\n' || (*s == '\r' && (s + 1 >= r->end || s[1] != '\n'));
    return line;
}

static bool malformed(struct csv_rows *r, const char *at, const char *what)
{
    long line = csv_rows_line(r, (size_t)(at - r->start));

    r->st = err_set(r->e, ST_MALFORMED, "line %ld: %s", line, what);
    err_at_line(r->e, line);
    return false;
}

/* at: its offset in r->text, which may still move. */
static bool add_cell(struct csv_rows *r, size_t at)
{
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 16;
        struct csv_cell *p = reallocarray(r->cells, cap, sizeof(*p));

        if (!p) {
            r->st = err_nomem(r->e, cap * sizeof(*p));
            return false;
        }
        r->cells = p;
        r->cap = cap;
    }
    r->cells[r->count++] = (struct csv_cell){.len = r->text.len - at};
    buf_add(&r->text, "", 1);
    return true;
}

/* At the opening quote. */
static bool read_quoted(struct csv_rows *r)
{
    const char *begun = r->p++, *from = r->p;

    for (; r->p < r->end; r->p++) {
        if (*r->p != '"')
            continue;
        buf_add(&r->text, from, (size_t)(r->p - from));
        if (r->p + 1 >= r->end || r->p[1] != '"')
            break;
        from = ++r->p; /* of two quotes the second one is in the cell */
    }
    if (r->p >= r->end)
        return malformed(r, begun, "a quote that is opened here is never closed");
    r->p++;
    if (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r')
        return malformed(r, r->p, "text behind a closing quote");
    return true;
}

static bool read_plain(struct csv_rows *r)
{
    const char *from = r->p;

    while (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r') {
        if (*r->p == '"')
            return malformed(r, r->p, "a quote inside a cell that does not begin with one");
        r->p++;
    }
    buf_add(&r->text, from, (size_t)(r->p - from));
    return true;
}

static bool read_cells(struct csv_rows *r)
{
    for (;;) {
        size_t at = r->text.len;
        bool quoted = r->p < r->end && *r->p == '"';

        if (!(quoted ? read_quoted(r) : read_plain(r)) || !add_cell(r, at))
            return false;
        if (r->count > CSV_COLUMNS_MAX)
            return malformed(r, r->row, "more than 10000 columns");
        if (r->p < r->end && *r->p == r->separator) {
            r->p++;
            continue;
        }
        if (r->p < r->end && *r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n')
            r->p++;
        r->p += r->p < r->end;
        return true;
    }
}

static bool ragged(struct csv_rows *r)
{
    long line = csv_rows_line(r, csv_rows_offset(r));

    r->st = err_set(r->e, ST_MALFORMED, "line %ld has %zu cells; the header has %zu", line,
                    r->count, r->columns);
    err_at_line(r->e, line);
    return false;
}

bool csv_rows_next(struct csv_rows *r)
{
    const char *text;

    while (r->p < r->end && (*r->p == '\n' || *r->p == '\r')) /* empty lines */
        r->p++;
    if (r->st || r->p >= r->end)
        return false;
    r->row = r->p;
    r->count = 0;
    r->text.len = 0;
    if (!read_cells(r))
        return false;
    if (r->text.st) {
        r->st = err_nomem(r->e, 0);
        return false;
    }
    if (r->columns && r->count != r->columns)
        return ragged(r);
    text = r->text.data;
    for (size_t i = 0; i < r->count; i++) {
        r->cells[i].at = text;
        text += r->cells[i].len + 1;
    }
    return true;
}

void csv_rows_seek(struct csv_rows *r, size_t offset)
{
    r->p = r->start + offset;
}

enum status csv_rows_open(struct csv_rows *out, const char *bytes, size_t len, struct err *e)
{
    *out = (struct csv_rows){.e = e};
    buf_init(&out->text, SIZE_MAX / 4); /* of one row, which is shorter than the text */
    out->st = text_valid(bytes, len, e);
    if (!out->st && len > UINT32_MAX)
        out->st = err_set(e, ST_TOO_LARGE, "more than 4 GiB of CSV");
    if (out->st)
        return out->st;
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    out->start = out->p = bytes;
    out->end = bytes + len;
    while (out->p < out->end && (*out->p == '\n' || *out->p == '\r'))
        out->p++;
    out->separator = find_separator(out->p, out->end);
    if (csv_rows_next(out))
        out->columns = out->count;
    else if (!out->st)
        out->st = err_set(e, ST_INVALID,
                          "the text is empty; a header row and at least one row are needed");
    return out->st;
}
