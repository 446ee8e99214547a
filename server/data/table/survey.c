/* survey.c - see survey.h.
 *
 * Each cell removes the readings that it does not fit from those of its column, unless it fits none
 * of those left. Then it is an odd cell: a few odd cells are mistakes, and many mean that the
 * column holds something else. */
#include "server/data/table/survey.h"

#include "server/data/table/censored_cells.h"
#include "server/data/table/time_reading.h"
#include "server/data/table/total_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GIVE_UP = 8, /* when so many cells were read and half are odd, the column is not read further */
    EPOCHS_MIN = 3 /* so many numbers at least that are taken for seconds by their size */
};

static const time_readings all_times = TIME_BIT(TIME_READINGS) - 1;

void survey_release(struct survey *s)
{
    free(s->columns);
    *s = (struct survey){0};
}

static void note_integer(struct column_survey *k, int64_t v)
{
    bool again = k->filled > 1 && v == k->first;

    if (k->filled == 1) {
        k->first = k->low = k->high = v;
        k->beginnings = 1;
    }
    k->low = v < k->low ? v : k->low;
    k->high = v > k->high ? v : k->high;
    k->rising = k->rising && (k->filled == 1 || v == k->before + 1 || again);
    k->rises += k->filled > 1 && v == k->before + 1;
    k->ascending = k->ascending && (k->filled == 1 || v > k->before);
    k->descending = k->descending && (k->filled == 1 || v < k->before);
    k->beginnings += again;
    k->before = v;
}

/* If only some cells have a percent sign or a unit, the meaning of the others is unclear, unless
 * they are 0. */
static void count_bare(struct column_survey *k, struct cell c, const struct number_affix *affix,
                       const struct table *t)
{
    k->percents += (affix->kinds & AFFIX_PERCENT) != 0;
    k->units += affix->unit.len > 0;
    if (affix->kinds & AFFIX_PERCENT || affix->unit.len > 0)
        return;
    while (c.len > 0 && (*c.at == '0' || *c.at == '.' || *c.at == ',' || *c.at == ' ')) {
        c.at++;
        c.len--;
    }
    if (c.len == 0)
        return;
    if (k->bare++ == 0)
        k->odd_bare = t->row;
}

/* Returns false when the number has another unit than those before it. */
static bool fits_unit(struct column_survey *k, const struct number_affix *affix,
                      const struct table *t)
{
    size_t n = affix->unit.len;

    if (n == 0)
        return true;
    if (k->unit[0] && strlen(k->unit) == n && memcmp(k->unit, affix->unit.at, n) == 0)
        return true;
    if (!k->unit[0]) {
        snprintf(k->unit, sizeof(k->unit), "%.*s", (int)n, affix->unit.at);
        return true;
    }
    if (k->odd_unit == SIZE_MAX)
        k->odd_unit = t->row;
    return false;
}

static void note_affix(struct column_survey *k, const struct number_affix *affix,
                       const struct table *t)
{
    if (affix->kinds == 0 && affix->unit.len == 0)
        return;
    if (k->first_affix == SIZE_MAX)
        k->first_affix = t->row;
    k->affixes |= affix->kinds;
    if (k->currency == 0)
        k->currency = affix->currency;
    if (affix->currency && affix->currency != k->currency && k->odd_currency == SIZE_MAX)
        k->odd_currency = t->row;
}

/* Whether a number of these styles has a point, a comma or a blank in it. */
static bool has_separator(unsigned styles)
{
    return styles && (!(styles & NUMBER_POINT) || !(styles & NUMBER_COMMA));
}

static void look_at_number(struct column_survey *k, struct cell c, const struct table *t)
{
    struct number_affix affix;
    unsigned styles;
    int64_t v;

    if (k->styles == 0)
        return;
    styles = cell_number_styles(c, &affix);
    if (styles & k->styles && fits_unit(k, &affix, t)) {
        note_affix(k, &affix, t);
        count_bare(k, c, &affix, t);
        k->numbers++;
        k->grouped = k->grouped || has_separator(styles);
        k->styles &= styles;
    } else if (cell_is_total(c)) {
        k->last_total = t->row;
        return;
    } else if (cell_censored(c, NULL)) {
        k->censored++;
    } else {
        if (k->odd_number == SIZE_MAX) {
            k->odd_number = t->row;
            snprintf(k->odd_text, sizeof(k->odd_text), "%.*s", (int)(c.len < 40 ? c.len : 40),
                     c.at);
        }
        if (k->filled >= GIVE_UP && 2 * (k->numbers + k->censored) < k->filled)
            k->styles = 0;
    }
    if ((k->integers || k->grouped) && !has_separator(styles) && cell_integer(&v, c)) {
        k->small_plain = k->small_plain || (v > -1000 && v < 1000);
        k->large_plain = k->large_plain || v >= 1000 || v <= -1000;
        if (k->integers)
            note_integer(k, v);
    } else {
        k->integers = false;
    }
}

static void look_at_time(struct column_survey *k, struct cell c, const struct table *t)
{
    time_readings fit;

    if (k->times == 0)
        return;
    fit = time_readings_of(c, k->times, &k->traits);
    if (fit) {
        k->timely++;
        k->times = fit;
        return;
    }
    if (cell_is_total(c)) {
        k->totals++;
        k->last_total = t->row;
        return;
    }
    if (k->odd_time == SIZE_MAX)
        k->odd_time = t->row;
    if (k->filled >= GIVE_UP && 2 * k->timely < k->filled)
        k->times = 0;
}

static void look_at(struct column_survey *k, struct cell c, const struct table *t)
{
    if (cell_missing(c)) {
        if (k->odd_time == SIZE_MAX)
            k->odd_time = t->row;
        return;
    }
    k->filled++;
    look_at_number(k, c, t);
    look_at_time(k, c, t);
}

/* Whether a comma-separated list contains the name. */
static bool in_list(const char *list, const char *name)
{
    size_t len = strlen(name);

    while (list) {
        size_t n = strcspn(list, ",");

        if (n == len && memcmp(list, name, n) == 0)
            return true;
        list = list[n] ? list + n + 1 : NULL;
    }
    return false;
}

bool survey_counts_seconds(const struct column_survey *k)
{
    static const int64_t from = 631152000, to = 4102444800; /* the beginnings of 1990 and 2100 */
    bool named = (k->hints & (HINT_TIME | HINT_TIME_LIKELY | HINT_EPOCH)) != 0;
    int64_t unit = 1;

    if (!k->integers || k->filled < EPOCHS_MIN || k->timely < k->filled ||
        !(named || k->ascending || k->descending))
        return false;
    for (int i = TIME_SECONDS; i <= TIME_NANOS; i++, unit *= 1000)
        if (k->times & TIME_BIT(i) && k->low / unit >= from && k->high / unit < to)
            return true;
    return false;
}

/* Whether the table has no header, so that the column has only a number. Then eight digits that are
 * dates in all rows are taken as times, and so may be counts of seconds. */
static bool is_nameless(const char *name)
{
    return strncmp(name, "column_", 7) == 0 && name[7] &&
           name[7 + strspn(name + 7, "0123456789")] == '\0';
}

static void begin(struct column_survey *k, const char *name, const char *times)
{
    *k = (struct column_survey){.hints = is_nameless(name) ? HINT_NONE : column_hints(name),
                                .styles = NUMBER_ANY,
                                .times = all_times,
                                .odd_number = SIZE_MAX,
                                .odd_time = SIZE_MAX,
                                .odd_unit = SIZE_MAX,
                                .odd_currency = SIZE_MAX,
                                .first_affix = SIZE_MAX,
                                .last_total = SIZE_MAX,
                                .integers = true,
                                .rising = true,
                                .ascending = true,
                                .descending = true};
    if (!(k->hints & (HINT_TIME | HINT_TIME_LIKELY)) && !in_list(times, name))
        k->times &=
            ~(k->hints & HINT_EPOCH  ? TIME_NUMBERS & ~TIME_EPOCHS
              : k->hints & HINT_NONE ? TIME_NUMBERS & ~(TIME_BIT(TIME_YYYYMMDD) | TIME_EPOCHS)
                                     : TIME_NUMBERS);
}

enum status survey_table(struct survey *out, struct table *t, const char *times, size_t max_rows,
                         struct err *e)
{
    size_t rows = 0;

    *out = (struct survey){.columns = calloc(t->columns + 1, sizeof(*out->columns))};
    if (!out->columns)
        return err_nomem(e, t->columns * sizeof(*out->columns));
    for (size_t i = 0; i < t->columns; i++)
        begin(&out->columns[i], t->names[i], times);
    t->seek(t, SIZE_MAX);
    while (t->next(t)) {
        rows++;
        if (t->blank)
            continue;
        if (rows > max_rows)
            return err_set(e, ST_TOO_LARGE, "more than %zu rows", max_rows);
        out->blank_rows += rows - 1 - out->num_rows;
        out->num_rows = rows;
        out->last_row = t->row;
        for (size_t i = 0; i < t->columns; i++)
            look_at(&out->columns[i], t->cells[i], t);
    }
    if (!t->st && out->num_rows == 0)
        return err_set(e, ST_INVALID, "there is no row behind the header");
    return t->st;
}
