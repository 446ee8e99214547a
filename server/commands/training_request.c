/* training_request.c - see training_request.h. */
#include "server/commands/training_request.h"

#include "server/commands/job.h"
#include "server/commands/json_member.h"
#include "server/data/data.h"
#include "server/formats/json_build.h"

#include <stdlib.h>
#include <string.h>

/* Adds the flag's text under `name`, if it was given. */
static cJSON *put_text(cJSON *o, const struct invocation *v, const char *flag, const char *name)
{
    const char *text = flag_value(v, flag);

    return text ? json_put_text(o, name, text) : o;
}

/* Text that is no number goes as it is: the service refuses it, with what would be right. */
static cJSON *number_or_text(const char *text)
{
    char *end = NULL;
    double x = strtod(text, &end);

    return text[0] && !*end ? cJSON_CreateNumber(x) : cJSON_CreateString(text);
}

static cJSON *put_number(cJSON *o, const struct invocation *v, const char *flag, const char *name)
{
    const char *text = flag_value(v, flag);

    return text ? json_put(o, name, number_or_text(text)) : o;
}

/* Adds the parts of a text between commas as a list. */
static cJSON *put_list(cJSON *o, const struct invocation *v, const char *flag, const char *name)
{
    const char *text = flag_value(v, flag);
    cJSON *list = text ? cJSON_CreateArray() : NULL;

    while (text && *text) {
        size_t n = strcspn(text, ",");
        char *part = strndup(text, n);

        list = json_push(list, part ? cJSON_CreateString(part) : NULL);
        free(part);
        text += n + (text[n] == ',');
    }
    return flag_value(v, flag) ? json_put(o, name, list) : o;
}

static cJSON *put_search(cJSON *o, const struct invocation *v)
{
    cJSON *search;

    if (!flag_value(v, "search") && !flag_value(v, "search-seconds"))
        return o;
    search = put_number(cJSON_CreateObject(), v, "search", "trials");
    search = put_number(search, v, "search-seconds", "time_limit_seconds");
    return json_put(o, "search", search);
}

enum status training_request(cJSON **out, const struct invocation *v, const cJSON *data,
                             const char *dataset, const char *model, struct err *e)
{
    bool series = strcmp(member_text(data, "kind", ""), "series") == 0;
    cJSON *o = json_put_text(cJSON_CreateObject(), "task", series ? "forecast" : "tag");

    o = json_put_text(o, "dataset", dataset);
    o = json_put_text(o, "model", model);
    o = put_text(o, v, "recipe", "recipe");
    o = put_text(o, v, "warm-start-from", "warm_start_from");
    o = put_text(o, v, "promote", "promote");
    o = put_text(o, v, "validation-dataset", "validation_dataset");
    o = put_list(o, v, "future-covariates", "future_covariates");
    o = put_search(o, v);
    *out = job_put_params(o, v);
    return *out ? ST_OK : err_nomem(e, 0);
}

enum status training_needs_series(const cJSON *data, struct err *e)
{
    if (strcmp(member_text(data, "kind", ""), "series") == 0)
        return ST_OK;
    if (strcmp(member_text(data, "kind", ""), data_kind_name(DATA_TEXT)) == 0)
        return err_set(e, ST_INVALID, "there is a text, and no series to forecast");
    return err_set(e, ST_INVALID,
                   "there are tagged sentences, and no series to forecast; lstmd train makes a "
                   "tagger of them");
}

enum status backtest_request(cJSON **out, const struct invocation *v, const cJSON *data,
                             const char *dataset, struct err *e)
{
    cJSON *o = NULL;
    enum status st = training_needs_series(data, e);

    *out = NULL;
    if (st)
        return st;
    o = json_put_text(cJSON_CreateObject(), "task", "backtest");
    o = json_put_text(o, "dataset", dataset);
    o = put_text(o, v, "recipe", "recipe");
    o = put_number(o, v, "windows", "windows");
    o = put_number(o, v, "step", "step");
    o = put_number(o, v, "horizon", "horizon");
    o = put_list(o, v, "future-covariates", "future_covariates");
    *out = job_put_params(o, v);
    return *out ? ST_OK : err_nomem(e, 0);
}
