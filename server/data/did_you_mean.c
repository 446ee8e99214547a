/* did_you_mean.c - see did_you_mean.h. The distance is optimal string alignment: the edits of
 * Damerau and Levenshtein, where no part is edited twice. */
#include "server/data/did_you_mean.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 80 };

/* The number of edits (insert, delete, replace, swap neighbours) between a and b, or max + 1 if
 * more than max. */
static size_t distance(const char *a, const char *b, size_t max)
{
    size_t row[3][LONGEST + 1], n = strlen(a), m = strlen(b);

    if (n > LONGEST || m > LONGEST || n > m + max || m > n + max)
        return max + 1;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *one = row[(i + 2) % 3], *two = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = one[j - 1] + (a[i - 1] != b[j - 1]);

            if (one[j] + 1 < best)
                best = one[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *did_you_mean(const char *name, const char *const *candidates, size_t n)
{
    size_t allowed = strlen(name) / 3, best;
    const char *near = NULL;

    best = (allowed > 0 ? allowed : 1) + 1;
    for (size_t i = 0; i < n && best > 0; i++) {
        size_t d = distance(name, candidates[i], best - 1);

        if (d < best && d > 0) {
            best = d;
            near = candidates[i];
        }
    }
    return near;
}

const char *did_you_mean_clause(char out[DID_YOU_MEAN_MAX], const char *name,
                                const char *const *candidates, size_t n)
{
    const char *near = did_you_mean(name, candidates, n);

    out[0] = '\0';
    if (near)
        (void)snprintf(out, DID_YOU_MEAN_MAX, "; did you mean '%s'?", near);
    return out;
}
