/* calendar_days.c - see calendar_days.h. */
#include "core/forecast/calendar/calendar_days.h"

#include <string.h>

enum {
    MONTHS = 12,
    FEBRUARY = 1,
    MARCH = 2,
    APRIL = 3,
    DECEMBER = 11,
    WEEK = 7,
    MARCH_DAYS = 31,
    EPOCH_YEAR = 1970,
    EASTERS = 3,
    CYCLE_YEARS = 400 /* after these, weekdays and leap days repeat */
};

static const int easter_days[EASTERS] = {1, 8, 15};

/* Of the 1, 8 and 15 days before Easter, the share that lies in March: mean of 1800 to 2199. */
static const double easter_march[EASTERS] = {0.2625, 0.373125, 0.489};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of the first of a month (0 to 11). Years are counted from March on, so that
 * a leap day is the last of its year. 400 years have 146097 days, and 719468 days lie between 1
 * March of year 0 and 1970. */
static int64_t first_day(int64_t year, int month)
{
    int64_t y = month < MARCH ? year - 1 : year, cycle = floor_div(y, CYCLE_YEARS);
    int64_t of = y - cycle * CYCLE_YEARS;
    int64_t day = (153 * ((month + 10) % MONTHS) + 2) / 5;

    return cycle * 146097 + of * 365 + of / 4 - of / 100 + day - 719468;
}

/* Days from 1 March to Easter Sunday, by the anonymous Gregorian algorithm (Meeus, "Astronomical
 * Algorithms", chapter 8). Easters repeat less often than CYCLE_YEARS, so the year is not reduced
 * to that cycle. */
static int easter_day(int64_t year)
{
    int64_t century = floor_div(year, 100), rest = year - century * 100;
    int golden = (int)(year - floor_div(year, 19) * 19);
    int64_t moon = 19 * golden + century - floor_div(century, 4) -
                   floor_div(century - floor_div(century + 8, 25) + 1, 3) + 15;
    int64_t epact = moon - floor_div(moon, 30) * 30, c4 = century - floor_div(century, 4) * 4;
    int64_t sunday = 32 + 2 * c4 + 2 * (rest / 4) - epact - rest % 4;
    int64_t shift = sunday - floor_div(sunday, WEEK) * WEEK;
    int64_t late = (golden + 11 * epact + 22 * shift) / 451;

    return (int)(epact + shift - WEEK * late + 21);
}

int calendar_month_length(int64_t year, int month)
{
    int64_t next = first_day(month == DECEMBER ? year + 1 : year, (month + 1) % MONTHS);

    return (int)(next - first_day(year, month));
}

static int weekday_of(int64_t days)
{
    return (int)(days + 3 - floor_div(days + 3, WEEK) * WEEK);
}

struct civil calendar_civil(int64_t days)
{
    /* The divisor is the longest year before 1970 and the shortest after it, so that the estimated
     * year is never too early. */
    struct civil c = {.year = EPOCH_YEAR + floor_div(days, days < 0 ? 366 : 365),
                      .month = DECEMBER};

    while (first_day(c.year, 0) > days)
        c.year--;
    while (first_day(c.year, c.month) > days)
        c.month--;
    c.day = (int)(days - first_day(c.year, c.month)) + 1;
    c.length = calendar_month_length(c.year, c.month);
    c.weekday = weekday_of(days);
    c.easter = (int)(days - first_day(c.year, MARCH)) - easter_day(c.year);
    return c;
}

/* Weekday columns and the leap day. Four weeks hold each weekday equally often, so only the days
 * beyond them count. */
static void add_days(double out[CALENDAR_COLUMNS], const struct calendar_month *m)
{
    for (int i = 0; i < m->length - 4 * WEEK; i++) {
        int weekday = (m->weekday + i) % WEEK;

        out[CALENDAR_WEEKDAYS] += weekday < 5 ? 1 : -2.5;
        if (weekday < WEEK - 1)
            out[CALENDAR_DAY + weekday]++;
        for (int k = 0; weekday == WEEK - 1 && k < WEEK - 1; k++)
            out[CALENDAR_DAY + k]--;
    }
    if (m->month == FEBRUARY)
        out[CALENDAR_LEAP] = m->length > 28 ? 0.75 : -0.25;
}

static void add_easter(double out[CALENDAR_COLUMNS], const struct calendar_month *m)
{
    int after;

    if (m->month != MARCH && m->month != APRIL)
        return;
    after = easter_day(m->year) - MARCH_DAYS;
    for (int i = 0; i < EASTERS; i++) {
        int days = easter_days[i], april = after < 0 ? 0 : after < days ? after : days;
        double march = 1 - (double)april / days - easter_march[i];

        out[CALENDAR_EASTER + i] = m->month == MARCH ? march : -march;
    }
}

enum status calendar_check(const struct calendar *c, struct err *e)
{
    if (c->unit == CALENDAR_NONE)
        return ST_OK;
    if (c->unit != CALENDAR_MONTHS && c->unit != CALENDAR_DAYS)
        return err_set(e, ST_INVALID, "calendar unit %d; there are only months and days",
                       (int)c->unit);
    if (c->first < -CALENDAR_FIRST_MAX || c->first > CALENDAR_FIRST_MAX)
        return err_set(
            e, ST_INVALID, "the first value is %lld %s from 1970-01-01; the most is %d either way",
            (long long)c->first, c->unit == CALENDAR_DAYS ? "days" : "months", CALENDAR_FIRST_MAX);
    return ST_OK;
}

int calendar_easter_days(int column)
{
    return easter_days[column - CALENDAR_EASTER];
}

void calendar_month_at(struct calendar_month *m, const struct calendar *c, int64_t step)
{
    int64_t at = c->first + step, year = floor_div(at, MONTHS);

    m->year = EPOCH_YEAR + year;
    m->month = (int)(at - year * MONTHS);
    m->length = calendar_month_length(m->year, m->month);
    m->weekday = weekday_of(first_day(m->year, m->month));
}

void calendar_month_next(struct calendar_month *m)
{
    static const int lengths[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    m->weekday = (m->weekday + m->length) % WEEK;
    m->year += m->month == DECEMBER;
    m->month = (m->month + 1) % MONTHS;
    m->length = m->month == FEBRUARY ? calendar_month_length(m->year, FEBRUARY) : lengths[m->month];
}

void calendar_row(double out[CALENDAR_COLUMNS], const struct calendar_month *m)
{
    memset(out, 0, CALENDAR_COLUMNS * sizeof(*out));
    add_days(out, m);
    add_easter(out, m);
}

int64_t calendar_date(int64_t year, int month, int day)
{
    return first_day(year, month) + day - 1;
}

int64_t calendar_easter(int64_t year)
{
    return first_day(year, MARCH) + easter_day(year);
}
