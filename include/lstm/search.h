/* search.h - tries hyper-parameters on a backtest and fits the best ones.
 *
 * This is random search (Bergstra and Bengio 2012, "Random search for hyper-parameter
 * optimization"). The first trial uses the parameters as given. Every other trial draws those that
 * were left open. */
#ifndef LSTM_SEARCH_H
#define LSTM_SEARCH_H

#include <lstm/backtest.h>

enum { SEARCH_TRIALS_MAX = 200 };

struct search_plan {
    int trials;                /* 1..SEARCH_TRIALS_MAX */
    struct backtest_plan plan; /* by which trials are compared; zeros as in backtest_resolve() */
    const bool *fixed; /* (rows of params_table()) parameters that stay as they are; borrowed */
    bool (*enough)(
        void *ctx); /* called before every trial but the first; true ends the search; may be NULL */
    void *ctx;
};
struct search_trial {
    struct params params; /* automatic values are not resolved */
    double score;         /* mean MASE of the backtest, or mean absolute error if that is unknown;
                           * infinite: the trial could not be fitted */
};
struct search {
    int count, best;
    struct search_trial *trials; /* (count) */
};

/* The parameters of a trial. Deterministic in (base, fixed, trial); base->seed is among them. */
void search_draw(struct params *out, const struct params *base, const bool *fixed, int trial);

/* Searches on the panel without its last base->test_size steps, on which the evaluation of *out is
 * based, then fits *out with the parameters of the best trial (the earliest of equals). Progress
 * covers the trials and the final fit. A snapshot holds the scores so far and continues bit for
 * bit, unless plan->enough returns something else this time. Errors as backtest_run() and
 * forecaster_fit(). A trial that diverges is not an error, unless it is the only one. */
enum status search_fit(struct forecaster **out, struct search **report, const struct panel *panel,
                       const struct params *base, const struct search_plan *plan,
                       const struct fit_hooks *hooks, struct err *e);
void search_free(struct search *s); /* NULL is fine */

#endif
