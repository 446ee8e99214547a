/* anomalies.c - one-step forecasts compared with the observations: see <lstm/anomalies.h>. */
#include <lstm/anomalies.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The level, in percent, of the interval of one standard deviation, and the mean absolute value of
 * a normal error with standard deviation 1. */
static const double one_sigma = 68.26894921370859, mean_normal = 0.7978845608028654;

void anomalies_release(struct anomalies *a)
{
    free(a->expected);
    free(a->lower);
    free(a->upper);
    free(a->anomaly);
    *a = (struct anomalies){0};
}

static enum status make_room(struct anomalies *a, int count, struct err *e)
{
    size_t n = (size_t)count;

    *a = (struct anomalies){.expected = malloc(n * sizeof(double)),
                            .lower = malloc(n * sizeof(double)),
                            .upper = malloc(n * sizeof(double)),
                            .anomaly = calloc(n, sizeof(bool))};
    if (a->expected && a->lower && a->upper && a->anomaly)
        return ST_OK;
    anomalies_release(a);
    return err_nomem(e, 3 * n * sizeof(double));
}

/* The forecast of the observation after y (n), between the bounds of `level` and of one standard
 * deviation. */
struct expectation {
    double mean, lower, upper, sigma;
};

static enum status expect(struct expectation *x, const struct forecaster *f,
                          const struct series_view *y, int n, double level, struct err *e)
{
    struct series_view past = *y;
    const double levels[2] = {one_sigma, level};
    double low = 0, high = 0;
    struct forecast out = {
        .mean = &x->mean, .lower = {&low, &x->lower}, .upper = {&high, &x->upper}};
    enum status st;

    past.length = n;
    st = forecaster_predict_view(&out, f, &past, 1, levels, 2, e);
    x->sigma = (high - low) / 2;
    return st;
}

/* Finds the first observation at or after `from` with enough history before it, and its expectation
 * *x. */
static enum status find_first(int *first, struct expectation *x, const struct forecaster *f,
                              const struct series_view *y, int from, int n, double level,
                              struct err *e)
{
    int low = from, high = n - 1;
    enum status st = expect(x, f, y, low, level, e);

    if (st != ST_INVALID || low == high) {
        *first = low;
        return st;
    }
    st = expect(x, f, y, high, level,
                e); /* if even the last has too little, this error is returned */
    while (!st && high - low > 1) {
        int middle = low + (high - low) / 2;
        struct err ignored = {0};
        enum status tried = expect(x, f, y, middle, level, &ignored);

        if (tried && tried != ST_INVALID)
            return tried;
        *(tried ? &low : &high) = middle;
    }
    *first = high;
    return st ? st : expect(x, f, y, high, level, e);
}

static void score(struct anomalies *a, double *y, const struct expectation *x, double *sizes,
                  int *scored)
{
    int i = a->count++;
    double v = y[a->first + i];

    a->expected[i] = a->lower[i] = a->upper[i] = NAN;
    if (isnan(v))
        return;
    a->expected[i] = x->mean;
    a->lower[i] = x->lower;
    a->upper[i] = x->upper;
    a->anomaly[i] = v < x->lower || v > x->upper;
    a->num_anomalies += a->anomaly[i];
    if (x->sigma > 0) {
        *sizes += fabs(v - x->mean) / x->sigma;
        ++*scored;
    }
    if (a->anomaly[i])
        y[a->first + i] = NAN;
}

enum status forecaster_anomalies(struct anomalies *out, const struct forecaster *f,
                                 const double *history, int n, double level, int last,
                                 struct err *e)
{
    const struct series_view s = {.id = "", .values = history, .length = n};

    return forecaster_anomalies_view(out, f, &s, level, last, e);
}

enum status forecaster_anomalies_view(struct anomalies *out, const struct forecaster *f,
                                      const struct series_view *history, double level, int last,
                                      struct err *e)
{
    struct series_view seen = *history;
    int n = history->length;
    struct anomalies a;
    struct expectation x = {0};
    double sizes = 0, *y;
    int from = n > last ? n - last : 1, scored = 0;
    enum status st;

    if (!forecaster_has_intervals(f))
        return err_set(
            e, ST_INVALID,
            "this model has no residuals, so there is no interval that a value could lie "
            "outside of; train it on more observations here");
    if (last < 1 || n < 2)
        return err_set(e, ST_INVALID, "%s",
                       last < 1 ? "last must be at least 1" : "a history of less than two values");
    st = make_room(&a, n - from, e);
    if (st)
        return st;
    y = malloc((size_t)n * sizeof(*y));
    if (!y) {
        anomalies_release(&a);
        return err_nomem(e, (size_t)n * sizeof(*y));
    }
    memcpy(y, history->values, (size_t)n * sizeof(*y));
    seen.values = y;
    st = find_first(&a.first, &x, f, &seen, from, n, level, e);
    while (!st && a.first + a.count < n) {
        score(&a, y, &x, &sizes, &scored);
        if (a.first + a.count < n)
            st = expect(&x, f, &seen, a.first + a.count, level, e);
    }
    a.drift = scored ? sizes / scored / mean_normal : NAN;
    free(y);
    if (st)
        anomalies_release(&a);
    else
        *out = a;
    return st;
}
