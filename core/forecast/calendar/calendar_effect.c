/* calendar_effect.c - see calendar_effect.h.
 *
 * Of months, every subset of regressors (working days or all weekdays, with or without Easter) gets
 * a regression on the filtered columns. The one with the largest odds is taken, if these exceed
 * evidence_min. The filter is an airline model, ARIMA (0,1,1)(0,1,1) over 12 months. It is fitted
 * to the series without the effect, so filter and effect are estimated alternately. */
#include "core/forecast/calendar/calendar_effect.h"

#include "core/base/row.h"
#include "core/base/stats.h"
#include "core/forecast/calendar/bayes_regression.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    YEAR = 12,
    YEARS_MIN = 4,
    ROUNDS = 3, /* the filter and the coefficients are estimated alternately */
    WORKING_DAYS = 1,
    EVERY_DAY = 2,
    DAYS_CHOICES = 3, /* none, working days, every day of the week */
    EASTER_CHOICES = 4,
    CHOSEN_MAX = 8
};

/* Chosen on some hundred monthly series, half of them with a made-up calendar. */
static const double evidence_min = 1.5; /* natural logarithm of the odds */
static const double clip = 2.5;         /* standard deviations; larger errors are set to it */

/* Prior mean and standard deviation of a coefficient, on the scale of logarithms. For comparison:
 * in a series without activity on weekends a working day is worth 0.013. One day is 0.035 of a
 * February. */
static double prior_mean(int column)
{
    return column == CALENDAR_LEAP ? 0.035 : 0;
}

static double prior_spread(int column)
{
    if (column == CALENDAR_WEEKDAYS)
        return 0.008;
    if (column < CALENDAR_LEAP)
        return 0.012;
    return column == CALENDAR_LEAP ? 0.015 : 0.08;
}

struct subset {
    int column[CHOSEN_MAX], count;
};

static struct subset subset_of(int days, int easter)
{
    struct subset s = {.count = 0};

    if (days == WORKING_DAYS)
        s.column[s.count++] = CALENDAR_WEEKDAYS;
    for (int i = CALENDAR_DAY; days == EVERY_DAY && i < CALENDAR_LEAP; i++)
        s.column[s.count++] = i;
    if (days)
        s.column[s.count++] = CALENDAR_LEAP;
    if (easter)
        s.column[s.count++] = CALENDAR_EASTER + easter - 1;
    return s;
}

/* ---- the regression ---- */

/* Products of the filtered columns with each other and with the series, divided by its variance. */
struct equations {
    double xx[CALENDAR_COLUMNS][CALENDAR_COLUMNS], xy[CALENDAR_COLUMNS];
};

static double solve(double b[BAYES_REGRESSION_MAX], const struct equations *q,
                    const struct subset *s)
{
    struct bayes_regression v = {.count = s->count};

    for (int i = 0; i < s->count; i++) {
        int at = s->column[i];

        for (int k = 0; k < s->count; k++)
            v.xx[i][k] = q->xx[at][s->column[k]];
        v.xy[i] = q->xy[at];
        v.mean[i] = prior_mean(at);
        v.spread[i] = prior_spread(at);
    }
    return bayes_regression_solve(b, &v);
}

static void choose(struct calendar_effect *out, const struct equations *q)
{
    double best = evidence_min;

    *out = (struct calendar_effect){.unit = CALENDAR_NONE};
    for (int i = 1; i < DAYS_CHOICES * EASTER_CHOICES; i++) {
        struct subset s = subset_of(i / EASTER_CHOICES, i % EASTER_CHOICES);
        double b[BAYES_REGRESSION_MAX], odds = solve(b, q, &s);

        if (!(odds > best))
            continue;
        best = odds;
        *out = (struct calendar_effect){.unit = CALENDAR_MONTHS};
        for (int k = 0; k < s.count; k++)
            out->beta[s.column[k]] = b[k];
    }
}

/* ---- the filter ---- */

/* The last n months of a series; block holds all arrays. */
struct months {
    double *block;
    double *w, *rest;         /* (n) logarithms; the same without the effect */
    double *x;                /* (CALENDAR_COLUMNS, n) */
    double *fx, *fw, *errors; /* filtered x; filtered w; fw without the effect */
    int n;
};

static enum status months_init(struct months *m, const double *y, int n, const struct calendar *c,
                               struct err *e)
{
    size_t columns = 2 * CALENDAR_COLUMNS + 4, size = (size_t)n * columns * sizeof(double);
    struct calendar_month month;

    *m = (struct months){.block = malloc(size), .n = n};
    if (!m->block)
        return err_nomem(e, size);
    m->w = m->block;
    m->rest = m->w + n;
    m->fw = m->rest + n;
    m->errors = m->fw + n;
    m->x = m->errors + n;
    m->fx = m->x + (size_t)n * CALENDAR_COLUMNS;
    calendar_month_at(&month, c, 0);
    for (int i = 0; i < n; i++, calendar_month_next(&month)) {
        double row[CALENDAR_COLUMNS];

        m->w[i] = log(y[i]);
        calendar_row(row, &month);
        for (int k = 0; k < CALENDAR_COLUMNS; k++)
            row(m->x, k, n)[i] = row[k];
    }
    return ST_OK;
}

/* out = v - sum over k of beta_k x_k, where v (n) and x are both filtered, or both not. */
static void take_off(double *out, const double *v, const double *x, int n,
                     const struct calendar_effect *f)
{
    memcpy(out, v, (size_t)n * sizeof(*out));
    for (int k = 0; k < CALENDAR_COLUMNS; k++)
        for (int i = 0; i < n; i++)
            out[i] -= f->beta[k] * row(x, k, n)[i];
}

/* Fits the filter to the series without the effect f, then filters series and columns by it. */
static enum status filter(struct months *m, int *lost, const struct calendar_effect *f,
                          struct err *e)
{
    struct arima model = {.d = 1, .q = 1, .D = 1, .Q = 1, .season = YEAR};
    enum status st;

    *lost = model.d + model.D * model.season;
    take_off(m->rest, m->w, m->x, m->n, f);
    st = arima_fit(&model, NULL, m->rest, m->n, YEAR, ARIMA_SQUARES, e);
    if (!st)
        st = arima_filter(m->fw, &model, m->w, m->n, e);
    for (int k = 0; !st && k < CALENDAR_COLUMNS; k++)
        st = arima_filter(row(m->fx, k, m->n), &model, row(m->x, k, m->n), m->n, e);
    return st;
}

/* Sets errors beyond the clip to it. Returns the variance of the errors, or 0 when there are
 * none. */
static double clip_errors(struct months *m, int lost, const struct calendar_effect *f)
{
    double most, square = 0;

    take_off(m->errors, m->fw, m->fx, m->n, f);
    most = clip * robust_spread(m->errors + lost, m->n - lost, m->rest);
    for (int i = lost; i < m->n; i++) {
        double error = fmin(fmax(m->errors[i], -most), most);

        m->fw[i] += error - m->errors[i];
        square += error * error / (m->n - lost);
    }
    return square;
}

static void set_up(struct equations *q, const struct months *m, int lost, double variance)
{
    size_t n = (size_t)m->n;

    *q = (struct equations){0};
    for (int i = 0; i < CALENDAR_COLUMNS; i++)
        for (size_t t = (size_t)lost; t < n; t++) {
            double v = m->fx[(size_t)i * n + t] / variance;

            q->xy[i] += v * m->fw[t];
            for (int k = 0; k < CALENDAR_COLUMNS; k++)
                q->xx[i][k] += v * m->fx[(size_t)k * n + t];
        }
}

static enum status find(struct calendar_effect *f, struct months *m, struct err *e)
{
    enum status st = ST_OK;

    for (int round = 0; !st && round < ROUNDS; round++) {
        struct equations q;
        double variance;
        int lost;

        st = filter(m, &lost, f, e);
        if (st)
            return st;
        variance = clip_errors(m, lost, f);
        if (!(variance > 0 && isfinite(variance))) {
            *f = (struct calendar_effect){.unit = CALENDAR_NONE};
            return ST_OK;
        }
        set_up(&q, m, lost, variance);
        choose(f, &q);
    }
    return st;
}

static enum status fit_months(struct calendar_effect *out, const double *y, int n,
                              const struct calendar *c, struct err *e)
{
    int used = n < HISTORY_MAX ? n : HISTORY_MAX;
    struct calendar from = {c->unit, c->first + n - used};
    struct months m;
    enum status st;

    if (n < YEARS_MIN * YEAR)
        return ST_OK;
    st = months_init(&m, y + n - used, used, &from, e);
    if (!st)
        st = find(out, &m, e);
    free(m.block);
    return st;
}

static enum status fit_days(struct calendar_effect *out, const double *y, int n,
                            const struct calendar *c, struct err *e)
{
    double *w = malloc((size_t)n * sizeof(*w));
    enum status st;

    if (!w)
        return err_nomem(e, (size_t)n * sizeof(*w));
    for (int i = 0; i < n; i++)
        w[i] = log(y[i]);
    st = holidays_fit(&out->holidays, w, n, c, e);
    out->unit = out->holidays.count || out->holidays.annual.order ? CALENDAR_DAYS : CALENDAR_NONE;
    free(w);
    return st;
}

static bool in_bounds(const struct calendar_effect *f)
{
    bool fine = true;

    for (int k = 0; k < CALENDAR_COLUMNS; k++)
        fine = fine && fabs(f->beta[k]) <= MONTH_BETA_MAX;
    for (int k = 0; k < 2 * f->holidays.annual.order; k++)
        fine = fine && fabs(f->holidays.annual.beta[k]) <= DAY_BETA_MAX;
    for (int i = 0; i < f->holidays.count; i++)
        fine = fine && fabs(f->holidays.list[i].beta) <= DAY_BETA_MAX;
    return fine;
}

enum status calendar_effect_fit(struct calendar_effect *out, const double *y, int n,
                                const struct calendar *c, struct err *e)
{
    struct calendar_effect f = {.unit = CALENDAR_NONE};
    enum status st = ST_OK;

    *out = f;
    for (int i = 0; i < n; i++) {
        if (!(y[i] > 0))
            return ST_OK;
    }
    if (c->unit == CALENDAR_MONTHS)
        st = fit_months(&f, y, n, c, e);
    else if (c->unit == CALENDAR_DAYS)
        st = fit_days(&f, y, n, c, e);
    if (!st && in_bounds(&f))
        *out = f;
    return st;
}

static void add_months(double *v, const double *beta, const struct calendar *c, int n)
{
    struct calendar_month m;

    calendar_month_at(&m, c, 0);
    for (int i = 0; i < n; i++, calendar_month_next(&m)) {
        double row[CALENDAR_COLUMNS];

        calendar_row(row, &m);
        for (int k = 0; k < CALENDAR_COLUMNS; k++)
            v[i] += beta[k] * row[k];
    }
}

void calendar_effect_add(double *v, const struct calendar_effect *f, const struct calendar *c,
                         int n)
{
    if (f->unit == CALENDAR_NONE || c->unit != f->unit)
        return;
    if (f->unit == CALENDAR_MONTHS)
        add_months(v, f->beta, c, n);
    else
        holidays_add(v, &f->holidays, c->first, n);
}
