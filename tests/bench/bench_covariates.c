/* bench_covariates.c - how much covariates improve forecasts: the same recipe with and without
 * them.
 *
 * usage: bench_covariates [DATA [ORIGINS [NAME=VALUE ...]]]     DATA: ../shared/data
 *
 * Two hourly data sets of multivariate/: the oil temperature of ETTh1 with its six loads, and the
 * electricity demand of Victoria with temperature and holidays. One fit to all before the last
 * ORIGINS * 24 hours (of ETTh1: the last fifth, every so many hours), then 24 hours from each of
 * ORIGINS origins, the history going on. none: no covariates; past: covariates up to the origin;
 * known: their true future values too. MAE and MASE (period 24) are means over origins and steps,
 * ratio that of the MAE to none; used: whether the recipe found them worth using; s: seconds of the
 * fit. */
#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 20000, COLUMNS = 16, HOURS = 24, LINE = 4096 };

struct table {
    char names[COLUMNS][64];
    const char *covariates[COLUMNS];
    double *values; /* (columns, rows) */
    int rows, columns;
};

static bool read_table(struct table *t, const char *data, const char *file)
{
    static char line[LINE];
    double *v = calloc((size_t)ROWS * COLUMNS, sizeof(*v));
    FILE *in;

    snprintf(line, sizeof(line), "%s/multivariate/%s", data, file);
    in = v ? fopen(line, "r") : NULL;
    *t = (struct table){.values = malloc((size_t)ROWS * COLUMNS * sizeof(*v))};
    for (int row = -1; in && t->values && row < ROWS && fgets(line, sizeof(line), in); row++) {
        char *save = NULL, *cell;

        strtok_r(line, ",\r\n", &save); /* the time */
        for (int k = 0; (cell = strtok_r(NULL, ",\r\n", &save)) && k < COLUMNS; k++) {
            if (row < 0)
                snprintf(t->names[t->columns++], sizeof(t->names[0]), "%s", cell);
            else
                v[(size_t)row * COLUMNS + (size_t)k] = strtod(cell, NULL);
        }
        t->rows = row + 1;
    }
    for (int k = 0; k < t->columns; k++)
        for (int i = 0; i < t->rows; i++)
            t->values[(size_t)k * (size_t)t->rows + (size_t)i] = v[(size_t)i * COLUMNS + (size_t)k];
    if (in)
        fclose(in);
    free(v);
    return t->rows > 0;
}

/* Moves column `target` to the front; the others are the covariates. */
static void put_target_first(struct table *t, int target)
{
    size_t n = (size_t)t->rows;
    double *v = malloc(n * sizeof(*v));

    if (v && target) {
        memcpy(v, t->values + (size_t)target * n, n * sizeof(*v));
        memmove(t->values + n, t->values, (size_t)target * n * sizeof(*v));
        memcpy(t->values, v, n * sizeof(*v));
        for (int k = target; k > 0; k--)
            memcpy(t->names[k], t->names[k - 1], sizeof(t->names[k]));
    }
    for (int k = 1; k < t->columns; k++)
        t->covariates[k - 1] = t->names[k];
    free(v);
}

static enum status configure(struct params *p, int num, char **pairs, struct err *e)
{
    enum status st = params_defaults(p, TASK_FORECAST, NULL, e);

    p->horizon = HOURS;
    p->test_size = 0;
    for (int i = 0; !st && i < num; i++) {
        char name[64];
        const char *value = strchr(pairs[i], '=');
        const struct param_spec *spec;

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(pairs[i], "="), pairs[i]);
        spec = params_find(TASK_FORECAST, name);
        if (!spec || !value)
            return err_set(e, ST_INVALID, "%s is no NAME=VALUE of a parameter", pairs[i]);
        if (spec->type == PARAM_BOOL)
            st = params_set_bool(p, spec, !strcmp(value + 1, "true"), e);
        else
            st = params_set_number(p, spec, strtod(value + 1, NULL), e);
    }
    return st;
}

struct result {
    double mae, mase, seconds;
    bool used;
};

static enum status run(struct result *out, const struct table *t, const struct params *p, int first,
                       int step, int origins, bool covariates, struct err *e)
{
    struct series_view s = {.id = t->names[0],
                            .values = t->values,
                            .length = first,
                            .covariates = covariates ? t->values + t->rows : NULL,
                            .rows = t->rows};
    struct panel panel = {.series = &s,
                          .count = 1,
                          .season_length = HOURS,
                          .covariates = t->covariates,
                          .num_covariates = covariates ? t->columns - 1 : 0};
    double mean[HOURS], scale = mase_scale(t->values, first, HOURS);
    struct forecast fc = {.mean = mean};
    struct forecaster *f = NULL;
    struct timespec t0, t1;
    enum status st;

    clock_gettime(CLOCK_MONOTONIC, &t0);
    st = forecaster_fit(&f, &panel, p, NULL, e);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    *out = (struct result){.seconds = (double)(t1.tv_sec - t0.tv_sec) +
                                      (double)(t1.tv_nsec - t0.tv_nsec) / 1e9};
    for (int i = 0; !st && i < origins; i++) {
        s.length = first + i * step;
        st = forecaster_predict_view(&fc, f, &s, HOURS, NULL, 0, e);
        for (int h = 0; !st && h < HOURS; h++)
            out->mae += fabs(mean[h] - t->values[s.length + h]) / (HOURS * origins);
    }
    out->mase = out->mae / scale;
    out->used = !st && forecaster_uses_covariates(f, 0);
    forecaster_free(f);
    return st;
}

static int row(const char *name, const char *data, const char *file, int target, int origins,
               int step, int num, char **pairs)
{
    static const char *const modes[] = {"none", "past", "known"};
    struct table t;
    struct params p;
    struct err e = {0};
    double none = NAN;
    int failed = 0;

    if (!read_table(&t, data, file)) {
        printf("%s: %s/multivariate/%s is not there\n", name, data, file);
        free(t.values);
        return 0;
    }
    put_target_first(&t, target);
    for (int m = 0; m < 3; m++) {
        struct result r;
        int first = t.rows - HOURS - (origins - 1) * step;
        enum status st = configure(&p, num, pairs, &e);

        for (int k = 0; !st && m == 2 && k < t.columns - 1; k++)
            st = params_add_known_in_advance(&p, t.covariates[k], &e);
        if (!st)
            st = run(&r, &t, &p, first, step, origins, m > 0, &e);
        if (st) {
            printf("%-16s %-6s %s\n", name, modes[m], e.message);
            failed = 1;
            continue;
        }
        none = m ? none : r.mae;
        printf("%-16s %-6s %8d %10.4g %8.3f %8.3f %6s %6.1f\n", name, modes[m], origins, r.mae,
               r.mase, r.mae / none, r.used ? "yes" : "no", r.seconds);
        fflush(stdout);
    }
    free(t.values);
    return failed;
}

int main(int argc, char **argv)
{
    const char *data = argc > 1 ? argv[1] : "../shared/data";
    int origins = argc > 2 ? atoi(argv[2]) : 40, num = argc > 3 ? argc - 3 : 0, failed;

    if (origins < 1 || origins > 200) {
        fprintf(stderr, "usage: bench_covariates [DATA [ORIGINS 1..200 [NAME=VALUE ...]]]\n");
        return 2;
    }
    printf("%-16s %-6s %8s %10s %8s %8s %6s %6s\n", "data", "mode", "origins", "MAE", "MASE",
           "ratio", "used", "s");
    failed = row("ETTh1 OT", data, "ETTh1.csv", 6, origins, 87, num, argv + 3);
    failed |=
        row("vic_elec demand", data, "vic_elec_2014_hourly.csv", 0, origins, 61, num, argv + 3);
    return failed;
}
