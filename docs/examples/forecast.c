/* forecast.c - fits a forecaster to twelve years of monthly flight passengers and prints the year
 * after. Reads the values, one a line, from standard input. docs/library.md explains it. */
#include <lstm/forecaster.h>

#include <stdio.h>

enum { MONTHS_MAX = 600, AHEAD = 12 };

int main(void)
{
    static double values[MONTHS_MAX], mean[AHEAD], lower[AHEAD], upper[AHEAD];
    const double level = 80; /* percent */
    struct series_view series = {.id = "flights", .values = values};
    struct panel panel = {.series = &series, .count = 1, .season_length = 12};
    struct forecast out = {.mean = mean, .lower = {lower}, .upper = {upper}};
    struct forecaster *f = NULL;
    struct params params;
    struct err e = {0};

    while (series.length < MONTHS_MAX && scanf("%lf", &values[series.length]) == 1)
        series.length++;
    /* The first value is that of January 1949; months are counted from January 1970. */
    series.calendar = (struct calendar){CALENDAR_MONTHS, (1949 - 1970) * 12};
    if (params_defaults(&params, TASK_FORECAST, "default", &e) ||
        forecaster_fit(&f, &panel, &params, NULL, &e) ||
        forecaster_predict(&out, f, values, series.length, AHEAD, &level, 1, &e)) {
        fprintf(stderr, "%s: %s\n", status_name(e.status), e.message);
        forecaster_free(f);
        return 1;
    }
    printf("error on the held-out year: %.1f %%\n", forecaster_evaluation(f)->model.mape);
    for (int h = 0; h < AHEAD; h++)
        printf("1961-%02d  %3.0f  (%.0f to %.0f)\n", h + 1, mean[h], lower[h], upper[h]);
    forecaster_free(f);
    return 0;
}
