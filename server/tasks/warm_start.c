/* warm_start.c - see warm_start.h. */
#include "server/tasks/warm_start.h"

#include "server/tasks/params_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads "model", "model/3" or "model/alias"; *ref borrows text. */
static enum status read_name(char model[NAME_MAX_LEN + 1], struct version_ref *ref,
                             const char *text, struct err *e)
{
    size_t n = strcspn(text, "/");
    const char *version = text[n] ? text + n + 1 : "";
    size_t digits = strspn(version, "0123456789");
    bool number = digits >= 1 && digits <= 9 && !version[digits];
    bool alias = alias_name_ok(version) || strcmp(version, ALIAS_LATEST) == 0;

    *ref = (struct version_ref){0};
    if (n < 1 || n > NAME_MAX_LEN || (text[n] && !number && !alias))
        return err_set(e, ST_INVALID,
                       "'%.100s' names no model to start from; write \"model\" for the version "
                       "that serves, \"model/3\" or \"model/alias\"",
                       text);
    memcpy(model, text, n);
    model[n] = '\0';
    if (alias)
        ref->alias = version;
    else if (number)
        ref->number = strtoll(version, NULL, 10);
    if (number && ref->number < 1)
        return err_set(e, ST_INVALID, "'%.100s': versions count from 1", text);
    return ST_OK;
}

static enum status differs(const struct param_spec *s, const struct params *have,
                           const struct params *asked, const char *name, struct err *e)
{
    if (s->type == PARAM_ENUM)
        err_set(e, ST_INVALID,
                "%s is \"%s\", but %s, which the job is to start from, has \"%s\"; leave "
                "it out",
                s->name, params_text(asked, s), name, params_text(have, s));
    else
        err_set(e, ST_INVALID,
                "%s is %.15g, but %s, which the job is to start from, has %.15g; leave it out",
                s->name, params_number(asked, s), name, params_number(have, s));
    return err_at(e, "/params/%s", s->name);
}

/* Takes the parameters of the model, and replaces those that the request gives. */
static enum status merge(struct params *p, const struct params *have, const struct job_request *r,
                         const char *name, struct err *e)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);
    struct params merged = *have;
    enum status st = ST_OK;

    merged.threads = 0;
    if (p->future_covariates[0])
        memcpy(merged.future_covariates, p->future_covariates, sizeof(merged.future_covariates));
    for (int i = 0; !st && i < n && i < SEARCH_PARAMS_MAX; i++) {
        const struct param_spec *s = &table[i];

        if (!r->given[i])
            continue;
        if (s->shapes_net && params_number(have, s) != params_number(p, s))
            st = differs(s, have, p, name, e);
        else if (s->type == PARAM_ENUM)
            st = params_set_text(&merged, s, params_text(p, s), e);
        else if (s->type == PARAM_BOOL)
            st = params_set_bool(&merged, s, params_number(p, s) > 0, e);
        else
            st = params_set_number(&merged, s, params_number(p, s), e);
    }
    if (!st && r->recipe_given && strcmp(p->recipe, have->recipe) != 0) {
        err_set(e, ST_INVALID,
                "recipe is '%s', but %s, which the job is to start from, was made by '%s'; leave "
                "it out",
                p->recipe, name, have->recipe);
        st = err_at(e, "/recipe");
    }
    if (!st)
        *p = merged;
    return st;
}

enum status warm_start_resolve(char name[WARM_START_NAME_MAX], struct params *p, struct store *s,
                               const struct job_request *r, struct err *e)
{
    char model[NAME_MAX_LEN + 1];
    struct model_version m = {0};
    struct params have;
    struct version_ref ref;
    enum status st = read_name(model, &ref, r->warm_start_from, e);

    if (!st && r->search)
        st = err_set(e, ST_INVALID,
                     "a search tries nets of different shapes, so it cannot start from a model");
    if (!st)
        st = store_model_find(&m, s, model, ref, e);
    if (!st && strcmp(m.task, task_name(r->task)) != 0)
        st = err_set(e, ST_INVALID, "the model '%s' is of task '%s'; this job's is '%s'", model,
                     m.task, task_name(r->task));
    if (st)
        err_at(e, "/warm_start_from");
    if (!st)
        snprintf(name, WARM_START_NAME_MAX, "%s/%lld", m.name, (long long)m.version);
    if (!st)
        st = params_from_json(&have, r->task, m.params, e);
    if (!st)
        st = merge(p, &have, r, name, e);
    model_version_release(&m);
    return st;
}

enum status warm_start_load(uint8_t **bytes, size_t *len, struct store *s, const char *name,
                            struct err *e)
{
    char model[NAME_MAX_LEN + 1];
    struct version_ref ref;
    enum status st = read_name(model, &ref, name, e);

    if (!st)
        st = store_model_checkpoint(bytes, len, s, model, ref.number, e);
    if (st == ST_NOT_FOUND)
        st =
            err_set(e, ST_NOT_FOUND,
                    "the model version %s, which the job starts from, is not there any more", name);
    return st;
}
