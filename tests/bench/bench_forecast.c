/* bench_forecast.c - accuracy and time of the default forecast recipe on real series.
 *
 * usage: bench_forecast [FOLDER [SEEDS [NAME=VALUE ...]]]
 *   FOLDER  with index.csv (file,freq,m,h,...) and the series it names: time in the first column,
 *           values in the second, empty = missing; default ../shared/data/univariate
 *   SEEDS   fits per series, seeds 0, 1, ...; default 3
 *   NAME=VALUE  hyper-parameters, e.g. hidden_size=32 scaling=log
 * Protocol: the last h rows are held out, one origin. MASE is in units of the in-sample seasonal
 * naive error with the period m of the index. Errors are medians over the seeds, worst is the
 * largest MASE. Columns: series, rows, h, season and differencing found, window, MAPE, MASE, worst
 * MASE, MASE of seasonal naive with period m, coverage of the 80 % and 95 % bands, seconds per
 * fit. */
#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS_MAX = 200000, SEEDS_MAX = 100, LINE = 4096 };

struct setting {
    int count;
    char **pairs;
};

struct score {
    double mape[SEEDS_MAX], mase[SEEDS_MAX], naive, seconds, cover80, cover95;
    struct params params;
};

/* The second column; NaN where it is empty. -1: the file cannot be read. */
static int read_series(double *v, const char *folder, const char *file)
{
    char path[LINE], line[LINE];
    FILE *in;
    int n = 0;

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    in = fopen(path, "r");
    if (!in)
        return -1;
    if (!fgets(line, sizeof(line), in)) /* the header */
        line[0] = '\0';
    while (n < ROWS_MAX && fgets(line, sizeof(line), in)) {
        const char *comma = strchr(line, ',');
        char *end;

        if (!comma)
            continue;
        v[n] = strtod(comma + 1, &end);
        if (end == comma + 1)
            v[n] = NAN;
        n++;
    }
    fclose(in);
    return n;
}

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

static enum status configure(struct params *p, const struct setting *s, int h, int seed,
                             struct err *e)
{
    enum status st = params_defaults(p, TASK_FORECAST, NULL, e);

    p->horizon = p->test_size = h;
    p->seed = seed;
    for (int i = 0; !st && i < s->count; i++) {
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
        else
            st = params_set_number(p, spec, strtod(value, NULL), e);
    }
    return st;
}

static enum status run(struct score *out, const struct panel *panel, int m, int seeds, int h,
                       const struct setting *s, struct err *e)
{
    const struct series_view *v = panel->series;
    double scale = mase_scale(v->values, v->length - h, m);
    enum status st = ST_OK;

    out->seconds = out->cover80 = out->cover95 = 0;
    for (int seed = 0; !st && seed < seeds; seed++) {
        struct forecaster *f = NULL;
        struct timespec t0, t1;
        struct params p;

        st = configure(&p, s, h, seed, e);
        if (!st)
            st = forecaster_resolve(&p, panel, e);
        clock_gettime(CLOCK_MONOTONIC, &t0);
        if (!st)
            st = forecaster_fit(&f, panel, &p, NULL, e);
        clock_gettime(CLOCK_MONOTONIC, &t1);
        if (!st) {
            const struct evaluation *ev = forecaster_evaluation(f);

            out->params = p;
            out->mape[seed] = ev->model.mape;
            out->mase[seed] = ev->model.mae / scale;
            out->cover80 += ev->coverage80 / seeds;
            out->cover95 += ev->coverage95 / seeds;
            out->seconds += (double)(t1.tv_sec - t0.tv_sec) / seeds +
                            (double)(t1.tv_nsec - t0.tv_nsec) / 1e9 / seeds;
        }
        forecaster_free(f);
    }
    return st;
}

/* The error of repeating the season of m steps. */
static double naive_mase(const struct series_view *v, int m, int h)
{
    int n = v->length - h;
    double sum = 0;
    int count = 0;

    for (int k = 0; k < h; k++) {
        double e = fabs(v->values[n + k] - v->values[n - m + k % m]);

        if (!isnan(e)) {
            sum += e;
            count++;
        }
    }
    return sum / count / mase_scale(v->values, n, m);
}

static void bench_file(const char *folder, const char *file, int m, int h, int seeds,
                       const struct setting *s)
{
    static double values[ROWS_MAX];
    static const char *const scaling[] = {"auto", "none", "minmax", "standard", "log"};
    struct series_view view = {.id = file, .values = values};
    struct panel panel = {.series = &view, .count = 1, .season_length = m};
    struct score r = {0};
    struct err e = {0};
    double worst = 0;

    view.length = read_series(values, folder, file);
    if (view.length < 0) {
        printf("%-32s is not there\n", file);
        return;
    }
    if (run(&r, &panel, m, seeds, h, s, &e)) {
        printf("%-32s %s\n", file, e.message);
        return;
    }
    for (int i = 0; i < seeds; i++)
        worst = fmax(worst, r.mase[i]);
    printf("%-32s %5d %3d %4d %4d %4d %-8s %7.2f %6.3f %6.3f %6.3f %5.2f %5.2f %7.2f\n", file,
           view.length, h, r.params.season_length, r.params.differencing, r.params.window,
           scaling[r.params.scaling], median(r.mape, seeds), median(r.mase, seeds), worst,
           naive_mase(&view, m, h), r.cover80, r.cover95, r.seconds);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "../shared/data/univariate";
    int seeds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 3;
    struct setting s = {.count = argc > 3 ? argc - 3 : 0, .pairs = argv + 3};
    char path[LINE], line[LINE];
    FILE *index;

    snprintf(path, sizeof(path), "%s/index.csv", folder);
    index = fopen(path, "r");
    if (!index) {
        printf("bench_forecast: %s is not there; give the folder of the series as first argument\n",
               path);
        return EXIT_SUCCESS;
    }
    if (seeds < 1 || seeds > SEEDS_MAX)
        seeds = 3;
    printf("%-32s %5s %3s %4s %4s %4s %-8s %7s %6s %6s %6s %5s %5s %7s\n", "series", "rows", "h",
           "m", "diff", "win", "scaling", "MAPE", "MASE", "worst", "snaive", "c80", "c95", "s/fit");
    while (fgets(line, sizeof(line), index)) {
        char file[256];
        int m, h;

        if (sscanf(line, "%255[^,],%*[^,],%d,%d", file, &m, &h) == 3 && m > 0 && h > 0)
            bench_file(folder, file, m, h, seeds, &s);
    }
    fclose(index);
    return EXIT_SUCCESS;
}
