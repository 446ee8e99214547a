/* time_axis.c - see time_axis.h. An interval divides the local calendar into cells, and a tick is
 * the first row of a cell. Rows are in order of time, so bisection finds that row, and a long
 * series takes hardly longer than a short one. */
#include "server/formats/chart/time_axis.h"

#include "server/data/calendar.h"
#include "server/formats/chart/value_axis.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, MONTHS = 12, MONTH_SECONDS = 28 * DAY_SECONDS };
/* 1970-01-05, the first Monday since 1970. */
enum { FIRST_MONDAY = 4 * DAY_SECONDS };

/* An interval of so many seconds, or of so many months. */
struct interval {
    int64_t seconds;
    int months;
};

static const struct interval intervals[] = {
    {1, 0},
    {5, 0},
    {15, 0},
    {30, 0},
    {MINUTE, 0},
    {5 * MINUTE, 0},
    {15 * MINUTE, 0},
    {30 * MINUTE, 0},
    {HOUR, 0},
    {3 * HOUR, 0},
    {6 * HOUR, 0},
    {12 * HOUR, 0},
    {DAY_SECONDS, 0},
    {2 * DAY_SECONDS, 0},
    {WEEK_SECONDS, 0},
    {2 * WEEK_SECONDS, 0},
    {0, 1},
    {0, 3},
    {0, 6},
    {0, MONTHS},
    {0, 2 * MONTHS},
    {0, 5 * MONTHS},
    {0, 10 * MONTHS},
    {0, 20 * MONTHS},
    {0, 50 * MONTHS},
    {0, 100 * MONTHS},
    {0, 200 * MONTHS},
    {0, 500 * MONTHS},
    {0, 1000 * MONTHS},
    {0, 2000 * MONTHS},
};
enum { INTERVALS = sizeof(intervals) / sizeof(intervals[0]) };

/* The local time of a row, in seconds since 1970 as if it were UTC. For months, quarters and years
 * it is that of their first day, even if their times are of another day. */
static int64_t local_seconds(const struct timeline *t, int64_t row)
{
    int64_t at = timeline_row_ordinal(t, row), months;

    switch (t->frequency.unit) {
    case FREQ_Y:
        months = MONTHS * at + t->style.month;
        break;
    case FREQ_Q:
        months = 3 * at + t->style.month;
        break;
    case FREQ_M:
        months = at;
        break;
    case FREQ_W:
    case FREQ_D:
        return at * DAY_SECONDS;
    default:
        return at + (int64_t)t->style.offset * MINUTE;
    }
    return DAY_SECONDS *
           days_from_date(1970 + floor_div(months, MONTHS), (int)floor_mod(months, MONTHS) + 1, 1);
}

static int64_t cell_of(const struct interval *every, int64_t local)
{
    int64_t y, shift;
    int m, d;

    if (every->seconds) {
        shift = every->seconds > 2 * DAY_SECONDS ? FIRST_MONDAY : 0;
        return floor_div(local - shift, every->seconds);
    }
    date_from_days(floor_div(local, DAY_SECONDS), &y, &m, &d);
    return floor_div(MONTHS * y + m - 1, every->months);
}

/* Whether a cell of the interval is at least one step of the rows long. */
static bool holds_a_step(const struct interval *every, const struct frequency *f)
{
    static const int months_of[] = {[FREQ_Y] = MONTHS, [FREQ_Q] = 3, [FREQ_M] = 1};
    int64_t step = frequency_step(*f);

    if (f->unit == FREQ_Y || f->unit == FREQ_Q || f->unit == FREQ_M)
        return every->months >= months_of[f->unit] * f->multiple;
    if (f->unit == FREQ_W || f->unit == FREQ_D)
        step *= DAY_SECONDS;
    return (every->seconds ? every->seconds : (int64_t)every->months * MONTH_SECONDS) >= step;
}

static const struct interval *choose(const struct timeline *t, int rows, int most)
{
    int64_t first = local_seconds(t, 0), last = local_seconds(t, rows - 1);

    for (int i = 0; i < INTERVALS; i++) {
        const struct interval *every = &intervals[i];

        if (holds_a_step(every, &t->frequency) &&
            cell_of(every, last) - cell_of(every, first) < most)
            return every;
    }
    return &intervals[INTERVALS - 1];
}

/* The first row, at or after `from`, that lies in this cell or a later one; `rows` when none
 * does. */
static int first_row(const struct timeline *t, const struct interval *every, int64_t cell, int from,
                     int rows)
{
    int low = from, high = rows;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (cell_of(every, local_seconds(t, middle)) < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- labels ---- */

static void label_part_of_day(struct time_tick *tick, int64_t local, bool seconds)
{
    int clock = (int)floor_mod(local, DAY_SECONDS), m, d;
    int64_t y;

    date_from_days(floor_div(local, DAY_SECONDS), &y, &m, &d);
    if (seconds)
        snprintf(tick->label, TIME_LABEL_MAX, "%02d:%02d:%02d", clock / HOUR,
                 clock / MINUTE % MINUTE, clock % MINUTE);
    else
        snprintf(tick->label, TIME_LABEL_MAX, "%02d:%02d", clock / HOUR, clock / MINUTE % MINUTE);
    snprintf(tick->second, TIME_LABEL_MAX, "%d %.3s %d", d, calendar_month_name(m), (int)y);
}

static void label_date(struct time_tick *tick, const struct timeline *t,
                       const struct interval *every, int64_t local)
{
    int64_t y;
    int m, d;

    date_from_days(floor_div(local, DAY_SECONDS), &y, &m, &d);
    if (every->months >= MONTHS) {
        snprintf(tick->label, TIME_LABEL_MAX, "%d", (int)y);
        return;
    }
    if (every->seconds) {
        snprintf(tick->label, TIME_LABEL_MAX, "%d", d);
        snprintf(tick->second, TIME_LABEL_MAX, "%.3s %d", calendar_month_name(m), (int)y);
        return;
    }
    if (t->frequency.unit == FREQ_Q)
        snprintf(tick->label, TIME_LABEL_MAX, "Q%d", (m - 1) / 3 + 1);
    else
        snprintf(tick->label, TIME_LABEL_MAX, "%.3s", calendar_month_name(m));
    snprintf(tick->second, TIME_LABEL_MAX, "%d", (int)y);
}

static void label(struct time_tick *tick, const struct timeline *t, const struct interval *every)
{
    int64_t local = local_seconds(t, tick->row);

    tick->second[0] = '\0';
    if (every->seconds && every->seconds < DAY_SECONDS)
        label_part_of_day(tick, local, every->seconds < MINUTE);
    else
        label_date(tick, t, every, local);
}

/* Removes a second line that equals the one before it. */
static void drop_repeated(struct time_tick *ticks, int n)
{
    char before[TIME_LABEL_MAX] = "";

    for (int i = 0; i < n; i++)
        if (strcmp(ticks[i].second, before) == 0)
            ticks[i].second[0] = '\0';
        else
            memcpy(before, ticks[i].second, sizeof(before));
}

/* ---- rows without a time ---- */

static int index_ticks(struct time_tick out[TIME_TICKS_MAX], const struct timeline *t, int rows,
                       int most)
{
    int64_t start = timeline_row_ordinal(t, 0);
    int64_t step = rows > most ? (int64_t)round_step(rows, most) : 1;
    int n = 0;

    for (int64_t at = step * (floor_div(start - 1, step) + 1); at < start + rows && n < most;
         at += step) {
        out[n].row = (int)(at - start);
        snprintf(out[n].label, TIME_LABEL_MAX, "%lld", (long long)at);
        out[n++].second[0] = '\0';
    }
    return n;
}

int time_axis_ticks(struct time_tick out[TIME_TICKS_MAX], const struct timeline *t, int rows,
                    int most)
{
    const struct interval *every;
    int64_t cell, last, before;
    int n = 0, row = 0;

    if (rows < 1)
        return 0;
    if (t->frequency.unit == FREQ_INDEX)
        return index_ticks(out, t, rows, most);
    every = choose(t, rows, most);
    last = cell_of(every, local_seconds(t, rows - 1));
    cell = cell_of(every, local_seconds(t, 0));
    before = cell_of(every, local_seconds(t, 0) - 1); /* the cell just before row 0 */
    for (cell += before == cell; cell <= last && n < most; cell++) {
        row = first_row(t, every, cell, row, rows);
        if (row == rows)
            break;
        cell = cell_of(every, local_seconds(t, row));
        out[n].row = row;
        label(&out[n++], t, every);
    }
    drop_repeated(out, n);
    return n;
}
