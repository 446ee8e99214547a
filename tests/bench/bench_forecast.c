/* bench_forecast.c - the accuracy of forecasts of real series, beside R's ETS and ARIMA.
 *
 * usage: bench_forecast [DATA [SEEDS [NAME=VALUE ...]]]     DATA: ../shared/data
 *
 * Rows: 100 monthly and 48 hourly series of M4, each as one panel, against the official test part;
 * the last 25 origins of AirPassengers, 12 steps each; eight other series, each alone, at the last
 * origin and at the two before it, a horizon apart. NAME=VALUE sets a parameter of the default
 * recipe, such as ensemble=false for the net alone. Errors are means over series, steps and
 * origins, and then medians over the seeds.
 *
 * Columns: n series; h steps; sMAPE (MAPE for AirPassengers) and MASE, the period of its scale
 * being that of the index; OWA (to the official Naive2 of M4); served, OWA: MASE and OWA of the
 * model that was fitted to all values before the test part, as it is served to a user who has them
 * (the columns before are those of the evaluation, whose model is not fitted again); smooth,
 * snaive: MASE of our exponential smoothing and of the season before; best: the smallest MASE of
 * R's methods at the last origin, from baselines_open.csv, and last: ours there; ratio: last /
 * best; three: the mean over the origins of ours over the better of R's auto.arima and ets there,
 * where baselines.R has left them in build/baselines.csv; c80, c95: share of truths inside the
 * intervals; msis, ets: mean scaled interval score at 95 %, ours and that of R's ETS at the last
 * origin; s: seconds of the evaluated fit, evaluation included, with as many threads as the
 * environment's LSTMD_THREADS says. */
#include "server/jobs/pool.h"

#include <cjson/cJSON.h>
#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SERIES_MAX = 128, ROWS_MAX = 200000, SEEDS_MAX = 50, LINE_MAX_BYTES = 1 << 20 };

struct series {
    char id[64];
    double *values; /* (n), the test part last */
    double *naive2; /* (h), or NULL */
    int n, m, h;
    struct calendar calendar; /* of the first value, of months and days */
};

/* Sums over series, origins and steps. */
struct score {
    double smape, mape, mase, naive2_smape, naive2_mase, own_ets, snaive, in80, in95, msis, steps;
    double served_smape, served_mase; /* of the model that is fitted to all that came before */
    double seconds;
    int windows, fits;
};

struct setup {
    const char *data;
    int seeds, num_pairs;
    char **pairs;
    const struct parallel *threads;
};

static char line[LINE_MAX_BYTES];

/* ---- data ---- */

static double *numbers(const cJSON *a, double *into, int *n)
{
    const cJSON *x;

    cJSON_ArrayForEach(x, a) into[(*n)++] = x->valuedouble;
    return into;
}

/* The place of a date, "1949-01" or more, in a series of this season; of weeks of days and years of
 * months. */
static struct calendar calendar_of(const char *date, int m)
{
    struct tm tm = {.tm_mday = 1};

    if (!date || sscanf(date, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) < 2)
        return (struct calendar){.unit = CALENDAR_NONE};
    tm.tm_year -= 1900;
    tm.tm_mon--;
    if (m == 12)
        return (struct calendar){CALENDAR_MONTHS, (tm.tm_year - 70) * 12 + tm.tm_mon};
    return (struct calendar){m == 7 ? CALENDAR_DAYS : CALENDAR_NONE, timegm(&tm) / 86400};
}

/* One line of m4/: the train and the test part as one series. */
static int read_m4(struct series *s, const char *data, const char *file)
{
    int count = 0;
    FILE *in;

    snprintf(line, sizeof(line), "%s/m4/%s", data, file);
    in = fopen(line, "r");
    while (in && count < SERIES_MAX && fgets(line, sizeof(line), in)) {
        cJSON *j = cJSON_Parse(line);
        struct series *q = &s[count];
        int k = 0;

        if (!cJSON_GetStringValue(cJSON_GetObjectItem(j, "id")))
            continue;
        snprintf(q->id, sizeof(q->id), "%s", cJSON_GetStringValue(cJSON_GetObjectItem(j, "id")));
        q->m = cJSON_GetObjectItem(j, "m")->valueint;
        q->h = cJSON_GetObjectItem(j, "h")->valueint;
        q->calendar = calendar_of(cJSON_GetStringValue(cJSON_GetObjectItem(j, "start")), q->m);
        q->values = calloc(10000, sizeof(double));
        q->naive2 = calloc(1000, sizeof(double));
        if (q->values && q->naive2) {
            q->n = 0;
            numbers(cJSON_GetObjectItem(j, "train"), q->values, &q->n);
            numbers(cJSON_GetObjectItem(j, "test"), q->values, &q->n);
            numbers(cJSON_GetObjectItem(j, "naive2"), q->naive2, &k);
            count++;
        }
        cJSON_Delete(j);
    }
    if (in)
        fclose(in);
    return count;
}

/* Reads the second column; NaN where it is empty, and for days that are missing in a daily series.
 * s->m must be set. */
static int read_column(struct series *s, const char *data, const char *file)
{
    double *v = s->values;
    int n = 0;
    FILE *in;

    snprintf(line, sizeof(line), "%s/univariate/%s", data, file);
    in = fopen(line, "r");
    if (!in || !fgets(line, sizeof(line), in)) {
        if (in)
            fclose(in);
        return -1;
    }
    while (n < ROWS_MAX && fgets(line, sizeof(line), in)) {
        const char *comma = strchr(line, ',');
        struct calendar at;
        char *end;

        if (!comma)
            continue;
        at = calendar_of(line, s->m);
        if (n == 0)
            s->calendar = at;
        while (at.unit == CALENDAR_DAYS && n < at.first - s->calendar.first && n < ROWS_MAX - 1)
            v[n++] = NAN;
        v[n] = strtod(comma + 1, &end);
        v[n] = end == comma + 1 ? NAN : v[n];
        n++;
    }
    fclose(in);
    return n;
}

static int read_univariate(struct series *s, const char *data)
{
    char files[SERIES_MAX][256];
    int count = 0, kept = 0;
    FILE *in;

    snprintf(line, sizeof(line), "%s/univariate/index.csv", data);
    in = fopen(line, "r");
    while (in && count < SERIES_MAX && fgets(line, sizeof(line), in)) {
        if (sscanf(line, "%255[^,],%*[^,],%d,%d", files[count], &s[count].m, &s[count].h) == 3)
            count++;
    }
    if (in)
        fclose(in);
    for (int i = 0; i < count; i++) {
        struct series q = s[i];

        q.values = calloc(ROWS_MAX, sizeof(double));
        q.naive2 = NULL;
        q.n = q.values ? read_column(&q, data, files[i]) : -1;
        snprintf(q.id, sizeof(q.id), "%.*s", (int)strcspn(files[i], "."), files[i]);
        if (q.n > 0)
            s[kept++] = q;
    }
    return kept;
}

/* The smallest MASE of any of R's methods, and the interval score of its ETS, h steps ahead; NaN:
 * the file does not have them. */
static void read_baseline(double *best, double *ets, const char *data, const char *id, int h)
{
    FILE *in;

    *best = *ets = NAN;
    snprintf(line, sizeof(line), "%s/baselines_open.csv", data);
    in = fopen(line, "r");
    while (in && fgets(line, sizeof(line), in)) {
        char name[64], method[32];
        double mase, msis;
        int steps;

        if (sscanf(line, "%63[^,],%31[^,],%d,%*[^,],%*[^,],%*[^,],%*[^,],%lf,%*[^,],%*[^,],%lf",
                   name, method, &steps, &mase, &msis) < 5 ||
            steps != h || strcmp(name, id) != 0)
            continue;
        *best = isnan(*best) ? mase : fmin(*best, mase);
        if (!strcmp(method, "ets"))
            *ets = msis;
    }
    if (in)
        fclose(in);
}

/* The MASE of the better of R's two models at an origin, from the file of baselines.R; NaN: the
 * file does not have it. */
static double read_peer(const char *id, int back)
{
    double best = NAN;
    FILE *in = fopen("build/baselines.csv", "r");

    while (in && fgets(line, sizeof(line), in)) {
        char name[64];
        double arima, ets;
        int at;

        if (sscanf(line, "%63[^,],%d,%lf,%lf", name, &at, &arima, &ets) == 4 && at == back &&
            !strcmp(name, id))
            best = fmin(arima, ets);
    }
    if (in)
        fclose(in);
    return best;
}

/* The same for a panel, without a single best method, and with the mean of the scores. */
static void read_baselines(double *best, double *ets, const struct series *s, int count,
                           const char *data)
{
    double sum = 0, one;

    *best = NAN;
    for (int i = 0; i < count; i++) {
        read_baseline(best, &one, data, s[i].id, s[i].h);
        sum += one / count;
    }
    *ets = sum;
    *best = count > 1 ? NAN : *best;
}

/* ---- fits ---- */

static enum status configure(struct params *p, const struct setup *s, int h, int seed,
                             struct err *e)
{
    enum status st = params_defaults(p, TASK_FORECAST, NULL, e);

    p->horizon = p->test_size = h;
    p->seed = seed;
    for (int i = 0; !st && i < s->num_pairs; i++) {
        char name[64], *value;
        const struct param_spec *spec;

        snprintf(name, sizeof(name), "%s", s->pairs[i]);
        value = strchr(name, '=');
        if (value)
            *value++ = '\0';
        spec = params_find(TASK_FORECAST, name);
        if (!spec || !value)
            return err_set(e, ST_INVALID, "%s is no NAME=VALUE of a parameter", s->pairs[i]);
        if (spec->type == PARAM_ENUM)
            st = params_set_text(p, spec, value, e);
        else if (spec->type == PARAM_BOOL)
            st = params_set_bool(p, spec, !strcmp(value, "true"), e);
        else
            st = params_set_number(p, spec, strtod(value, NULL), e);
    }
    return st;
}

static double smape(double y, double f)
{
    double sum = fabs(y) + fabs(f);

    return sum > 0 ? 200 * fabs(y - f) / sum : 0;
}

static void add_series(struct score *out, const struct evaluation_series *ev,
                       const struct series *s)
{
    double scale = mase_scale(s->values, ev->start, s->m);
    int known = 0;

    for (int h = 0; h < ev->length; h++)
        known += !isnan(ev->truth[h]);
    for (int h = 0; h < ev->length; h++) {
        double y = ev->truth[h], f = ev->forecast[h], lo = ev->lower95[h], hi = ev->upper95[h];
        double part = 1.0 / known;

        if (isnan(y))
            continue;
        out->smape += part * smape(y, f);
        out->mape += y > 0 || y < 0 ? part * 100 * fabs((y - f) / y) : 0;
        out->mase += part * fabs(y - f) / scale;
        out->own_ets += part * fabs(y - ev->ets[h]) / scale;
        out->snaive += part * fabs(y - ev->seasonal_naive[h]) / scale;
        if (s->naive2) {
            out->naive2_smape += part * smape(y, s->naive2[h]);
            out->naive2_mase += part * fabs(y - s->naive2[h]) / scale;
        }
        out->in80 += y >= ev->lower80[h] && y <= ev->upper80[h];
        out->in95 += y >= lo && y <= hi;
        out->msis += (hi - lo + 40 * fmax(0, lo - y) + 40 * fmax(0, y - hi)) / scale;
        out->steps++;
    }
    out->windows++;
}

static enum status fit(struct forecaster **f, struct series_view *views, const struct series *s,
                       int count, int cut, const struct params *p, const struct setup *setup,
                       struct err *e)
{
    struct panel panel = {.series = views, .count = count, .season_length = s->m};
    const struct fit_hooks hooks = {.parallel = setup->threads};

    for (int i = 0; i < count; i++)
        views[i] = (struct series_view){.id = s[i].id,
                                        .values = s[i].values,
                                        .length = s[i].n - cut,
                                        .calendar = s[i].calendar};
    return forecaster_fit(f, &panel, p, &hooks, e);
}

/* The errors of the forecast from the end of a history, which the truth follows. */
static enum status add_served(struct score *out, const struct forecaster *f,
                              const struct series_view *v, const struct series *s, struct err *e)
{
    static double mean[STEPS_MAX], point[STEPS_MAX];
    struct forecast to = {.mean = mean, .median = point};
    double scale = mase_scale(s->values, v->length, s->m);
    const double *truth = s->values + v->length;
    int known = 0;
    enum status st = forecaster_predict_view(&to, f, v, s->h, NULL, 0, e);

    for (int h = 0; h < s->h; h++)
        known += !isnan(truth[h]);
    for (int h = 0; !st && h < s->h; h++) {
        if (isnan(truth[h]))
            continue;
        out->served_smape += smape(truth[h], point[h]) / known;
        out->served_mase += fabs(truth[h] - point[h]) / scale / known;
    }
    return st;
}

/* The fit to the histories before the test part: what is served to a user who has them. */
static enum status add_served_fit(struct score *out, const struct series *s, int count, int back,
                                  const struct params *with, const struct setup *setup,
                                  struct err *e)
{
    static struct series_view views[SERIES_MAX];
    struct forecaster *f = NULL;
    struct params p = *with;
    enum status st;

    p.test_size = -1;
    st = fit(&f, views, s, count, back + s->h, &p, setup, e);
    for (int i = 0; !st && i < count; i++)
        st = add_served(out, f, &views[i], &s[i], e);
    forecaster_free(f);
    return st;
}

/* One fit of count series, each cut `back` steps before its end; its evaluation is added, and the
 * errors of the model that is served before the test part. */
static enum status add_fit(struct score *out, const struct series *s, int count, int back, int seed,
                           const struct setup *setup, struct err *e)
{
    static struct series_view views[SERIES_MAX];
    struct forecaster *f = NULL;
    struct timespec t0, t1;
    struct params p;
    enum status st = configure(&p, setup, s->h, seed, e);

    clock_gettime(CLOCK_MONOTONIC, &t0);
    if (!st)
        st = fit(&f, views, s, count, back, &p, setup, e);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    if (st)
        return st;
    out->seconds += (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
    out->fits++;
    for (int i = 0, k = 0; i < count && k < forecaster_evaluation(f)->count; i++) {
        if (!strcmp(forecaster_evaluation(f)->series[k].id, s[i].id))
            add_series(out, &forecaster_evaluation(f)->series[k++], &s[i]);
    }
    forecaster_free(f);
    return add_served_fit(out, s, count, back, &p, setup, e);
}

/* ---- the table ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), compare);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static double owa(const struct score *s)
{
    return (s->smape / s->naive2_smape + s->mase / s->naive2_mase) / 2;
}

static double served_owa(const struct score *s)
{
    return (s->served_smape / s->naive2_smape + s->served_mase / s->naive2_mase) / 2;
}

/* Totals over the rows, of coverage and of interval scores, ours and those of R's ETS. */
static struct score total;
static double total_ets;
static int total_scored;

/* Ratios to the better of R's two models, over origins and seeds. */
struct ratios {
    double sum, logs;
    int count;
};

static void add_ratio(struct ratios *to, double ours, double peer)
{
    if (!isfinite(ours / peer))
        return;
    to->sum += ours / peer;
    to->logs += log(ours / peer);
    to->count++;
}

/* A row: origins of count series, `step` apart. Returns the ratio to the best baseline; peers:
 * those of all origins are added. */
static double row(struct ratios *peers, const char *name, const struct series *s, int count,
                  int origins, int step, bool percent, const struct setup *setup)
{
    double error[SEEDS_MAX], mase[SEEDS_MAX], weighted[SEEDS_MAX], last[SEEDS_MAX];
    double width[SEEDS_MAX], served[SEEDS_MAX], served_weighted[SEEDS_MAX], best, ets;
    struct score sum = {0};
    struct ratios here = {0};
    struct err e = {0};

    for (int seed = 0; seed < setup->seeds; seed++) {
        struct score one = {0};

        for (int r = 0; r < origins; r++) {
            double before = one.mase;

            if (add_fit(&one, s, count, r * step, seed, setup, &e)) {
                printf("%-22s %s\n", name, e.message);
                return NAN;
            }
            if (count == 1)
                add_ratio(&here, one.mase - before, read_peer(name, r * step));
            if (r == 0) {
                last[seed] = one.mase / one.windows;
                width[seed] = one.msis / one.steps;
            }
        }
        error[seed] = (percent ? one.mape : one.smape) / one.windows;
        mase[seed] = one.mase / one.windows;
        weighted[seed] = owa(&one);
        served[seed] = one.served_mase / one.windows;
        served_weighted[seed] = served_owa(&one);
        sum.own_ets += one.own_ets;
        sum.snaive += one.snaive;
        sum.in80 += one.in80;
        sum.in95 += one.in95;
        sum.steps += one.steps;
        sum.seconds += one.seconds;
        sum.fits += one.fits;
        sum.windows += one.windows;
    }
    total.in80 += sum.in80 / sum.steps;
    total.in95 += sum.in95 / sum.steps;
    total.windows++;
    read_baselines(&best, &ets, s, count, setup->data);
    if (isfinite(ets)) {
        total.msis += median(width, setup->seeds);
        total_ets += ets;
        total_scored++;
    }
    printf("%-22.22s %3d %3d %7.2f %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f %6.2f %6.2f "
           "%5.2f %5.2f %6.2f "
           "%6.2f %6.2f\n",
           name, count, s->h, median(error, setup->seeds), median(mase, setup->seeds),
           median(weighted, setup->seeds), median(served, setup->seeds),
           median(served_weighted, setup->seeds), sum.own_ets / sum.windows,
           sum.snaive / sum.windows, best, median(last, setup->seeds),
           median(last, setup->seeds) / best, here.count ? here.sum / here.count : NAN,
           sum.in80 / sum.steps, sum.in95 / sum.steps, median(width, setup->seeds), ets,
           sum.seconds / sum.fits);
    fflush(stdout);
    peers->sum += here.sum;
    peers->logs += here.logs;
    peers->count += here.count;
    return median(last, setup->seeds) / best;
}

static void bench_panel(const char *name, const char *file, const struct setup *setup)
{
    static struct series s[SERIES_MAX];
    int count = read_m4(s, setup->data, file);
    struct ratios none = {0};

    if (count)
        row(&none, name, s, count, 1, 0, false, setup);
    else
        printf("%-22s %s/m4/%s is not there\n", name, setup->data, file);
    for (int i = 0; i < count; i++) {
        free(s[i].values);
        free(s[i].naive2);
    }
}

static void bench_univariate(const struct setup *setup)
{
    static struct series s[SERIES_MAX];
    int count = read_univariate(s, setup->data), known = 0;
    double mean = 0, logs = 0;
    struct ratios peers = {0}, others = {0};

    if (!count)
        printf("%s/univariate/index.csv is not there\n", setup->data);
    for (int i = 0; i < count; i++) {
        bool air = !strcmp(s[i].id, "airpassengers");
        double ratio = row(air ? &others : &peers, s[i].id, &s[i], 1, air ? 25 : 3,
                           air ? 1 : s[i].h, air, setup);

        if (!air && isfinite(ratio)) {
            mean += ratio;
            logs += log(ratio);
            known++;
        }
        free(s[i].values);
    }
    if (known)
        printf("last / best over %d series: mean %.3f, geometric mean %.3f\n", known, mean / known,
               exp(logs / known));
    if (peers.count)
        printf(
            "over the better of R's auto.arima and ets, %d origins of these: mean %.3f, geometric "
            "mean %.3f\n",
            peers.count, peers.sum / peers.count, exp(peers.logs / peers.count));
    else
        printf("build/baselines.csv is not there: Rscript tests/bench/baselines.R writes it\n");
}

/* LSTMD_THREADS=N lends N threads to a fit; NULL: it works alone. */
static const struct parallel *get_threads(struct pool **pool)
{
    const char *text = getenv("LSTMD_THREADS");
    int threads = text ? (int)strtol(text, NULL, 10) : 1;

    if (threads < 2 || threads > POOL_THREADS_MAX || pool_new(pool, threads, NULL))
        return NULL;
    return pool_parallel(*pool);
}

int main(int argc, char **argv)
{
    struct pool *pool = NULL;
    struct setup setup = {.data = argc > 1 ? argv[1] : "../shared/data",
                          .seeds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1,
                          .threads = get_threads(&pool),
                          .num_pairs = argc > 3 ? argc - 3 : 0,
                          .pairs = argv + 3};

    if (setup.seeds < 1 || setup.seeds > SEEDS_MAX)
        setup.seeds = 1;
    printf("%-22s %3s %3s %7s %6s %6s %6s %6s %6s %6s %6s %6s %6s %6s %5s %5s %6s %6s %6s\n",
           "work", "n", "h", "(s)MAPE", "MASE", "OWA", "served", "OWA", "smooth", "snaive", "best",
           "last", "ratio", "three", "c80", "c95", "msis", "ets", "s");
    bench_panel("M4 monthly", "m4_monthly_100.jsonl", &setup);
    bench_panel("M4 hourly", "m4_hourly_48.jsonl", &setup);
    bench_univariate(&setup);
    if (total.windows)
        printf("coverage over all rows: 80 %% %.3f, 95 %% %.3f\n", total.in80 / total.windows,
               total.in95 / total.windows);
    if (total_scored)
        printf("interval score at 95 %%, mean of %d rows: %.2f, R's ets %.2f\n", total_scored,
               total.msis / total_scored, total_ets / total_scored);
    pool_free(pool);
    return EXIT_SUCCESS;
}
