/* report_remarks.c - remarks on a fit that a careful reader of its figures would make: see
 * report.h. */
#include "server/tasks/report.h"

#include "server/formats/json_build.h"

#include <math.h>
#include <stdio.h>

static cJSON *remark(cJSON *list, const char *code, const char *detail)
{
    cJSON *note = json_put_text(cJSON_CreateObject(), "code", code);

    return json_push(list, json_put_text(note, "detail", detail));
}

/* Series whose history is shorter than two seasons. */
static int count_short(const struct forecaster *f)
{
    int season = forecaster_params(f)->season_length, count = 0;

    for (int i = 0; season > 1 && i < forecaster_num_series(f); i++) {
        const double *values;
        int length;
        int64_t skipped;

        (void)forecaster_series(f, i, &values, &length, &skipped);
        count += skipped + length < 2 * (int64_t)season;
    }
    return count;
}

static cJSON *remark_baseline(cJSON *list, const struct evaluation *ev)
{
    bool mase = isfinite(ev->model.mase) && isfinite(ev->baseline.mase);
    char text[240];

    snprintf(
        text, sizeof(text),
        "on the held-out end the seasonal naive forecast was as good: its mean %s is %.3g, the "
        "model's %.3g",
        mase ? "MASE" : "absolute error", mase ? ev->baseline.mase : ev->baseline.mae,
        mase ? ev->model.mase : ev->model.mae);
    return remark(list, "baseline_as_good", text);
}

static cJSON *remark_short(cJSON *list, int count, const struct forecaster *f)
{
    char text[200];

    snprintf(text, sizeof(text),
             "%d of %d series %s shorter than two seasons of %d steps, so no season is forecast "
             "for %s",
             count, forecaster_num_series(f), count == 1 ? "is" : "are",
             forecaster_params(f)->season_length, count == 1 ? "it" : "them");
    return remark(list, "short_for_a_season", text);
}

const char *report_served_model(const struct forecaster *f)
{
    bool again = forecaster_params(f)->ensemble && forecaster_evaluation(f)->count > 0;

    return again ? "refitted" : "evaluated";
}

/* Describes the data that the metrics were measured on: held_out counts steps of each series. */
static cJSON *held_out(const struct forecaster *f)
{
    bool any = forecaster_evaluation(f)->count > 0;
    cJSON *o = cJSON_CreateObject();

    o = json_put_number(o, "held_out", any ? forecaster_params(f)->test_size : 0);
    return json_put_text(o, "served_model", report_served_model(f));
}

cJSON *report_remarks(cJSON *o, const struct forecaster *f)
{
    const struct evaluation *ev = forecaster_evaluation(f);
    cJSON *notes = cJSON_CreateArray();
    int count = count_short(f);

    if (!ev->count)
        notes = remark(notes, "not_evaluated",
                       "nothing was held out, so that no error and no comparison with simple "
                       "forecasts is known");
    else if (!ev->beats_baseline)
        notes = remark_baseline(notes, ev);
    if (count && forecaster_params(f)->ensemble)
        notes = remark_short(notes, count, f);
    o = json_put(o, "evaluation", held_out(f));
    return json_put(o, "notes", notes);
}
