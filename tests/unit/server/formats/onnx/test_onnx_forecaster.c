/* test_onnx_forecaster.c - graphs of forecasters: inputs, outputs, metadata, what is refused. That
 * they compute what lstmd does, ONNX Runtime shows: tests/client/onnx.ts. */
#include "server/formats/onnx/onnx_forecaster.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 120 };

static const struct onnx_about about = {"sales", 3, "1.2.3"};
static struct buf out;

static void setup(void)
{
    buf_init(&out, ONNX_BYTES_MAX);
}

static void teardown(void)
{
    buf_release(&out);
}

/* Writes the model, which is freed, and returns its graph. */
static struct message written(struct forecaster *f)
{
    struct err e = {0};

    ck_assert_msg(!onnx_forecaster_write(&out, &about, f, &e), "%s", e.message);
    forecaster_free(f);
    return checked_graph(&out);
}

static void expect_value(struct message graph, bool output, int k, const char *name)
{
    char got[64];

    graph_value(got, graph, output, k);
    ck_assert_str_eq(got, name);
}

static void expect_metadata(const char *key, const char *value)
{
    char got[1024];

    file_metadata(got, sizeof(got), &out, key);
    ck_assert_msg(strstr(got, value), "%s is %s", key, got);
}

START_TEST(one_series_needs_only_its_history)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick_alone();
    struct message graph;

    p.num_layers = 2;
    p.horizon = 6;
    graph = written(fitted(&panel, p, NULL));
    expect_value(graph, false, 0, "history");
    expect_value(graph, false, 1, "");
    expect_value(graph, true, 0, "forecast");
    expect_value(graph, true, 1, "");
    ck_assert_int_eq(graph_count(graph, "LSTM"), 2);
    ck_assert_int_eq(graph_count(graph, "Asinh"), 0);
    expect_metadata("lstmd.whole", "true");
    expect_metadata("lstmd.series", "[\"air\"]");
    expect_metadata("lstmd.horizon", "6");
    expect_metadata("lstmd.left_out", "outliers");
}
END_TEST

START_TEST(a_panel_chooses_its_series)
{
    static double y[4][LENGTH];
    struct series_view v[4] = {{"growing", y[0], LENGTH},
                               {"falling", y[1], LENGTH},
                               {"counts", y[2], LENGTH},
                               {"constant", y[3], LENGTH}};
    struct panel panel = {.series = v, .count = 4, .season_length = 12};
    struct message graph;

    for (int k = 0; k < 3; k++)
        fill_seasonal(y[k], LENGTH, 12, 0.5, (unsigned)k + 1);
    for (int i = 0; i < LENGTH; i++) {
        y[0][i] = exp(y[0][i] / 30) * 10;
        y[1][i] = -y[1][i] - 100;
        y[2][i] = fmax(0, floor(y[2][i] - y[2][0]));
        y[3][i] = 5;
    }
    graph = written(fitted(&panel, quick(), NULL));
    expect_value(graph, false, 1, "series");
    ck_assert_int_eq(graph_count(graph, "LSTM"), 3);
    ck_assert_int_eq(graph_count(graph, "Asinh"), 1);
    expect_metadata("lstmd.whole", "false");
    expect_metadata("lstmd.series", "[\"growing\",\"falling\",\"counts\"]");
    expect_metadata("lstmd.left_out", "panel_nets");
}
END_TEST

START_TEST(equal_models_have_equal_files)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct buf first;
    struct err e;

    buf_init(&first, ONNX_BYTES_MAX);
    for (int i = 0; i < 2; i++) {
        struct forecaster *f = fitted(&panel, quick_alone(), NULL);

        ck_assert(!onnx_forecaster_write(i ? &out : &first, &about, f, &e));
        forecaster_free(f);
    }
    ck_assert_uint_eq(first.len, out.len);
    ck_assert_mem_eq(first.data, out.data, out.len);
    buf_release(&first);
}
END_TEST

START_TEST(seasons_within_the_horizon_are_added_up)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 4);
    struct params p = quick_alone();
    struct constant sums;
    double row[12];

    p.season_length = 4;
    p.horizon = 12;
    p.differencing = DIFFERENCING_SEASONAL;
    sums = graph_constant(written(fitted(&panel, p, NULL)), "season_sums");
    ck_assert_int_eq(sums.dim[0], 12);
    memcpy(row, sums.data + sizeof(row), sizeof(row)); /* step 2 counts in steps 2, 6 and 10 */
    for (int h = 0; h < 12; h++)
        ck_assert_double_eq(row[h], h == 1 || h == 5 || h == 9);
}
END_TEST

START_TEST(a_model_without_such_nets_is_refused)
{
    struct series_view few = {"few", air, 8};
    struct panel panel = one(&few, 1);
    struct params p = quick();
    struct forecaster *f;
    struct err e = {0};

    p.test_size = 0;
    f = fitted(&panel, p, NULL);
    ck_assert_int_eq(onnx_forecaster_write(&out, &about, f, &e), ST_CONFLICT);
    ck_assert_uint_eq(out.len, 0);
    forecaster_free(f);
}
END_TEST

START_TEST(a_full_buffer_is_an_error)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f = fitted(&panel, quick_alone(), NULL);
    struct err e = {0};
    size_t len;

    ck_assert(!onnx_forecaster_write(&out, &about, f, &e));
    len = out.len;
    for (size_t max = 1; max < len; max += 97) {
        buf_release(&out);
        buf_init(&out, max);
        ck_assert_int_eq(onnx_forecaster_write(&out, &about, f, &e), ST_TOO_LARGE);
    }
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_forecaster");
    TCase *t = tcase_create("onnx_forecaster");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, one_series_needs_only_its_history);
    tcase_add_test(t, a_panel_chooses_its_series);
    tcase_add_test(t, equal_models_have_equal_files);
    tcase_add_test(t, seasons_within_the_horizon_are_added_up);
    tcase_add_test(t, a_model_without_such_nets_is_refused);
    tcase_add_test(t, a_full_buffer_is_an_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}
