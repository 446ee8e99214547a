/* blank_columns.c - see blank_columns.h. */
#include "server/formats/blank_columns.h"

#include "server/formats/csv_dialect.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_SEEN = 50, LINES_MIN = 3, CELLS_MIN = 2 };

/* The contents of a line. */
struct line {
    const char *end;
    int cells, numbers, texts;
    bool first_is_one; /* R's number of the first row */
    bool other;        /* it has another separator */
};

static bool is_blank(char c)
{
    return c == ' ';
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Finds the end of the cell at s. Blanks in quotes belong to the cell. */
static const char *end_of_cell(const char *s, const char *end)
{
    bool quoted = false;

    for (; s < end && !is_end(*s) && (quoted || !is_blank(*s)); s++)
        quoted = quoted != (*s == '"');
    return s;
}

static void count_cell(struct line *l, const char *s, const char *end)
{
    bool quoted = end - s > 1 && *s == '"' && end[-1] == '"';
    struct cell c = {s + quoted, (size_t)(end - s) - 2 * quoted};
    enum cell_kind kind = dialect_kind(c);

    if (l->cells++ == 0)
        l->first_is_one = c.len == 1 && *c.at == '1';
    l->numbers += kind == KIND_NUMBER;
    l->texts += kind == KIND_TEXT;
    for (size_t i = 0; !quoted && i < c.len; i++)
        l->other = l->other || strchr(",;\t|", c.at[i]);
}

static struct line look_at(const char *s, const char *end)
{
    struct line l = {.end = s};

    while (s < end && !is_end(*s)) {
        const char *from = s;

        if (is_blank(*s)) {
            s++;
            continue;
        }
        s = end_of_cell(s, end);
        count_cell(&l, from, s);
    }
    l.end = s;
    return l;
}

static const char *skip_between(const char *s, const char *end)
{
    while (s < end && (is_end(*s) || *s == '#')) {
        while (s < end && !is_end(*s))
            s++;
        s += s < end;
    }
    return s;
}

/* Whether the names fit rows of that many cells. */
static bool fits(const struct line *names, const struct line *row)
{
    if (names->cells < CELLS_MIN || names->texts != names->cells)
        return false;
    return names->cells == row->cells || (names->cells + 1 == row->cells && row->first_is_one);
}

bool blank_columns_likely(const char *bytes, size_t len)
{
    const char *end = bytes + len, *s = skip_between(bytes, end);
    struct line names = look_at(s, end), first = {0};
    int lines = 1;

    if (names.other)
        return false;
    for (s = skip_between(names.end, end); s < end && lines < LINES_SEEN;
         s = skip_between(s, end), lines++) {
        struct line row = look_at(s, end);

        if (lines == 1)
            first = row;
        if (row.other || row.cells != first.cells || row.numbers == 0)
            return false;
        s = row.end;
    }
    return lines >= LINES_MIN && fits(&names, &first);
}

enum status blank_columns_part(char **out, size_t *out_len, const char *bytes, size_t len,
                               struct err *e)
{
    const char *s = bytes, *end = bytes + len;
    char *to = malloc(len + 1);

    *out = to;
    if (!to)
        return err_nomem(e, len);
    while (s < end) {
        const char *from = s;

        if (is_end(*s)) {
            *to++ = *s++;
        } else if (is_blank(*s)) {
            bool first = s == bytes || is_end(s[-1]);

            while (s < end && is_blank(*s))
                s++;
            if (!first && s < end && !is_end(*s))
                *to++ = '\t';
        } else {
            s = end_of_cell(s, end);
            memcpy(to, from, (size_t)(s - from));
            to += s - from;
        }
    }
    *out_len = (size_t)(to - *out);
    return ST_OK;
}
