/* onnx_forecaster.c - see onnx_forecaster.h. The formulas are those of <lstm/forecast_nets.h>.
 *
 * Values are float64, as in lstmd; only the nets themselves compute with float32. */
#include "server/formats/onnx/onnx_forecaster.h"

#include "server/formats/onnx/onnx_frames.h"
#include "server/formats/onnx/onnx_net.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOC_MAX = 1024, LEFT_OUT_MAX = 1024 };

/* The square root scale (core/forecast/series/scaling.h). */
static const double root_shift = 0.375, root_of_none = 0.6123724356957945;

static const struct onnx_attribute to_double[] = {{.name = "to", .number = ONNX_DOUBLE}, {0}};
static const struct onnx_attribute to_float[] = {{.name = "to", .number = ONNX_FLOAT}, {0}};
static const struct onnx_attribute to_bool[] = {{.name = "to", .number = ONNX_BOOL}, {0}};
static const struct onnx_attribute to_int[] = {{.name = "to", .number = ONNX_INT64}, {0}};
static const struct onnx_attribute along_steps[] = {{.name = "axis", .number = 1}, {0}};
static const struct onnx_attribute over_steps[] = {
    {.name = "axes", .count = 1, .numbers = {1}}, {.name = "keepdims", .number = 1}, {0}};

static void number(struct buf *g, const char *name, double v)
{
    onnx_doubles(g, name, (struct onnx_shape){2, {1, 1}}, &v);
}

static double longest_season(const struct onnx_frames *s)
{
    return s->nets.history - s->nets.changes;
}

/* ---- from values to scaled ones, and back ---- */

/* Of two values, takes the one whose flag is set for the series. flag: a number of the frames. */
static void choose(struct buf *g, const struct onnx_frames *s, onnx_number *flag, const char *yes,
                   const char *no, const char *output)
{
    char number_name[ONNX_NAME_MAX], bool_name[ONNX_NAME_MAX], inputs[4 * ONNX_NAME_MAX];

    snprintf(number_name, sizeof(number_name), "%s_flag", output);
    snprintf(bool_name, sizeof(bool_name), "%s_if", output);
    onnx_frames_double(g, s, number_name, flag);
    onnx_node(g, "Cast", number_name, bool_name, to_bool);
    snprintf(inputs, sizeof(inputs), "%s %s %s", bool_name, yes, no);
    onnx_node(g, "Where", inputs, output, NULL);
}

static bool any(const struct onnx_frames *s, onnx_number *flag)
{
    double shared;

    return !onnx_frames_agree(&shared, s, flag) || shared > 0;
}

/* The constants of the root scale. */
static void put_root_constants(struct buf *g)
{
    number(g, "zero", 0);
    number(g, "root_shift", root_shift);
    number(g, "root_of_none", root_of_none);
    number(g, "root_slope", 2 * root_of_none);
}

/* v(y) of each history: its last steps become `mapped`. */
static const char *put_map(struct buf *g, const struct onnx_frames *s)
{
    const char *now = "recent_values";

    if (any(s, frame_is_log)) {
        onnx_node(g, "Log", "recent_values", "logarithms", NULL);
        choose(g, s, frame_is_log, "logarithms", now, "mapped_log");
        now = "mapped_log";
    }
    if (any(s, frame_is_root)) {
        put_root_constants(g);
        onnx_node(g, "Max", "recent_values zero", "values_above", NULL);
        onnx_node(g, "Min", "recent_values zero", "values_below", NULL);
        onnx_node(g, "Add", "values_above root_shift", "values_shifted", NULL);
        onnx_node(g, "Sqrt", "values_shifted", "roots_above", NULL);
        onnx_node(g, "Div", "values_below root_slope", "roots_below", NULL);
        onnx_node(g, "Add", "roots_above roots_below", "roots", NULL);
        choose(g, s, frame_is_root, "roots", now, "mapped_root");
        now = "mapped_root";
    }
    return now;
}

/* The values whose v is `unscaled`. */
static const char *put_unmap(struct buf *g, const struct onnx_frames *s)
{
    const char *now = "unscaled";

    if (any(s, frame_is_log)) {
        onnx_node(g, "Exp", "unscaled", "exponentials", NULL);
        choose(g, s, frame_is_log, "exponentials", now, "unmapped_log");
        now = "unmapped_log";
    }
    if (any(s, frame_is_root)) {
        onnx_node(g, "Sub", "unscaled root_of_none", "root_rest", NULL);
        onnx_node(g, "Min", "root_rest zero", "root_rest_below", NULL);
        onnx_node(g, "Mul", "root_rest_below root_slope", "counts_below", NULL);
        onnx_node(g, "Max", "unscaled root_of_none", "root_part_above", NULL);
        onnx_node(g, "Mul", "root_part_above root_part_above", "root_squared", NULL);
        onnx_node(g, "Sub", "root_squared root_shift", "counts_above", NULL);
        onnx_node(g, "Add", "counts_above counts_below", "counts", NULL);
        choose(g, s, frame_is_root, "counts", now, "unmapped_root");
        now = "unmapped_root";
    }
    return now;
}

/* `scaled` (batch, N): w of the last N steps. */
static void put_scaled(struct buf *g, const struct onnx_frames *s)
{
    char inputs[2 * ONNX_NAME_MAX];

    onnx_int(g, "steps_axis", 1);
    onnx_int(g, "first_step", -(int64_t)s->nets.history);
    onnx_int(g, "end_of_steps", INT64_MAX);
    onnx_node(g, "Slice", "history first_step end_of_steps steps_axis", "recent_values", NULL);
    onnx_frames_double(g, s, "offset", frame_offset);
    onnx_frames_double(g, s, "scale", frame_scale);
    snprintf(inputs, sizeof(inputs), "%s offset", put_map(g, s));
    onnx_node(g, "Sub", inputs, "without_offset", NULL);
    onnx_node(g, "Div", "without_offset scale", "scaled", NULL);
}

/* ---- seasons ---- */

/* Takes from `scaled` the step a season before each of n: step `from` + i less the season, or with
 * `repeat` N + i mod season less the season. 0 where a series has no season. */
static void put_season_before(struct buf *g, const struct onnx_frames *s, const char *output, int n,
                              int from, bool repeat)
{
    int64_t *steps = malloc((size_t)n * sizeof(*steps));
    char index[ONNX_NAME_MAX], inputs[4 * ONNX_NAME_MAX], found[ONNX_NAME_MAX];
    double season;
    bool agree = onnx_frames_agree(&season, s, frame_season);
    int m = agree ? (int)season : 0;

    if (!steps) {
        g->st = g->st ? g->st : ST_NOMEM;
        return;
    }
    for (int i = 0; i < n; i++)
        steps[i] = !agree && repeat ? i : from - m + (repeat ? i % m : i);
    snprintf(index, sizeof(index), "%s_steps", output);
    onnx_ints(g, index, agree ? (struct onnx_shape){1, {n}} : (struct onnx_shape){2, {1, n}},
              steps);
    free(steps);
    if (agree) {
        snprintf(inputs, sizeof(inputs), "scaled %s", index);
        onnx_node(g, "Gather", inputs, output, along_steps);
        return;
    }
    if (repeat) {
        snprintf(inputs, sizeof(inputs), "%s season_or_one", index);
        snprintf(index, sizeof(index), "%s_phase", output);
        onnx_node(g, "Mod", inputs, index, NULL);
        snprintf(inputs, sizeof(inputs), "%s history_steps", index);
        snprintf(index, sizeof(index), "%s_after", output);
        onnx_node(g, "Add", inputs, index, NULL);
    }
    snprintf(inputs, sizeof(inputs), "%s season_or_one", index);
    snprintf(index, sizeof(index), "%s_index", output);
    onnx_node(g, "Sub", inputs, index, NULL);
    snprintf(inputs, sizeof(inputs), "scaled %s", index);
    snprintf(found, sizeof(found), "%s_found", output);
    onnx_node(g, "GatherElements", inputs, found, along_steps);
    snprintf(inputs, sizeof(inputs), "%s has_season", found);
    onnx_node(g, "Mul", inputs, output, NULL);
}

/* Where the seasons of series differ: `season_or_one`, int64, and `has_season`, 0 or 1. */
static void put_season_numbers(struct buf *g, const struct onnx_frames *s)
{
    double shared;

    if (onnx_frames_agree(&shared, s, frame_season))
        return;
    number(g, "one", 1);
    onnx_frames_double(g, s, "season", frame_season);
    onnx_node(g, "Min", "season one", "has_season", NULL);
    onnx_node(g, "Max", "season one", "season_or_one_number", NULL);
    onnx_node(g, "Cast", "season_or_one_number", "season_or_one", to_int);
    onnx_int(g, "history_steps", s->nets.history);
}

/* `changes` (batch, C): d_t of the last C steps. */
static void put_changes(struct buf *g, const struct onnx_frames *s)
{
    int C = s->nets.changes;

    onnx_int(g, "first_change", -(int64_t)C);
    onnx_node(g, "Slice", "scaled first_change end_of_steps steps_axis",
              longest_season(s) > 0 ? "recent" : "changes", NULL);
    if (longest_season(s) > 0) {
        put_season_numbers(g, s);
        put_season_before(g, s, "season_before", C, s->nets.history - C, false);
        onnx_node(g, "Sub", "recent season_before", "changes", NULL);
    }
}

/* ---- levels ---- */

/* The mean of as many last changes as the series' frame has. */
static void put_different_levels(struct buf *g, const struct onnx_frames *s)
{
    int C = s->nets.changes;
    double *ages = malloc((size_t)C * sizeof(*ages));

    if (!ages) {
        g->st = g->st ? g->st : ST_NOMEM;
        return;
    }
    for (int i = 0; i < C; i++)
        ages[i] = C - i;
    onnx_doubles(g, "ages", (struct onnx_shape){2, {1, C}}, ages);
    free(ages);
    onnx_frames_double(g, s, "level_steps", frame_level);
    onnx_node(g, "LessOrEqual", "ages level_steps", "in_level", NULL);
    onnx_node(g, "Cast", "in_level", "in_level_number", to_double);
    onnx_node(g, "Mul", "changes in_level_number", "level_parts", NULL);
    onnx_node(g, "ReduceSum", "level_parts steps_axis", "level_sum", NULL);
    onnx_node(g, "Div", "level_sum level_steps", "level", NULL);
}

/* `level` (batch or 1, 1). */
static void put_level(struct buf *g, const struct onnx_frames *s)
{
    double steps;

    if (!onnx_frames_agree(&steps, s, frame_level)) {
        put_different_levels(g, s);
    } else if (steps > 0) {
        onnx_int(g, "first_of_level", -(int64_t)steps);
        onnx_node(g, "Slice", "changes first_of_level end_of_steps steps_axis", "level_changes",
                  NULL);
        onnx_node(g, "ReduceMean", "level_changes", "level", over_steps);
    } else {
        onnx_frames_double(g, s, "level", frame_centre);
    }
}

/* ---- nets ---- */

/* `x` (W, batch, 1): what the nets read. */
static void put_net_input(struct buf *g, const struct onnx_frames *s)
{
    const struct onnx_attribute order[] = {{.name = "perm", .count = 2, .numbers = {1, 0}}, {0}};

    onnx_frames_double(g, s, "unit", frame_unit);
    onnx_int(g, "first_of_window", -(int64_t)s->nets.window);
    onnx_int(g, "features_axis", 2);
    onnx_node(g, "Slice", "changes first_of_window end_of_steps steps_axis", "window", NULL);
    onnx_node(g, "Sub", "window level", "window_without_level", NULL);
    onnx_node(g, "Div", "window_without_level unit", "window_in_units", NULL);
    onnx_node(g, "Cast", "window_in_units", s->nets.squeezed ? "window_float" : "window_squeezed",
              to_float);
    if (s->nets.squeezed)
        onnx_node(g, "Asinh", "window_float", "window_squeezed", NULL);
    onnx_node(g, "Transpose", "window_squeezed", "window_by_step", order);
    onnx_node(g, "Unsqueeze", "window_by_step features_axis", "x", NULL);
}

/* `z` (batch, H): the mean of the nets' outputs. */
static void put_nets(struct buf *g, const struct onnx_frames *s)
{
    int count = s->nets.count;
    char name[ONNX_NAME_MAX], sum[4 * ONNX_NAME_MAX] = "";

    for (int i = 0; i < count; i++) {
        char output[ONNX_NAME_MAX];
        size_t at = strlen(sum);

        snprintf(name, sizeof(name), "net%d", i);
        onnx_net_write(g, s->nets.net[i],
                       &(struct onnx_net_place){.name = name, .input = "x", .last = true});
        snprintf(output, sizeof(output), "net%d_output", i);
        snprintf(name, sizeof(name), "net%d_double", i);
        onnx_node(g, "Cast", output, count > 1 ? name : "z", to_double);
        snprintf(sum + at, sizeof(sum) - at, "%s ", name);
    }
    if (count > 1) {
        number(g, "nets", count);
        onnx_node(g, "Sum", sum, "z_sum", NULL);
        onnx_node(g, "Div", "z_sum nets", "z", NULL);
    }
}

/* The changes u of one season become sums over the seasons before: `accumulated`. */
static void put_accumulated(struct buf *g, int H, int season)
{
    double *sums = calloc((size_t)H * (size_t)H, sizeof(*sums));

    if (!sums) {
        g->st = g->st ? g->st : ST_NOMEM;
        return;
    }
    for (int from = 0; from < H; from++) {
        for (int h = from; h < H; h += season)
            sums[(size_t)from * (size_t)H + (size_t)h] = 1;
    }
    onnx_doubles(g, "season_sums", (struct onnx_shape){2, {H, H}}, sums);
    free(sums);
    onnx_node(g, "MatMul", "u season_sums", "accumulated", NULL);
}

/* f (batch, H) from z. Returns the name of its value. */
static const char *put_forecast(struct buf *g, const struct onnx_frames *s)
{
    int H = s->nets.horizon, season = (int)longest_season(s);
    bool accumulated = s->nets.accumulated && season > 0 && season < H;
    double least;

    onnx_node(g, "Mul", "z unit", "z_in_units", NULL);
    onnx_node(g, "Add", "z_in_units level", "u", NULL);
    if (accumulated)
        put_accumulated(g, H, season);
    if (season > 0) {
        put_season_before(g, s, "base", H, s->nets.history, true);
        onnx_node(g, "Add", accumulated ? "accumulated base" : "u base", "f", NULL);
    }
    if (onnx_frames_agree(&least, s, frame_least) && least <= -DBL_MAX)
        return season > 0 ? "f" : "u";
    onnx_frames_double(g, s, "least", frame_least);
    onnx_frames_double(g, s, "most", frame_most);
    onnx_node(g, "Max", season > 0 ? "f least" : "u least", "f_above", NULL);
    onnx_node(g, "Min", "f_above most", "f_in_range", NULL);
    return "f_in_range";
}

/* The output, from the scaled forecast. */
static void put_output(struct buf *g, const struct onnx_frames *s, const char *scaled)
{
    char inputs[2 * ONNX_NAME_MAX];
    const char *now;
    bool floor = false;

    for (int i = 0; i < s->count; i++)
        floor = floor || s->frame[i].floor;
    snprintf(inputs, sizeof(inputs), "%s scale", scaled);
    onnx_node(g, "Mul", inputs, "with_scale", NULL);
    onnx_node(g, "Add", "with_scale offset", "unscaled", NULL);
    now = put_unmap(g, s);
    if (!floor) {
        onnx_node(g, "Identity", now, "forecast", NULL);
        return;
    }
    onnx_frames_double(g, s, "floor", frame_floor);
    if (!s->nets.floor_always) {
        number(g, "no_value", 0);
        number(g, "no_floor", -DBL_MAX);
        onnx_node(g, "ReduceMin", "history", "least_value", over_steps);
        onnx_node(g, "Less", "least_value no_value", "is_negative", NULL);
        onnx_node(g, "Where", "is_negative no_floor floor", "floor_here", NULL);
    }
    snprintf(inputs, sizeof(inputs), "%s %s", now, s->nets.floor_always ? "floor" : "floor_here");
    onnx_node(g, "Max", inputs, "forecast", NULL);
}

/* ---- the file ---- */

static void put_values(struct buf *g, const struct onnx_frames *s)
{
    char doc[DOC_MAX], dims[ONNX_NAME_MAX];

    snprintf(
        doc, sizeof(doc),
        "The values of each series in their own units, the oldest first: at least %d steps; of "
        "a longer history the last %d are read. None may be missing.",
        s->nets.history, s->nets.history);
    onnx_input(g, &(struct onnx_value){"history", ONNX_DOUBLE, "batch steps", doc});
    if (s->count > 1)
        onnx_input(g, &(struct onnx_value){"series", ONNX_INT64, "batch",
                                           "Which series each history belongs to: its place, from "
                                           "0, in the metadata lstmd.series. It chooses the "
                                           "scaling."});
    snprintf(dims, sizeof(dims), "batch %d", s->nets.horizon);
    snprintf(doc, sizeof(doc),
             "The %d steps after the history, in its units. For steps beyond, append them to the "
             "history and run again.",
             s->nets.horizon);
    onnx_output(g, &(struct onnx_value){"forecast", ONNX_DOUBLE, dims, doc});
}

static const char *doc_of(const struct onnx_frames *s)
{
    return s->nets.member
               ? "The LSTMs of an ensemble alone: of the service's forecast they are one part. "
                 "lstmd.left_out in the metadata names the others."
               : "An LSTM with the scaling of its series. The forecast is the median of the "
                 "service's, "
                 "but for what lstmd.left_out in the metadata names.";
}

static void left_out(char out[LEFT_OUT_MAX], const struct onnx_frames *s, bool outliers)
{
    const char *member = s->nets.member
                             ? "The other methods of the ensemble and the net that corrects their "
                               "mean: the forecast is that of panel_nets in an explanation. "
                             : "";
    const char *calendar =
        s->nets.calendar ? "Calendar effects: the nets were trained on series without them, and "
                           "the forecast has none. "
                         : "";
    const char *replaced =
        outliers ? "; replacement of outliers and of values before a shift of the level" : "";

    snprintf(out, LEFT_OUT_MAX,
             "%s%sFilling of missing values%s. Intervals, quantiles and samples.", member, calendar,
             replaced);
}

static const char *id_at(const void *ctx, int i)
{
    const struct onnx_frames *s = ctx;

    return s->id[i];
}

static void put_metadata(struct onnx_file *file, const struct onnx_about *about,
                         const struct onnx_frames *s, const struct forecaster *f)
{
    char text[LEFT_OUT_MAX];

    left_out(text, s, forecaster_params(f)->outliers == OUTLIERS_REPLACE);
    onnx_about_metadata(file, about, "forecast", forecaster_arithmetic(f), text);
    onnx_metadata(file, "lstmd.whole", s->nets.member || s->nets.calendar ? "false" : "true");
    onnx_metadata_int(file, "lstmd.history", s->nets.history);
    onnx_metadata_int(file, "lstmd.window", s->nets.window);
    onnx_metadata_int(file, "lstmd.horizon", s->nets.horizon);
    onnx_metadata_list(file, "lstmd.series", forecaster_num_series(f) ? s->count : 0, id_at, s);
}

static enum status check_size(const struct onnx_frames *s, struct err *e)
{
    int64_t weights = 2 * (int64_t)s->nets.horizon * s->nets.horizon;

    for (int i = 0; i < s->nets.count; i++)
        weights += (int64_t)net_num_params(s->nets.net[i]);
    return onnx_check_size(weights, e);
}

enum status onnx_forecaster_write(struct buf *out, const struct onnx_about *about,
                                  const struct forecaster *f, struct err *e)
{
    struct onnx_frames s;
    struct onnx_file file;
    enum status st = onnx_frames_init(&s, f, e);

    if (!st)
        st = check_size(&s, e);
    if (!st) {
        onnx_about_begin(&file, out, about, doc_of(&s));
        put_values(out, &s);
        put_scaled(out, &s);
        put_changes(out, &s);
        put_level(out, &s);
        put_net_input(out, &s);
        put_nets(out, &s);
        put_output(out, &s, put_forecast(out, &s));
        onnx_end_graph(&file);
        put_metadata(&file, about, &s, f);
        st = onnx_status(out, e);
    }
    onnx_frames_release(&s);
    return st;
}
