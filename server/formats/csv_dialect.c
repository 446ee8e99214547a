/* csv_dialect.c - see csv_dialect.h. */
#include "server/formats/csv_dialect.h"

#include "server/data/table/cell_number.h"
#include "server/data/table/column_names.h"
#include "server/data/table/time_reading.h"

#include <string.h>
#include <strings.h>

/* ---- the separator ---- */

enum { SAMPLE_ROWS = 50, SAMPLE_BYTES = 1 << 20 };

/* Where two fit, the comma comes last: it stands in numbers and names, too. */
static const char candidates[] = ";\t|,";
enum { CANDIDATES = sizeof(candidates) - 1 };

char dialect_sep_line(const char **p, const char *end)
{
    const char *s = *p;

    if (end - s < 5 || strncasecmp(s, "sep=", 4) != 0 || !strchr(candidates, s[4]) || !s[4])
        return '\0';
    if (s + 5 < end && s[5] != '\n' && s[5] != '\r')
        return '\0';
    *p = s + 5;
    return s[4];
}

/* Counts the candidates in the row at s, outside of quotes. Returns its end. */
static const char *count_row(size_t count[CANDIDATES], const char *s, const char *end)
{
    bool quoted = false;

    memset(count, 0, CANDIDATES * sizeof(*count));
    for (; s < end && (quoted || (*s != '\n' && *s != '\r')); s++) {
        const char *c = quoted || !*s ? NULL : strchr(candidates, *s);

        if (*s == '"')
            quoted = !quoted;
        else if (c)
            count[c - candidates]++;
    }
    return s;
}

/* A separator stands equally often in each row. Commas in a header of one name, or decimal commas
 * of which a row has none, do not. */
char dialect_separator(const char *s, const char *end)
{
    size_t header[CANDIDATES] = {0}, row[CANDIDATES], best = 0;
    bool even[CANDIDATES];
    const char *stop = end - s > SAMPLE_BYTES ? s + SAMPLE_BYTES : end;

    memset(even, 1, sizeof(even));
    for (int n = 0; s < stop && n < SAMPLE_ROWS; n++) {
        const char *row_end = count_row(row, s, end);

        for (size_t i = 0; n > 0 && i < CANDIDATES; i++) /* one more: behind the last column */
            even[i] = even[i] && (row[i] == header[i] || row[i] == header[i] + 1);
        if (n == 0)
            memcpy(header, row, sizeof(header));
        for (s = row_end; s < stop && (*s == '\n' || *s == '\r' || *s == '#');)
            s = *s == '#' ? count_row(row, s, end) : s + 1;
    }
    for (size_t i = 1; i < CANDIDATES; i++) {
        bool i_fits = even[i] && header[i] > 0, best_fits = even[best] && header[best] > 0;

        if (i_fits != best_fits ? i_fits : header[i] > header[best])
            best = i;
    }
    return header[best] > 0 ? candidates[best] : ',';
}

/* ---- the header ---- */

enum cell_kind { KIND_EMPTY, KIND_NUMBER, KIND_TIME, KIND_TEXT };

static enum cell_kind kind_of(struct cell c)
{
    c = cell_trim(c);
    if (c.len == 0)
        return KIND_EMPTY;
    if (cell_missing(c) || cell_number_styles(c, NULL))
        return KIND_NUMBER;
    return time_readings_of(c, ~TIME_NUMBERS, NULL) ? KIND_TIME : KIND_TEXT;
}

bool dialect_is_header(const struct cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kind_of(cells[i]) != KIND_TEXT)
            return false;
    return true;
}

/* Times, or whole numbers that count up, go across the columns: the header of series in rows. */
static bool goes_across(const struct cell *cells, size_t n)
{
    size_t times = 0, counts = 0, text = 0;
    int64_t before = 0, v;

    for (size_t i = 0; i < n; i++) {
        enum cell_kind kind = kind_of(cells[i]);

        times += kind == KIND_TIME;
        text += kind == KIND_TEXT || kind == KIND_EMPTY;
        if (kind != KIND_NUMBER)
            continue;
        if (!cell_integer(&v, cells[i]) || (counts > 0 && v != before + 1))
            return false;
        before = v;
        counts++;
    }
    return times + text == n ? times >= 2 : counts >= 3 && times == 0;
}

bool dialect_no_header(const struct cell *first, size_t n, const struct cell *second,
                       size_t n_second)
{
    bool data = false;

    if (n != n_second || goes_across(first, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        enum cell_kind a = kind_of(first[i]), b = kind_of(second[i]);

        if (a == KIND_TEXT && column_name_is_known(first[i]))
            return false;
        if (a != b && a != KIND_EMPTY && b != KIND_EMPTY)
            return false;
        data = data || a == KIND_NUMBER || a == KIND_TIME;
    }
    return data;
}
