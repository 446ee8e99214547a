/* table_options.c - see table_options.h. */
#include "server/data/table/table_options.h"

#include <string.h>

bool aggregate_from_name(enum aggregate *out, const char *name)
{
    static const char *const names[] = {"", "mean", "sum", "last", "min", "max", "count"};

    for (int i = AGGREGATE_MEAN; i <= AGGREGATE_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum aggregate)i;
            return true;
        }
    return false;
}
