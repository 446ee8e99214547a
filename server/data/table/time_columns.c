/* time_columns.c - see time_columns.h. */
#include "server/data/table/time_columns.h"

#include "server/data/calendar.h"
#include "server/data/table/column_names.h"
#include "server/data/table/time_format.h"
#include "server/data/table/time_pieces.h"
#include "server/data/table/time_reading.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { YEAR_LOW = 1500, YEAR_HIGH = 2299 };

/* ---- parts ---- */

/* Reads "13:05", "13:05:30", "1:05 PM", 1305, 5 (five past midnight); 24:00 is the end of a day. */
static bool read_clock(int64_t *seconds, struct cell c)
{
    char text[64];
    struct timestamp t;
    int64_t v;

    c = cell_trim(c);
    if (cell_integer(&v, c)) {
        *seconds = v / 100 * 3600 + v % 100 * 60;
        return v >= 0 && v % 100 < 60 && v <= 2400;
    }
    if (c.len == 0 || c.len > 20)
        return false;
    snprintf(text, sizeof(text), "1970-1-1 %.*s", (int)c.len, c.at);
    if (!time_read(&t, (struct cell){text, strlen(text)}, TIME_YMD) || t.precision != FREQ_S)
        return false;
    *seconds = t.seconds;
    return true;
}

/* Reads a whole number, which may end with ".0" when a program has made decimals of it. */
static bool read_whole(int64_t *out, struct cell c)
{
    c = cell_trim(c);
    if (c.len > 2 && c.at[c.len - 1] == '0' && c.at[c.len - 2] == '.')
        c.len -= 2;
    return cell_integer(out, c);
}

/* Reads a number with the word for its kind: "Q1", "1. Quarter", "W05", "Week 5", "KW 5". */
static bool read_called(int64_t *out, struct cell c, enum time_part part)
{
    static const char *const words[2][6] = {{"q", "qtr", "quarter", "quartal", "trimestre", "t"},
                                            {"w", "wk", "week", "kw", "woche", "semaine"}};
    struct pieces in;
    int64_t most = part == PART_WEEK ? 53 : 4;
    bool number = false, word = false;

    for (int i = 0; pieces_cut(&in, c) && i < in.n; i++) {
        const struct piece *p = &in.p[i];

        if (p->kind == PIECE_NUMBER && !number) {
            number = p->len <= 2 && p->value >= 1 && p->value <= most;
            *out = p->value;
        } else if (p->kind == PIECE_WORD && !word) {
            for (size_t k = 0; k < 6; k++) {
                const char *w = words[part == PART_WEEK][k];

                word = word || (strlen(w) == p->len && strncasecmp(w, p->at, p->len) == 0);
            }
        } else if (p->kind != PIECE_MARK) {
            return false;
        }
    }
    return number && word;
}

/* The range of each part. */
static const int64_t part_low[PART_CLOCK + 1] = {
    [PART_YEAR] = 1,  [PART_QUARTER] = 1, [PART_WEEK] = 1,
    [PART_MONTH] = 1, [PART_DAY] = 1,     [PART_YEARDAY] = 1};
static const int64_t part_high[PART_CLOCK + 1] = {
    [PART_YEAR] = 9999, [PART_QUARTER] = 4,   [PART_WEEK] = 53, [PART_MONTH] = 12,
    [PART_DAY] = 31,    [PART_YEARDAY] = 366, [PART_HOUR] = 24, [PART_MINUTE] = 59};

static bool read_part(int64_t *out, struct cell c, enum time_part part)
{
    if (part == PART_CLOCK)
        return read_clock(out, c);
    c = cell_trim(c);
    if (part == PART_MONTH && (*out = month_of_name(c)) > 0)
        return true;
    if (part == PART_MONTH && c.len == 3 && *c.at == 'M') /* "M01": of statistical offices */
        c = (struct cell){c.at + 1, 2};
    if ((part == PART_QUARTER || part == PART_WEEK) && read_called(out, c, part))
        return true;
    return read_whole(out, c) && *out >= part_low[part] && *out <= part_high[part];
}

static bool read_whole_time(struct timestamp *out, struct cell c, const struct roles *r,
                            const struct table_options *o)
{
    return o->date_format ? time_pattern_read(out, c, o->date_format)
                          : time_read(out, c, r->reading);
}

/* The parts of a time, those that are missing as at its beginning, and which there are. */
struct parts {
    int64_t v[PART_CLOCK + 1];
    bool has[PART_CLOCK + 1];
};

/* Returns false for a day that its month or year does not have. */
static bool join_date(struct timestamp *out, const struct parts *p)
{
    const int64_t *v = p->v;
    int64_t year = v[PART_YEAR];
    int month = (int)(p->has[PART_QUARTER] ? 3 * v[PART_QUARTER] - 2 : v[PART_MONTH]);

    if (p->has[PART_WEEK])
        return year >= YEAR_LOW && time_of_week(out, (int)year, (int)v[PART_WEEK]);
    out->precision = p->has[PART_DAY] || p->has[PART_YEARDAY] ? FREQ_D
                     : p->has[PART_QUARTER]                   ? FREQ_Q
                     : p->has[PART_MONTH]                     ? FREQ_M
                                                              : FREQ_Y;
    out->seconds = days_from_date(year, month, (int)v[PART_DAY]) * DAY_SECONDS;
    out->seconds += (v[PART_YEARDAY] - 1) * DAY_SECONDS;
    return v[PART_DAY] <= calendar_month_days(year, month) &&
           v[PART_YEARDAY] <= 337 + calendar_month_days(year, 2);
}

/* Reads the time of the row, which may lie outside of the calendar. */
static bool read_all(struct timestamp *out, int *odd, const struct roles *r,
                     const struct table_options *o, const struct cell *cells)
{
    struct parts p = {
        .v = {[PART_QUARTER] = 1, [PART_MONTH] = 1, [PART_DAY] = 1, [PART_YEARDAY] = 1}};

    for (int i = 0; i < r->num_times; i++) {
        enum time_part part = r->times[i].part;

        *odd = r->times[i].column;
        if (part == PART_WHOLE ? !read_whole_time(out, cells[*odd], r, o)
                               : !read_part(&p.v[part], cells[*odd], part))
            return false;
        p.has[part] = true;
    }
    if (!p.has[PART_WHOLE] && !join_date(out, &p))
        return false;
    if (p.has[PART_HOUR] || p.has[PART_CLOCK]) {
        out->precision = FREQ_S;
        out->seconds += p.v[PART_HOUR] * 3600 + p.v[PART_MINUTE] * 60 + p.v[PART_CLOCK];
    }
    return true;
}

bool time_columns_read(struct timestamp *out, int *odd, const struct roles *r,
                       const struct table_options *o, const struct cell *cells)
{
    return read_all(out, odd, r, o, cells) &&
           (out->precision == FREQ_INDEX || calendar_holds(out->seconds));
}

static bool is_beyond_calendar(const struct chooser *c)
{
    struct timestamp t;
    int odd;

    return c->r->num_times > 0 && read_all(&t, &odd, c->r, c->o, c->t->cells);
}

/* Whether the cell is only a time of day: "12:30", "12:30:05". */
static bool is_clock(struct cell c)
{
    struct pieces in;

    return pieces_cut(&in, c) && in.n >= 3 && in.p[0].kind == PIECE_NUMBER && in.p[0].len <= 2 &&
           in.p[1].mark == ':' && in.p[2].kind == PIECE_NUMBER;
}

enum status time_columns_refuse(const struct chooser *c, int column)
{
    struct cell cell = c->t->cells[column];
    const char *name = c->t->names[column];
    int n = (int)(cell.len < 60 ? cell.len : 60);

    if (is_beyond_calendar(c))
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' lies outside of the calendar: years are 0001 to 9999, in "
                "UTC",
                n, cell.at, name);
    else if (cell_trim(cell).len == 0)
        err_set(c->e, ST_INVALID, "the time is empty in column '%.80s'; every row needs one", name);
    else if (c->o->date_format)
        err_set(c->e, ST_INVALID, "'%.*s' in column '%.80s' is not a time by date_format=%s", n,
                cell.at, name, c->o->date_format);
    else if (is_clock(cell))
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' is a time of day without its date: name the column of "
                "dates beside it with ?time=date,%.80s, or only the columns to keep with ?target=, "
                "whose rows are counted then",
                n, cell.at, name, name);
    else if (c->r->num_times > 0 && c->r->times[0].part == PART_WHOLE && c->r->readings)
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' is not a time like the others (%s, for example %s); "
                "correct it, or give ?date_format= in strptime's letters",
                n, cell.at, name, time_reading_words(c->r->reading),
                time_reading_example(c->r->reading));
    else
        err_set(c->e, ST_INVALID,
                "'%.*s' in column '%.80s' is not a time that is read here (2020-01-31, 31/01/2020, "
                "Jan 2020, 2020Q1, 2020-W05, 2020-01-31T12:00:00Z and others): say how it is "
                "written with ?date_format= in strptime's letters (%%d/%%m/%%Y), or name the time "
                "column with ?time=",
                n, cell.at, name);
    return table_at_row(c->t, ST_INVALID, c->t->row);
}

/* ---- choosing ---- */

static const struct column_survey *survey_of(const struct chooser *c, int column)
{
    return &c->s->columns[column];
}

static void add(struct roles *r, int column, enum time_part part)
{
    r->times[r->num_times].column = column;
    r->times[r->num_times++].part = part;
}

/* Whether all cells can be this part: whole numbers in its range, or names of months. */
static bool can_be(const struct chooser *c, int column, enum time_part part)
{
    const struct column_survey *k = survey_of(c, column);
    int64_t v;

    if (k->filled == 0)
        return false;
    if (k->integers) {
        if (part == PART_YEAR)
            return k->low >= YEAR_LOW && k->high <= YEAR_HIGH;
        if (part == PART_CLOCK)
            return k->low >= 0 && k->high <= 2400;
        return read_part(&v, chooser_sample(c, column), part) && k->low >= part_low[part] &&
               k->high <= part_high[part];
    }
    return part != PART_YEAR && read_part(&v, chooser_sample(c, column), part);
}

/* The first unused column with the hint that can be the part; -1: none. */
static int find_part(const struct chooser *c, unsigned hint, enum time_part part)
{
    for (size_t i = 0; i < c->t->columns; i++)
        if (survey_of(c, (int)i)->hints & hint && !chooser_is_time(c->r, (int)i) &&
            can_be(c, (int)i, part))
            return (int)i;
    return -1;
}

static bool add_part(struct chooser *c, unsigned hint, enum time_part part)
{
    int column = find_part(c, hint, part);

    if (column >= 0)
        add(c->r, column, part);
    return column >= 0;
}

/* Several named columns: a date and a time of day, or the parts of a date. */
static enum status take_named(struct chooser *c, const int *columns, int n)
{
    static const enum time_part order[] = {PART_YEAR,  PART_QUARTER, PART_WEEK,
                                           PART_MONTH, PART_DAY,     PART_YEARDAY,
                                           PART_HOUR,  PART_MINUTE,  PART_CLOCK};
    size_t at = 0;

    for (int i = 0; i < n; i++) {
        const struct column_survey *k = survey_of(c, columns[i]);

        if (n == 1 || (i == 0 && ((k->times & ~TIME_NUMBERS) || c->o->date_format ||
                                  k->times & TIME_BIT(TIME_YYYYMMDD)))) {
            add(c->r, columns[i], PART_WHOLE);
            at = 4;
            continue;
        }
        while (at < sizeof(order) / sizeof(order[0])) {
            enum time_part part = order[at++];
            unsigned not_hours = HINT_CLOCK;

            if ((part == PART_QUARTER && !(k->hints & HINT_QUARTER)) ||
                (part == PART_WEEK && !(k->hints & HINT_WEEK)) ||
                (part == PART_MINUTE && !(k->hints & HINT_MINUTE)) ||
                (part <= PART_DAY && k->hints & HINT_YEARDAY) ||
                (part == PART_YEARDAY && c->r->num_times != 1))
                continue;
            if (part == PART_HOUR && (k->hints & not_hours || k->high > 24))
                continue;
            if (!can_be(c, columns[i], part))
                continue;
            add(c->r, columns[i], part);
            break;
        }
        if (c->r->num_times != i + 1) {
            err_set(c->e, ST_INVALID,
                    "column '%.80s' cannot be put to the time; several columns are a date and a "
                    "time of day, or year, month, day and hour in this order",
                    c->t->names[columns[i]]);
            return err_at(c->e, "?time");
        }
    }
    return ST_OK;
}

/* Whether every cell is a time that cannot be a number, or, in a column with the name of a time,
 * any time. */
static bool all_timely(const struct chooser *c, int column)
{
    const struct column_survey *k = survey_of(c, column);
    size_t odd = k->filled - k->timely - k->totals;

    return k->times && k->timely > 0 && odd <= c->s->num_rows - c->r->num_rows;
}

static int find_time(const struct chooser *c, unsigned hints, time_readings wanted)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = survey_of(c, (int)i);

        if ((!hints || k->hints & hints) && k->times & wanted && all_timely(c, (int)i))
            return (int)i;
    }
    return -1;
}

/* The first column that counts seconds, if another column has numbers; -1: none. */
static int find_seconds(const struct chooser *c)
{
    int found = -1, others = 0;

    for (size_t i = 0; i < c->t->columns; i++) {
        if (survey_counts_seconds(survey_of(c, (int)i)))
            found = found < 0 ? (int)i : found;
        else
            others += survey_of(c, (int)i)->numbers > 0;
    }
    return others > 0 ? found : -1;
}

static void add_time_of_day(struct chooser *c)
{
    if (add_part(c, HINT_HOUR, PART_HOUR))
        (void)add_part(c, HINT_MINUTE, PART_MINUTE);
    else
        (void)add_part(c, HINT_CLOCK, PART_CLOCK);
}

/* Adds the time of day to a date, if another column has it. */
static void add_clock(struct chooser *c)
{
    const struct column_survey *k = survey_of(c, c->r->times[0].column);

    if (k->traits.clocks ||
        !(k->times & (TIME_BIT(TIME_ISO) | TIME_BIT(TIME_YMD) | TIME_BIT(TIME_DMY) |
                      TIME_BIT(TIME_MDY) | TIME_BIT(TIME_YYYYMMDD))))
        return;
    add_time_of_day(c);
}

/* Takes year, month, day and time of day, as far as they exist; or year and day of the year.
 * Returns false without a year, or with nothing but it. */
static bool add_parts(struct chooser *c)
{
    bool more;

    if (!add_part(c, HINT_YEAR, PART_YEAR))
        return false;
    more = add_part(c, HINT_MONTH, PART_MONTH);
    if (more ? add_part(c, HINT_DAY, PART_DAY) : add_part(c, HINT_YEARDAY, PART_YEARDAY)) {
        more = true;
        add_time_of_day(c);
    }
    if (!more)
        more = add_part(c, HINT_QUARTER, PART_QUARTER) || add_part(c, HINT_WEEK, PART_WEEK);
    if (!more)
        c->r->num_times = 0;
    return more;
}

/* Takes year and month from the first two columns of a table without a header. There are at most
 * twelve rows for each year, and more rows than years. */
static bool add_nameless_parts(struct chooser *c)
{
    const struct column_survey *year = survey_of(c, 0), *month = survey_of(c, 1);
    size_t years, rows = c->r->num_rows;

    if (c->t->columns < 3 || !(year->hints & HINT_NONE) || !can_be(c, 0, PART_YEAR) ||
        !can_be(c, 1, PART_MONTH))
        return false;
    years = (size_t)(year->high - year->low) + 1;
    if (rows > 12 * years || rows <= years || (month->integers && month->low < 1))
        return false;
    add(c->r, 0, PART_YEAR);
    add(c->r, 1, PART_MONTH);
    return true;
}

static bool note_parts(const struct chooser *c)
{
    char list[200] = "";
    const struct data_note note = {.code = "time_joined", .parameter = "time"};

    if (c->r->num_times < 2)
        return true;
    for (int i = 0; i < c->r->num_times; i++) {
        size_t n = strlen(list);

        snprintf(list + n, sizeof(list) - n, "%s'%.40s'", i ? ", " : "",
                 c->t->names[c->r->times[i].column]);
    }
    return series_set_note(
        c->out, &note, "the columns %s are joined to one time%s", list,
        c->r->times[c->r->num_times - 1].part == PART_WEEK ? "; weeks are those of ISO 8601" : "");
}

static bool is_list_free(const struct chooser *c)
{
    return !c->o->time;
}

/* Takes a column that numbers the rows, if other columns have values. */
static bool take_index(struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = survey_of(c, (int)i);
        bool counts = survey_counts_up(k) && k->filled == c->r->num_rows;
        size_t others = 0;

        if (!counts || k->hints & HINT_VALUE)
            continue;
        for (size_t j = 0; j < c->t->columns; j++)
            others += j != i && survey_of(c, (int)j)->numbers > 0 &&
                      !(survey_of(c, (int)j)->hints & HINT_ID);
        if (others == 0)
            continue;
        add(c->r, (int)i, PART_WHOLE);
        c->r->readings = TIME_BIT(TIME_ROW);
        c->r->reading = TIME_ROW;
        return true;
    }
    return false;
}

/* Settles the readings of the chosen column. The first is preferred. */
static enum status settle_readings(struct chooser *c)
{
    int column = c->r->times[0].column;
    const struct column_survey *k = survey_of(c, column);

    if (c->r->times[0].part != PART_WHOLE || c->r->readings)
        return ST_OK;
    if (c->o->date_format)
        return ST_OK;
    c->r->readings = k->times;
    if (k->hints & HINT_WEEK && k->times & TIME_BIT(TIME_YYYYWW))
        c->r->readings = TIME_BIT(TIME_YYYYWW);
    for (int i = 0; i < TIME_READINGS; i++)
        if (c->r->readings & TIME_BIT(i)) {
            c->r->reading = (enum time_reading)i;
            break;
        }
    if (k->times && k->timely > 0) {
        /* the column has a few odd cells: an error names the first when the rows are read */
        if (c->r->reading == TIME_EXCEL && !(k->hints & HINT_TIME))
            c->r->reading = TIME_ROW;
        return ST_OK;
    }
    c->r->readings = 0;
    c->t->seek(c->t, k->odd_time == SIZE_MAX ? SIZE_MAX : k->odd_time);
    if (!c->t->next(c->t))
        return c->t->st;
    return time_columns_refuse(c, column);
}

static enum status guess(struct chooser *c)
{
    time_readings plain = ~TIME_NUMBERS & (TIME_BIT(TIME_READINGS) - 1);
    int column = find_time(c, HINT_TIME, ~TIME_BIT(TIME_ROW));

    if (column < 0 && add_parts(c))
        return ST_OK;
    if (column < 0)
        column = find_time(c, HINT_TIME_LIKELY, ~(TIME_BIT(TIME_ROW) | TIME_BIT(TIME_EXCEL)));
    if (column < 0)
        column = find_time(c, HINT_EPOCH, TIME_EPOCHS);
    if (column < 0)
        column = find_time(c, 0, plain);
    if (column < 0) /* the table may have no header */
        column = find_time(c, 0, TIME_BIT(TIME_YYYYMMDD));
    if (column < 0)
        column = find_seconds(c);
    if (column < 0 && add_nameless_parts(c))
        return ST_OK;
    for (size_t i = 0; column < 0 && i < c->t->columns; i++) /* by name, it must be a time */
        if (survey_of(c, (int)i)->hints & HINT_TIME && survey_of(c, (int)i)->filled > 0 &&
            !survey_counts_up(survey_of(c, (int)i)))
            column = (int)i;
    if (column < 0) {
        (void)take_index(c);
        return ST_OK;
    }
    add(c->r, column, PART_WHOLE);
    add_clock(c);
    return ST_OK;
}

enum status time_columns_choose(struct chooser *c)
{
    int columns[TIME_COLUMNS_MAX], n = 0;
    enum status st = ST_OK;

    if (c->o->date_format && time_pattern_check(c->o->date_format, c->e))
        return err_at(c->e, "?date_format");
    if (is_list_free(c))
        st = guess(c);
    else {
        st = chooser_list(columns, &n, TIME_COLUMNS_MAX, c, c->o->time, "time");
        if (!st)
            st = take_named(c, columns, n);
    }
    if (!st && c->r->num_times > 0)
        st = settle_readings(c);
    return st || note_parts(c) ? st : err_nomem(c->e, 0);
}
