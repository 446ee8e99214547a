/* promotion.c - see promotion.h. */
#include "server/tasks/promotion.h"

#include "server/formats/json_build.h"
#include "server/tasks/comparison.h"
#include "server/tasks/report.h"

#include <lstm/buf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 700 };

const char *const promote_names[] = {"always", "if_better", "never", NULL};

bool promote_from_name(enum promote *out, const char *name)
{
    for (int i = 0; promote_names[i]; i++) {
        if (strcmp(name, promote_names[i]) == 0) {
            *out = (enum promote)i;
            return true;
        }
    }
    return false;
}

void promotion_release(struct promotion *p)
{
    free((char *)p->decision.report);
    *p = (struct promotion){0};
}

/* ---- the version that serves ---- */

static enum status load_serving(struct model *m, char **evaluation, struct store *s,
                                const struct model_version *v, struct err *e)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = store_model_checkpoint(&bytes, &len, s, v->name, v->version, e);

    if (!st)
        st = store_model_evaluation(evaluation, s, v->name, v->version, e);
    if (!st)
        st = model_load(m, bytes, len, e);
    m->version = v->version;
    free(bytes);
    return st;
}

/* Finds the version that serves; version 0 if the model has none. */
static enum status find_serving(struct model_version *v, struct store *s, const char *name,
                                struct err *e)
{
    struct err none = {0};
    enum status st = store_model_get(v, s, name, 0, &none);

    if (st == ST_NOT_FOUND)
        return ST_OK;
    if (st)
        *e = none;
    return st;
}

/* ---- the decision ---- */

static bool is_better(double a, double b, bool larger)
{
    return larger ? a > b : a < b;
}

static const char *verdict(bool beats_other, bool beats_baseline)
{
    if (!beats_other)
        return "it is not better than the version that served";
    if (!beats_baseline)
        return "it is better than the version that served, but not than the baseline";
    return "it is better than both";
}

/* Whether the new version is to serve, and why. It must be better than the version that serves, and
 * better than the baseline if that is known. */
static bool decide(char why[REASON_MAX], const struct comparison *c, int64_t serving)
{
    bool beats_other = is_better(c->fresh, c->other, c->larger_is_better);
    bool beats_baseline =
        isnan(c->baseline) || is_better(c->fresh, c->baseline, c->larger_is_better);
    char baseline[100] = "", seen[120] = "";

    if (!isnan(c->baseline))
        (void)snprintf(baseline, sizeof(baseline), ", the baseline (%s) %.4g", c->baseline_name,
                       c->baseline);
    if (c->seen > 0)
        (void)snprintf(seen, sizeof(seen), "; version %lld had learnt from %lld of them",
                       (long long)serving, (long long)c->seen);
    (void)snprintf(why, REASON_MAX,
                   "on the same %lld held-out %s the new version has %s %.4g, version %lld, which "
                   "served, %.4g%s: %s%s",
                   (long long)c->held_out, c->larger_is_better ? "tokens" : "observations",
                   c->measure, c->fresh, (long long)serving, c->other, baseline,
                   verdict(beats_other, beats_baseline), seen);
    return beats_other && beats_baseline;
}

static cJSON *put_figures(cJSON *o, const struct comparison *c)
{
    o = json_put_text(o, "measure", c->measure);
    o = json_put_number(o, "new", c->fresh);
    o = json_put_number(o, "serving", c->other);
    o = json_put_text(o, "baseline_method", c->baseline_name);
    o = json_put_number(o, "baseline", c->baseline);
    o = json_put_number(o, "held_out", (double)c->held_out);
    return json_put_number(o, "seen", c->seen < 0 ? NAN : (double)c->seen);
}

/* Makes the report. c: NULL if nothing was measured. */
static enum status put_report(struct promotion *p, const struct job *job, const char *why,
                              const struct comparison *c, struct err *e)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "promote", job->promote);

    o = json_put_text(o, "decision", p->decision.serves ? "promoted" : "kept");
    o = json_put_text(o, "reason", why);
    o = json_put(o, "compared_with",
                 p->decision.serving ? cJSON_CreateNumber((double)p->decision.serving)
                                     : cJSON_CreateNull());
    if (c)
        o = put_figures(o, c);
    p->decision.report = report_text(o);
    return p->decision.report ? ST_OK : err_nomem(e, 0);
}

static enum status decide_if_better(struct promotion *p, struct store *s, const struct job *job,
                                    const struct trained *t, const struct model_version *v,
                                    const struct stop_flag *stop, struct err *e)
{
    struct model m = {0};
    struct comparison c;
    struct err reason = {0};
    char *evaluation = NULL, why[REASON_MAX];
    enum status st = load_serving(&m, &evaluation, s, v, &reason);

    if (!st)
        st = comparison_of_job(&c, s, job, t, &m, evaluation, stop, &reason);
    model_release(&m);
    free(evaluation);
    if (!st) {
        p->decision.serves = decide(why, &c, v->version);
        return put_report(p, job, why, &c, e);
    }
    /* ST_INVALID and ST_CORRUPT come from the versions and the data, which cannot change, so they
     * are reported as the reason. Other errors may pass. */
    if (st == ST_NOT_FOUND) /* the version was deleted just now: try again */
        return err_set(e, ST_PRECONDITION, "%s", reason.message);
    if (st != ST_INVALID && st != ST_CORRUPT) {
        *e = reason;
        return st;
    }
    (void)snprintf(why, sizeof(why), "it cannot be compared with version %lld, which serves: %s",
                   (long long)v->version, reason.message);
    return put_report(p, job, why, NULL, e);
}

enum status promotion_decide(struct promotion *p, struct store *s, const struct job *job,
                             const struct trained *t, const struct stop_flag *stop, struct err *e)
{
    struct model_version v = {0};
    enum promote promote = PROMOTE_NEVER;
    enum status st = find_serving(&v, s, job->model, e);

    *p = (struct promotion){.decision.serving = v.version};
    if (!st && !promote_from_name(&promote, job->promote))
        st =
            err_set(e, ST_CORRUPT, "job %s has the unknown promote '%.20s'", job->id, job->promote);
    if (!st && !v.version) {
        p->decision.serves = true; /* there is no other one */
        st = put_report(p, job, "it is the first version of its model", NULL, e);
    } else if (!st && promote == PROMOTE_IF_BETTER) {
        st = decide_if_better(p, s, job, t, &v, stop, e);
    } else if (!st) {
        p->decision.serves = promote == PROMOTE_ALWAYS;
        st = put_report(p, job,
                        p->decision.serves
                            ? "promote is always"
                            : "promote is never: the version that served still serves",
                        NULL, e);
    }
    model_version_release(&v);
    return st;
}
