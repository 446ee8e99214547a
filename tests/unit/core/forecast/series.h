/* series.h - series and short forms for the tests of forecasting. */
#ifndef TESTS_UNIT_CORE_FORECAST_SERIES_H
#define TESTS_UNIT_CORE_FORECAST_SERIES_H

#include <check.h>
#include <lstm/forecaster.h>

enum { AIR = 144, SINE = 900 };
extern const double air[AIR]; /* AirPassengers, 1949-01 to 1960-12, in thousands */

void fill_sine(double y[SINE]); /* float32 sines of 1, 1.01, ... as in the tutorial */
/* A season of m steps on a rising level, plus noise; equal seeds give equal series. */
void fill_seasonal(double *y, int n, int m, double noise, unsigned seed);

/* The parameters of a recipe; a failure ends the test. */
struct params recipe(const char *name);
/* A small net with a few epochs, for tests that need just any fitted model. */
struct params quick(void);
/* The same without an ensemble: the net alone. */
struct params quick_alone(void);

struct panel one(const struct series_view *s, int season);
/* Resolves and fits; a failure ends the test with its message. */
struct forecaster *fitted(const struct panel *panel, struct params p,
                          const struct fit_hooks *hooks);
/* Returns the status of resolve and fit, with the message in e, and frees the fitted model. */
enum status try_fit(const struct panel *panel, struct params p, struct err *e);

/* Arrays for a forecast of that many steps and levels. */
struct room {
    struct forecast fc;
    double *block;
};
struct room make_room(int steps, int levels);

bool same_weights(const struct forecaster *a, const struct forecaster *b);
/* Whether all numbers of an evaluation that the API shows are equal bit for bit. */
bool same_evaluation(const struct evaluation *a, const struct evaluation *b);

/* Runs the suite with the settings in CK_ENV; returns the exit status for main(). */
int run_suite(Suite *s);

#endif
