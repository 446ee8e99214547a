/* bench_calendar.c - how much finding holidays improves the forecasts of a daily series.
 *
 * usage: bench_calendar [CSV [ORIGINS [YEARS]]]     CSV: tests/data/births.csv
 *
 * From ORIGINS (40) origins, 73 days apart so that they fall into all parts of the year, the
 * default recipe is fitted to the YEARS (4) before them and forecasts the 28 days after: with
 * calendar_effects and without. MASE with the in-sample error of the week before. A last column
 * shows Prophet with the holidays of the United States, if prophet.R has written its errors to
 * build/prophet.csv. */
#include <lstm/forecaster.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS_MAX = 20000, HORIZON = 28, WEEK = 7, STEP = 73, ORIGINS_MAX = 200 };

static double values[ROWS_MAX];
static char line[1024];

/* The second column; *first gets the days from 1970-01-01 to the first row. Every day must have a
 * row. */
static int read_rows(int64_t *first, const char *path)
{
    FILE *in = fopen(path, "r");
    int n = 0;

    while (in && n < ROWS_MAX && fgets(line, sizeof(line), in)) {
        struct tm tm = {.tm_mday = 1};
        const char *comma = strchr(line, ',');

        if (!comma || sscanf(line, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
            continue;
        tm.tm_year -= 1900;
        tm.tm_mon--;
        if (n == 0)
            *first = timegm(&tm) / 86400;
        values[n++] = strtod(comma + 1, NULL);
    }
    if (in)
        fclose(in);
    return n;
}

/* MASE of the last 28 of n rows from `from` on; NAN: it could not be fitted. */
static double error_of(int64_t first, int from, int n, bool effects)
{
    struct series_view s = {.id = "daily",
                            .values = values + from,
                            .length = n,
                            .calendar = {CALENDAR_DAYS, first + from}};
    struct panel panel = {.series = &s, .count = 1, .season_length = WEEK};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};
    double mase = NAN;
    enum status st = params_defaults(&p, TASK_FORECAST, NULL, &e);

    p.horizon = p.test_size = HORIZON;
    p.calendar_effects = effects;
    if (!st)
        st = forecaster_fit(&f, &panel, &p, NULL, &e);
    if (st)
        printf("%s\n", e.message);
    else
        mase = forecaster_evaluation(f)->model.mase;
    forecaster_free(f);
    return mase;
}

/* Prophet's error from the origin `back` rows before the end; NAN: the file does not have it. */
static double prophet_error(int back)
{
    FILE *in = fopen("build/prophet.csv", "r");
    double found = NAN, mase;
    int at;

    while (in && fgets(line, sizeof(line), in)) {
        if (sscanf(line, "%d,%lf", &at, &mase) == 2 && at == back)
            found = mase;
    }
    if (in)
        fclose(in);
    return found;
}

static double mean(const double *v, int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += v[i] / n;
    return sum;
}

static double geometric(const double *v, int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += log(v[i]) / n;
    return exp(sum);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "tests/data/births.csv";
    int origins = argc > 2 ? atoi(argv[2]) : 40, years = argc > 3 ? atoi(argv[3]) : 4;
    int n = (int)(years * 365.25), count = 0, rows;
    double with[ORIGINS_MAX] = {0}, without[ORIGINS_MAX] = {0}, other[ORIGINS_MAX] = {NAN};
    int64_t first = 0;

    rows = read_rows(&first, path);
    if (rows < n + HORIZON) {
        printf("%s has %d days; %d years and 28 days are needed\n", path, rows, years);
        return EXIT_FAILURE;
    }
    for (; count < origins && count < ORIGINS_MAX; count++) {
        int from = rows - count * STEP - HORIZON - n;

        if (from < 0)
            break;
        with[count] = error_of(first, from, n + HORIZON, true);
        without[count] = error_of(first, from, n + HORIZON, false);
        other[count] = prophet_error(count * STEP);
    }
    printf("%s: %d origins, %d years before each, 28 days after it; MASE\n", path, count, years);
    printf("                  mean   geometric mean\n");
    printf("holidays found   %5.3f   %5.3f\n", mean(with, count), geometric(with, count));
    printf("days all alike   %5.3f   %5.3f\n", mean(without, count), geometric(without, count));
    if (isnan(other[0]))
        printf("build/prophet.csv is not there: Rscript tests/bench/prophet.R writes it\n");
    else
        printf("Prophet          %5.3f   %5.3f\n", mean(other, count), geometric(other, count));
    return EXIT_SUCCESS;
}
