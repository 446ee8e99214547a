/* test_onnx_frames.c - numbers that series share are constants, others are gathered. */
#include "server/formats/onnx/onnx_frames.h"
#include "server/formats/onnx/onnx_graph.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 96 };

static double y[3][LENGTH];
static struct forecaster *f;

static void setup(void)
{
    struct series_view v[3] = {{"a", y[0], LENGTH}, {"b", y[1], LENGTH}, {"c", y[2], LENGTH}};
    struct panel panel = {.series = v, .count = 3, .season_length = 12};

    for (int k = 0; k < 3; k++)
        fill_seasonal(y[k], LENGTH, 12, 0.5, (unsigned)k + 1);
    for (int i = 0; i < LENGTH; i++)
        y[1][i] = -1000 * y[1][i];
    f = fitted(&panel, quick_alone(), NULL);
}

static void teardown(void)
{
    forecaster_free(f);
}

START_TEST(each_series_has_its_frame)
{
    struct onnx_frames s;
    struct err e;
    double v;

    ck_assert_int_eq(onnx_frames_init(&s, f, &e), ST_OK);
    ck_assert_int_eq(s.count, 3);
    ck_assert_str_eq(s.id[1], "b");
    ck_assert(onnx_frames_agree(&v, &s, frame_season));
    ck_assert_double_eq(v, s.frame[0].season);
    ck_assert(!onnx_frames_agree(&v, &s, frame_scale));
    ck_assert(!onnx_frames_agree(&v, &s, frame_floor));
    ck_assert_double_eq(frame_floor(&s.frame[0]), 0);
    ck_assert(isfinite(frame_floor(&s.frame[1])) && frame_floor(&s.frame[1]) < -1e300);
    ck_assert(isfinite(frame_least(&s.frame[0])) && isfinite(frame_most(&s.frame[0])));
    onnx_frames_release(&s);
}
END_TEST

START_TEST(a_number_is_a_constant_or_a_table)
{
    struct message graph;
    struct constant c;
    struct onnx_file file;
    struct onnx_frames s;
    struct buf out;
    struct err e;
    double scale[3], season;

    ck_assert_int_eq(onnx_frames_init(&s, f, &e), ST_OK);
    buf_init(&out, ONNX_BYTES_MAX);
    onnx_begin(&file, &out, "1", 1, "frames", "");
    onnx_input(&out, &(struct onnx_value){"series", ONNX_INT64, "batch", ""});
    onnx_frames_double(&out, &s, "season", frame_season);
    onnx_frames_double(&out, &s, "scale", frame_scale);
    onnx_end_graph(&file);
    graph = checked_graph(&out);
    ck_assert_int_eq(graph_count(graph, "Gather"), 1);
    c = graph_constant(graph, "season");
    ck_assert_uint_eq(c.size, sizeof(season));
    memcpy(&season, c.data, sizeof(season));
    ck_assert_double_eq(season, s.frame[2].season);
    c = graph_constant(graph, "scale_of_series");
    ck_assert_int_eq(c.dim[0], 3);
    ck_assert_int_eq(c.dim[1], 1);
    memcpy(scale, c.data, sizeof(scale));
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq(scale[i], s.frame[i].scale);
    buf_release(&out);
    onnx_frames_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_frames");
    TCase *t = tcase_create("onnx_frames");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, each_series_has_its_frame);
    tcase_add_test(t, a_number_is_a_constant_or_a_table);
    suite_add_tcase(s, t);
    return suite_run(s);
}
