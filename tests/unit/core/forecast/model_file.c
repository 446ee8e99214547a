/* model_file.c - see model_file.h. */
#include "tests/unit/core/forecast/model_file.h"

#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct model_file model_file_saved(const struct forecaster *f, const char *const *extra)
{
    struct model_file out = {0};
    struct err e = {0};

    ck_assert_msg(!forecaster_save(f, extra, &out.bytes, &out.len, &e), "%s", e.message);
    return out;
}

struct forecaster *model_file_loaded(const struct model_file *file)
{
    struct forecaster *f = NULL;
    struct err e = {0};

    ck_assert_msg(!forecaster_load(&f, file->bytes, file->len, &e), "%s", e.message);
    return f;
}

struct forecaster *model_file_model(int which)
{
    static double a[90], b[90];
    struct series_view v[] = {{"air", air, AIR}, {"a b", a, 90}, {"\xc3\xa4", b, 90}};
    struct panel panel = {v, which == 1 || which == 5 ? 3 : 1, 12};
    struct params p = which < 4 ? quick_alone() : quick();

    fill_seasonal(a, 90, 12, 1, 5);
    fill_seasonal(b, 90, 12, 1, 6);
    a[80] = b[89] = NAN;
    if (which == 2) {
        p = recipe("tutorial-flights");
        p.epochs = 2;
    }
    if (which == 3) {
        p.num_layers = 2;
        p.bidirectional = true;
        p.dropout = 0.1;
        p.learning_rate = 1.0 / 3;
        p.target = TARGET_SEQUENCE;
    }
    return fitted(&panel, p, NULL);
}
