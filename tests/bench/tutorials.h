/* tutorials.h - computes the figures that the documents quote: those of the tutorials, and those of
 * the default recipe on the flights. Must run in the root of the tree, where config/examples is. */
#ifndef TESTS_BENCH_TUTORIALS_H
#define TESTS_BENCH_TUTORIALS_H

#include <lstm/status.h>
#include <stdint.h>

/* The loss of the last training step of tutorial-sine, with windows of that many values. */
enum status tutorials_sine(double *loss, int window, int64_t seed, struct err *e);

/* The MAPE, in percent, on the last twelve months of AirPassengers: of a recipe ("default",
 * "tutorial-flights"), and of the seasonal naive forecast. */
enum status tutorials_flights(double *mape, double *seasonal_naive, const char *recipe,
                              int64_t seed, struct err *e);

/* The tags of the tutorial's first sentence, with one blank between two. */
enum { TUTORIALS_TAGS_MAX = 64 };
enum status tutorials_tags(char tags[TUTORIALS_TAGS_MAX], int64_t seed, struct err *e);

#endif
