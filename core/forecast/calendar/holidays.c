/* holidays.c - see holidays.h.
 *
 * The series goes through the filter of a weekly airline model. One day's effect beta then shows up
 * as beta times the response of the filter, so that each candidate has a sum of products and a sum
 * of squares, and from these its odds. The clearest candidate is taken, all coefficients are
 * estimated again, and the search continues until no candidate is clear. */
#include "core/forecast/calendar/holidays.h"

#include "core/base/stats.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WEEK = 7,
    WORKING_DAYS = 5,
    MONTHS = 12,
    MONTH_MAX = 31,
    EASTER_MAX = 70, /* days before and after it */
    HISTORY = 3700,  /* days from the end that are used */
    OCCURRENCES_MAX = 12,
    HISTORY_MIN = 2 * 365 + 2 * WEEK,
    RESPONSE = 120, /* days after which the response of the filter is negligible */
    ROUNDS = 2,     /* the filter and the effects are estimated alternately */
    SWEEPS = 4,
    IDS_MAX = 5, /* candidates that one day belongs to */
    TAKEN_MAX = 2 * HOLIDAYS_MAX,
    ONCE = -1 /* in place of a candidate's number: a single day of one year */
};

/* Numbers of the candidates: dates, dates on working days, weekdays, days from Easter. */
enum {
    DATES = MONTHS * MONTH_MAX,
    WEEKDAYS = MONTHS * WEEK * HOLIDAY_LAST,
    FIRST_WEEKDAY = 2 * DATES,
    FIRST_EASTER = FIRST_WEEKDAY + WEEKDAYS,
    CANDIDATES = FIRST_EASTER + 2 * EASTER_MAX + 1
};

/* Logarithms of odds. There are more than a thousand candidates, so odds_min is high. A candidate
 * must also exceed odds_each_min without its strongest year; otherwise one year alone may have
 * caused the effect. Chosen on daily births in the United States, 1969 to 2014. */
static const double odds_min = 25, odds_each_min = 5;
static const double prior_spread = 0.3; /* of an effect */

/* ---- days ---- */

static int ids_of(int out[IDS_MAX], const struct civil *d)
{
    int n = 0, date = d->month * MONTH_MAX + d->day - 1, nth = (d->day - 1) / WEEK + 1;
    int weekday = FIRST_WEEKDAY + (d->month * WEEK + d->weekday) * HOLIDAY_LAST;

    out[n++] = date;
    if (d->weekday < WORKING_DAYS)
        out[n++] = DATES + date;
    if (nth < HOLIDAY_LAST)
        out[n++] = weekday + nth - 1;
    if (d->day + WEEK > d->length)
        out[n++] = weekday + HOLIDAY_LAST - 1;
    if (abs(d->easter) <= EASTER_MAX)
        out[n++] = FIRST_EASTER + EASTER_MAX + d->easter;
    return n;
}

static struct holiday holiday_of(int id)
{
    int weekday = id - FIRST_WEEKDAY;

    if (id >= FIRST_EASTER)
        return (struct holiday){.kind = HOLIDAY_EASTER, .day = id - FIRST_EASTER - EASTER_MAX};
    if (id >= FIRST_WEEKDAY)
        return (struct holiday){.kind = HOLIDAY_WEEKDAY,
                                .month = weekday / (WEEK * HOLIDAY_LAST),
                                .day = weekday / HOLIDAY_LAST % WEEK,
                                .nth = weekday % HOLIDAY_LAST + 1};
    return (struct holiday){.kind = HOLIDAY_DATE,
                            .month = id % DATES / MONTH_MAX,
                            .day = id % MONTH_MAX + 1,
                            .working = id >= DATES};
}

/* *out: the days from 1970-01-01 to the holiday of that year. Returns false when it has none. */
static bool day_in(int64_t *out, const struct holiday *h, int64_t year)
{
    int length = h->kind == HOLIDAY_EASTER ? 0 : calendar_month_length(year, h->month), past;
    struct civil first;

    switch (h->kind) {
    case HOLIDAY_DATE:
        *out = calendar_date(year, h->month, h->day);
        return h->day <= length && (!h->working || calendar_civil(*out).weekday < WORKING_DAYS);
    case HOLIDAY_WEEKDAY:
        first = calendar_civil(calendar_date(year, h->month, 1));
        past = (h->day - first.weekday + WEEK) % WEEK;
        past += h->nth == HOLIDAY_LAST ? (length - 1 - past) / WEEK * WEEK : (h->nth - 1) * WEEK;
        *out = calendar_date(year, h->month, 1) + past;
        return true;
    case HOLIDAY_EASTER:
        *out = calendar_easter(year) + h->day;
        return true;
    }
    return false;
}

void holidays_add(double *v, const struct holidays *h, int64_t first, int n)
{
    int64_t year = calendar_civil(first).year, last = calendar_civil(first + n - 1).year, day = 0;

    annual_add_days(v, &h->annual, first, n);
    for (; year <= last; year++)
        for (int i = 0; i < h->count; i++)
            if (day_in(&day, &h->list[i], year) && day >= first && day < first + n)
                v[day - first] += h->list[i].beta;
}

bool holiday_check(const struct holiday *h)
{
    bool month = h->month >= 0 && h->month < MONTHS;

    switch (h->kind) {
    case HOLIDAY_DATE:
        return month && h->day >= 1 && h->day <= MONTH_MAX;
    case HOLIDAY_WEEKDAY:
        return month && h->day >= 0 && h->day < WEEK && h->nth >= 1 && h->nth <= HOLIDAY_LAST;
    case HOLIDAY_EASTER:
        return abs(h->day) <= EASTER_MAX;
    }
    return false;
}

/* ---- finding them ---- */

/* A candidate that was taken, or a single odd day, and where in the history it occurs. */
struct taken {
    int id, at[OCCURRENCES_MAX], count;
    double beta;
};

/* The evidence for a candidate, over its occurrences: the sum of the squared responses (energy),
 * and the sum of the products of response and errors. */
struct tally {
    double energy, product,
        least; /* least: logarithm of the odds without the strongest occurrence */
    int count;
};

struct finder {
    int n, lost;                   /* days; days at the start that differencing uses up */
    struct civil *day;             /* (n) owned, as all below */
    double *errors, *rest, *space; /* (n) filtered series; series without the effects; space */
    double *product;               /* (n) response to each day, times the errors, summed */
    double response[RESPONSE];     /* of the filter to a single day of 1 */
    double energy[RESPONSE + 1];   /* sum of squares of its first i steps */
    double variance;               /* of the errors, robust against holidays */
    struct tally *tally;           /* (CANDIDATES) */
    struct taken taken[TAKEN_MAX];
    int count, holidays;     /* entries of taken; those that are not ONCE */
    double *wave, *filtered; /* (ANNUAL_WAVES, n) owned; before and after the filter */
    struct annual annual;
};

static void finder_release(struct finder *f)
{
    free(f->day);
    free(f->errors);
    free(f->tally);
    free(f->wave);
}

static enum status finder_init(struct finder *f, int n, int64_t first, struct err *e)
{
    *f = (struct finder){.n = n};
    f->day = malloc((size_t)n * sizeof(*f->day));
    f->errors = malloc(4 * (size_t)n * sizeof(*f->errors));
    f->tally = malloc(CANDIDATES * sizeof(*f->tally));
    f->wave = malloc(2 * ANNUAL_WAVES * (size_t)n * sizeof(*f->wave));
    if (!f->day || !f->errors || !f->tally || !f->wave) {
        finder_release(f);
        return err_nomem(e, (size_t)n * sizeof(*f->day));
    }
    f->rest = f->errors + n;
    f->space = f->rest + n;
    f->product = f->space + n;
    f->filtered = f->wave + ANNUAL_WAVES * (size_t)n;
    annual_waves(f->wave, first, n);
    for (int t = 0; t < n; t++)
        f->day[t] = calendar_civil(first + t);
    return ST_OK;
}

static int response_length(const struct finder *f, int t)
{
    return f->n - t < RESPONSE ? f->n - t : RESPONSE;
}

static double energy_of(const struct finder *f, int t)
{
    return f->energy[response_length(f, t)];
}

static double product_of(const struct finder *f, int t)
{
    double sum = 0;

    for (int s = 0, n = response_length(f, t); s < n; s++)
        sum += f->response[s] * f->errors[t + s];
    return sum;
}

static void take_off(struct finder *f, int t, double beta)
{
    for (int s = 0, n = response_length(f, t); s < n; s++)
        f->errors[t + s] -= beta * f->response[s];
}

/* Fits the filter to the series without the effects taken so far, then filters everything by it. */
static enum status filter(struct finder *f, const double *w, struct err *e)
{
    struct arima m = {.d = 1, .q = 1, .D = 1, .Q = 1, .season = WEEK};
    int used = f->n < HISTORY_MAX ? f->n : HISTORY_MAX;
    enum status st;

    f->lost = m.d + m.D * m.season;
    memcpy(f->rest, w, (size_t)f->n * sizeof(*w));
    annual_add(f->rest, &f->annual, f->wave, f->n, -1);
    for (int i = 0; i < f->count; i++)
        for (int k = 0; k < f->taken[i].count; k++)
            f->rest[f->taken[i].at[k]] -= f->taken[i].beta;
    st = arima_fit(&m, NULL, f->rest + f->n - used, used, WEEK, ARIMA_SQUARES, e);
    if (!st)
        st = arima_filter(f->errors, &m, w, f->n, e);
    for (size_t k = 0; !st && k < ANNUAL_WAVES; k++)
        st = arima_filter(f->filtered + k * (size_t)f->n, &m, f->wave + k * (size_t)f->n, f->n, e);
    if (!st)
        st = arima_response(f->response, &m, RESPONSE, e);
    if (st)
        return st;
    for (int i = 0; i < RESPONSE; i++) {
        f->energy[i + 1] = f->energy[i] + f->response[i] * f->response[i];
    }
    f->variance = robust_spread(f->errors + f->lost, f->n - f->lost, f->space);
    f->variance *= f->variance;
    return ST_OK;
}

/* Fits the course of the year to the errors without the effects taken so far, and subtracts it from
 * the errors. */
static void find_annual(struct finder *f)
{
    memcpy(f->rest, f->errors, (size_t)f->n * sizeof(*f->rest));
    for (int i = 0; i < f->count; i++)
        for (int k = 0; k < f->taken[i].count; k++)
            for (int s = 0, t = f->taken[i].at[k], n = response_length(f, t); s < n; s++)
                f->rest[t + s] -= f->taken[i].beta * f->response[s];
    annual_fit(&f->annual, f->rest, f->filtered, f->lost, f->n, f->variance, f->space);
    annual_add(f->errors, &f->annual, f->filtered, f->n, -1);
}

/* The odds of an effect against none, as a logarithm. The prior is normal with mean 0. */
static double odds_of(const struct finder *f, double energy, double product)
{
    double prior = prior_spread * prior_spread, v = product / f->variance;
    double precision = energy / f->variance + 1 / prior;

    return (v * v / precision - log(precision * prior)) / 2;
}

static void count_up(struct finder *f)
{
    int ids[IDS_MAX];

    for (int k = 0; k < CANDIDATES; k++)
        f->tally[k] = (struct tally){.least = INFINITY};
    for (int t = f->lost; t < f->n; t++) {
        f->product[t] = product_of(f, t);
        for (int i = ids_of(ids, &f->day[t]) - 1; i >= 0; i--) {
            struct tally *y = &f->tally[ids[i]];

            y->energy += energy_of(f, t);
            y->product += f->product[t];
            y->count++;
        }
    }
    for (int t = f->lost; t < f->n; t++)
        for (int i = ids_of(ids, &f->day[t]) - 1; i >= 0; i--) {
            struct tally *y = &f->tally[ids[i]];
            double rest = y->product - f->product[t];
            bool same = rest * y->product > 0;

            y->least = fmin(y->least, same ? odds_of(f, y->energy - energy_of(f, t), rest) : 0);
        }
}

static bool is_taken(const struct finder *f, int id)
{
    bool found = false;

    for (int i = 0; i < f->count; i++)
        found = found || f->taken[i].id == id;
    return found;
}

/* Returns the number of the clearest candidate, or ONCE when none is clear; *best: its odds. */
static int clearest(double *best, const struct finder *f)
{
    int id = ONCE;

    *best = odds_min;
    for (int k = 0; k < CANDIDATES; k++) {
        const struct tally *y = &f->tally[k];
        double odds = odds_of(f, y->energy, y->product);

        if (y->count < 2 || y->least < odds_each_min || !(odds > *best) || is_taken(f, k))
            continue;
        *best = odds;
        id = k;
    }
    return id;
}

/* Returns the day whose own odds are largest, and above `odds`; 0 when there is none. */
static int oddest(double odds, const struct finder *f)
{
    int day = 0;

    for (int t = f->lost; t < f->n; t++) {
        double v = odds_of(f, energy_of(f, t), f->product[t]);

        if (v > odds) {
            odds = v;
            day = t;
        }
    }
    return day;
}

static void take_day(struct finder *f, int day)
{
    f->taken[f->count++] = (struct taken){.id = ONCE, .at = {day}, .count = 1};
}

static void take(struct finder *f, int id)
{
    struct taken *x = &f->taken[f->count++];
    int ids[IDS_MAX];

    f->holidays++;
    *x = (struct taken){.id = id};
    for (int t = f->lost; t < f->n && x->count < OCCURRENCES_MAX; t++)
        for (int i = ids_of(ids, &f->day[t]) - 1; i >= 0; i--)
            if (ids[i] == id)
                x->at[x->count++] = t;
}

/* Estimates each effect again while the others keep their values. */
static void sweep(struct finder *f)
{
    for (int i = 0; i < f->count; i++) {
        struct taken *x = &f->taken[i];
        double energy = f->variance / (prior_spread * prior_spread), product = 0, beta;

        for (int k = 0; k < x->count; k++) {
            energy += energy_of(f, x->at[k]);
            product += product_of(f, x->at[k]) + x->beta * energy_of(f, x->at[k]);
        }
        beta = product / energy;
        for (int k = 0; k < x->count; k++)
            take_off(f, x->at[k], beta - x->beta);
        x->beta = beta;
    }
}

/* Takes the next candidate or day. A single day with larger odds than any candidate comes first:
 * otherwise its error would be taken for a holiday nearby. Returns false when nothing is left. */
static bool take_next(struct finder *f)
{
    double odds;
    int id, day;

    if (f->count == TAKEN_MAX)
        return false;
    count_up(f);
    id = clearest(&odds, f);
    day = oddest(odds, f);
    if (day)
        take_day(f, day);
    else if (id != ONCE && f->holidays < HOLIDAYS_MAX)
        take(f, id);
    else
        return false;
    return true;
}

static enum status find(struct finder *f, const double *w, struct err *e)
{
    for (int round = 0; round < ROUNDS; round++) {
        enum status st = filter(f, w, e);

        if (st)
            return st;
        if (!(f->variance > 0 && isfinite(f->variance))) {
            f->count = 0;
            f->annual.order = 0;
            return ST_OK;
        }
        find_annual(f);
        f->count = f->holidays = 0;
        while (take_next(f)) {
            for (int i = 0; i < SWEEPS; i++)
                sweep(f);
        }
    }
    return ST_OK;
}

enum status holidays_fit(struct holidays *out, const double *w, int n, const struct calendar *c,
                         struct err *e)
{
    int used = n < HISTORY ? n : HISTORY;
    struct finder f;
    enum status st;

    *out = (struct holidays){.count = 0};
    if (used < HISTORY_MIN)
        return ST_OK;
    st = finder_init(&f, used, c->first + n - used, e);
    if (st)
        return st;
    st = find(&f, w + n - used, e);
    if (!st)
        out->annual = f.annual;
    for (int i = 0; !st && i < f.count; i++) {
        if (f.taken[i].id == ONCE)
            continue;
        out->list[out->count] = holiday_of(f.taken[i].id);
        out->list[out->count++].beta = f.taken[i].beta;
    }
    finder_release(&f);
    return st;
}
