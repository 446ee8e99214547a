/* figures.c - trains on AirPassengers with the default recipe and the portable kernels. Another
 * processor must give the same figures. Prints the errors on the held-out year and the forecast of
 * the next twelve months. */
#include "tests/unit/core/forecast/series.h"

#include <lstm/cpu.h>
#include <stdio.h>
#include <stdlib.h>

static int report(const struct err *e)
{
    (void)fprintf(stderr, "figures: %s\n", e->message);
    return EXIT_FAILURE;
}

static int print_figures(const struct forecaster *f)
{
    static const double level = 80;
    double mean[12], lower[12], upper[12];
    struct forecast next = {.mean = mean, .lower = {lower}, .upper = {upper}};
    const struct evaluation *v = forecaster_evaluation(f);
    struct err e = {0};

    if (!v || forecaster_predict(&next, f, air, AIR, 12, &level, 1, &e))
        return report(&e);
    (void)printf("mape %.2f seasonal naive %.2f\n", v->model.mape, v->baseline.mape);
    for (int i = 0; i < 12; i++)
        (void)printf("1961-%02d %.1f %.1f %.1f\n", i + 1, mean[i], lower[i], upper[i]);
    return EXIT_SUCCESS;
}

int main(void)
{
    const struct series_view s = {
        .id = "air", .values = air, .length = AIR, .calendar = {.unit = CALENDAR_NONE}};
    const struct panel panel = {.series = &s, .count = 1, .season_length = 12};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};
    int code = EXIT_FAILURE;

    if (kernels_select("portable", &e) || params_defaults(&p, TASK_FORECAST, "default", &e) ||
        forecaster_fit(&f, &panel, &p, NULL, &e))
        return report(&e);
    code = print_figures(f);
    forecaster_free(f);
    return code;
}
