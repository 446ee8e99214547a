/* describe_model.c - see describe_model.h. */
#include "server/tasks/describe_model.h"

#include "server/models/model_load.h"
#include "server/tasks/params_json.h"
#include "server/tasks/report_tag.h"

#include <stdlib.h>

void model_description_release(struct model_description *d)
{
    free(d->params);
    free(d->details);
    *d = (struct model_description){0};
}

static void describe_forecaster(struct model_description *out, const struct model *m)
{
    out->parameter_count = forecaster_num_params(m->forecaster);
    out->params = params_to_json(m->task, forecaster_params(m->forecaster));
    out->details = report_text(report_forecast_details(m->forecaster, m->time, m->value_name));
}

static void describe_tagger(struct model_description *out, const struct model *m)
{
    out->parameter_count = tagger_num_params(m->tagger);
    if (m->tokenizer)
        out->parameter_count += tokenizer_num_params(m->tokenizer);
    out->params = params_to_json(m->task, tagger_params(m->tagger));
    out->details = report_text(report_tag_details(m->tagger, m->tokenizer != NULL));
}

enum status describe_model(struct model_description *out, const uint8_t *bytes, size_t len,
                           struct err *e)
{
    struct model m = {0};
    enum status st = model_load(&m, bytes, len, e);

    *out = (struct model_description){0};
    if (st)
        return st;
    out->task = m.task;
    if (m.task == TASK_FORECAST)
        describe_forecaster(out, &m);
    else
        describe_tagger(out, &m);
    model_release(&m);
    if (out->params && out->details)
        return ST_OK;
    model_description_release(out);
    return err_nomem(e, 0);
}
