/* tool_call.c - see tool_call.h. */
#include "server/protocols/mcp/tool_call.h"

#include "server/formats/json.h"
#include "server/formats/json_build.h"
#include "server/protocols/api_route.h"

#include <stdlib.h>
#include <string.h>

enum { QUERY_TEXT_MAX = 64 << 10 };

#define DATASETS "Call list_datasets to see the data sets that are there."
#define MODELS   "Call list_models to see the models that are there; train makes one."

static const struct tool tools[] = {
    {"list_datasets",
     HTTP_GET,
     "/v1/datasets",
     {{"limit", TO_QUERY}, {"cursor", TO_QUERY}},
     DATASETS,
     false},
    {"list_models",
     HTTP_GET,
     "/v1/models",
     {{"limit", TO_QUERY}, {"cursor", TO_QUERY}},
     MODELS,
     false},
    {"upload_series",
     HTTP_POST,
     "/v1/datasets/{name}",
     {{"name", TO_PATH},
      {"csv", TO_WHOLE},
      {"records", TO_WHOLE},
      {"values", TO_BODY},
      {"series", TO_BODY},
      {"start", TO_BODY},
      {"frequency", TO_EITHER},
      {"if_exists", TO_TOOL},
      {"on_conflict", TO_QUERY},
      {"time", TO_QUERY},
      {"id", TO_EITHER},
      {"target", TO_QUERY},
      {"covariates", TO_EITHER},
      {"aggregate", TO_QUERY},
      {"date_format", TO_QUERY},
      {"decimal", TO_QUERY},
      {"missing", TO_QUERY},
      {"dry_run", TO_QUERY}},
     DATASETS,
     true},
    {"train",
     HTTP_POST,
     "/v1/jobs",
     {{"task", TO_BODY},
      {"dataset", TO_BODY},
      {"validation_dataset", TO_BODY},
      {"model", TO_BODY},
      {"recipe", TO_BODY},
      {"params", TO_BODY},
      {"search", TO_BODY},
      {"future_covariates", TO_BODY},
      {"warm_start_from", TO_BODY},
      {"promote", TO_BODY}},
     DATASETS,
     true},
    {"job_status",
     HTTP_GET,
     "/v1/jobs/{id}",
     {{"id", TO_PATH}, {"wait", TO_QUERY}},
     "The id of a job is in the result of train.",
     false},
    {"forecast",
     HTTP_GET,
     "/v1/models/{name}/forecast",
     {{"model", TO_PATH},
      {"version", TO_QUERY},
      {"chart", TO_TOOL},
      {"horizon", TO_EITHER},
      {"level", TO_EITHER},
      {"quantiles", TO_EITHER},
      {"samples", TO_EITHER},
      {"seed", TO_EITHER},
      {"explain", TO_EITHER},
      {"from", TO_EITHER},
      {"dataset", TO_BODY},
      {"values", TO_BODY},
      {"series", TO_LIST},
      {"start", TO_BODY},
      {"frequency", TO_BODY},
      {"covariates", TO_BODY},
      {"future_covariates", TO_BODY}},
     MODELS,
     false},
    {"detect_anomalies",
     HTTP_POST,
     "/v1/models/{name}/anomalies",
     {{"model", TO_PATH},
      {"version", TO_QUERY},
      {"dataset", TO_BODY},
      {"values", TO_BODY},
      {"series", TO_BODY},
      {"start", TO_BODY},
      {"frequency", TO_BODY},
      {"covariates", TO_BODY},
      {"level", TO_BODY},
      {"last", TO_BODY}},
     MODELS,
     true},
    {"tag_text",
     HTTP_POST,
     "/v1/models/{name}/tag",
     {{"model", TO_PATH},
      {"version", TO_QUERY},
      {"text", TO_BODY},
      {"texts", TO_BODY},
      {"tokens", TO_BODY},
      {"sentences", TO_BODY},
      {"top_k", TO_BODY},
      {"probabilities", TO_BODY}},
     MODELS,
     true},
};
enum { TOOLS = sizeof(tools) / sizeof(tools[0]) };

const struct tool *tool_all(int *count)
{
    *count = TOOLS;
    return tools;
}

const struct tool *tool_find(const char *name)
{
    for (int i = 0; i < TOOLS; i++)
        if (strcmp(tools[i].name, name) == 0)
            return &tools[i];
    return NULL;
}

/* null counts as missing. */
static const cJSON *argument(const cJSON *arguments, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(arguments, name);

    return cJSON_IsNull(v) ? NULL : v;
}

/* ---- the query ---- */

/* Appends a text, a number, true or false. */
static enum status put_scalar(struct buf *b, const cJSON *v, const char *name, struct err *e)
{
    char *text = NULL;

    if (cJSON_IsString(v)) {
        buf_puts(b, v->valuestring);
        return ST_OK;
    }
    if (!cJSON_IsNumber(v) && !cJSON_IsBool(v))
        return err_set(e, ST_INVALID, "%s must be a text, a number or a list of such", name);
    text = json_print(v);
    if (!text)
        return err_nomem(e, 0);
    buf_puts(b, text);
    free(text);
    return ST_OK;
}

/* The value as the text of a query, new; a list is written with commas. */
static enum status print_value(char **out, const cJSON *v, struct err *e)
{
    const cJSON *item;
    struct buf b;
    size_t len;
    enum status st = ST_OK;

    buf_init(&b, QUERY_TEXT_MAX);
    if (!cJSON_IsArray(v))
        st = put_scalar(&b, v, v->string, e);
    for (item = cJSON_IsArray(v) ? v->child : NULL; item; item = item->next) {
        if (b.len)
            buf_puts(&b, ",");
        if (!st)
            st = put_scalar(&b, item, v->string, e);
    }
    if (!st)
        st = buf_take(&b, out, &len, e);
    buf_release(&b);
    return st;
}

static enum status add_query(struct tool_call *c, const struct tool_argument *a, const cJSON *v,
                             struct err *e)
{
    const char *value = cJSON_IsString(v) ? v->valuestring : NULL;
    enum status st = ST_OK;

    if (!value) {
        st = print_value(&c->texts[c->num_texts], v, e);
        value = st ? NULL : c->texts[c->num_texts++];
    }
    if (!st)
        c->query[c->request.num_query++] = (struct http_pair){a->name, value};
    return st ? err_at(e, "/%s", a->name) : ST_OK;
}

/* ---- the body ---- */

static enum status take_whole(struct tool_call *c, const struct tool_argument *a, const cJSON *v,
                              struct err *e)
{
    bool text = cJSON_IsString(v);

    if (strcmp(a->name, "csv") == 0 ? !text : !cJSON_IsArray(v)) {
        err_set(e, ST_INVALID, "%s must be a %s", a->name,
                strcmp(a->name, "csv") == 0 ? "text" : "list of objects, one for each row");
        return err_at(e, "/%s", a->name);
    }
    c->request.content_type = text ? "text/csv" : "application/json";
    if (!text) {
        c->body = json_print(v);
        if (!c->body)
            return err_nomem(e, 0);
    }
    c->request.body = text ? v->valuestring : c->body;
    c->request.body_len = strlen(c->request.body);
    return ST_OK;
}

static enum status make_object(struct tool_call *c, const cJSON *arguments, struct err *e)
{
    cJSON *o = cJSON_CreateObject();

    for (const struct tool_argument *a = c->tool->arguments; a->name; a++) {
        cJSON *v = cJSON_GetObjectItemCaseSensitive(arguments, a->name);

        if (o && v && a->place >= TO_EITHER && a->place <= TO_BODY &&
            !cJSON_AddItemReferenceToObject(o, a->name, v)) {
            cJSON_Delete(o);
            o = NULL;
        }
    }
    c->body = o ? json_print(o) : NULL;
    cJSON_Delete(o);
    if (!c->body)
        return err_nomem(e, 0);
    c->request.body = c->body;
    c->request.body_len = strlen(c->body);
    c->request.content_type = "application/json";
    return ST_OK;
}

/* ---- what single tools read ---- */

/* The three ways to upload: a new data set, in place of another, or more rows of it. */
static enum status read_if_exists(struct tool_call *c, const cJSON *arguments, struct err *e)
{
    const char *what = "error";
    enum status st = json_get_string(&what, arguments, "", "if_exists", false, e);

    if (st || strcmp(what, "error") == 0)
        return st;
    if (strcmp(what, "replace") == 0)
        c->request.route = api_route(HTTP_PUT, "/v1/datasets/{name}");
    else if (strcmp(what, "append") == 0)
        c->request.route = api_route(HTTP_POST, "/v1/datasets/{name}/rows");
    else {
        err_set(e, ST_INVALID, "if_exists is '%.40s'; it must be error, replace or append", what);
        return err_at(e, "/if_exists");
    }
    return ST_OK;
}

static enum status check_one_form(const cJSON *arguments, struct err *e)
{
    static const char *const forms[] = {"csv", "records", "values", "series"};
    int n = 0;

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        n += argument(arguments, forms[i]) != NULL;
    return n == 1 ? ST_OK
                  : err_set(e, ST_INVALID,
                            "give the data by one of csv, records, values or series, not %d of "
                            "them",
                            n);
}

static enum status read_own(struct tool_call *c, const cJSON *arguments, struct err *e)
{
    enum status st = ST_OK;

    if (strcmp(c->tool->name, "forecast") == 0)
        return json_get_bool(&c->chart, arguments, "", "chart", false, e);
    if (strcmp(c->tool->name, "upload_series") != 0)
        return ST_OK;
    st = read_if_exists(c, arguments, e);
    return st ? st : check_one_form(arguments, e);
}

/* ---- the whole ---- */

static enum status check_names(const struct tool *tool, const cJSON *arguments, struct err *e)
{
    const char *names[TOOL_ARGUMENTS_MAX + 1] = {NULL};

    for (int i = 0; i < TOOL_ARGUMENTS_MAX && tool->arguments[i].name; i++)
        names[i] = tool->arguments[i].name;
    return json_only(arguments, "", names, e);
}

/* Whether the body is an object, rather than missing or one whole argument. */
static bool needs_object(const struct tool *tool, const cJSON *arguments)
{
    bool any = false, whole = false;

    for (const struct tool_argument *a = tool->arguments; a->name; a++) {
        const cJSON *v = argument(arguments, a->name);

        any = any || (v && a->place == TO_BODY) || (a->place == TO_LIST && cJSON_IsArray(v));
        whole = whole || (v && a->place == TO_WHOLE);
    }
    return !whole && (any || tool->has_body);
}

static enum status read_argument(struct tool_call *c, const struct tool_argument *a, const cJSON *v,
                                 bool object, bool several, struct err *e)
{
    if (a->place == TO_PATH) {
        if (!cJSON_IsString(v)) {
            err_set(e, ST_INVALID, "%s is needed, and is a text", a->name);
            return err_at(e, "/%s", a->name);
        }
        c->request.param[0] = v->valuestring;
    }
    if (!v || (several && strcmp(a->name, "wait") == 0))
        return ST_OK;
    if (a->place == TO_QUERY || ((a->place == TO_EITHER || a->place == TO_LIST) && !object))
        return add_query(c, a, v, e);
    return a->place == TO_WHOLE ? take_whole(c, a, v, e) : ST_OK;
}

enum status tool_call_read(struct tool_call *c, const struct tool *tool, const cJSON *arguments,
                           bool several, struct err *e)
{
    cJSON *none = arguments ? NULL : cJSON_CreateObject();
    const cJSON *given = arguments ? arguments : none;
    enum status st = given ? check_names(tool, given, e) : err_nomem(e, 0);
    bool object = !st && needs_object(tool, given);

    *c = (struct tool_call){.tool = tool};
    c->request.route = api_route(tool->method, tool->pattern);
    c->request.query = c->query;
    c->request.accept = "application/json";
    if (object && tool->method == HTTP_GET) /* the same path takes a body by POST */
        c->request.route = api_route(HTTP_POST, tool->pattern);
    if (!st)
        st = read_own(c, given, e);
    for (const struct tool_argument *a = tool->arguments; !st && a->name; a++)
        st = read_argument(c, a, argument(given, a->name), object, several, e);
    if (!st && object)
        st = make_object(c, given, e);
    cJSON_Delete(none);
    return st;
}

void tool_call_release(struct tool_call *c)
{
    for (int i = 0; i < c->num_texts; i++)
        free(c->texts[i]);
    free(c->body);
    *c = (struct tool_call){0};
}
