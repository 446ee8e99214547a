/* params_json.c - see params_json.h. */
#include "server/tasks/params_json.h"

#include "server/formats/json.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static bool taken_by(const struct param_spec *s, enum task t)
{
    return t == TASK_FORECAST ? s->forecast : s->tag;
}

static bool add(cJSON *o, const struct params *p, const struct param_spec *s)
{
    if (s->type == PARAM_ENUM)
        return cJSON_AddStringToObject(o, s->name, params_text(p, s)) != NULL;
    if (s->type == PARAM_BOOL)
        return cJSON_AddBoolToObject(o, s->name, params_number(p, s) > 0) != NULL;
    return cJSON_AddNumberToObject(o, s->name, params_number(p, s)) != NULL;
}

static const char known_member[] = "future_covariates";

/* Adds "future_covariates", a list of the names that p keeps in one text. */
static bool add_known(cJSON *o, const char *names)
{
    cJSON *list = cJSON_AddArrayToObject(o, known_member);
    bool ok = list != NULL;
    char name[FUTURE_COVARIATES_SIZE];

    while (ok && *names) {
        size_t n = strcspn(names, "\x1f");

        snprintf(name, sizeof(name), "%.*s", (int)n, names);
        ok = cJSON_AddItemToArray(list, cJSON_CreateString(name));
        names += n + (names[n] != '\0');
    }
    return ok;
}

static enum status read_known(struct params *p, const cJSON *list, struct err *e)
{
    const cJSON *name;
    enum status st = ST_OK;

    cJSON_ArrayForEach(name, list)
    {
        if (!st && cJSON_IsString(name))
            st = params_add_known_in_advance(p, name->valuestring, e);
    }
    return st;
}

char *params_to_json(enum task t, const struct params *p)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = o && cJSON_AddStringToObject(o, "recipe", p->recipe);
    char *text;
    int n = 0;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; ok && i < n; i++)
        if (taken_by(&table[i], t))
            ok = add(o, p, &table[i]);
    if (ok && t == TASK_FORECAST && p->future_covariates[0])
        ok = add_known(o, p->future_covariates);
    text = ok ? json_print(o) : NULL;
    cJSON_Delete(o);
    return text;
}

static enum status set(struct params *p, enum task t, const cJSON *m, struct err *e)
{
    const struct param_spec *s = params_find(t, m->string);

    if (!s)
        return err_set(e, ST_CORRUPT, "stored params hold an unknown '%.40s'", m->string);
    if (cJSON_IsString(m))
        return params_set_text(p, s, m->valuestring, e);
    if (cJSON_IsBool(m))
        return params_set_bool(p, s, cJSON_IsTrue(m), e);
    return params_set_number(p, s, m->valuedouble, e);
}

enum status params_from_json(struct params *out, enum task t, const char *json, struct err *e)
{
    cJSON *o = cJSON_Parse(json);
    const cJSON *recipe = cJSON_GetObjectItemCaseSensitive(o, "recipe"), *m;
    enum status st;

    if (!cJSON_IsObject(o)) {
        cJSON_Delete(o);
        return err_set(e, ST_CORRUPT, "stored params are not a JSON object");
    }
    st = params_defaults(out, t, cJSON_IsString(recipe) ? recipe->valuestring : NULL, e);
    cJSON_ArrayForEach(m, o)
    {
        if (!st && strcmp(m->string, known_member) == 0)
            st = read_known(out, m, e);
        else if (!st && strcmp(m->string, "recipe") != 0)
            st = set(out, t, m, e);
    }
    cJSON_Delete(o);
    return st;
}
