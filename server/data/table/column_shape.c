/* column_shape.c - see column_shape.h. */
#include "server/data/table/column_shape.h"

#include "server/data/calendar.h"
#include "server/data/table/column_names.h"
#include "server/data/table/id_columns.h"
#include "server/data/table/time_choice.h"
#include "server/data/table/time_pieces.h"
#include "server/data/table/time_reading.h"
#include "server/data/table/value_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* TAIL_MAX: most columns after the last time, such as "Total" or one without a name. */
enum {
    DATES_MIN = 3,
    NUMBERED_MIN = 4,
    PERIODS_MIN = 2,
    TAIL_MAX = 8,
    HOURS_OF_DAY = 24,
    STEPS_OF_DAY = 288,
    YEAR_LOW = 1500,
    YEAR_HIGH = 2299
};

static const time_readings of_names = ~(TIME_BIT(TIME_ROW) | TIME_BIT(TIME_EXCEL) | TIME_DECIMALS);

/* Columns from to to - 1 are times. */
struct span {
    size_t from, to;
};

/* Removes the X that R puts before a name beginning with a digit, and the code in the World Bank's
 * "1990 [YR1990]". */
struct cell column_shape_name(const struct table *t, size_t column)
{
    struct cell c = {t->names[column], strlen(t->names[column])};
    bool x = c.len == 5 && *c.at == 'X', bank = c.len == 13 && memcmp(c.at + 4, " [YR", 4) == 0;

    if ((x && strspn(c.at + 1, "0123456789") == 4) ||
        (bank && strspn(c.at, "0123456789") == 4 && memcmp(c.at, c.at + 8, 4) == 0))
        c = (struct cell){c.at + x, 4};
    return c;
}

static struct cell name_of(const struct table *t, size_t column)
{
    return column_shape_name(t, column);
}

static enum status add_value_name(struct chooser *c, const char *what)
{
    const struct data_note note = {.code = "times_across"};

    if (!series_set_note(c->out, &note, "%s", what))
        return err_nomem(c->e, 0);
    return value_columns_add_name(c, "value");
}

static enum status note_left_out(const struct chooser *c, size_t column)
{
    const struct data_note note = {.code = "column_left_out", .column = c->t->names[column]};
    const struct column_survey *k = &c->s->columns[column];

    return series_set_note(c->out, &note, "column '%.60s' is left out: it %s", c->t->names[column],
                           k->filled == 0 && k->hints & HINT_INDEX
                               ? "has no name and no number"
                               : "is neither an id nor one of the times that go across")
               ? ST_OK
               : err_nomem(c->e, 0);
}

static bool is_text(const struct column_survey *k)
{
    return k->filled > 0 && 2 * k->numbers < k->filled;
}

/* ---- one row for each year ---- */

int column_shape_month(const struct table *t, int column)
{
    struct cell c = name_of(t, (size_t)column);
    int month = month_of_name(c);

    if (month > 0 && (c.len > 3 || month_is_english(c))) /* "set", "out" and others are words too */
        return month;
    if (c.len == 2 && (c.at[0] | 0x20) == 'q' && c.at[1] >= '1' && c.at[1] <= '4')
        return 3 * (c.at[1] - '1') + 1;
    return 0;
}

static int find_year(const struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];

        if (k->filled > 0 && k->integers && k->low >= YEAR_LOW && k->high <= YEAR_HIGH &&
            (k->hints & HINT_YEAR || i == 0))
            return (int)i;
    }
    return -1;
}

/* Finds tables with years in rows, and months or quarters in columns. */
static enum status find_periods(struct chooser *c)
{
    struct roles *r = c->r;
    int year = find_year(c);
    size_t across = 0;
    enum status st = ST_OK;

    for (size_t i = 0; i < c->t->columns; i++)
        across += column_shape_month(c->t, (int)i) > 0;
    if (year < 0 || across < PERIODS_MIN)
        return ST_OK;
    r->shape = SHAPE_PERIODS;
    r->times[0].column = year;
    r->times[0].part = PART_YEAR;
    r->num_times = 1;
    for (size_t i = 0; !st && i < c->t->columns; i++) {
        if (column_shape_month(c->t, (int)i) > 0)
            r->values[r->num_values++] = (int)i;
        else if ((int)i != year && is_text(&c->s->columns[i]) && r->num_ids < ID_COLUMNS_MAX)
            r->ids[r->num_ids++] = (int)i;
        else if ((int)i != year)
            st = note_left_out(c, i);
    }
    return st ? st : add_value_name(c, "its rows are years and its columns months or quarters");
}

/* Reads the number at the end of a name, as in "V2" or "17"; *prefix: the length of the text before
 * it. */
static bool number_of(int64_t *out, size_t *prefix, struct cell c)
{
    *prefix = c.len;
    while (*prefix > 0 && c.at[*prefix - 1] >= '0' && c.at[*prefix - 1] <= '9')
        (*prefix)--;
    return cell_integer(out, (struct cell){c.at + *prefix, c.len - *prefix});
}

/* ---- one row for each day ---- */

/* Returns the seconds since midnight of "00:30", "0:30" or "00:30:00"; -1: not a time of day. */
static int64_t clock_of(struct cell c)
{
    int64_t part[3] = {0};
    int n = 0;
    size_t digits = 0;

    for (size_t i = 0; i < c.len; i++) {
        if (c.at[i] >= '0' && c.at[i] <= '9' && digits < 2) {
            part[n] = 10 * part[n] + (c.at[i] - '0');
            digits++;
        } else if (c.at[i] == ':' && digits > 0 && n < 2) {
            n++;
            digits = 0;
        } else {
            return -1;
        }
    }
    if (n == 0 || digits != 2 || part[0] > 24 || part[1] > 59 || part[2] > 59)
        return -1;
    return part[0] * 3600 + part[1] * 60 + part[2];
}

/* Reads the number of a step of the day, from 1, as in "HH01", "H1", "Hour 1", "HE01"; 0: it is
 * not such a name. */
static int64_t step_of_day(struct cell c)
{
    static const char *const words[] = {"hh", "h", "hour", "he", "hr"};
    int64_t v;
    size_t prefix;
    struct cell word;

    if (!number_of(&v, &prefix, c) || v < 1 || v > STEPS_OF_DAY)
        return 0;
    word = (struct cell){c.at, prefix};
    while (word.len > 0 && strchr(" _", word.at[word.len - 1]))
        word.len--;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i]) == word.len && strncasecmp(words[i], word.at, word.len) == 0)
            return v;
    return 0;
}

static bool is_clock(const struct chooser *c, size_t i)
{
    return clock_of(name_of(c->t, i)) >= 0 || step_of_day(name_of(c->t, i)) > 0;
}

int64_t column_shape_clock(const struct roles *r, const struct table *t, int i)
{
    int64_t clock = clock_of(name_of(t, (size_t)r->values[i]));

    return clock >= 0 ? clock : (int64_t)i * (DAY_SECONDS / r->num_values);
}

/* Whether the value columns are 24, 48 or more equal steps of a day, in order. */
static bool make_a_day(const struct chooser *c)
{
    int n = c->r->num_values;
    int64_t step, first;

    if (n < HOURS_OF_DAY || DAY_SECONDS % n != 0)
        return false;
    step = DAY_SECONDS / n;
    first = column_shape_clock(c->r, c->t, 0);
    for (int i = 0; i < n; i++) {
        int64_t number = step_of_day(name_of(c->t, (size_t)c->r->values[i]));

        if (column_shape_clock(c->r, c->t, i) != first + i * step || (number && number != i + 1))
            return false;
    }
    return first == 0 || first == step; /* names give the beginning or the end of each step */
}

/* Finds a table whose rows are days and whose columns are times of day. */
static enum status find_clocks(struct chooser *c)
{
    struct roles *r = c->r;
    int day = -1;
    enum status st = ST_OK;

    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];

        if (is_clock(c, i))
            r->values[r->num_values++] = (int)i;
        else if (day < 0 && k->times && k->timely > 0 && k->timely + k->totals == k->filled &&
                 !k->traits.clocks && (k->times & ~TIME_NUMBERS || k->hints & HINT_TIME))
            day = (int)i;
    }
    if (day < 0 || !make_a_day(c)) {
        r->num_values = 0;
        return ST_OK;
    }
    r->shape = SHAPE_CLOCKS;
    r->times[0].column = day;
    r->times[0].part = PART_WHOLE;
    r->num_times = 1;
    r->readings = c->s->columns[day].times;
    for (size_t i = 0; !st && i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];
        bool id = is_text(k) || (k->integers && k->hints & HINT_ID_LIKELY);

        if ((int)i == day || is_clock(c, i))
            continue;
        if (id && r->num_ids < ID_COLUMNS_MAX && k->filled >= r->num_rows)
            r->ids[r->num_ids++] = (int)i;
        else
            st = note_left_out(c, i);
    }
    return st ? st : add_value_name(c, "its rows are days and its columns times of day");
}

/* ---- one row for each series ---- */

/* The column after the last one whose name is a time. Columns of sums and remarks may follow. */
static size_t end_of_times(const struct chooser *c)
{
    size_t n = c->t->columns, to = n;

    while (to > 0 && n - to < TAIL_MAX && !time_readings_of(name_of(c->t, to - 1), of_names, NULL))
        to--;
    return to > 0 && time_readings_of(name_of(c->t, to - 1), of_names, NULL) ? to : n;
}

/* The number of columns without those at the end that have neither a name nor a cell. */
static size_t end_of_names(const struct chooser *c)
{
    size_t to = c->t->columns;

    while (to > 0 && c->s->columns[to - 1].filled == 0 && c->s->columns[to - 1].hints & HINT_INDEX)
        to--;
    return to;
}

/* The readings that fit all names of a span. */
static time_readings readings_in(const struct chooser *c, struct span across)
{
    time_readings all = of_names;

    for (size_t i = across.from; all && i < across.to; i++)
        all &= time_readings_of(name_of(c->t, i), all, NULL);
    return all;
}

/* Whether the names of a span are numbered consecutively. */
static bool are_numbered(const struct chooser *c, struct span across)
{
    size_t from = across.from;
    int64_t first, v;
    size_t prefix, n;

    if (!number_of(&first, &prefix, name_of(c->t, from)))
        return false;
    for (size_t i = from; i < across.to; i++)
        if (!number_of(&v, &n, name_of(c->t, i)) || n != prefix ||
            memcmp(c->t->names[i], c->t->names[from], n) != 0 || v != first + (int64_t)(i - from))
            return false;
    return true;
}

struct placed {
    int64_t seconds;
    int column;
};

static int by_place(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

/* Puts the value columns in the order of their times. */
static enum status order_values(struct chooser *c)
{
    struct roles *r = c->r;
    struct placed *p = malloc(((size_t)r->num_values + 1) * sizeof(*p));

    if (!p)
        return err_nomem(c->e, 0);
    for (int i = 0; i < r->num_values; i++)
        p[i] = (struct placed){column_shape_time(r, c->t, i).seconds, r->values[i]};
    qsort(p, (size_t)r->num_values, sizeof(*p), by_place);
    for (int i = 0; i < r->num_values; i++)
        r->values[i] = p[i].column;
    for (int i = 1; i < r->num_values; i++)
        if (p[i].seconds == p[i - 1].seconds) {
            err_set(c->e, ST_INVALID, "columns '%.60s' and '%.60s' are the same time",
                    c->t->names[p[i - 1].column], c->t->names[p[i].column]);
            free(p);
            return table_at_row(c->t, ST_INVALID, TABLE_NAMES);
        }
    free(p);
    return ST_OK;
}

static enum status choose_reading(struct chooser *c, struct span across, time_readings readings)
{
    size_t n = across.to - across.from;
    struct cell *cells = malloc((n + 1) * sizeof(*cells));
    bool by_steps;
    enum status st;

    if (!cells)
        return err_nomem(c->e, n * sizeof(*cells));
    for (size_t i = 0; i < n; i++)
        cells[i] = name_of(c->t, across.from + i);
    st = time_choose(&c->r->reading, &by_steps, readings, cells, n, c->o->frequency, c->e);
    free(cells);
    c->r->readings = TIME_BIT(c->r->reading);
    return st;
}

struct timestamp column_shape_time(const struct roles *r, const struct table *t, int i)
{
    struct timestamp stamp = {0, FREQ_INDEX};
    size_t prefix;

    if (r->readings) {
        (void)time_read(&stamp, name_of(t, (size_t)r->values[i]), r->reading);
        return stamp;
    }
    (void)number_of(&stamp.seconds, &prefix, name_of(t, (size_t)r->values[i]));
    if (prefix > 0) /* "V2" is the second column, but the first value */
        stamp.seconds = i;
    return stamp;
}

/* Chooses which of the columns before the times name a series. */
static enum status choose_ids(struct chooser *c, struct span across)
{
    struct roles *r = c->r;
    size_t from = across.from;
    int named = -1;
    enum status st = ST_OK;

    if (c->o->id)
        st = chooser_list(r->ids, &r->num_ids, ID_COLUMNS_MAX, c, c->o->id, "id");
    else {
        for (size_t i = 0; i < from && r->num_ids < ID_COLUMNS_MAX; i++)
            if (is_text(&c->s->columns[i])) {
                named = named < 0 && c->s->columns[i].hints & HINT_ID ? (int)i : named;
                r->ids[r->num_ids++] = (int)i;
            }
        if (named >= 0) {
            r->num_ids = 1;
            r->ids[0] = named;
        } else if (r->num_ids > 1) {
            int first = r->ids[0];

            r->num_ids = 0;
            st = id_columns_guess(c);
            if (r->num_ids == 0)
                r->ids[r->num_ids++] = first;
        }
        for (size_t i = 0; r->num_ids == 0 && i < from; i++)
            if (c->s->columns[i].hints & HINT_ID || (i == 0 && from == 1))
                r->ids[r->num_ids++] = (int)i;
    }
    for (size_t i = 0; !st && i < c->t->columns; i++)
        if ((i < from || i >= across.to) && !chooser_is_id(r, (int)i))
            st = note_left_out(c, i);
    return st;
}

/* Whether most cells are times that cannot be numbers. */
static bool goes_down(const struct column_survey *k)
{
    return k->times & ~TIME_NUMBERS && 2 * k->timely > k->filled;
}

/* Whether a name is that of a numbered step of time, such as "d_1" or "Week 1". */
static bool counts_steps(struct cell c)
{
    static const char *const words[] = {"d",     "day", "w", "wk",   "week",   "m",
                                        "month", "t",   "h", "hour", "period", "step"};

    while (c.len > 0 &&
           ((c.at[c.len - 1] >= '0' && c.at[c.len - 1] <= '9') || strchr("_ -.", c.at[c.len - 1])))
        c.len--;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strlen(words[i]) == c.len && strncasecmp(words[i], c.at, c.len) == 0)
            return true;
    return false;
}

/* Finds numbered columns. They follow one column of names, or several if they are named as steps
 * of time. */
static bool find_numbered(struct span *out, const struct chooser *c)
{
    size_t texts = 0;

    if (!is_text(&c->s->columns[0]))
        return false;
    while (out->from + NUMBERED_MIN <= out->to && is_text(&c->s->columns[out->from]))
        out->from++;
    for (size_t i = out->from; i < out->to; i++)
        texts += is_text(&c->s->columns[i]);
    return out->from + NUMBERED_MIN <= out->to && texts == 0 && are_numbered(c, *out) &&
           (out->from == 1 || counts_steps(name_of(c->t, out->from)));
}

/* Finds the first column from which on all names are times or consecutive numbers. At least one
 * column before it must name the series. */
static enum status find_across(struct chooser *c)
{
    struct span dates = {1, end_of_times(c)}, numbers = {1, end_of_names(c)};
    struct span across;
    time_readings readings = 0;
    enum status st;

    while (dates.from + DATES_MIN <= dates.to && !(readings = readings_in(c, dates)))
        dates.from++;
    across = dates;
    if (!readings && !find_numbered(&numbers, c))
        return ST_OK;
    if (!readings)
        across = numbers;
    if (!c->o->id && goes_down(&c->s->columns[0]))
        return ST_OK;
    c->r->shape = SHAPE_ACROSS;
    for (size_t i = across.from; i < across.to; i++)
        c->r->values[c->r->num_values++] = (int)i;
    st = readings ? choose_reading(c, across, readings) : ST_OK;
    if (!st)
        st = order_values(c);
    if (!st)
        st = choose_ids(c, across);
    return st ? st : add_value_name(c, "its rows are series and its columns are times");
}

enum status column_shape_find(struct chooser *c)
{
    enum status st = ST_OK;

    if (c->o->time || c->o->target || c->o->covariates || c->o->num_known > 0 || c->o->aggregate)
        return ST_OK;
    st = find_periods(c);
    if (!st && c->r->shape == SHAPE_LONG)
        st = find_clocks(c);
    return st || c->r->shape != SHAPE_LONG ? st : find_across(c);
}
