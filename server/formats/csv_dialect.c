/* csv_dialect.c - see csv_dialect.h. */
#include "server/formats/csv_dialect.h"

#include "server/data/table/cell_number.h"
#include "server/data/table/column_names.h"
#include "server/data/table/time_reading.h"

#include <string.h>
#include <strings.h>

/* ---- the separator ---- */

enum { SAMPLE_ROWS = 100, SAMPLE_BYTES = 1 << 20 };

/* When several fit equally, the comma comes last, because numbers and names may contain it. */
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

/* Counts the candidates in the row at s, outside of quotes. Returns the end of the row. */
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

/* Returns how many rows have the most frequent number of separators; *number: that number. */
static size_t rows_alike(size_t *number, size_t (*count)[CANDIDATES], size_t rows, size_t candidate)
{
    size_t most = 0;

    *number = 0;
    for (size_t i = 0; i < rows; i++) {
        size_t alike = 0;

        for (size_t k = 0; k < rows; k++)
            alike += count[k][candidate] == count[i][candidate];
        if (count[i][candidate] > 0 && alike >= most) {
            *number = alike > most || count[i][candidate] > *number ? count[i][candidate] : *number;
            most = alike;
        }
    }
    return most;
}

/* Most rows of the table have the same number of separators. Titles above it, commas in a name, and
 * decimal commas that some rows lack give no such agreement. */
char dialect_separator(const char *s, const char *end)
{
    size_t count[SAMPLE_ROWS][CANDIDATES], rows = 0, best = 0, best_alike = 0, best_number = 0;
    const char *stop = end - s > SAMPLE_BYTES ? s + SAMPLE_BYTES : end;

    while (s < stop && rows < SAMPLE_ROWS) {
        s = count_row(count[rows++], s, end);
        while (s < stop && (*s == '\n' || *s == '\r' || *s == '#')) {
            size_t comment[CANDIDATES];

            s = *s == '#' ? count_row(comment, s, end) : s + 1;
        }
    }
    for (size_t i = 0; i < CANDIDATES; i++) {
        size_t number, alike = rows_alike(&number, count, rows, i);

        if (alike > best_alike || (alike == best_alike && number > best_number)) {
            best = i;
            best_alike = alike;
            best_number = number;
        }
    }
    return best_number > 0 ? candidates[best] : ',';
}

/* ---- the header ---- */

enum cell_kind dialect_kind(struct cell c)
{
    struct number_affix affix;

    c = cell_trim(c);
    if (c.len == 0)
        return KIND_EMPTY;
    if (cell_missing(c) || (cell_number_styles(c, &affix) && affix.unit.len == 0))
        return KIND_NUMBER;
    return time_readings_of(c, ~TIME_NUMBERS, NULL) ? KIND_TIME : KIND_TEXT;
}

bool dialect_is_header(const struct cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dialect_kind(cells[i]) != KIND_TEXT)
            return false;
    return true;
}

bool dialect_goes_across(const struct cell *cells, size_t n)
{
    size_t times = 0, counts = 0, text = 0;
    int64_t before = 0, v;

    for (size_t i = 0; i < n; i++) {
        enum cell_kind kind = dialect_kind(cells[i]);

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

    if (n != n_second || dialect_goes_across(first, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        enum cell_kind a = dialect_kind(first[i]), b = dialect_kind(second[i]);

        if (a == KIND_TEXT && column_name_is_known(first[i]))
            return false;
        if (a != b && a != KIND_EMPTY && b != KIND_EMPTY)
            return false;
        data = data || a == KIND_NUMBER || a == KIND_TIME;
    }
    return data;
}
