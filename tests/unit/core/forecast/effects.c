/* effects.c - see effects.h. */
#include "tests/unit/core/forecast/effects.h"

#include <check.h>
#include <stdlib.h>

double effect_at(const struct calendar_effect *f, const struct calendar *c, int step)
{
    const struct calendar from = {c->unit, c->first + step};
    double v = 0;

    calendar_effect_add(&v, f, &from, 1);
    return v;
}

struct checkpoint *file_of(const struct forecaster *f)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *bytes;
    size_t len;

    ck_assert_int_eq(forecaster_save(f, NULL, &bytes, &len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_read(&c, bytes, len, &e), ST_OK);
    free(bytes);
    return c;
}

enum status load_file(struct forecaster **out, const struct checkpoint *c, struct err *e)
{
    uint8_t *bytes;
    size_t len;
    enum status st;

    *out = NULL;
    ck_assert_int_eq(checkpoint_write(&bytes, &len, c, e), ST_OK);
    st = forecaster_load(out, bytes, len, e);
    free(bytes);
    return st;
}
