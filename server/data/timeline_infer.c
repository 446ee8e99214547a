/* timeline_infer.c - finds the grid of a list of times.
 *
 * Months, quarters and years are tried first; all times must lie at the same place of a month.
 * Otherwise the step is the greatest common distance in seconds. Then days of the week and hours of
 * the day that never occur are closed, if it is unlikely that they are missing by chance. */
#include "server/data/timeline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A step of the week is closed when it never occurs in CLOSED_WEEKS whole weeks; one of the day,
 * in CLOSED_DAYS days. */
enum {
    CLOSED_WEEKS = 3,
    CLOSED_DAYS = 7,
    BUSINESS_STAMPS = 3,
    STAMPS_A_LOOK = 1024,
    FIRST_LOOK = 15
};
/* Of the open steps of a week this share must occur. Of those of a day fewer are required, because
 * whole days may be closed too. */
static const double open_of_week = 0.75, open_of_day = 0.6;
/* Limit of the expected number of open steps that never occur by chance, if each is missing as
 * often as they are on average. */
static const double by_chance = 0.01;

struct stamps {
    const struct timestamp *t;
    size_t n;
    int offset; /* minutes */
};

/* The local time. Dates are local already. */
static int64_t local_at(const struct stamps *s, size_t i)
{
    return s->t[i].seconds + (s->t[i].precision == FREQ_S ? s->offset * 60 : 0);
}

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;

        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

/* ---- the place within a month ---- */

/* Properties of all times that decide which anchors fit. */
struct place {
    enum freq_unit finest; /* finest precision */
    bool same_clock, first, last, same_day, first_business, last_business;
    int clock, day; /* day: the latest of all */
};

static struct place place_of(const struct stamps *s)
{
    struct place p = {FREQ_Y, true, true, true, true, true, true, 0, 1};
    int64_t y;
    int m, d;

    p.clock = (int)floor_mod(local_at(s, 0), DAY_SECONDS);
    for (size_t i = 0; i < s->n; i++) {
        date_from_days(floor_div(local_at(s, i), DAY_SECONDS), &y, &m, &d);
        p.day = d > p.day ? d : p.day;
    }
    for (size_t i = 0; i < s->n; i++) {
        int64_t local = local_at(s, i), day = floor_div(local, DAY_SECONDS);

        date_from_days(day, &y, &m, &d);
        p.finest = s->t[i].precision > p.finest ? s->t[i].precision : p.finest;
        p.same_clock = p.same_clock && floor_mod(local, DAY_SECONDS) == p.clock;
        p.first = p.first && d == 1;
        p.last = p.last && d == calendar_month_days(y, m);
        p.same_day = p.same_day && day == time_anchor_day(p.day, y, m);
        p.first_business =
            p.first_business && day == time_anchor_day(ANCHOR_FIRST_BUSINESS_DAY, y, m);
        p.last_business = p.last_business && day == time_anchor_day(ANCHOR_LAST_BUSINESS_DAY, y, m);
    }
    return p;
}

/* Whether all stamps have the time of day of the first one. */
static bool have_one_clock(const struct stamps *s)
{
    int64_t clock = floor_mod(local_at(s, 0), DAY_SECONDS);

    for (size_t i = 1; i < s->n; i++)
        if (floor_mod(local_at(s, i), DAY_SECONDS) != clock)
            return false;
    return true;
}

/* The anchor of a grid of months that fits all times; -1: none. Two dates are too easily the last
 * business days of their months. */
static int anchor_of(const struct place *p, size_t n)
{
    if (!p->same_clock)
        return -1;
    if (p->first)
        return 1;
    if (p->last)
        return ANCHOR_LAST_DAY;
    if (p->same_day)
        return p->day;
    if (p->last_business && n >= BUSINESS_STAMPS)
        return ANCHOR_LAST_BUSINESS_DAY;
    if (p->first_business && n >= BUSINESS_STAMPS)
        return ANCHOR_FIRST_BUSINESS_DAY;
    return -1;
}

static int64_t months_at(const struct stamps *s, size_t i)
{
    int64_t y;
    int m, d;

    date_from_days(floor_div(local_at(s, i), DAY_SECONDS), &y, &m, &d);
    return (y - 1970) * 12 + m - 1;
}

/* The months in a period of the unit. */
static int period_months(enum freq_unit unit)
{
    return unit == FREQ_Y ? 12 : unit == FREQ_Q ? 3 : 1;
}

/* Sets anchor, month and clock of a timeline of Y, Q or M. Only the period remains when the times
 * lie at different places of it. */
static void set_anchor(struct timeline *out, const struct stamps *s)
{
    struct place p = place_of(s);
    int anchor = anchor_of(&p, s->n), period = period_months(out->frequency.unit);
    int month = (int)floor_mod(months_at(s, 0), period);

    for (size_t i = 0; i < s->n; i++)
        if (floor_mod(months_at(s, i), period) != month)
            anchor = -1;
    if (p.finest <= out->frequency.unit)
        return; /* "2021Q1": there is no day to place */
    if (anchor < 0) {
        out->style.format[0] = '\0';
        return;
    }
    out->style.anchor = (uint8_t)anchor;
    out->style.month = (uint8_t)month;
    out->style.clock = p.clock;
}

/* ---- the frequency ---- */

/* The greatest common distance; 0 when two times are equal. */
static int64_t common_distance(const struct stamps *s, int64_t at(const struct stamps *, size_t))
{
    int64_t step = 0;

    for (size_t i = 1; i < s->n; i++) {
        int64_t distance = at(s, i) - at(s, i - 1);

        if (distance <= 0)
            return 0;
        step = gcd(step, distance);
    }
    return step;
}

/* Finds a frequency of Y, Q or M. Half-years become six months, because a quarter would name a
 * quarter. */
static bool calendar_frequency(struct frequency *out, const struct stamps *s)
{
    int64_t months = common_distance(s, months_at);
    struct place p;

    if (months <= 0 || months / 12 > FREQUENCY_MULTIPLE_MAX)
        return false;
    p = place_of(s);
    if (anchor_of(&p, s->n) < 0)
        return false;
    if (months % 12 == 0)
        *out = (struct frequency){FREQ_Y, (int)(months / 12)};
    else if (months == 3 || (months % 3 == 0 && p.finest == FREQ_Q))
        *out = (struct frequency){FREQ_Q, (int)(months / 3)};
    else
        *out = (struct frequency){FREQ_M, (int)months};
    return true;
}

static bool clock_frequency(struct frequency *out, const struct stamps *s)
{
    int64_t step = common_distance(s, local_at);

    if (step <= 0 || step >= (int64_t)FREQUENCY_MULTIPLE_MAX * 60)
        return false;
    if (step % WEEK_SECONDS == 0)
        *out = (struct frequency){FREQ_W, (int)(step / WEEK_SECONDS)};
    else if (step % DAY_SECONDS == 0)
        *out = (struct frequency){FREQ_D, (int)(step / DAY_SECONDS)};
    else if (step % 3600 == 0)
        *out = (struct frequency){FREQ_H, (int)(step / 3600)};
    else if (step % 60 == 0)
        *out = (struct frequency){FREQ_MIN, (int)(step / 60)};
    else
        *out = (struct frequency){FREQ_S, (int)step};
    return step < FREQUENCY_MULTIPLE_MAX || out->unit != FREQ_S;
}

/* Sets start and style of a timeline whose frequency is known. */
static enum status place_start(struct timeline *out, const struct stamps *s, struct err *e)
{
    int64_t row;
    enum status st;

    out->style.anchor = out->style.month = 0;
    out->style.clock = 0;
    switch (out->frequency.unit) {
    case FREQ_Y:
    case FREQ_Q:
    case FREQ_M:
        set_anchor(out, s);
        break;
    case FREQ_W:
    case FREQ_D:
        if (have_one_clock(s))
            out->style.clock = (int)floor_mod(local_at(s, 0), DAY_SECONDS);
        break;
    default:
        break;
    }
    st = timeline_stamp_ordinal(&out->start, out, &s->t[0], e);
    return st ? st : timeline_row(&row, out, &s->t[0], e);
}

/* ---- steps that never occur ---- */

static int64_t step_seconds(struct frequency f)
{
    return f.unit == FREQ_D ? DAY_SECONDS * frequency_step(f) : frequency_step(f);
}

static bool is_all_open(const struct open_week *w)
{
    return open_week_count(w, 0, OPEN_QUARTER) == OPEN_QUARTERS;
}

/* All weekdays have occurred after a few times, all quarters of an hour only after hundreds. */
static bool is_time_to_look(size_t i)
{
    return (i >= FIRST_LOOK && ((i + 1) & i) == 0) || i % STAMPS_A_LOOK == STAMPS_A_LOOK - 1;
}

/* The steps that occur: of the week or, if all days count as one, of the day. Stops when all have
 * occurred. */
static struct open_week steps_seen(const struct stamps *s, int64_t step, bool days_alike)
{
    struct open_week w = {{0}};

    for (size_t i = 0; i < s->n; i++) {
        for (int day = 0; day < (days_alike ? 7 : 1); day++)
            open_week_add(&w, local_at(s, i) + day * (int64_t)DAY_SECONDS, step);
        if (is_time_to_look(i) && is_all_open(&w))
            break;
    }
    return w;
}

/* Whether the steps outside of w are closed, because they would hardly be missing by chance. */
static bool is_closed_else(const struct timeline *t, const struct stamps *s,
                           const struct open_week *w, bool days_alike)
{
    int64_t first = local_at(s, 0), span = local_at(s, s->n - 1) - first;
    int64_t step = step_seconds(t->frequency);
    int64_t times = span / (days_alike ? DAY_SECONDS : WEEK_SECONDS);
    double steps = (double)(days_alike ? DAY_SECONDS : WEEK_SECONDS) / (double)step, there;

    if (times < (days_alike ? CLOSED_DAYS : CLOSED_WEEKS) ||
        open_week_count(w, first, step) >= WEEK_SECONDS / step ||
        open_week_ranges(w, first, step) > OPEN_RANGES_MAX)
        return false;
    there = (double)s->n / (double)open_week_rank(w, first, step, span / step + 1);
    return there >= (days_alike ? open_of_day : open_of_week) &&
           pow(1 - there, (double)times) * steps <= by_chance;
}

static void find_closed(struct timeline *out, const struct stamps *s)
{
    int64_t step = step_seconds(out->frequency);
    struct open_week w;

    if (out->frequency.unit < FREQ_D || !open_week_fits(step))
        return;
    w = steps_seen(s, step, false);
    if (is_all_open(&w)) /* of each day, too */
        return;
    if (!is_closed_else(out, s, &w, false)) {
        w = steps_seen(s, step, true);
        if (!is_closed_else(out, s, &w, true))
            return;
    }
    out->style.open = w;
}

/* ---- times without a grid ---- */

/* How many steps from the first time to the last contain a time; *steps: how many there are. */
static size_t steps_met(int64_t *steps, const struct frequency f, const struct stamps *s)
{
    struct timeline t = {.frequency = f};
    int64_t step = step_seconds(f), first = 0, before = 0, now = 0;
    size_t met = 0;

    for (size_t i = 0; i < s->n; i++) {
        struct timestamp local = {floor_div(local_at(s, i), DAY_SECONDS) * DAY_SECONDS, FREQ_D};

        if (f.unit == FREQ_W)
            now = floor_div(floor_div(local.seconds, DAY_SECONDS) + 3, 7);
        else if (f.unit >= FREQ_D)
            now = floor_div(local_at(s, i), step);
        else
            (void)timeline_stamp_ordinal(&now, &t, &local, NULL); /* a date fits all of these */
        met += i == 0 || now != before;
        first = i ? first : now;
        before = now;
    }
    *steps = now - first + 1;
    return met;
}

/* Suggests parameters that give equal steps: the finest usual frequency of which most steps contain
 * a time. */
static void suggest(char *out, size_t size, const struct stamps *s)
{
    static const struct frequency usual[] = {
        {FREQ_MIN, 1}, {FREQ_MIN, 5}, {FREQ_MIN, 10}, {FREQ_MIN, 15}, {FREQ_MIN, 30}, {FREQ_H, 1},
        {FREQ_D, 1},   {FREQ_W, 1},   {FREQ_M, 1},    {FREQ_Q, 1},    {FREQ_Y, 1}};
    char name[16];

    out[0] = '\0';
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        int64_t steps = 0;
        size_t met = steps_met(&steps, usual[i], s);

        if ((int64_t)met < steps - (int64_t)met)
            continue;
        if (met == s->n && usual[i].unit <= FREQ_M)
            snprintf(out, size, "?frequency=%s", frequency_name(name, usual[i]));
        else
            snprintf(out, size,
                     "?frequency=%s&aggregate=mean (or sum, last, min, max, count) to join the "
                     "times of each step",
                     frequency_name(name, usual[i]));
        return;
    }
}

/* A step that meets all times but leaves most rows empty meets them by chance. */
static enum status check_regular(const struct timeline *t, const struct stamps *s, struct err *e)
{
    int64_t last = 0, rows;
    char name[16], way[160];

    if (timeline_row(&last, t, &s->t[s->n - 1], e))
        return ST_INVALID; /* cannot happen: the step was found from these times */
    rows = last + 1;
    if (rows - (int64_t)s->n <= (int64_t)s->n)
        return ST_OK;
    if (t->frequency.unit == FREQ_INDEX)
        return err_set(e, ST_INVALID,
                       "the row numbers leave more than half of the rows out: %zu of %lld are "
                       "there; give ?frequency=index if the others are really missing",
                       s->n, (long long)rows);
    suggest(way, sizeof(way), s);
    timeline_name(name, t);
    return err_set(e, ST_INVALID,
                   "the times are irregular: the widest step that meets them all, %s, gives %lld "
                   "rows for %zu times; give ?frequency=%s if so many values are really "
                   "missing%s%s",
                   name, (long long)rows, s->n, name, way[0] ? ", or " : "", way);
}

static enum status check_kind(const struct stamps *s, struct err *e)
{
    if (s->n == 0)
        return err_set(e, ST_INVALID, "there is no time stamp to find a frequency from");
    for (size_t i = 1; i < s->n; i++)
        if ((s->t[i].precision == FREQ_INDEX) != (s->t[0].precision == FREQ_INDEX))
            return err_set(e, ST_INVALID, "row numbers and calendar times cannot be mixed");
    return ST_OK;
}

static enum status find_grid(struct timeline *out, const struct stamps *s, struct err *e)
{
    if (s->t[0].precision == FREQ_INDEX || s->n == 1)
        out->frequency = (struct frequency){s->t[0].precision, 1};
    else if (!calendar_frequency(&out->frequency, s) && !clock_frequency(&out->frequency, s))
        return err_set(e, ST_INVALID,
                       "no frequency fits the time stamps; give ?frequency= if they are meant to "
                       "be equally spaced");
    return place_start(out, s, e);
}

enum status timeline_grid(struct timeline *out, const struct timestamp *t, size_t n,
                          const char *frequency, struct err *e)
{
    struct stamps s = {t, n, out->style.offset};
    enum status st = check_kind(&s, e);

    memset(&out->style.open, 0, sizeof(out->style.open));
    if (st)
        return st;
    if (!frequency || !frequency[0]) {
        st = find_grid(out, &s, e);
    } else {
        st = timeline_frequency(out, frequency, e);
        if (!st)
            st = place_start(out, &s, e);
    }
    if (!st)
        timeline_plain_style(out);
    return st;
}

void timeline_find_closed(struct timeline *t, const struct timestamp *stamps, size_t n)
{
    struct stamps s = {stamps, n, t->style.offset};

    find_closed(t, &s);
}

enum status timeline_check_regular(const struct timeline *t, const struct timestamp *stamps,
                                   size_t n, struct err *e)
{
    struct stamps s = {stamps, n, t->style.offset};

    return check_regular(t, &s, e);
}

enum status timeline_infer(struct timeline *out, const struct timestamp *t, size_t n,
                           const char *frequency, struct err *e)
{
    enum status st = timeline_grid(out, t, n, frequency, e);

    if (st || (frequency && frequency[0]))
        return st;
    timeline_find_closed(out, t, n);
    return timeline_check_regular(out, t, n, e);
}
