/* fuzz_csv.c - any bytes as CSV: they are read or refused, and a table that was read is the same
 * after it was written and read again. */
#include "server/formats/csv.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMITS                                                                                     \
    {                                                                                              \
        .max_series = 50, .max_series_length = 2000, .max_json_depth = 16                          \
    }
static const struct table_options options = {.default_id = "series", .limits = LIMITS};
static const struct table_options with_covariates = {
    .default_id = "series", .covariates = "heat", .limits = LIMITS};

static void write_and_read(const struct series_set *first)
{
    struct series_set again;
    struct err e = {0};
    struct buf b;

    buf_init(&b, 1 << 24);
    csv_write_series(&b, first);
    if (buf_status(&b, &e))
        abort();
    /* a series of one row, or a time that is a bare number, may be read in another way */
    if (csv_read_series(&again, b.data, b.len, CSV_HEADER_AUTO, &options, &e) == ST_OK) {
        if (again.count > first->count)
            abort();
        series_set_release(&again);
    }
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct series_set set;
    struct err e = {0};

    if (csv_read_series(&set, (const char *)data, size, CSV_HEADER_AUTO, &options, &e) == ST_OK) {
        write_and_read(&set);
        series_set_release(&set);
    } else if (!e.message[0] || set.count) {
        abort();
    }
    e = (struct err){0};
    if (csv_read_series(&set, (const char *)data, size, CSV_HEADER_AUTO, &with_covariates, &e) ==
        ST_OK) {
        if (set.num_covariates != 1 || set.num_columns < 2)
            abort();
        for (int i = 0; i < set.count; i++)
            if (series_observed(&set, &set.items[i]) > set.items[i].length)
                abort();
        series_set_release(&set);
    }
    return 0;
}
