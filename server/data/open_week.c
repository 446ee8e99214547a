/* open_week.c - see open_week.h.
 *
 * A step fills whole quarters of an hour, so open steps are counted by the bits of their quarters.
 * rank() counts the open quarters up to a point, select() finds the quarter at which a count is
 * reached. Steps shorter than a quarter are counted by quarters too, each of which holds equally
 * many points. */
#include "server/data/open_week.h"

#include "server/data/calendar.h"

#include <string.h>

/* 1970-01-01 was a Thursday. */
enum { MONDAY = 4 * DAY_SECONDS };

/* The points of a grid, grouped into units of a quarter of an hour or longer. */
struct units {
    int64_t base, step; /* of the units */
    int64_t each, skip; /* points in a unit; points of unit 0 before the grid's base */
    int quarters;       /* in a unit */
};

static struct units units_of(int64_t base, int64_t step)
{
    int64_t before = floor_mod(base, OPEN_QUARTER);

    if (step == DAY_SECONDS) /* a day is open from its midnight */
        base -= floor_mod(base, DAY_SECONDS);
    if (step >= OPEN_QUARTER)
        return (struct units){base, step, 1, 0, (int)(step / OPEN_QUARTER)};
    return (struct units){base - before, OPEN_QUARTER, OPEN_QUARTER / step, before / step, 1};
}

static int quarter_of(int64_t local)
{
    return (int)(floor_mod(local - MONDAY, WEEK_SECONDS) / OPEN_QUARTER);
}

bool open_week_fits(int64_t step)
{
    return step > 0 && DAY_SECONDS % step == 0 &&
           (step % OPEN_QUARTER == 0 || OPEN_QUARTER % step == 0);
}

bool open_week_always(const struct open_week *w)
{
    static const struct open_week none = {{0}};

    return memcmp(w, &none, sizeof(none)) == 0;
}

bool open_week_equal(const struct open_week *a, const struct open_week *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

struct open_week open_week_business(void)
{
    struct open_week w = {{0}};

    memset(w.bits, 0xff, sizeof(w.bits) / 7 * 5);
    return w;
}

void open_week_add(struct open_week *w, int64_t local, int64_t step)
{
    int q = quarter_of(step == DAY_SECONDS ? local - floor_mod(local, DAY_SECONDS) : local);
    int quarters = step > OPEN_QUARTER ? (int)(step / OPEN_QUARTER) : 1;

    for (; quarters >= 8 && q % 8 == 0; quarters -= 8, q = (q + 8) % OPEN_QUARTERS)
        w->bits[q / 8] = 0xff;
    for (; quarters > 0; quarters--, q = (q + 1) % OPEN_QUARTERS)
        w->bits[q / 8] = (uint8_t)(w->bits[q / 8] | 1u << q % 8);
}

bool open_week_has(const struct open_week *w, int64_t local)
{
    int q = quarter_of(local);

    return w->bits[q / 8] >> q % 8 & 1;
}

/* The number of bits set in eight bytes. */
static int bits_of(const uint8_t *bytes)
{
    uint64_t v;

    memcpy(&v, bytes, sizeof(v));
    return __builtin_popcountll(v);
}

/* The number of open quarters before a quarter of the week. */
static int open_before(const struct open_week *w, int quarter)
{
    int n = 0, at = 0;

    for (; at + 64 <= quarter; at += 64)
        n += bits_of(w->bits + at / 8);
    for (; at + 8 <= quarter; at += 8)
        n += __builtin_popcount(w->bits[at / 8]);
    if (at < quarter)
        n += __builtin_popcount(w->bits[at / 8] & ((1u << (quarter - at)) - 1));
    return n;
}

/* The n-th open quarter of the week, from 0; n is less than their number. */
static int open_quarter(const struct open_week *w, int n)
{
    int q = 0;

    for (; q + 64 <= OPEN_QUARTERS; q += 64) {
        int here = bits_of(w->bits + q / 8);

        if (n < here)
            break;
        n -= here;
    }
    for (; q + 8 < OPEN_QUARTERS && n >= __builtin_popcount(w->bits[q / 8]); q += 8)
        n -= __builtin_popcount(w->bits[q / 8]);
    for (; q + 1 < OPEN_QUARTERS && (!(w->bits[q / 8] >> q % 8 & 1) || n-- > 0); q++) {}
    return q;
}

/* The number of open units among the first n, which are less than a week. */
static int64_t open_units(const struct open_week *w, const struct units *u, int64_t n)
{
    int first = quarter_of(u->base), end = first + (int)n * u->quarters;
    int open = open_before(w, end < OPEN_QUARTERS ? end : OPEN_QUARTERS) - open_before(w, first);

    if (end > OPEN_QUARTERS)
        open += open_before(w, end - OPEN_QUARTERS);
    return open / u->quarters;
}

static int64_t units_a_week(const struct units *u)
{
    return WEEK_SECONDS / u->step;
}

static int64_t open_a_week(const struct open_week *w, const struct units *u)
{
    return open_before(w, OPEN_QUARTERS) / u->quarters;
}

int open_week_count(const struct open_week *w, int64_t base, int64_t step)
{
    struct units u = units_of(base, step);

    return (int)(open_a_week(w, &u) * u.each);
}

int64_t open_week_rank(const struct open_week *w, int64_t base, int64_t step, int64_t k)
{
    struct units u = units_of(base, step);
    int64_t a_week = units_a_week(&u), unit = floor_div(k + u.skip, u.each);
    int64_t rest = floor_mod(k + u.skip, u.each), open;

    open =
        floor_div(unit, a_week) * open_a_week(w, &u) + open_units(w, &u, floor_mod(unit, a_week));
    open *= u.each;
    if (rest && open_week_has(w, u.base + unit * u.step))
        open += rest;
    return open - (u.skip && open_week_has(w, u.base) ? u.skip : 0);
}

int64_t open_week_select(const struct open_week *w, int64_t base, int64_t step, int64_t row)
{
    struct units u = units_of(base, step);
    int64_t open = open_a_week(w, &u), unit;
    int first = quarter_of(u.base), n, quarter;

    if (open == 0)
        return row;
    row += u.skip && open_week_has(w, u.base) ? u.skip : 0;
    unit = floor_div(row, u.each);
    n = open_before(w, first) + (int)floor_mod(unit, open) * u.quarters;
    n -= n >= open * u.quarters ? (int)open * u.quarters : 0;
    quarter = open_quarter(w, n);
    unit = floor_div(unit, open) * units_a_week(&u) +
           (quarter - first + OPEN_QUARTERS) % OPEN_QUARTERS / u.quarters;
    return unit * u.each + floor_mod(row, u.each) - u.skip;
}
