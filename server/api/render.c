/* render.c - see render.h. */
#include "server/api/render.h"

#include "server/api/common.h"

cJSON *render_progress(const struct job_progress *p)
{
    cJSON *o = cJSON_CreateObject();

    o = json_put_number(o, "epoch", p->epoch);
    o = json_put_number(o, "epochs", p->epochs);
    o = json_put_number(o, "fraction", p->fraction);
    o = json_put_number(o, "loss", p->loss);
    o = json_put_number(o, "validation_loss", p->validation_loss);
    o = json_put_number(o, "samples_per_second", p->samples_per_second);
    return json_put_number(o, "eta_seconds", p->eta_seconds);
}

/* Remarks on a fit are stored among its metrics, and shown beside them. skipped was a metric at
 * first, and is still shown there too. */
static cJSON *put_metrics(cJSON *o, const char *json)
{
    cJSON *metrics = json ? cJSON_Parse(json) : NULL;
    cJSON *skipped = cJSON_GetObjectItemCaseSensitive(metrics, "skipped");
    cJSON *evaluation = cJSON_DetachItemFromObjectCaseSensitive(metrics, "evaluation");
    cJSON *notes = cJSON_DetachItemFromObjectCaseSensitive(metrics, "notes");

    o = json_put(o, "skipped", skipped ? cJSON_Duplicate(skipped, true) : cJSON_CreateArray());
    o = json_put(o, "evaluation", evaluation ? evaluation : cJSON_CreateNull());
    o = json_put(o, "notes", notes ? notes : cJSON_CreateArray());
    return json_put(o, "metrics", metrics ? metrics : cJSON_CreateNull());
}

cJSON *render_job(const struct job *j)
{
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "id", j->id);
    o = json_put_text(o, "task", j->backtest ? "backtest" : j->task);
    o = json_put_text(o, "dataset", j->dataset);
    o = json_put_text(o, "model", j->model && j->model[0] ? j->model : NULL);
    o = json_put_text(o, "state", job_state_name(j->state));
    o = json_put(o, "cancel_requested", cJSON_CreateBool(j->cancel_requested));
    o = api_put_time(o, "created_at", j->created_at);
    o = api_put_time(o, "started_at", j->started_at);
    o = api_put_time(o, "finished_at", j->finished_at);
    o = json_put_raw(o, "params", j->params);
    if (j->backtest)
        o = render_spread(o, j->backtest);
    if (j->search)
        o = json_put_raw(o, "search", j->search);
    if (j->warm_start)
        o = json_put_text(o, "warm_start_from", j->warm_start);
    if (j->validation_dataset)
        o = json_put_text(o, "validation_dataset", j->validation_dataset);
    if (j->promote)
        o = json_put_text(o, "promote", j->promote);
    if (j->promotion)
        o = json_put_raw(o, "promotion", j->promotion);
    o = json_put(o, "progress", render_progress(&j->progress));
    o = json_put_text(o, "arithmetic", j->arithmetic);
    o = json_put_text(o, "note", j->note);
    o = json_put_raw(o, "error", j->error);
    o = json_put(o, "model_version",
                 j->model_version ? cJSON_CreateNumber((double)j->model_version)
                                  : cJSON_CreateNull());
    return put_metrics(o, j->metrics);
}

cJSON *render_spread(cJSON *o, const char *json)
{
    cJSON *details = json ? cJSON_Parse(json) : NULL;

    while (o && details && details->child) {
        cJSON *member = cJSON_DetachItemViaPointer(details, details->child);

        if (cJSON_HasObjectItem(o, member->string))
            cJSON_Delete(member);
        else
            o = json_put(o, member->string, member);
    }
    cJSON_Delete(details);
    return o;
}

cJSON *render_model(const struct model_version *m)
{
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "name", m->name);
    o = json_put_number(o, "version", (double)m->version);
    o = json_put_text(o, "task", m->task);
    o = api_put_time(o, "created_at", m->created_at);
    o = json_put_text(o, "dataset", m->dataset);
    o = json_put_text(o, "job", m->job);
    o = json_put_raw(o, "params", m->params);
    o = put_metrics(o, m->metrics);
    o = json_put_number(o, "parameter_count", (double)m->parameter_count);
    o = json_put_number(o, "bytes", (double)m->bytes);
    o = json_put_text(o, "digest", m->digest);
    o = json_put_number(o, "num_versions", (double)m->num_versions);
    o = json_put_number(o, "serving_version", (double)m->serving);
    o = json_put_number(o, "newest_version", (double)m->newest);
    o = json_put_raw(o, "aliases", m->aliases);
    o = render_spread(o, m->details);
    /* Details that an earlier version of the program wrote have none. */
    if (o && !cJSON_HasObjectItem(o, "arithmetic"))
        o = json_put(o, "arithmetic", cJSON_CreateNull());
    return o;
}
