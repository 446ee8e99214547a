/* tutorials.h - the figures of the examples that the documents quote, computed: of the tutorials
 * and of the default recipe on the flights. Run from the root of the tree, where config/examples
 * is. */
#ifndef TESTS_BENCH_TUTORIALS_H
#define TESTS_BENCH_TUTORIALS_H

#include <lstm/status.h>
#include <stdint.h>

/* Loss of the last training step of tutorial-sine with windows of so many values. */
enum status tutorials_sine(double *loss, int window, int64_t seed, struct err *e);

/* MAPE of the last twelve months of AirPassengers, in percent, by a recipe ("default",
 * "tutorial-flights"), and by the season before. */
enum status tutorials_flights(double *mape, double *seasonal_naive, const char *recipe,
                              int64_t seed, struct err *e);

/* The tags of the tutorial's first sentence, one blank between two. */
enum { TUTORIALS_TAGS_MAX = 64 };
enum status tutorials_tags(char tags[TUTORIALS_TAGS_MAX], int64_t seed, struct err *e);

#endif
