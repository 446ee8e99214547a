/* end_hash.c - see end_hash.h.
 *
 * The number is 16 times 48 bits of an FNV-1a hash, plus the number of values that were hashed, so
 * that a double holds it exactly. */
#include "core/forecast/series/end_hash.h"

#include <lstm/hash.h>

#include <math.h>

enum { COUNTS = 16, HASH_BITS = 48 };

static double hash_of(const double *y, int n, int count)
{
    uint64_t h = FNV1A_START;

    for (int i = n - count; i < n; i++) {
        double v = isnan(y[i]) ? NAN : y[i] + 0.0; /* adding turns -0 into 0 */

        h = fnv1a(h, &v, sizeof(v));
    }
    return (double)(h >> (64 - HASH_BITS)) * COUNTS + count;
}

double end_hash(const double *y, int n)
{
    int count = n < END_VALUES ? n : END_VALUES;

    return count > 0 ? hash_of(y, n, count) : 0;
}

bool end_hash_is(double hash, const double *y, int n)
{
    int count = (int)fmod(hash, COUNTS);

    return count > 0 && count <= END_VALUES && n >= count && hash_of(y, n, count) == hash;
}
