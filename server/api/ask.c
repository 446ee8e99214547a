/* ask.c - see ask.h. */
#include "server/api/ask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A list of numbers between 0 and a bound, such as levels. */
struct number_list {
    const char *name, *place; /* place: for errors */
    const char *such_as;      /* examples */
    double bound;
    double *values; /* (most) borrowed */
    int *count, most;
};

static struct number_list levels_of(struct ask *a, const char *place)
{
    return (struct number_list){
        .name = "level",
        .place = place,
        .such_as = "percentages such as 80,95",
        .bound = 100,
        .values = a->levels,
        .count = &a->num_levels,
        .most = LEVELS_MAX,
    };
}

static struct number_list quantiles_of(struct ask *a, const char *place)
{
    return (struct number_list){
        .name = "quantile",
        .place = place,
        .such_as = "probabilities such as 0.1,0.5,0.9",
        .bound = 1,
        .values = a->quantiles,
        .count = &a->num_quantiles,
        .most = QUANTILES_MAX,
    };
}

static enum status add_number(struct number_list *l, double v, struct err *e)
{
    if (!(v > 0) || !(v < l->bound)) {
        err_set(e, ST_INVALID, "%s %g is not between 0 and %g (%s)", l->name, v, l->bound,
                l->such_as);
        return err_at(e, "%s", l->place);
    }
    for (int i = 0; i < *l->count; i++)
        if (fabs(l->values[i] - v) < 1e-9)
            return ST_OK;
    if (*l->count == l->most) {
        err_set(e, ST_INVALID, "more than %d %ss", l->most, l->name);
        return err_at(e, "%s", l->place);
    }
    l->values[(*l->count)++] = v;
    return ST_OK;
}

/* Reads "80,95"; an empty text is an empty list. */
static enum status parse_list(struct number_list *l, const char *text, struct err *e)
{
    enum status st = ST_OK;

    while (!st && *text) {
        char *end = NULL;
        double v = strtod(text, &end);

        if (end == text || (*end && *end != ',') || strspn(text, "0123456789.,") != strlen(text)) {
            err_set(e, ST_INVALID, "%s '%.40s' is not a list of %s", l->name, text, l->such_as);
            return err_at(e, "%s", l->place);
        }
        st = add_number(l, v, e);
        text = *end ? end + 1 : end;
    }
    return st;
}

/* Reads a number, a list of numbers, or their text. When it is missing, reads the text
 * `otherwise`. */
static enum status read_member(struct number_list *l, const cJSON *v, const char *otherwise,
                               struct err *e)
{
    const cJSON *item;
    enum status st = ST_OK;

    if (!v || cJSON_IsNull(v))
        return parse_list(l, otherwise, e);
    if (cJSON_IsNumber(v))
        return add_number(l, v->valuedouble, e);
    if (cJSON_IsString(v))
        return parse_list(l, v->valuestring, e);
    if (!cJSON_IsArray(v)) {
        err_set(e, ST_INVALID, "%s must be a list of %s", l->place + 1, l->such_as);
        return err_at(e, "%s", l->place);
    }
    cJSON_ArrayForEach(item, v)
    {
        if (!st && cJSON_IsNumber(item)) {
            st = add_number(l, item->valuedouble, e);
        } else if (!st) {
            st = err_set(e, ST_INVALID, "%s must hold numbers: %s", l->place + 1, l->such_as);
            err_at(e, "%s", l->place);
        }
    }
    return st;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void sort_lists(struct ask *a)
{
    qsort(a->levels, (size_t)a->num_levels, sizeof(double), by_size);
    qsort(a->quantiles, (size_t)a->num_quantiles, sizeof(double), by_size);
}

int ask_numbers(const struct ask *a)
{
    return 2 + 2 * a->num_levels + a->num_quantiles + a->num_samples +
           (a->explain ? PART_COUNT + EXPLAINED_MEMBERS_MAX : 0);
}

enum status ask_read_query(struct ask *a, const struct http_req *rq, struct err *e)
{
    const char *level = http_query(rq, "level"), *quantiles = http_query(rq, "quantiles");
    const char *from = http_query(rq, "from");
    struct number_list levels = levels_of(a, "?level"),
                       probabilities = quantiles_of(a, "?quantiles");
    enum status st = parse_list(&levels, level ? level : "80,95", e);

    if (!st)
        st = parse_list(&probabilities, quantiles ? quantiles : "", e);
    a->horizon = (int)http_query_number(rq, "horizon", 0);
    a->num_samples = (int)http_query_number(rq, "samples", 0);
    a->seed = http_query_number(rq, "seed", 0);
    a->series = http_query(rq, "series");
    a->from_training = from && strcmp(from, "training") == 0;
    sort_lists(a);
    return st ? st : http_query_bool(&a->explain, rq, "explain", e);
}

const char *const ask_members[] = {"horizon", "level",   "quantiles", "samples",
                                   "seed",    "explain", "from",      NULL};

/* Reads where the forecast starts: "newest" or "training". */
static enum status read_origin(struct ask *a, const cJSON *body, struct err *e)
{
    const char *from = NULL;
    enum status st = json_get_string(&from, body, "", "from", false, e);

    if (st || !from || strcmp(from, "newest") == 0)
        return st;
    a->from_training = strcmp(from, "training") == 0;
    if (a->from_training)
        return ST_OK;
    err_set(e, ST_INVALID, "from '%.40s' is neither \"newest\" nor \"training\"", from);
    return err_at(e, "/from");
}

enum status ask_take_members(struct ask *a, cJSON *body, struct err *e)
{
    struct number_list levels = levels_of(a, "/level"),
                       probabilities = quantiles_of(a, "/quantiles");
    int64_t horizon = 0, samples = 0;
    enum status st = json_get_int(&horizon, body, "", "horizon", 1, STEPS_MAX, false, e);

    if (!st)
        st = read_member(&levels, cJSON_GetObjectItemCaseSensitive(body, "level"), "80,95", e);
    if (!st)
        st =
            read_member(&probabilities, cJSON_GetObjectItemCaseSensitive(body, "quantiles"), "", e);
    if (!st)
        st = json_get_int(&samples, body, "", "samples", 1, SAMPLES_MAX, false, e);
    if (!st)
        st = json_get_int(&a->seed, body, "", "seed", 0, INT32_MAX, false, e);
    if (!st)
        st = json_get_bool(&a->explain, body, "", "explain", false, e);
    if (!st)
        st = read_origin(a, body, e);
    if (st)
        return st;
    a->horizon = (int)horizon;
    a->num_samples = (int)samples;
    sort_lists(a);
    for (int i = 0; ask_members[i]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(body, ask_members[i]);
    return ST_OK;
}
