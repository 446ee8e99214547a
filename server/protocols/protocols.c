/* protocols.c - see protocols.h. */
#include "server/protocols/protocols.h"

#include "server/protocols/influx/influx.h"
#include "server/protocols/kserve/kserve.h"
#include "server/protocols/mcp/mcp.h"
#include "server/protocols/prometheus/prometheus.h"
#include "server/protocols/udpipe/udpipe.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define PROCESS_QUERY     "data model tokenizer tagger parser input output"
#define QUERY_PARAMETERS  "query time timeout"
#define RANGE_PARAMETERS  "query start end step timeout"
#define SURVEY_PARAMETERS "match[] start end limit"

/* What a protocol changes is audited as the change of the API that it is, so its own route only
 * reads. */
static const struct protocol_route table[] = {
    {offsetof(struct config, mcp),
     {HTTP_POST, "/mcp", mcp_post, NULL, true, ACCESS_KEY, HTTP_WORK, .reads = true}},
    {offsetof(struct config, udpipe),
     {HTTP_GET, "/models", udpipe_models, NULL, false, ACCESS_READ, HTTP_WORK, .foreign = true}},
    {offsetof(struct config, udpipe),
     {HTTP_POST, "/models", udpipe_models, NULL, true, ACCESS_READ, HTTP_WORK, .reads = true,
      .foreign = true}},
    {offsetof(struct config, udpipe),
     {HTTP_GET, "/process", udpipe_process, PROCESS_QUERY, false, ACCESS_PREDICT, HTTP_WORK,
      .foreign = true}},
    {offsetof(struct config, udpipe),
     {HTTP_POST, "/process", udpipe_process, PROCESS_QUERY, true, ACCESS_PREDICT, HTTP_WORK,
      .reads = true, .foreign = true}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2", kserve_server, NULL, false, ACCESS_OPEN, HTTP_INLINE}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/health/live", kserve_live, NULL, false, ACCESS_OPEN, HTTP_INLINE}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/health/ready", kserve_ready, NULL, false, ACCESS_OPEN, HTTP_INLINE}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/models/{name}", kserve_model, NULL, false, ACCESS_READ, HTTP_WORK}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/models/{name}/ready", kserve_model_ready, NULL, false, ACCESS_READ,
      HTTP_READ}},
    {offsetof(struct config, kserve),
     {HTTP_POST, "/v2/models/{name}/infer", kserve_infer, NULL, true, ACCESS_PREDICT, HTTP_WORK,
      .reads = true}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/models/{name}/versions/{n}", kserve_model, NULL, false, ACCESS_READ,
      HTTP_WORK}},
    {offsetof(struct config, kserve),
     {HTTP_GET, "/v2/models/{name}/versions/{n}/ready", kserve_model_ready, NULL, false,
      ACCESS_READ, HTTP_READ}},
    {offsetof(struct config, kserve),
     {HTTP_POST, "/v2/models/{name}/versions/{n}/infer", kserve_infer, NULL, true, ACCESS_PREDICT,
      HTTP_WORK, .reads = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/query", prometheus_query, QUERY_PARAMETERS, false, ACCESS_READ, HTTP_WORK,
      .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_POST, "/api/v1/query", prometheus_query, QUERY_PARAMETERS, true, ACCESS_READ, HTTP_WORK,
      .reads = true, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/query_range", prometheus_query_range, RANGE_PARAMETERS, false, ACCESS_READ,
      HTTP_WORK, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_POST, "/api/v1/query_range", prometheus_query_range, RANGE_PARAMETERS, true, ACCESS_READ,
      HTTP_WORK, .reads = true, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/query_exemplars", prometheus_exemplars, "query start end", false,
      ACCESS_READ, HTTP_INLINE, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_POST, "/api/v1/query_exemplars", prometheus_exemplars, "query start end", true,
      ACCESS_READ, HTTP_INLINE, .reads = true, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/series", prometheus_series, SURVEY_PARAMETERS, false, ACCESS_READ,
      HTTP_WORK, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_POST, "/api/v1/series", prometheus_series, SURVEY_PARAMETERS, true, ACCESS_READ,
      HTTP_WORK, .reads = true, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/labels", prometheus_labels, SURVEY_PARAMETERS, false, ACCESS_READ,
      HTTP_WORK, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_POST, "/api/v1/labels", prometheus_labels, SURVEY_PARAMETERS, true, ACCESS_READ,
      HTTP_WORK, .reads = true, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/label/{label}/values", prometheus_label_values, SURVEY_PARAMETERS, false,
      ACCESS_READ, HTTP_WORK, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/metadata", prometheus_metadata, "limit limit_per_metric metric", false,
      ACCESS_READ, HTTP_INLINE, .foreign = true}},
    {offsetof(struct config, prometheus),
     {HTTP_GET, "/api/v1/status/buildinfo", prometheus_buildinfo, NULL, false, ACCESS_READ,
      HTTP_INLINE, .foreign = true}},
    {offsetof(struct config, influx),
     {HTTP_POST, "/api/v2/write", influx_write_v2, "org orgID bucket precision", true, ACCESS_TRAIN,
      HTTP_BULK, .reads = true, .foreign = true}},
    {offsetof(struct config, influx),
     {HTTP_POST, "/write", influx_write_v1, "db rp precision consistency", true, ACCESS_TRAIN,
      HTTP_BULK, .reads = true, .foreign = true}},
    {offsetof(struct config, influx),
     {HTTP_GET, "/ping", influx_ping, "verbose", false, ACCESS_OPEN, HTTP_INLINE, .foreign = true}},
    {offsetof(struct config, influx),
     {HTTP_GET, "/health", influx_health, NULL, false, ACCESS_OPEN, HTTP_INLINE, .foreign = true}},
};
enum { ROUTES = sizeof(table) / sizeof(table[0]) };

const struct protocol_route *protocols_all(int *count)
{
    *count = ROUTES;
    return table;
}

static bool is_on(const struct config *c, const struct protocol_route *r)
{
    bool on;

    memcpy(&on, (const char *)c + r->key, sizeof(on));
    return on;
}

enum status protocols_routes(struct http_route **out, int *count, const struct config *c,
                             struct err *e)
{
    int n = 0;
    const struct http_route *api = api_routes(&n);
    size_t bytes = (size_t)(n + ROUTES) * sizeof(**out);

    *out = malloc(bytes);
    if (!*out)
        return err_nomem(e, bytes);
    memcpy(*out, api, (size_t)n * sizeof(**out));
    for (int i = 0; i < ROUTES; i++)
        if (is_on(c, &table[i]))
            (*out)[n++] = table[i].route;
    *count = n;
    return ST_OK;
}
