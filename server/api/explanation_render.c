/* explanation_render.c - see explanation_render.h. */
#include "server/api/explanation_render.h"

#include "server/formats/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const part_names[PART_COUNT] = {
    [PART_LEVEL] = "level",     [PART_TREND] = "trend",           [PART_SEASON] = "season",
    [PART_SEASON2] = "season2", [PART_REMAINDER] = "remainder",   [PART_NET] = "net",
    [PART_SPREAD] = "spread",   [PART_COVARIATES] = "covariates", [PART_CALENDAR] = "calendar",
};

/* The same parts by the names of the contract. Parts without a name of their own go to the
 * correction. */
static const char *const component_names[] = {"level",    "trend",      "season",
                                              "calendar", "covariates", "correction"};
enum { COMPONENTS = sizeof(component_names) / sizeof(component_names[0]) };
static const int component_of[PART_COUNT] = {
    [PART_LEVEL] = 0,   [PART_TREND] = 1,      [PART_SEASON] = 2,
    [PART_SEASON2] = 2, [PART_REMAINDER] = 5,  [PART_NET] = 5,
    [PART_SPREAD] = 5,  [PART_COVARIATES] = 4, [PART_CALENDAR] = 3,
};

static const char *const reasons[] = {
    [CHANGE_NONE] = "filled",         [CHANGE_SEASON] = "season_changed",
    [CHANGE_OUTLIER] = "outlier",     [CHANGE_LEVEL] = "level_shifted",
    [CHANGE_TREND] = "trend_changed", [CHANGE_DOUBTFUL] = "doubtful",
};

static void put_members(struct buf *b, const struct explanation *x)
{
    buf_puts(b, "\"members\":[");
    for (int k = 0; k < x->num_members; k++) {
        buf_printf(b, "%s{\"name\":\"%s\",\"weight\":", k ? "," : "", x->members[k].name);
        buf_put_f64(b, x->members[k].weight);
        buf_puts(b, ",\"forecast\":");
        json_put_numbers(b, x->members[k].forecast, x->steps, 1);
        buf_puts(b, "}");
    }
    buf_puts(b, "]");
}

/* Writes the parts, except those that are 0 in every step; the level is always written. */
static void put_parts(struct buf *b, const struct explanation *x)
{
    buf_puts(b, ",\"parts\":{");
    for (int k = 0; k < PART_COUNT; k++) {
        bool any = k == PART_LEVEL;

        for (int h = 0; h < x->steps; h++)
            any = any || fabs(x->part[k][h]) > 0;
        if (!any)
            continue;
        buf_printf(b, "%s\"%s\":", k ? "," : "", part_names[k]);
        json_put_numbers(b, x->part[k], x->steps, 1);
    }
    buf_puts(b, "}");
}

static double component(const struct explanation *x, int c, int h)
{
    double sum = 0;

    for (int k = 0; k < PART_COUNT; k++)
        sum += component_of[k] == c ? x->part[k][h] : 0;
    return sum;
}

/* Writes all six components, so that a client can add them up without checking which exist. */
static void put_components(struct buf *b, const struct explanation *x)
{
    buf_puts(b, ",\"components\":{");
    for (int c = 0; c < COMPONENTS; c++) {
        buf_printf(b, "%s\"%s\":[", c ? "," : "", component_names[c]);
        for (int h = 0; h < x->steps; h++) {
            if (h)
                buf_puts(b, ",");
            buf_put_f64(b, component(x, c, h));
        }
        buf_puts(b, "]");
    }
    buf_puts(b, "}");
}

static bool is_net_alone(const struct explanation *x)
{
    return x->num_members == 1 && strcmp(x->members[0].name, "lstm") == 0;
}

/* Writes whether there is a season, and why. */
static void put_season(struct buf *b, const struct explanation *x)
{
    bool taken = x->season > 1 && x->season_weight >= 0.5;

    buf_printf(b, ",\"season\":{\"length\":%d,\"taken\":%s,\"lengths\":[", x->season_length,
               taken ? "true" : "false");
    if (x->season > 1)
        buf_printf(b, x->season2 ? "%d,%d" : "%d", x->season, x->season2);
    buf_puts(b, "],\"weight\":");
    buf_put_f64(b, x->season_weight);
    buf_puts(b, ",\"reason\":\"");
    if (x->season_length < 2)
        buf_puts(b, "the frequency of the data, or season_length, names no season");
    else if (is_net_alone(x))
        buf_puts(b, "a net alone forecasts; the season that it has learnt cannot be shown apart");
    else if (x->season < 2)
        buf_printf(b,
                   "the history is shorter than two seasons of %d steps, or repeats none of them",
                   x->season_length);
    else
        buf_printf(
            b,
            "methods that repeat a season of %d steps have %.0f %% of the weight, because of "
            "their errors in the backtest",
            x->season2 ? x->season2 : x->season, 100 * x->season_weight);
    buf_puts(b, "\"}");
}

static void put_time(struct buf *b, const struct timeline *time, int row)
{
    char text[TIME_TEXT_MAX];

    if (time->frequency.unit == FREQ_INDEX)
        buf_put_i64(b, time->start + row);
    else
        buf_put_json_string(b, timeline_text(text, time, row));
}

/* Writes the observations that are used with another value. "replaced" lists them with reasons.
 * "observations" repeats them without, and counts them and the missing values, as in the first
 * version of the API. */
static void put_changes(struct buf *b, const struct explanation *x, const struct timeline *time)
{
    buf_puts(b, ",\"replaced\":[");
    for (int i = 0; i < x->num_changes; i++) {
        const struct explained_change *c = &x->changes[i];

        buf_puts(b, i ? ",{\"time\":" : "{\"time\":");
        put_time(b, time, c->at);
        buf_puts(b, ",\"from\":");
        buf_put_f64(b, c->observed);
        buf_puts(b, ",\"to\":");
        buf_put_f64(b, c->used);
        buf_printf(b, ",\"reason\":\"%s\"}", reasons[c->reason]);
    }
    buf_puts(b, "]");
    buf_printf(b, ",\"observations\":{\"filled\":%d,\"changed\":%d,\"changes\":[", x->filled,
               x->changed);
    for (int i = 0; i < x->num_changes; i++) {
        const struct explained_change *c = &x->changes[i];

        buf_puts(b, i ? ",{\"time\":" : "{\"time\":");
        put_time(b, time, c->at);
        buf_puts(b, ",\"observed\":");
        buf_put_f64(b, c->observed);
        buf_puts(b, ",\"used\":");
        buf_put_f64(b, c->used);
        buf_puts(b, "}");
    }
    buf_puts(b, "]}");
}

void explanation_write(struct buf *b, const struct explanation *x, const struct timeline *time)
{
    buf_puts(b, "{");
    put_members(b, x);
    put_parts(b, x);
    put_components(b, x);
    put_season(b, x);
    put_changes(b, x, time);
    buf_puts(b, "}");
}

void note_write(struct buf *b, int *count, const char *code, const char *detail)
{
    buf_puts(b, (*count)++ ? ",{\"code\":" : "{\"code\":");
    buf_put_json_string(b, code);
    buf_puts(b, ",\"detail\":");
    buf_put_json_string(b, detail);
    buf_puts(b, "}");
}

static void note_shift(struct buf *b, int *count, int at, const struct timeline *time)
{
    char text[TIME_TEXT_MAX + 160], when[TIME_TEXT_MAX];

    snprintf(text, sizeof(text),
             "the level shifted at %s: the forecast goes on from the new level, and the values "
             "before were moved to it to learn the season",
             timeline_text(when, time, at));
    note_write(b, count, "level_shifted", text);
}

static void note_turn(struct buf *b, int *count, int at, const struct timeline *time)
{
    char text[TIME_TEXT_MAX + 160], when[TIME_TEXT_MAX];

    snprintf(text, sizeof(text),
             "the trend changed its slope at %s: the forecast follows the new one, and the values "
             "before were moved to it",
             timeline_text(when, time, at));
    note_write(b, count, "trend_changed", text);
}

void remarks_write(struct buf *b, int *count, const struct forecast_remarks *r,
                   const struct timeline *time)
{
    if (r->last_doubtful)
        note_write(
            b, count, "last_value_doubtful",
            "the last value stands out; whether it is an error or the first of a new level "
            "is not known, so the forecast moves half the way to it, and the interval covers "
            "both");
    if (r->short_season)
        note_write(b, count, "short_for_a_season",
                   "the history is shorter than two seasons, so none is forecast");
    if (r->level_shifted_at)
        note_shift(b, count, r->level_shifted_at, time);
    if (r->trend_turned_at)
        note_turn(b, count, r->trend_turned_at, time);
    if (r->many_zeros)
        note_write(b, count, "many_zeros",
                   "most values are zero, so methods for intermittent demand make the forecast");
}
