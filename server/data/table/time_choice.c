/* time_choice.c - see time_choice.h.
 *
 * "01/02/2020", "01/03/2020" ... are the first days of months in one reading, and days of January
 * in the other. In the wrong reading the steps are mostly uneven. The right one is that in which a
 * timeline with few gaps holds all times. */
#include "server/data/table/time_choice.h"

#include "server/data/table/time_reading.h"

#include <stdlib.h>

/* Readings that give different dates for the same digits. */
static const time_readings rivals[] = {
    TIME_BIT(TIME_DMY) | TIME_BIT(TIME_MDY) | TIME_BIT(TIME_YMD_SHORT),
    TIME_BIT(TIME_RANGE_DMY) | TIME_BIT(TIME_RANGE_MDY),
    TIME_BIT(TIME_YYYYMM) | TIME_BIT(TIME_YYYYWW),
};

static int by_seconds(const void *a, const void *b)
{
    const struct timestamp *x = a, *y = b;

    return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

/* Whether the times of a reading lie on a timeline with the caller's frequency, if any. */
static bool is_even(struct timestamp *t, const struct cell *cells, size_t n,
                    enum time_reading reading, const char *frequency)
{
    struct timeline line = {0}, wanted = {0};
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (!time_read(&t[i], cells[i], reading))
            return false;
    qsort(t, n, sizeof(*t), by_seconds);
    for (size_t i = 0; i < n; i++)
        if (m == 0 || t[i].seconds != t[m - 1].seconds)
            t[m++] = t[i];
    if (timeline_infer(&line, t, m, NULL, NULL))
        return false;
    return !frequency || !frequency[0] || timeline_frequency(&wanted, frequency, NULL) ||
           (wanted.frequency.unit == line.frequency.unit &&
            wanted.frequency.multiple == line.frequency.multiple);
}

static enum time_reading first_of(time_readings readings)
{
    for (int i = 0; i < TIME_READINGS; i++)
        if (readings & TIME_BIT(i))
            return (enum time_reading)i;
    return TIME_ISO;
}

static enum status refuse(const struct cell *c, time_readings even, struct err *e)
{
    enum time_reading a = first_of(even), b = first_of(even & ~TIME_BIT(a));

    if (a == TIME_RANGE_DMY)
        return err_set(e, ST_INVALID,
                       "'%.*s' may begin with the day or with the month, and all times of the "
                       "column fit both: write its beginning like 2020-01-31",
                       (int)(c->len < 40 ? c->len : 40), c->at);
    return err_set(e, ST_INVALID,
                   "'%.*s' may be read as %s (like %s) or as %s (like %s), and all times of the "
                   "column fit both: ?date_format=%s or ?date_format=%s tells",
                   (int)(c->len < 40 ? c->len : 40), c->at, time_reading_words(a),
                   time_reading_example(a), time_reading_words(b), time_reading_example(b),
                   a == TIME_DMY ? "%d/%m/%Y" : "%m/%d/%Y",
                   b == TIME_MDY ? "%m/%d/%Y" : "%y/%m/%d");
}

/* The rivals of the first reading, and itself; 0: it has none. */
static time_readings rivals_of_first(time_readings readings)
{
    time_readings first = TIME_BIT(first_of(readings)), among = 0;

    for (size_t i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++)
        if (rivals[i] & first)
            among = rivals[i] & readings;
    return among & (among - 1) ? among : 0;
}

bool time_has_rivals(time_readings readings)
{
    return rivals_of_first(readings) != 0;
}

enum status time_choose(enum time_reading *out, bool *by_steps, time_readings readings,
                        const struct cell *cells, size_t n, const char *frequency, struct err *e)
{
    struct timestamp *t;
    time_readings even = 0, among = rivals_of_first(readings);

    *out = first_of(readings);
    *by_steps = false;
    if (!among)
        return ST_OK;
    t = malloc((n + 1) * sizeof(*t));
    if (!t)
        return err_nomem(e, n * sizeof(*t));
    for (int i = 0; i < TIME_READINGS; i++)
        if (among & TIME_BIT(i) && is_even(t, cells, n, (enum time_reading)i, frequency))
            even |= TIME_BIT(i);
    free(t);
    if (even)
        *out = first_of(even);
    *by_steps = true;
    if (!even || (even & (even - 1)))
        return *out == TIME_YYYYMM ? ST_OK : refuse(&cells[0], even ? even : among, e);
    return ST_OK;
}
