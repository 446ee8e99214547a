/* report.c - see report.h. Numbers that are not finite are null. */
#include "server/tasks/report.h"

#include "server/formats/json.h"
#include "server/formats/json_build.h"
#include "server/tasks/params_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *report_text(cJSON *tree)
{
    char *text = tree ? json_print(tree) : NULL;

    cJSON_Delete(tree);
    return text;
}

cJSON *report_put_arithmetic(cJSON *o, const char *name)
{
    return json_put_text(o, "arithmetic", name[0] ? name : NULL);
}

/* ---- forecasts ---- */

cJSON *report_put_metrics(cJSON *o, const struct metrics *m)
{
    o = json_put_number(o, "mae", m->mae);
    o = json_put_number(o, "rmse", m->rmse);
    o = json_put_number(o, "mape", m->mape);
    o = json_put_number(o, "smape", m->smape);
    return json_put_number(o, "mase", m->mase);
}

cJSON *report_forecast_metrics(const struct evaluation *ev)
{
    cJSON *o = report_put_metrics(cJSON_CreateObject(), &ev->model);

    o = json_put_number(o, "coverage_80", ev->coverage80);
    o = json_put_number(o, "coverage_95", ev->coverage95);
    o = json_put(o, "naive", report_put_metrics(cJSON_CreateObject(), &ev->naive));
    o = json_put(o, "seasonal_naive", report_put_metrics(cJSON_CreateObject(), &ev->baseline));
    o = json_put(o, "ets", report_put_metrics(cJSON_CreateObject(), &ev->ets));
    if (ev->num_covariates)
        o = json_put(o, "covariates_used", cJSON_CreateBool(ev->covariates_used > 0));
    o = json_put_number(o, "last_batch_loss", ev->last_batch_loss);
    return json_put_number(o, "test_mse", ev->test_mse_scaled);
}

static cJSON *times(const struct timeline *t, int start, int n)
{
    cJSON *a = cJSON_CreateArray();
    char text[40];

    for (int i = 0; a && i < n; i++) {
        if (t->frequency.unit == FREQ_INDEX)
            a = json_push(a, cJSON_CreateNumber((double)(t->start + start + i)));
        else
            a = json_push(a, cJSON_CreateString(timeline_text(text, t, start + i)));
    }
    return a;
}

/* The bounds of the intervals; null if the model has no intervals. */
static cJSON *bounds(const double *at80, const double *at95, int n)
{
    cJSON *o;

    if (at80 && at95 && n > 0 && isnan(at80[0]) && isnan(at95[0]))
        return cJSON_CreateNull();
    o = cJSON_CreateObject();
    if (at80)
        o = json_put(o, "80", json_numbers(at80, n));
    if (at95)
        o = json_put(o, "95", json_numbers(at95, n));
    return o;
}

static cJSON *one_series(const struct evaluation_series *s, const struct timeline *t)
{
    cJSON *o = json_put(cJSON_CreateObject(), "id", cJSON_CreateString(s->id));
    cJSON *metrics = report_put_metrics(cJSON_CreateObject(), &s->model);

    metrics = json_put(metrics, "naive", report_put_metrics(cJSON_CreateObject(), &s->naive_model));
    metrics =
        json_put(metrics, "seasonal_naive", report_put_metrics(cJSON_CreateObject(), &s->baseline));
    metrics = json_put(metrics, "ets", report_put_metrics(cJSON_CreateObject(), &s->ets_model));
    o = json_put(o, "metrics", metrics);
    o = json_put(o, "baseline", report_put_metrics(cJSON_CreateObject(), &s->baseline));
    o = json_put(o, "time", times(t, s->start, s->length));
    o = json_put(o, "truth", json_numbers(s->truth, s->length));
    o = json_put(o, "forecast", json_numbers(s->forecast, s->length));
    o = json_put(o, "mean", json_numbers(s->mean, s->length));
    o = json_put(o, "naive", json_numbers(s->naive, s->length));
    o = json_put(o, "seasonal_naive", json_numbers(s->seasonal_naive, s->length));
    o = json_put(o, "ets", json_numbers(s->ets, s->length));
    o = json_put(o, "lower", bounds(s->lower80, s->lower95, s->length));
    return json_put(o, "upper", bounds(s->upper80, s->upper95, s->length));
}

/* Adds a note that the intervals are missing, and returns o. */
static cJSON *note_no_residuals(cJSON *o)
{
    cJSON *note = json_put(cJSON_CreateObject(), "code", cJSON_CreateString("no_residuals"));

    note = json_put(note, "detail",
                    cJSON_CreateString("the model has no residuals to make intervals from, so that "
                                       "lower, upper and the coverages are null"));
    return json_put(o, "notes", json_push(cJSON_CreateArray(), note));
}

/* Compares by MASE, or by MAE if no scale is known. */
static bool beats(const struct evaluation *ev)
{
    if (isfinite(ev->model.mase) && isfinite(ev->baseline.mase))
        return ev->model.mase < ev->baseline.mase;
    return ev->model.mae < ev->baseline.mae;
}

/* Lists the covariates of a model. Those known in advance have their true values in the held-out
 * end. */
static cJSON *covariate_list(const struct forecaster *f)
{
    cJSON *list = cJSON_CreateArray();

    for (int k = 0; list && k < forecaster_num_covariates(f); k++) {
        bool known = false;
        cJSON *o = cJSON_CreateObject();

        o = json_put(o, "name", cJSON_CreateString(forecaster_covariate(f, k, &known)));
        list = json_push(list, json_put(o, "known_in_advance", cJSON_CreateBool(known)));
    }
    return list;
}

/* Errors by step ahead; null if every held-out value was forecast one step ahead. */
static cJSON *steps_ahead(const struct evaluation *ev)
{
    cJSON *o;

    if (!ev->steps)
        return cJSON_CreateNull();
    o = json_put(cJSON_CreateObject(), "mase", json_numbers(ev->step_error, ev->steps));
    o = json_put(o, "seasonal_naive", json_numbers(ev->step_baseline, ev->steps));
    return json_put(o, "ets", json_numbers(ev->step_ets, ev->steps));
}

cJSON *report_forecast_evaluation(const struct forecaster *f, const struct timeline *time)
{
    const struct evaluation *ev = forecaster_evaluation(f);
    const struct params *p = forecaster_params(f);
    cJSON *o = json_put(cJSON_CreateObject(), "task", cJSON_CreateString("forecast"));
    cJSON *baseline = cJSON_CreateObject(), *list = cJSON_CreateArray();

    for (int i = 0; list && i < ev->count; i++) {
        int at = forecaster_find_series(f, ev->series[i].id);

        list = json_push(list, one_series(&ev->series[i], &time[at < 0 ? 0 : at]));
    }
    baseline = json_put(baseline, "method", cJSON_CreateString("seasonal_naive"));
    baseline = json_put_number(baseline, "season_length", p->season_length);
    o = json_put_number(o, "horizon", p->horizon);
    o = json_put_number(o, "test_size", p->test_size);
    o = json_put_text(o, "served_model", report_served_model(f));
    o = json_put(o, "metrics", report_forecast_metrics(ev));
    o = json_put(o, "baseline", report_put_metrics(baseline, &ev->baseline));
    o = json_put(o, "beats_baseline", ev->count ? cJSON_CreateBool(beats(ev)) : cJSON_CreateNull());
    o = json_put(o, "per_step", steps_ahead(ev));
    if (forecaster_num_covariates(f))
        o = json_put(o, "covariates", covariate_list(f));
    if (ev->count && !forecaster_has_intervals(f))
        o = note_no_residuals(o);
    return json_put(o, "series", list);
}

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};

/* Writes a name such as "12-25", "12-25 on working days", "4th thursday of november",
 * "easter-2". */
static void name_holiday(char out[48], const struct holiday *h)
{
    static const char *const nth[] = {"", "1st", "2nd", "3rd", "4th", "last"};
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};

    switch (h->kind) {
    case HOLIDAY_DATE:
        snprintf(out, 48, "%02d-%02d%s", h->month + 1, h->day,
                 h->working ? " on working days" : "");
        break;
    case HOLIDAY_WEEKDAY:
        snprintf(out, 48, "%s %s of %s", nth[h->nth], weekdays[h->day], months[h->month]);
        break;
    case HOLIDAY_EASTER:
        snprintf(out, 48, "easter%+d", h->day);
        break;
    }
}

static cJSON *one_day(const struct holiday *h)
{
    char name[48] = "";
    cJSON *o;

    name_holiday(name, h);
    o = json_put(cJSON_CreateObject(), "day", cJSON_CreateString(name));
    return json_put_number(o, "percent", 100 * expm1(h->beta));
}

/* Describes the smooth course of the year by its highest and lowest days, and lists the days that
 * differ from it. */
static cJSON *day_effects(const struct calendar_coefficients *c)
{
    cJSON *o = cJSON_CreateObject(), *list = cJSON_CreateArray(), *year = NULL;

    if (c->annual_order) {
        year = json_put(cJSON_CreateObject(), "highest", one_day(&c->high));
        year = json_put(year, "lowest", one_day(&c->low));
    }
    for (int i = 0; list && i < c->num_holidays; i++)
        list = json_push(list, one_day(&c->holidays[i]));
    o = json_put(o, "year", c->annual_order ? year : cJSON_CreateNull());
    return json_put(o, "holidays", list);
}

/* Effects of the calendar on months or days, in percent; null if there are none. */
static cJSON *calendar_effects(const struct forecaster *f, int i)
{
    struct calendar_coefficients c;
    cJSON *o;

    forecaster_calendar(&c, f, i);
    if (c.unit == CALENDAR_NONE)
        return cJSON_CreateNull();
    if (c.unit == CALENDAR_DAYS)
        return day_effects(&c);
    o = cJSON_CreateObject();
    for (int d = 0; d < 7; d++)
        o = json_put_number(o, weekdays[d], 100 * expm1(c.weekday[d]));
    o = json_put_number(o, "leap_day", 100 * expm1(c.leap_day));
    o = json_put_number(o, "easter", 100 * expm1(c.easter));
    return json_put_number(o, "easter_days", c.easter_days);
}

static cJSON *series_details(const struct forecaster *f, int i, const struct timeline *t)
{
    const double *values;
    int length = 0;
    int64_t skipped = 0;
    const char *id = forecaster_series(f, i, &values, &length, &skipped);
    char text[TIME_TEXT_MAX], name[16], open[OPEN_TEXT_MAX];
    cJSON *o = json_put(cJSON_CreateObject(), "id", cJSON_CreateString(id));

    timeline_name(name, t);
    o = json_put(o, "frequency", name[0] ? cJSON_CreateString(name) : cJSON_CreateNull());
    if (timeline_open(open, t)[0])
        o = json_put(o, "open", cJSON_CreateString(open));
    o = json_put(o, "start", cJSON_CreateString(timeline_text(text, t, 0)));
    o = json_put(o, "end", cJSON_CreateString(timeline_text(text, t, skipped + length - 1)));
    if (forecaster_num_covariates(f))
        o = json_put(o, "covariates_used", cJSON_CreateBool(forecaster_uses_covariates(f, i)));
    if (forecaster_params(f)->calendar_effects)
        o = json_put(o, "calendar_effects", calendar_effects(f, i));
    return json_put_number(o, "length", (double)(skipped + length));
}

/* ---- series too short to learn from ---- */

static int count_values(const struct series_view *s)
{
    int count = 0;

    for (int i = 0; i < s->length; i++)
        count += !isnan(s->values[i]);
    return count;
}

static cJSON *skip(cJSON *list, const char *id, int values)
{
    cJSON *o = json_put_text(json_put_text(cJSON_CreateObject(), "id", id), "series", id);
    char reason[160] = "it has no observation, so it has no forecast";

    if (values)
        snprintf(reason, sizeof(reason),
                 "it has %d observation%s; a model learns from %d or more: its forecast is its "
                 "last value",
                 values, values == 1 ? "" : "s", SERIES_VALUES_MIN);
    return json_push(list, json_put(o, "reason", cJSON_CreateString(reason)));
}

enum { SKIPPED_MAX = 1000 /* series that are named */ };

cJSON *report_skipped(cJSON *o, const struct panel_data *p)
{
    cJSON *list = cJSON_CreateArray();
    int named = 0;

    for (int i = 0; i < p->panel.count + p->num_empty && named < SKIPPED_MAX; i++) {
        int values = i < p->panel.count ? count_values(&p->views[i]) : 0;

        if (values >= SERIES_VALUES_MIN)
            continue;
        list = skip(list, p->ids[i], values);
        named++;
    }
    if (named)
        return json_put(o, "skipped", list);
    cJSON_Delete(list);
    return o;
}

cJSON *report_forecast_details(const struct forecaster *f, const struct timeline *time,
                               const char *value_name)
{
    const struct params *p = forecaster_params(f);
    cJSON *o = cJSON_CreateObject(), *list = cJSON_CreateArray();
    int n = forecaster_num_series(f);

    for (int i = 0; list && i < n && i < 1000; i++)
        list = json_push(list, series_details(f, i, &time[i]));
    o = report_put_arithmetic(o, forecaster_arithmetic(f));
    o = json_put_number(o, "horizon", p->horizon);
    o = json_put_number(o, "season_length", p->season_length);
    o = json_put_number(o, "num_series", n);
    if (value_name)
        o = json_put_text(o, "value_name", value_name);
    if (forecaster_num_covariates(f))
        o = json_put(o, "covariates", covariate_list(f));
    return json_put(o, "series", list);
}

/* ---- backtests ---- */

cJSON *report_backtest_metrics(const struct backtest *b)
{
    cJSON *o = report_put_metrics(cJSON_CreateObject(), &b->model);

    o = json_put_number(o, "coverage_80", b->coverage80);
    o = json_put_number(o, "coverage_95", b->coverage95);
    o = json_put(o, "naive", report_put_metrics(cJSON_CreateObject(), &b->last));
    o = json_put(o, "seasonal_naive", report_put_metrics(cJSON_CreateObject(), &b->seasonal));
    o = json_put(o, "ets", report_put_metrics(cJSON_CreateObject(), &b->smoothed));
    return json_put(o, "beats_baseline", cJSON_CreateBool(b->beats_baseline));
}

static cJSON *one_forecast(const struct backtest_forecast *f, const struct timeline *t)
{
    cJSON *o = json_put(cJSON_CreateObject(), "id", cJSON_CreateString(f->id));
    cJSON *metrics = report_put_metrics(cJSON_CreateObject(), &f->model);

    metrics = json_put(metrics, "naive", report_put_metrics(cJSON_CreateObject(), &f->last));
    metrics =
        json_put(metrics, "seasonal_naive", report_put_metrics(cJSON_CreateObject(), &f->seasonal));
    metrics = json_put(metrics, "ets", report_put_metrics(cJSON_CreateObject(), &f->smoothed));
    o = json_put_number(o, "window", f->window);
    o = json_put(o, "metrics", metrics);
    o = json_put(o, "time", times(t, f->origin, f->length));
    o = json_put(o, "truth", json_numbers(f->truth, f->length));
    o = json_put(o, "forecast", json_numbers(f->forecast, f->length));
    o = json_put(o, "mean", json_numbers(f->mean, f->length));
    o = json_put(o, "naive", json_numbers(f->naive, f->length));
    o = json_put(o, "seasonal_naive", json_numbers(f->seasonal_naive, f->length));
    o = json_put(o, "ets", json_numbers(f->ets, f->length));
    o = json_put(o, "lower", bounds(f->lower80, f->lower95, f->length));
    return json_put(o, "upper", bounds(f->upper80, f->upper95, f->length));
}

cJSON *report_backtest(const struct backtest *b, const struct panel *panel,
                       const struct timeline *time)
{
    cJSON *o = json_put(cJSON_CreateObject(), "task", cJSON_CreateString("backtest"));
    cJSON *list = cJSON_CreateArray(), *steps = cJSON_CreateObject();

    for (int i = 0; list && i < b->count; i++) {
        int at = 0;

        while (at < panel->count - 1 && strcmp(panel->series[at].id, b->items[i].id) != 0)
            at++;
        list = json_push(list, one_forecast(&b->items[i], &time[at]));
    }
    steps = json_put(steps, "mase", json_numbers(b->step_error, b->plan.horizon));
    steps =
        json_put(steps, "seasonal_naive", json_numbers(b->step_error_seasonal, b->plan.horizon));
    steps = json_put(steps, "ets", json_numbers(b->step_error_ets, b->plan.horizon));
    o = json_put_number(o, "windows", b->plan.windows);
    o = json_put_number(o, "step", b->plan.step);
    o = json_put_number(o, "horizon", b->plan.horizon);
    o = json_put(o, "metrics", report_backtest_metrics(b));
    o = json_put(o, "per_step", steps);
    if (b->count && isnan(b->coverage80) && isnan(b->items[0].lower80[0]))
        o = note_no_residuals(o);
    return json_put(o, "forecasts", list);
}

/* ---- searches ---- */

static cJSON *one_trial(const struct search_trial *t)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "score", t->score);
    char *params = params_to_json(TASK_FORECAST, &t->params);

    o = json_put(o, "params", params ? cJSON_Parse(params) : NULL);
    free(params);
    return o;
}

cJSON *report_search(const struct search *s, bool every)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "trials", s->count), *list;

    o = json_put_number(o, "best", s->best);
    o = json_put_number(o, "score", s->trials[s->best].score);
    if (!every)
        return o;
    list = cJSON_CreateArray();
    for (int i = 0; list && i < s->count; i++)
        list = json_push(list, one_trial(&s->trials[i]));
    return json_put(o, "tried", list);
}

char *report_with(char *text, const char *name, cJSON *value)
{
    cJSON *o = text ? cJSON_Parse(text) : NULL;

    free(text);
    if (o)
        cJSON_DeleteItemFromObjectCaseSensitive(o, name);
    return report_text(json_put(o, name, value));
}
