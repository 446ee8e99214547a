/* censored_cells.c - see censored_cells.h. Laboratories write such values below the detection limit
 * or above the range of an instrument. What takes their place is a choice of the analyst. */
#include "server/data/table/censored_cells.h"

#include "server/data/table/cell_number.h"
#include "server/data/table/number_affix.h"

#include <string.h>

/* In the order of enum censored. */
const char *const censored_names[] = {"refuse", "limit", "missing", NULL};

bool censored_from_name(enum censored *out, const char *name)
{
    for (int i = 0; censored_names[i]; i++)
        if (strcmp(censored_names[i], name) == 0) {
            *out = (enum censored)i;
            return true;
        }
    return false;
}

bool cell_censored(struct cell c, struct cell *limit)
{
    static const char *const signs[] = {"<=", ">=", "=<",           "=>",
                                        "<",  ">",  "\xe2\x89\xa4", "\xe2\x89\xa5"};

    c = cell_trim(c);
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (!number_take(&c, signs[i]))
            continue;
        c = cell_trim(c);
        if (limit)
            *limit = c;
        return c.len > 0 && (cell_number_styles(c, NULL) & ~(unsigned)NUMBER_BOOLEAN);
    }
    return false;
}

void censored_cells_read(struct cell *cells, size_t n, enum censored how)
{
    struct cell limit;

    for (size_t i = 0; how && i < n; i++)
        if (cell_censored(cells[i], &limit))
            cells[i] = how == CENSORED_LIMIT ? limit : (struct cell){cells[i].at, 0};
}
