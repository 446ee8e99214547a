/* comparison.c - see comparison.h. */
#include "server/tasks/comparison.h"

#include "server/tasks/forecast_task.h"
#include "server/tasks/held_out.h"
#include "server/tasks/params_json.h"
#include "server/tasks/tag_baseline.h"
#include "server/tasks/tag_data.h"

#include <math.h>
#include <stdlib.h>

/* ---- forecasts ---- */

/* Means of one measure over the series. */
struct means {
    double fresh, other, baseline;
    int series;
};

static void add(struct means *m, double fresh, double other, double baseline)
{
    m->series++;
    m->fresh += (fresh - m->fresh) / m->series;
    m->other += (other - m->other) / m->series;
    m->baseline += (baseline - m->baseline) / m->series;
}

/* Compares by MASE if any series has one, otherwise by MAE, over the series that have all three
 * figures. */
static enum status take_means(struct comparison *out, const struct held_out *h,
                              const struct held_out_result *r, const struct err *why, struct err *e)
{
    struct means mase = {0}, mae = {0}, *m;

    *out = (struct comparison){.baseline_name = "seasonal_naive"};
    for (int i = 0; i < h->count; i++) {
        const struct held_out_series *s = &h->series[i];

        if (!r[i].counts)
            continue;
        if (isfinite(s->own.mase) && isfinite(r[i].metrics.mase) && isfinite(s->baseline.mase))
            add(&mase, s->own.mase, r[i].metrics.mase, s->baseline.mase);
        if (isfinite(s->own.mae) && isfinite(r[i].metrics.mae) && isfinite(s->baseline.mae))
            add(&mae, s->own.mae, r[i].metrics.mae, s->baseline.mae);
        out->held_out += s->length;
        out->seen += r[i].seen;
    }
    m = mase.series ? &mase : &mae;
    if (!m->series)
        return err_set(e, ST_INVALID, "%s",
                       why->status ? why->message : "no held-out observation can be compared");
    out->measure = mase.series ? "mase" : "mae";
    out->fresh = m->fresh;
    out->other = m->other;
    out->baseline = m->baseline;
    return ST_OK;
}

static enum status compare_series(struct comparison *out, const struct panel_data *p,
                                  const cJSON *evaluation, const cJSON *others,
                                  const struct model *other, const struct stop_flag *stop,
                                  struct err *e)
{
    struct held_out h = {0};
    struct held_out_result *r = NULL;
    struct err why = {0};
    enum status st = held_out_find(&h, evaluation, p, e);

    if (!st && !h.count)
        st = err_set(e, ST_INVALID, "the job held no observations out (test_size is 0)");
    if (!st) {
        r = calloc((size_t)h.count, sizeof(*r));
        st = r ? ST_OK : err_nomem(e, (size_t)h.count * sizeof(*r));
    }
    if (!st && !held_out_same(r, others, &h, p))
        st = held_out_measure(r, other, &h, p, stop, &why, e);
    if (!st)
        st = take_means(out, &h, r, &why, e);
    free(r);
    held_out_release(&h);
    return st;
}

static enum status compare_forecasts(struct comparison *out, struct store *s, const struct job *job,
                                     const struct params *p, const cJSON *evaluation,
                                     const cJSON *others, const struct model *other,
                                     const struct stop_flag *stop, struct err *e)
{
    struct forecast_data d = {0};
    enum status st = forecast_data_load(&d, s, job->dataset_id, p, e);

    if (!st)
        st = compare_series(out, &d.panel, evaluation, others, other, stop, e);
    forecast_data_release(&d);
    return st;
}

/* ---- tags ---- */

static enum status compare_tags(struct comparison *out, struct store *s, const struct job *job,
                                const struct params *p, const cJSON *metrics,
                                const struct model *other, const struct stop_flag *stop,
                                struct err *e)
{
    struct tag_data d = {0};
    struct tagger_evaluation ev = {0};
    const cJSON *accuracy = cJSON_GetObjectItemCaseSensitive(metrics, "accuracy");
    /* the same column as in report_tag_metrics(): UPOS if there is a choice */
    enum tag_column c = p->column == COLUMN_XPOS ? TAG_XPOS : TAG_UPOS;
    struct corpus held = {0};
    enum status st = tag_data_load(&d, NULL, s, job->dataset_id, job->validation_dataset_id, e);

    if (!st && (p->test_size < 1 || p->test_size > d.corpus.count || !cJSON_IsNumber(accuracy)))
        st = err_set(e, ST_INVALID, "the job held no sentences out (test_size is 0)");
    if (!st && !tagger_has(other->tagger, c))
        st = err_set(e, ST_INVALID, "version %lld does not know the column %s",
                     (long long)other->version, tag_column_name(c));
    if (!st) {
        held = (struct corpus){d.corpus.sentences + (d.corpus.count - p->test_size), p->test_size};
        st = tagger_evaluate(&ev, other->tagger, &held, stop, e);
    }
    if (!st) {
        *out = (struct comparison){.measure = "accuracy",
                                   .larger_is_better = true,
                                   .fresh = accuracy->valuedouble,
                                   .other = ev.column[c].accuracy,
                                   .baseline_name = "most_frequent_tag",
                                   .held_out = ev.column[c].tokens,
                                   .seen = -1};
        st = tag_baseline(&out->baseline, &d.corpus, d.corpus.count - p->test_size, c, e);
    }
    tagger_evaluation_release(&ev);
    tag_data_release(&d);
    return st;
}

/* ---- both tasks ---- */

static cJSON *parse(const char *text)
{
    return text ? cJSON_Parse(text) : cJSON_CreateObject();
}

enum status comparison_of_job(struct comparison *out, struct store *s, const struct job *job,
                              const struct trained *t, const struct model *other,
                              const char *other_evaluation, const struct stop_flag *stop,
                              struct err *e)
{
    cJSON *evaluation = parse(t->evaluation), *metrics = parse(t->metrics);
    cJSON *others = parse(other_evaluation);
    struct params p;
    enum status st = evaluation && metrics && others ? ST_OK : err_nomem(e, 0);

    *out = (struct comparison){.measure = ""};
    if (!st)
        st = params_from_json(&p, other->task, t->params ? t->params : job->params, e);
    if (!st && other->task == TASK_FORECAST)
        st = compare_forecasts(out, s, job, &p, evaluation, others, other, stop, e);
    else if (!st)
        st = compare_tags(out, s, job, &p, metrics, other, stop, e);
    cJSON_Delete(evaluation);
    cJSON_Delete(metrics);
    cJSON_Delete(others);
    return st;
}
