/* open_week.c - see open_week.h.
 *
 * rank() counts whole weeks first, then walks the rest of a week: at most 672 points. Steps shorter
 * than a quarter of an hour are walked by quarters, which hold equally many points each. */
#include "server/data/open_week.h"

#include "server/data/calendar.h"

#include <string.h>

/* 1970-01-01 was a Thursday. */
enum { MONDAY = 4 * DAY_SECONDS };

/* The points of a grid, in units that are a quarter of an hour or longer. */
struct walk {
    int64_t base, step; /* of the units */
    int64_t each, skip; /* points in a unit; those of unit 0 that lie before the grid's base */
};

static struct walk walk_of(int64_t base, int64_t step)
{
    int64_t before = floor_mod(base, OPEN_QUARTER);

    if (step >= OPEN_QUARTER)
        return (struct walk){base, step, 1, 0};
    return (struct walk){base - before, OPEN_QUARTER, OPEN_QUARTER / step, before / step};
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

    for (; quarters > 0; quarters--, q = (q + 1) % OPEN_QUARTERS)
        w->bits[q / 8] = (uint8_t)(w->bits[q / 8] | 1u << q % 8);
}

bool open_week_has(const struct open_week *w, int64_t local)
{
    int q = quarter_of(local);

    return w->bits[q / 8] >> q % 8 & 1;
}

/* Open units among the first n of a walk. */
static int64_t open_units(const struct open_week *w, const struct walk *k, int64_t n)
{
    int64_t open = 0, local = k->base;

    for (int64_t i = 0; i < n; i++, local += k->step)
        open += open_week_has(w, local);
    return open;
}

static int64_t units_a_week(const struct walk *k)
{
    return WEEK_SECONDS / k->step;
}

int open_week_count(const struct open_week *w, int64_t base, int64_t step)
{
    struct walk k = walk_of(base, step);

    return (int)(open_units(w, &k, units_a_week(&k)) * k.each);
}

int64_t open_week_rank(const struct open_week *w, int64_t base, int64_t step, int64_t n)
{
    struct walk k = walk_of(base, step);
    int64_t a_week = units_a_week(&k), unit = floor_div(n + k.skip, k.each);
    int64_t rest = floor_mod(n + k.skip, k.each), open;

    open = floor_div(unit, a_week) * open_units(w, &k, a_week) +
           open_units(w, &k, floor_mod(unit, a_week));
    open *= k.each;
    if (open_week_has(w, k.base + unit * k.step))
        open += rest;
    return open - (open_week_has(w, k.base) ? k.skip : 0);
}

int64_t open_week_select(const struct open_week *w, int64_t base, int64_t step, int64_t row)
{
    struct walk k = walk_of(base, step);
    int64_t a_week = units_a_week(&k), open = open_units(w, &k, a_week), unit, left;

    if (open == 0)
        return row;
    row += open_week_has(w, k.base) ? k.skip : 0;
    left = floor_mod(floor_div(row, k.each), open);
    unit = floor_div(floor_div(row, k.each), open) * a_week;
    for (int64_t local = k.base;; local += k.step, unit++)
        if (open_week_has(w, local) && left-- == 0)
            break;
    return unit * k.each + floor_mod(row, k.each) - k.skip;
}
