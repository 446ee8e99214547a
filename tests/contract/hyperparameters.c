/* hyperparameters.c - see hyperparameters.h. */
#include "tests/contract/hyperparameters.h"

#include <lstm/params.h>
#include <stdio.h>
#include <string.h>

static const char *type_name(const struct param_spec *s)
{
    switch (s->type) {
    case PARAM_INT:
    case PARAM_INT64:
        return "integer";
    case PARAM_NUMBER:
        return "number";
    case PARAM_BOOL:
        return "boolean";
    case PARAM_ENUM:
        break;
    }
    return "string";
}

/* who: the tasks that have the parameter, for a response; or "". */
static void put_description(cJSON *o, const struct param_spec *s, const char *who)
{
    char text[1024];

    snprintf(text, sizeof(text), "%s%s%s%s%s", who, s->help, s->unit[0] ? " Unit: " : "", s->unit,
             s->unit[0] ? "." : "");
    cJSON_AddStringToObject(o, "description", text);
}

static cJSON *one(const struct param_spec *s, const char *who)
{
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(o, "type", type_name(s));
    put_description(o, s, who);
    if (s->type == PARAM_ENUM) {
        list = cJSON_AddArrayToObject(o, "enum");
        for (int i = 0; s->choices[i]; i++)
            cJSON_AddItemToArray(list, cJSON_CreateString(s->choices[i]));
    } else if (s->type != PARAM_BOOL) {
        cJSON_AddNumberToObject(o, "minimum", s->min);
        cJSON_AddNumberToObject(o, "maximum", s->max);
    }
    return o;
}

static void put_default(cJSON *o, const struct param_spec *s, const struct params *p)
{
    if (s->type == PARAM_ENUM)
        cJSON_AddStringToObject(o, "default", params_text(p, s));
    else if (s->type == PARAM_BOOL)
        cJSON_AddBoolToObject(o, "default", params_number(p, s) > 0);
    else
        cJSON_AddNumberToObject(o, "default", params_number(p, s));
}

static cJSON *object(const char *description)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "type", "object");
    cJSON_AddStringToObject(o, "description", description);
    cJSON_AddFalseToObject(o, "additionalProperties");
    return o;
}

/* The schema for requests. */
static cJSON *of_task(enum task task)
{
    cJSON *o = object(
              "Hyper-parameters of a job. The defaults are those of the recipe `default`; another "
              "recipe has its own."),
          *all = cJSON_AddObjectToObject(o, "properties");
    struct params p;
    struct err e = {0};
    int n = 0;
    const struct param_spec *table = params_table(&n);

    if (params_defaults(&p, task, NULL, &e))
        return o;
    for (int i = 0; i < n; i++) {
        const struct param_spec *s = params_find(task, table[i].name);
        cJSON *schema = s ? one(s, "") : NULL;

        if (!s)
            continue;
        put_default(schema, s, &p);
        cJSON_AddItemToObject(all, s->name, schema);
    }
    return o;
}

/* The schema for responses about jobs and models: all values of both tasks. */
static cJSON *effective(void)
{
    cJSON *o =
        object("The value of every hyper-parameter of a job, given or not; what was worked out "
               "from the data is there once the job has begun.");
    cJSON *all = cJSON_AddObjectToObject(o, "properties"), *list, *schema;
    int n = 0;
    const struct param_spec *table = params_table(&n);

    list = cJSON_AddArrayToObject(o, "required");
    cJSON_AddItemToArray(list, cJSON_CreateString("recipe"));
    for (int i = 0; i < n; i++) {
        const char *who = !table[i].tag ? "Forecasts: " : !table[i].forecast ? "Tags: " : "";

        cJSON_AddItemToObject(all, table[i].name, one(&table[i], who));
    }
    schema = cJSON_AddObjectToObject(all, "recipe");
    cJSON_AddStringToObject(schema, "type", "string");
    cJSON_AddStringToObject(schema, "description", "The recipe that the other values come from.");
    schema = cJSON_AddObjectToObject(all, "future_covariates");
    cJSON_AddStringToObject(schema, "type", "array");
    cJSON_AddStringToObject(schema, "description",
                            "Forecasts: covariates that are known in advance.");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(schema, "items"), "type", "string");
    return o;
}

static cJSON *recipes(enum task task)
{
    cJSON *o = cJSON_CreateObject(), *list;
    const char *const *names = params_recipes(task);

    cJSON_AddStringToObject(o, "type", "string");
    cJSON_AddStringToObject(o, "description",
                            "Where the values of hyper-parameters come from that are not given.");
    list = cJSON_AddArrayToObject(o, "enum");
    for (int i = 0; names[i]; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(names[i]));
    cJSON_AddStringToObject(o, "default", "default");
    return o;
}

static void put(cJSON *schemas, const char *name, cJSON *schema)
{
    cJSON_DeleteItemFromObjectCaseSensitive(schemas, name);
    cJSON_AddItemToObject(schemas, name, schema);
}

void document_put_hyperparameters(cJSON *doc)
{
    cJSON *schemas = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(doc, "components"), "schemas");

    put(schemas, "ForecastHyperparameters", of_task(TASK_FORECAST));
    put(schemas, "TagHyperparameters", of_task(TASK_TAG));
    put(schemas, "EffectiveHyperparameters", effective());
    put(schemas, "ForecastRecipe", recipes(TASK_FORECAST));
    put(schemas, "TagRecipe", recipes(TASK_TAG));
}
