/* parameters.c - the table of query parameters: the allowed values of each, on any path. */
#include "server/api/common.h"
#include "server/data/missing.h"
#include "server/data/table/censored_cells.h"
#include "server/formats/words.h"

#include <lstm/forecaster.h>
#include <lstm/tagger.h>

static const char *const formats[] = {"json", "csv",         "svg",  "conllu",
                                      "tsv",  "safetensors", "onnx", NULL};
static const char *const states[] = {"queued", "running", "succeeded", "failed", "cancelled", NULL};

const char *const api_conflicts[] = {"error", "replace", "ignore", NULL};
static const char *const aggregates[] = {"mean", "sum", "last", "min", "max", "count", NULL};
static const char *const origins[] = {"newest", "training", NULL};
static const char *const decimals[] = {".", ",", NULL};
static const char *const kinds[] = {"text", NULL};
static const char *const headers[] = {"auto", "yes", "no", NULL};

static enum status check_time(const char *text, struct err *e)
{
    int64_t ms;

    return api_read_time(&ms, text, e);
}

static enum status check_status(const char *text, struct err *e)
{
    int from, to;

    return api_read_status(&from, &to, text, e);
}

static const struct http_parameter parameters[] = {
    /* lists */
    {"limit", HTTP_INTEGER, 1, LIST_LIMIT_MAX},
    {"cursor", HTTP_CHECKED, .check = api_check_cursor},
    {"state", HTTP_CHOICE, .choices = states},
    {"model", HTTP_TEXT},
    /* the audit */
    {"since", HTTP_CHECKED, .check = check_time},
    {"until", HTTP_CHECKED, .check = check_time},
    {"key", HTTP_TEXT},
    {"action", HTTP_TEXT},
    {"resource", HTTP_TEXT},
    {"status", HTTP_CHECKED, .check = check_status},
    /* data sets; names of columns are checked against the body */
    {"series_offset", HTTP_INTEGER, 0, INT32_MAX},
    {"series_limit", HTTP_INTEGER, 1, SERIES_LIMIT_MAX},
    {"max_points", HTTP_INTEGER, 2, POINTS_MAX},
    {"time", HTTP_TEXT},
    {"id", HTTP_TEXT},
    {"target", HTTP_TEXT},
    {"covariates", HTTP_TEXT},
    {"frequency", HTTP_TEXT},
    {"date_format", HTTP_TEXT},
    {"aggregate", HTTP_CHOICE, .choices = aggregates},
    {"decimal", HTTP_CHOICE, .choices = decimals},
    {"missing", HTTP_TEXT},
    {"censored", HTTP_CHOICE, .choices = censored_names},
    {"header", HTTP_CHOICE, .choices = headers},
    {"kind", HTTP_CHOICE, .choices = kinds},
    {"dry_run", HTTP_FLAG},
    {"fill", HTTP_CHOICE, .choices = missing_policy_names},
    {"on_conflict", HTTP_CHOICE, .choices = api_conflicts},
    /* jobs and models */
    {"wait", HTTP_INTEGER, 0, WAIT_SECONDS_MAX},
    {"version", HTTP_CHECKED, .check = api_check_version},
    {"versions", HTTP_CHECKED, .check = api_check_versions},
    {"format", HTTP_CHOICE, .choices = formats},
    {"horizon", HTTP_INTEGER, 1, STEPS_MAX},
    {"level", HTTP_TEXT},
    {"quantiles", HTTP_TEXT},
    {"samples", HTTP_INTEGER, 1, SAMPLES_MAX},
    {"seed", HTTP_INTEGER, 0, INT32_MAX},
    {"explain", HTTP_FLAG},
    {"from", HTTP_CHOICE, .choices = origins},
    {"series", HTTP_TEXT},
    {"text", HTTP_TEXT},
    {"input", HTTP_CHOICE, .choices = text_inputs},
    {"all_scores", HTTP_FLAG},
    {"ranges", HTTP_FLAG},
    {"probabilities", HTTP_FLAG},
    {"top_k", HTTP_INTEGER, 1, TAGS_MAX},
};

const struct http_parameter *api_parameters(int *count)
{
    *count = (int)(sizeof(parameters) / sizeof(parameters[0]));
    return parameters;
}
