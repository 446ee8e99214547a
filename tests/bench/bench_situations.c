/* bench_situations.c - the accuracy of the default recipe on data like those of users.
 *
 * usage: bench_situations [DATA [PART [NAME=VALUE [SEED]]]]
 *     DATA: ../shared/data; PART: only the rows whose names contain it; SEED: 18, of the
 *     simulated series; an empty PART or NAME=VALUE stands for none
 *
 * The simulated rows have a known truth (simulate.h). The model is fitted to the history alone,
 * with no parameter but those given, and forecasts what followed. Columns: n series, each alone or
 * all as one panel; ours, ets, snaive: mean absolute error of the model, of our exponential
 * smoothing alone, and of the season before, each in the units of the series; ratio: ours / the
 * better of the two; goal: what the ratio should not exceed; c80, c95: share of truths inside the
 * intervals; s: seconds of a fit, of processor time. The rows of real series print MAPE, and those
 * of M4 OWA, in the place of errors. */
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/series/season.h"
#include "tests/bench/simulate.h"

#include <cjson/cJSON.h>
#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LENGTH_MAX = 32000, SERIES_MAX = 10000, LINE_MAX_BYTES = 1 << 20 };

struct row_plan {
    const char *name;
    struct simulation with;
    int count;
    bool panel; /* all in one fit */
    double goal;
};

static const struct row_plan plans[] = {
    {"months 24", {SHAPE_SEASON, 24, 12, 12, 0, 6}, 30, false, 1.1},
    {"months 30", {SHAPE_SEASON, 30, 12, 12, 0, 6}, 30, false, 1.1},
    {"months 36", {SHAPE_SEASON, 36, 12, 12, 0, 6}, 30, false, 1.1},
    {"months 42", {SHAPE_SEASON, 42, 12, 12, 0, 6}, 30, false, 1.1},
    {"months 48", {SHAPE_SEASON, 48, 12, 12, 0, 6}, 30, false, 1.1},
    {"months 36, clean", {SHAPE_CLEAN, 36, 12, 12, 0, 0}, 20, false, 1.1},
    {"months 36, growing", {SHAPE_GROWING, 36, 12, 12, 0, 5}, 30, false, 1.1},
    {"months 36, walks", {SHAPE_WALK, 36, 12, 12, 0, 6}, 30, false, 1.1},
    {"panel of months 36", {SHAPE_SEASON, 36, 12, 12, 0, 6}, 100, true, 1},
    {"panel of months 42", {SHAPE_SEASON, 42, 12, 12, 0, 6}, 100, true, 1},
    {"panel of months 24", {SHAPE_SEASON, 24, 12, 12, 0, 6}, 300, true, 1},
    {"panel of weeks", {SHAPE_SEASON, 1000, 13, 52, 0, 6}, 359, true, 1},
    {"panel of hours", {SHAPE_DAY_AND_WEEK, 748, 48, 24, 0, 0}, 414, true, 1},
    {"quarters 8", {SHAPE_SEASON, 8, 4, 4, 0, 6}, 30, false, 1.1},
    {"quarters 11", {SHAPE_SEASON, 11, 4, 4, 0, 6}, 30, false, 1.1},
    {"quarters 14", {SHAPE_SEASON, 14, 4, 4, 0, 6}, 30, false, 1.1},
    {"days 14", {SHAPE_SEASON, 14, 14, 7, 0, 6}, 30, false, 1.1},
    {"days 20", {SHAPE_SEASON, 20, 14, 7, 0, 6}, 30, false, 1.1},
    {"days 25", {SHAPE_SEASON, 25, 14, 7, 0, 6}, 30, false, 1.1},
    {"hours 48", {SHAPE_SEASON, 48, 24, 24, 0, 6}, 20, false, 1.1},
    {"hours 72", {SHAPE_SEASON, 72, 24, 24, 0, 6}, 20, false, 1.1},
    {"hours 89", {SHAPE_SEASON, 89, 24, 24, 0, 6}, 20, false, 1.1},
    {"days 60, walks", {SHAPE_WALK, 60, 14, 7, 0, 6}, 20, false, 1.1},
    {"jump, constant", {SHAPE_JUMP, 70, 7, 7, 10, 0}, 20, false, 1.1},
    {"jump, 4 steps ago", {SHAPE_NOISY_JUMP, 64, 7, 7, 4, 2}, 20, false, 1.1},
    {"jump, 20 steps ago", {SHAPE_NOISY_JUMP, 80, 7, 7, 20, 2}, 20, false, 1.1},
    {"jump of months", {SHAPE_NOISY_JUMP, 60, 12, 12, 6, 2}, 20, false, 1.1},
    {"jump of months, 3 ago", {SHAPE_NOISY_JUMP, 60, 12, 12, 3, 2}, 20, false, 1.1},
    {"jump of short months", {SHAPE_NOISY_JUMP, 30, 12, 12, 8, 2}, 20, false, 1.1},
    {"jump of weeks", {SHAPE_NOISY_JUMP, 160, 13, 52, 8, 2}, 20, false, 1.1},
    {"jump of days", {SHAPE_NOISY_JUMP, 35, 14, 7, 10, 2}, 20, false, 1.1},
    {"jump of hours", {SHAPE_NOISY_JUMP, 240, 48, 24, 10, 2}, 20, false, 1.1},
    {"two jumps of months", {SHAPE_TWO_JUMPS, 72, 12, 12, 6, 2}, 20, false, 1.1},
    {"two jumps of days", {SHAPE_TWO_JUMPS, 60, 14, 7, 5, 2}, 20, false, 1.1},
    {"season jumps, months", {SHAPE_SEASON_JUMP, 60, 12, 12, 6, 4}, 20, false, 1.1},
    {"season jumps, 36 months", {SHAPE_SEASON_JUMP, 36, 12, 12, 5, 4}, 20, false, 1.1},
    {"season jumps, days", {SHAPE_SEASON_JUMP, 90, 14, 7, 10, 4}, 20, false, 1.1},
    {"season jumps, quarters", {SHAPE_SEASON_JUMP, 40, 8, 4, 5, 4}, 20, false, 1.1},
    {"closed for 3 weeks", {SHAPE_CLOSED, 301, 14, 7, 3, 4}, 20, false, 1.1},
    {"closed for 4 weeks", {SHAPE_CLOSED, 203, 14, 7, 4, 4}, 20, false, 1.1},
    {"closed for 8 weeks", {SHAPE_CLOSED, 301, 14, 7, 8, 4}, 20, false, 1.1},
    {"turn 8 months ago", {SHAPE_TURN, 72, 12, 12, 8, 2}, 20, false, 1.1},
    {"dip 20 months ago", {SHAPE_DIP, 132, 12, 12, 20, 4}, 20, false, 1.1},
    {"cycle of 20 days", {SHAPE_RUNS, 100, 20, 7, 20, 0}, 20, false, 1},
    {"line, 60 ahead", {SHAPE_LINE, 60, 60, 7, 0, 2}, 20, false, 1.1},
    {"months 120, 60 ahead", {SHAPE_SEASON, 120, 60, 12, 0, 6}, 20, false, 1.1},
    {"5 minutes, 21 days", {SHAPE_SEASON, 6048, 288, 288, 0, 6}, 3, false, 1.1},
    {"2 minutes, 21 days", {SHAPE_SEASON, 15120, 720, 720, 0, 6}, 3, false, 1.1},
    {"minutes, 21 days", {SHAPE_SEASON, 30240, 1440, 1440, 0, 6}, 3, false, 1.1},
    {"hours of counts", {SHAPE_DAY_AND_WEEK, 2016, 168, 24, 0, 0}, 3, false, 1.1},
};

struct setup {
    const char *data, *part;
    char *pair; /* NAME=VALUE, or NULL */
    uint64_t seed;
};

struct score {
    double ours, ets, snaive, in80, in95, seconds;
    int steps, fits;
};

static char line[LINE_MAX_BYTES];

static enum status configure(struct params *p, const struct setup *s, struct err *e)
{
    enum status st = params_defaults(p, TASK_FORECAST, NULL, e);
    char name[64];
    char *value;
    const struct param_spec *spec;

    if (st || !s->pair)
        return st;
    snprintf(name, sizeof(name), "%s", s->pair);
    value = strchr(name, '=');
    if (value)
        *value++ = '\0';
    spec = params_find(TASK_FORECAST, name);
    if (!spec || !value)
        return err_set(e, ST_INVALID, "%s is no NAME=VALUE of a parameter", s->pair);
    if (spec->type == PARAM_ENUM)
        return params_set_text(p, spec, value, e);
    if (spec->type == PARAM_BOOL)
        return params_set_bool(p, spec, !strcmp(value, "true"), e);
    return params_set_number(p, spec, strtod(value, NULL), e);
}

/* ---- one forecast ---- */

/* The medians, because absolute errors are measured, and the bounds of the intervals. */
struct guess {
    double *point, *lower[2], *upper[2];
};

static struct guess guess_in(double *space, int h)
{
    size_t n = (size_t)h;

    return (struct guess){space, {space + n, space + 2 * n}, {space + 3 * n, space + 4 * n}};
}

static enum status fit(struct forecaster **f, double *seconds, const struct series_view *views,
                       int count, int season, const struct setup *s, struct err *e)
{
    struct panel panel = {
        .series = (struct series_view *)views, .count = count, .season_length = season};
    struct timespec t0, t1;
    struct params p;
    enum status st = configure(&p, s, e);

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
    if (!st)
        st = forecaster_fit(f, &panel, &p, NULL, e);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
    *seconds = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
    return st;
}

static enum status forecast(struct guess *g, const struct forecaster *f,
                            const struct series_view *v, int h, struct err *e)
{
    static const double levels[2] = {80, 95};
    static double expected[STEPS_MAX];
    struct forecast out = {.mean = expected, .median = g->point};

    for (int l = 0; l < 2; l++) {
        out.lower[l] = g->lower[l];
        out.upper[l] = g->upper[l];
    }
    return forecaster_predict_view(&out, f, v, h, levels, 2, e);
}

static void add(struct score *out, const double *truth, const struct guess *g, const double *ets,
                const double *snaive, int h)
{
    for (int i = 0; i < h; i++) {
        out->ours += fabs(truth[i] - g->point[i]);
        out->ets += fabs(truth[i] - ets[i]);
        out->snaive += fabs(truth[i] - snaive[i]);
        out->in80 += truth[i] >= g->lower[0][i] && truth[i] <= g->upper[0][i];
        out->in95 += truth[i] >= g->lower[1][i] && truth[i] <= g->upper[1][i];
        out->steps++;
    }
}

static enum status baselines(double *ets, double *snaive, const double *y, int n, int m, int h,
                             struct err *e)
{
    struct scaled_ets c;
    enum status st = scaled_ets_fit(&c, y, n, m, SCALING_AUTO, e);

    seasonal_naive(snaive, y, n, m, h);
    return st ? st : scaled_ets_forecast(ets, &c, y, n, &n, 1, h, e);
}

/* ---- the simulated rows ---- */

static void print_row(const struct row_plan *p, const struct score *s)
{
    double best = fmin(s->ets, s->snaive) / s->steps, ours = s->ours / s->steps;

    printf("%-22s %5d %8.3f %8.3f %8.3f %7.3f %5.2f %5.2f %5.2f %7.3f\n", p->name, p->count, ours,
           s->ets / s->steps, s->snaive / s->steps, ours / best, p->goal, s->in80 / s->steps,
           s->in95 / s->steps, s->seconds / s->fits);
    fflush(stdout);
}

static enum status score_series(struct score *out, const struct forecaster *f,
                                const struct series_view *v, const struct row_plan *p,
                                double *space, struct err *e)
{
    int h = p->with.h;
    struct guess g = guess_in(space, h);
    double *ets = space + 5 * (size_t)h, *snaive = ets + h;
    enum status st = forecast(&g, f, v, h, e);

    if (!st)
        st = baselines(ets, snaive, v->values, v->length, p->with.season, h, e);
    if (!st)
        add(out, v->values + v->length, &g, ets, snaive, h);
    return st;
}

static enum status run_fits(struct score *sum, struct series_view *views, const struct row_plan *p,
                            const struct setup *setup, struct err *e)
{
    static double space[7 * LENGTH_MAX];
    enum status st = ST_OK;
    int at_once = p->panel ? p->count : 1;

    for (int i = 0; !st && i < p->count; i += at_once) {
        struct forecaster *f = NULL;
        double seconds;

        st = fit(&f, &seconds, views + i, at_once, p->with.season, setup, e);
        for (int k = i; !st && k < i + at_once; k++)
            st = score_series(sum, f, &views[k], p, space, e);
        sum->seconds += seconds;
        sum->fits++;
        forecaster_free(f);
    }
    return st;
}

static void run_plan(const struct row_plan *p, const struct setup *setup)
{
    size_t length = (size_t)p->with.n + (size_t)p->with.h;
    double *values = calloc((size_t)p->count * length, sizeof(*values));
    struct series_view *views = calloc((size_t)p->count, sizeof(*views));
    char(*ids)[16] = calloc((size_t)p->count, sizeof(*ids));
    struct score sum = {0};
    struct err e = {0};
    struct rng rng;

    rng_seed(&rng, setup->seed);
    for (int i = 0; values && views && ids && i < p->count; i++) {
        snprintf(ids[i], sizeof(ids[i]), "s%d", i);
        views[i] = (struct series_view){
            .id = ids[i], .values = values + (size_t)i * length, .length = p->with.n};
        simulate(values + (size_t)i * length, &p->with, &rng);
    }
    if (!values || !views || !ids || run_fits(&sum, views, p, setup, &e))
        printf("%-22s %s\n", p->name, e.message);
    else
        print_row(p, &sum);
    free(ids);
    free(views);
    free(values);
}

/* ---- real series ---- */

static int read_air(double *y, const char *data)
{
    int n = 0;
    FILE *in;

    snprintf(line, sizeof(line), "%s/univariate/airpassengers.csv", data);
    in = fopen(line, "r");
    while (in && n < 144 && fgets(line, sizeof(line), in)) {
        if (line[0] >= '0' && line[0] <= '9' && strchr(line, ','))
            y[n++] = strtod(strchr(line, ',') + 1, NULL);
    }
    if (in)
        fclose(in);
    return n;
}

static double mape(const double *truth, const double *mean, int h)
{
    double sum = 0;

    for (int i = 0; i < h; i++)
        sum += 100 * fabs(truth[i] - mean[i]) / truth[i] / h;
    return sum;
}

/* MAPE of the 12 months after the first n of y, of the model and our ETS; inside: truths
 * within 95 %. extra: a second, short series in the panel, or NULL. */
static double air_error(double *peer, int *inside, const double *y, const double *truth, int n,
                        const struct series_view *extra, const struct setup *setup)
{
    struct series_view views[2] = {
        {.id = "air", .values = y, .length = n, .calendar = {CALENDAR_MONTHS, (1949 - 1970) * 12}}};
    double space[5 * 12], ets[12], snaive[12], seconds;
    struct guess g = guess_in(space, 12);
    struct forecaster *f = NULL;
    struct err e = {0};
    enum status st;

    if (extra)
        views[1] = *extra;
    st = fit(&f, &seconds, views, extra ? 2 : 1, 12, setup, &e);
    if (!st)
        st = forecast(&g, f, &views[0], 12, &e);
    if (!st)
        st = baselines(ets, snaive, y, n, 12, 12, &e);
    forecaster_free(f);
    if (st) {
        printf("%s\n", e.message);
        return NAN;
    }
    *peer = mape(truth, ets, 12);
    for (int i = 0; i < 12; i++)
        *inside += truth[i] >= g.lower[1][i] && truth[i] <= g.upper[1][i];
    return mape(truth, g.point, 12);
}

static void air_rows(const struct setup *setup)
{
    static const double factors[] = {1, 1.1, 1.2, 1.44, 2, 0.5, 10};
    static const double sales[] = {5, 9, 14, 20, 28, 31};
    const struct series_view fresh = {.id = "new", .values = sales, .length = 6};
    double y[144], z[144], sum = 0, peers = 0, peer;
    int inside = 0, n = read_air(y, setup->data);

    if (n < 144) {
        printf("%s/univariate/airpassengers.csv is not there\n", setup->data);
        return;
    }
    for (int at = 60; at <= 132; at += 12) {
        sum += air_error(&peer, &inside, y, y + at, at, NULL, setup) / 7;
        peers += peer / 7;
    }
    printf("AirPassengers, 7 origins: MAPE %.2f (goal 3.9), ets %.2f, inside 95 %% %d of 84\n", sum,
           peers, inside);
    sum = air_error(&peer, &inside, y, y + 132, 132, &fresh, setup);
    printf("AirPassengers beside a new product of 6 months: MAPE %.2f\n", sum);
    for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
        inside = 0;
        memcpy(z, y, sizeof(z));
        z[131] *= factors[i];
        sum = air_error(&peer, &inside, z, y + 132, 132, NULL, setup);
        printf("AirPassengers, last value times %.4g: MAPE %.2f, ets %.2f, inside 95 %% %d of 12\n",
               factors[i], sum, peer, inside);
    }
    fflush(stdout);
}

/* ---- M4 ---- */

static double smape(double y, double f)
{
    double sum = fabs(y) + fabs(f);

    return sum > 0 ? 200 * fabs(y - f) / sum : 0;
}

static int numbers(double *into, const cJSON *a)
{
    const cJSON *x;
    int n = 0;

    cJSON_ArrayForEach(x, a) into[n++] = x->valuedouble;
    return n;
}

struct m4_series {
    char id[32];
    double values[4000], naive2[64];
    int n, h, m;
};

static int read_m4(struct m4_series *s, int most, const char *data, const char *file)
{
    int count = 0;
    FILE *in;

    snprintf(line, sizeof(line), "%s/m4/%s", data, file);
    in = fopen(line, "r");
    while (in && count < most && fgets(line, sizeof(line), in)) {
        cJSON *j = cJSON_Parse(line);
        struct m4_series *q = &s[count];

        if (cJSON_GetStringValue(cJSON_GetObjectItem(j, "id"))) {
            snprintf(q->id, sizeof(q->id), "%s",
                     cJSON_GetStringValue(cJSON_GetObjectItem(j, "id")));
            q->m = cJSON_GetObjectItem(j, "m")->valueint;
            q->h = cJSON_GetObjectItem(j, "h")->valueint;
            q->n = numbers(q->values, cJSON_GetObjectItem(j, "train"));
            numbers(q->values + q->n, cJSON_GetObjectItem(j, "test"));
            numbers(q->naive2, cJSON_GetObjectItem(j, "naive2"));
            count++;
        }
        cJSON_Delete(j);
    }
    if (in)
        fclose(in);
    return count;
}

/* OWA of a panel that is trained without its test part and without parameters. */
static void m4_row(const char *name, const char *file, double goal, const struct setup *setup)
{
    static struct m4_series s[128];
    static double space[7 * LENGTH_MAX];
    struct series_view views[128];
    int count = read_m4(s, 128, setup->data, file);
    double sum[4] = {0}, seconds, in80 = 0, in95 = 0, steps = 0;
    struct forecaster *f = NULL;
    struct err e = {0};
    enum status st;

    if (!count)
        return;
    for (int i = 0; i < count; i++)
        views[i] = (struct series_view){.id = s[i].id, .values = s[i].values, .length = s[i].n};
    st = fit(&f, &seconds, views, count, s[0].m, setup, &e);
    for (int i = 0; !st && i < count; i++) {
        struct guess g = guess_in(space, s[i].h);
        const double *truth = s[i].values + s[i].n;
        double scale = mase_scale(s[i].values, s[i].n, s[i].m) * s[i].h;

        st = forecast(&g, f, &views[i], s[i].h, &e);
        for (int k = 0; k < s[i].h; k++) {
            sum[0] += smape(truth[k], g.point[k]) / s[i].h;
            sum[1] += fabs(truth[k] - g.point[k]) / scale;
            sum[2] += smape(truth[k], s[i].naive2[k]) / s[i].h;
            sum[3] += fabs(truth[k] - s[i].naive2[k]) / scale;
            in80 += truth[k] >= g.lower[0][k] && truth[k] <= g.upper[0][k];
            in95 += truth[k] >= g.lower[1][k] && truth[k] <= g.upper[1][k];
            steps++;
        }
    }
    forecaster_free(f);
    if (st)
        printf("%s: %s\n", name, e.message);
    else
        printf("%s, %d series as one panel: OWA %.4f (goal %.2f), inside 80 %% %.3f, 95 %% %.3f, "
               "%.1f s\n",
               name, count, (sum[0] / sum[2] + sum[1] / sum[3]) / 2, goal, in80 / steps,
               in95 / steps, seconds);
    fflush(stdout);
}

static bool wanted(const struct setup *s, const char *name)
{
    return !s->part || strstr(name, s->part);
}

int main(int argc, char **argv)
{
    const struct setup setup = {.data = argc > 1 ? argv[1] : "../shared/data",
                                .part = argc > 2 && argv[2][0] ? argv[2] : NULL,
                                .pair = argc > 3 && argv[3][0] ? argv[3] : NULL,
                                .seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 18};

    printf("%-22s %5s %8s %8s %8s %7s %5s %5s %5s %7s\n", "situation", "n", "ours", "ets", "snaive",
           "ratio", "goal", "c80", "c95", "s");
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        if (wanted(&setup, plans[i].name))
            run_plan(&plans[i], &setup);
    }
    if (wanted(&setup, "AirPassengers"))
        air_rows(&setup);
    if (wanted(&setup, "M4 monthly"))
        m4_row("M4 monthly", "m4_monthly_100.jsonl", 0.79, &setup);
    if (wanted(&setup, "M4 hourly"))
        m4_row("M4 hourly", "m4_hourly_48.jsonl", 0.42, &setup);
    return EXIT_SUCCESS;
}
