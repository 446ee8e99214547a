/* retrain_rule.c - see retrain_rule.h. */
#include "server/api/retrain_rule.h"

#include "server/api/common.h"
#include "server/data/duration.h"
#include "server/sources/fetch.h"

#include <math.h>

enum { HOUR = 3600, DAY = 86400, EVERY_DAYS_MAX = 365 };
static const double drift_max = 1000;

static enum status read_drift(struct retrain_rule *out, const cJSON *o, const char *place,
                              struct err *e)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, "drift");

    if (!v)
        return ST_OK;
    out->drift = cJSON_IsNumber(v) ? v->valuedouble : NAN;
    if (out->drift > 1 && out->drift <= drift_max)
        return ST_OK;
    err_set(e, ST_INVALID,
            "drift must be a number above 1, at most %g: the model is trained when its errors are "
            "so many times those of its evaluation",
            drift_max);
    return err_at(e, "%s/drift", place);
}

enum status retrain_rule_read(struct retrain_rule *out, const cJSON *o, const char *place,
                              struct err *e)
{
    static const char *const members[] = {"every", "drift", NULL};
    const char *every = NULL;
    int64_t seconds = 0;
    enum status st = json_only(o, place, members, e);

    *out = (struct retrain_rule){0};
    if (!st)
        st = json_get_string(&every, o, place, "every", false, e);
    if (!st && every) {
        st = duration_parse(&seconds, every, HOUR, (int64_t)EVERY_DAYS_MAX * DAY, e);
        if (st)
            return err_at(e, "%s/every", place);
    }
    if (!st)
        st = read_drift(out, o, place, e);
    if (!st && !every && !(out->drift > 0)) {
        err_set(e, ST_INVALID,
                "a rule has \"every\", such as \"7d\", or \"drift\", such as 2, or both");
        return err_at(e, "%s", place);
    }
    out->every = seconds * 1000;
    out->first = out->every ? fetch_spread(out->every) : 0;
    return st;
}

enum status retrain_rule_check_task(const struct retrain_rule *r, enum task task, const char *place,
                                    struct err *e)
{
    if (task == TASK_FORECAST || !(r->drift > 0))
        return ST_OK;
    err_set(e, ST_INVALID,
            "drift compares errors of forecasts, and a tagger makes none; use \"every\"");
    return err_at(e, "%s/drift", place);
}

enum status retrain_rule_of_job(struct retrain_rule *out, struct job_request *r, const cJSON *body,
                                const struct access *key, struct err *e)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(body, "retrain");
    enum status st;

    if (!o || cJSON_IsNull(o))
        return ST_OK;
    st = retrain_rule_read(out, o, "/retrain", e);
    if (!st)
        st = retrain_rule_check_task(out, r->task, "/retrain", e);
    if (!st && out->drift > 0 && r->params.test_size == 0) {
        err_set(e, ST_INVALID,
                "drift is compared with the errors on held-out observations, and test_size 0 holds "
                "none out; use \"every\", or another test_size");
        st = err_at(e, "/retrain/drift");
    }
    out->key = key;
    r->retrain = out;
    return st;
}

cJSON *retrain_render(const struct retrain *r)
{
    char every[DURATION_TEXT_MAX];
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "every", r->every ? duration_text(every, r->every / 1000) : NULL);
    o = json_put_number(o, "drift", r->drift > 0 ? r->drift : NAN);
    o = api_put_time(o, "created_at", r->created_at);
    o = api_put_time(o, "next_training", r->next_at);
    o = api_put_time(o, "last_check", r->checked_at);
    o = json_put_text(o, "last_job", r->last_job[0] ? r->last_job : NULL);
    o = json_put_number(o, "last_drift", r->last_drift);
    o = api_put_time(o, "last_drift_at", r->drift_at);
    o = json_put_text(o, "note", r->note);
    return json_put_raw(o, "error", r->error);
}
