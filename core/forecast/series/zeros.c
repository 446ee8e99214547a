/* zeros.c - see zeros.h. */
#include "core/forecast/series/zeros.h"

enum { LENGTH_MIN = 4, RUNS_LENGTH_MIN = 12 };

/* 1 - 1 / 1.32, for a mean interval of 1.32 steps between demands */
static const double zeros_least = 0.24;
/* Zeros and demands alternate at least this share as often as by chance. If they alternate less,
 * zeros come in runs, or in the same phase of each season. */
static const double changes_least = 0.4;

/* Whether zeros and demands alternate over `lag` steps about as often as by chance. */
static bool by_chance(const double *y, int n, int lag, double share)
{
    int changes = 0;

    if (n - lag < RUNS_LENGTH_MIN)
        return true;
    for (int t = lag; t < n; t++)
        changes += (y[t] > 0) != (y[t - lag] > 0);
    return changes >= changes_least * 2 * share * (1 - share) * (n - lag);
}

bool zeros_abound(const double *y, int n, int season)
{
    int first = 0, zeros = 0;
    double share;

    while (first < n && y[first] == 0)
        first++;
    if (n < LENGTH_MIN || first == n)
        return false;
    for (int t = first; t < n; t++) {
        if (!(y[t] >= 0))
            return false;
        zeros += y[t] == 0;
    }
    share = (double)zeros / (n - first);
    return share >= zeros_least && by_chance(y + first, n - first, 1, share) &&
           (season < 2 || by_chance(y + first, n - first, season, share));
}
