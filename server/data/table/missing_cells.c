/* missing_cells.c - see missing_cells.h. The values are those of weather services, sensors and
 * SPSS. One is suspicious when its distance from all others is more than ten times their range. */
#include "server/data/table/missing_cells.h"

#include "server/data/table/cell_number.h"

#include <math.h>
#include <string.h>

static bool is_like(struct cell c, struct cell marker)
{
    double a, b;

    if (c.len == marker.len && memcmp(c.at, marker.at, c.len) == 0)
        return true;
    return !cell_missing(c) && !cell_missing(marker) && cell_number(&a, c, NUMBER_POINT) &&
           cell_number(&b, marker, NUMBER_POINT) && a == b;
}

void missing_cells_empty(struct cell *cells, size_t n, const char *list)
{
    for (size_t i = 0; i < n; i++)
        for (const char *p = list; p && cells[i].len > 0;) {
            size_t len = strcspn(p, ",");

            if (len > 0 && is_like(cell_trim(cells[i]), cell_trim((struct cell){p, len})))
                cells[i].len = 0;
            p = p[len] ? p + len + 1 : NULL;
        }
}

bool missing_cells_known(double v)
{
    double a = fabs(v);

    if (a < 10000) /* as most values are */
        return a == 99 || a == 999 || a == 9999 || a == 999.9 || a == 9999.9;
    return a == 99999 || a == 999999 || a == 99999999 || a == 32767 || v == -32768 || a > 1e30;
}

bool missing_cells_suspect(double v, double low, double high)
{
    enum { FAR = 10 };
    double range = high - low, gap = v < low ? low - v : v - high;

    return missing_cells_known(v) && isfinite(range) && range > 0 && gap > FAR * range;
}
