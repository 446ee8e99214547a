/* columns.c - see columns.h.
 *
 * The text is read twice: for the width and kind of each column, then to write it. */
#include "server/commands/columns.h"

#include <lstm/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 200 };

struct reader {
    const char *p, *end;
    char separator;
};

struct column {
    int width, rounded_width; /* as it is, and with rounded numbers */
    bool numbers, rounds;
};

/* Reads the next cell into out, without quotes. Returns false when it is the last one of its row.
 * Bytes beyond the room are left out. */
static bool next_cell(char out[CELL_MAX], struct reader *r)
{
    bool quoted = r->separator == ',' && r->p < r->end && *r->p == '"';
    size_t n = 0;

    r->p += quoted;
    for (; r->p < r->end; r->p++) {
        unsigned char c = (unsigned char)*r->p;

        if (quoted && c == '"') {
            if (r->p + 1 >= r->end || r->p[1] != '"') {
                quoted = false;
                continue;
            }
            r->p++;
        } else if (!quoted && (*r->p == r->separator || c == '\n')) {
            break;
        }
        if (c == '\r' || n >= CELL_MAX - 1)
            continue;
        out[n++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    out[n] = '\0';
    while (n > 0 && !utf8_valid(out, n)) /* the room ended inside a character */
        out[--n] = '\0';
    if (r->p < r->end && *r->p == r->separator) {
        r->p++;
        return true;
    }
    if (r->p < r->end)
        r->p++; /* the newline */
    return false;
}

static bool is_number(const char *text)
{
    char *end = NULL;

    if (strspn(text, "0123456789.eE+-") != strlen(text))
        return false;
    (void)strtod(text, &end);
    return end != text && !*end;
}

/* Rounds a number in place. */
static void round_cell(char cell[CELL_MAX], int digits)
{
    if (digits > 0 && strpbrk(cell, ".eE"))
        (void)snprintf(cell, CELL_MAX, "%.*g", digits, strtod(cell, NULL));
}

static int width_of(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void measure_cell(struct column *c, char cell[CELL_MAX], bool first, int digits)
{
    c->width = larger(c->width, width_of(cell));
    if (!first && cell[0] && !is_number(cell))
        c->numbers = false;
    if (!first && c->rounds && c->numbers)
        round_cell(cell, digits);
    c->rounded_width = larger(c->rounded_width, width_of(cell));
}

/* Returns the number of columns. */
static int measure(struct column columns[COLUMNS_SHOWN_MAX], struct reader r, int plain, int digits)
{
    int count = 0;

    for (bool first = true; r.p < r.end; first = false) {
        bool more = true;

        for (int c = 0; more; c++) {
            char cell[CELL_MAX];

            more = next_cell(cell, &r);
            if (c >= COLUMNS_SHOWN_MAX)
                continue;
            if (c >= count) {
                columns[c] = (struct column){.numbers = true, .rounds = c >= plain};
                count = c + 1;
            }
            measure_cell(&columns[c], cell, first, digits);
        }
    }
    for (int c = 0; c < count; c++)
        if (columns[c].numbers && columns[c].rounds)
            columns[c].width = columns[c].rounded_width;
    return count;
}

static void put_cell(struct buf *out, const char *cell, const struct column *c, bool last)
{
    int pad = last && !cell[0] ? 0 : larger(c->width - width_of(cell), 0);

    if (c->numbers)
        buf_printf(out, "%*s", pad, "");
    buf_puts(out, cell);
    if (!c->numbers && !last)
        buf_printf(out, "%*s", pad, "");
    buf_puts(out, last ? "\n" : "  ");
}

void columns_put(struct buf *out, const char *text, size_t len, char separator, int plain,
                 int digits)
{
    struct column columns[COLUMNS_SHOWN_MAX] = {0};
    struct reader r = {text, text + len, separator};
    int count = measure(columns, r, plain, digits);

    for (bool first = true; r.p < r.end; first = false) {
        bool more = true;

        for (int c = 0; more; c++) {
            char cell[CELL_MAX];

            more = next_cell(cell, &r);
            if (c >= COLUMNS_SHOWN_MAX)
                continue;
            if (!first && columns[c].numbers && columns[c].rounds)
                round_cell(cell, digits);
            put_cell(out, cell, &columns[c], !more || c == count - 1);
        }
    }
}
