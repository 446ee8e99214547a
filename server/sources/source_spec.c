/* source_spec.c - see source_spec.h. */
#include "server/sources/source_spec.h"

#include "server/data/duration.h"
#include "server/formats/json.h"

#include <string.h>

static enum status read_duration(int64_t *out, const cJSON *o, const char *pointer,
                                 const char *name, int64_t max, bool required, struct err *e)
{
    const char *text = NULL;
    enum status st = json_get_string(&text, o, pointer, name, required, e);

    if (st || !text)
        return st;
    st = duration_parse(out, text, strcmp(name, "every") == 0 ? SOURCE_EVERY_MIN : 1, max, e);
    return st ? err_at(e, "%s/%s", pointer, name) : ST_OK;
}

static enum status check_url(const struct source_spec *s, const char *pointer,
                             const struct outbound_rules *rules, struct err *e)
{
    const char *name = s->prometheus ? "prometheus" : "url";
    enum status st = outbound_check_url(s->url, rules, e);

    if (!st && s->prometheus && strpbrk(s->url, "?#"))
        st = err_set(e, ST_INVALID,
                     "the URL of a Prometheus server has no query; write https://host:port or with "
                     "the path under which it is served");
    return st ? err_at(e, "%s/%s", pointer, name) : ST_OK;
}

static enum status read_query(struct source_spec *s, const cJSON *o, const char *pointer,
                              struct err *e)
{
    enum status st = json_get_string(&s->query, o, pointer, "query", true, e);
    size_t n = st ? 0 : strlen(s->query);

    if (!st && (n == 0 || n > SOURCE_QUERY_MAX)) {
        err_set(e, ST_INVALID, "a query has 1 to %d bytes, such as sum(rate(http_requests[5m]))",
                SOURCE_QUERY_MAX);
        st = err_at(e, "%s/query", pointer);
    }
    if (!st)
        st = read_duration(&s->step, o, pointer, "step", SOURCE_STEP_MAX, true, e);
    s->range = s->step * PROMETHEUS_POINTS;
    if (!st)
        st = read_duration(&s->range, o, pointer, "range", SOURCE_RANGE_MAX, false, e);
    if (!st && s->range < s->step) {
        err_set(e, ST_INVALID, "the range must not be shorter than the step");
        st = err_at(e, "%s/range", pointer);
    }
    return st;
}

enum status source_spec_read(struct source_spec *out, const cJSON *o, const char *pointer,
                             const struct outbound_rules *rules, struct err *e)
{
    static const char *const of_url[] = {"url", "every", NULL};
    static const char *const of_prometheus[] = {"prometheus", "query", "step",
                                                "every",      "range", NULL};
    enum status st;

    *out = (struct source_spec){.prometheus =
                                    cJSON_IsObject(o) && cJSON_HasObjectItem(o, "prometheus")};
    st = json_only(o, pointer, out->prometheus ? of_prometheus : of_url, e);
    if (!st)
        st =
            json_get_string(&out->url, o, pointer, out->prometheus ? "prometheus" : "url", true, e);
    if (!st)
        st = read_duration(&out->every, o, pointer, "every", SOURCE_EVERY_MAX, true, e);
    if (!st && out->prometheus)
        st = read_query(out, o, pointer, e);
    return st ? st : check_url(out, pointer, rules, e);
}
