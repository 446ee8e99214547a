/* routes.c - the route table: each path with its method, handler, parameters, scope and lane. */
#include "server/api/resources.h"

#include "server/api/api.h"

#define UPLOAD_QUERY                                                                               \
    "time id target covariates frequency date_format aggregate decimal header missing "            \
    "censored kind series_offset series_limit dry_run"

static const struct http_route routes[] = {
    {HTTP_GET, "/", api_root, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/healthz", api_healthz, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/readyz", api_readyz, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/version", api_version, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/openapi.json", api_openapi, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/ui", api_web_folder, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/ui/", api_web_index, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/ui/{hash}/{file}", api_web_file, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/ui/{hash}/screens/{file}", api_web_screen, NULL, false, ACCESS_OPEN, HTTP_INLINE},
    {HTTP_GET, "/metrics", api_metrics, NULL, false, ACCESS_READ, HTTP_INLINE},

    {HTTP_GET, "/v1/datasets", api_dataset_list, "limit cursor", false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/v1/datasets/{name}", api_dataset_get, "series_offset series_limit", false,
     ACCESS_READ, HTTP_READ},
    {HTTP_PUT, "/v1/datasets/{name}", api_dataset_put, UPLOAD_QUERY " fill wait", true,
     ACCESS_TRAIN, HTTP_WORK, .conditional = true, .form = true},
    {HTTP_POST, "/v1/datasets/{name}", api_dataset_create, UPLOAD_QUERY " fill", true, ACCESS_TRAIN,
     HTTP_WORK, .form = true},
    {HTTP_DELETE, "/v1/datasets/{name}", api_dataset_delete, NULL, false, ACCESS_TRAIN, HTTP_WRITE},
    {HTTP_POST, "/v1/datasets/{name}/rows", api_dataset_append, UPLOAD_QUERY " on_conflict", true,
     ACCESS_TRAIN, HTTP_WORK, .form = true},
    {HTTP_GET, "/v1/datasets/{name}/source", api_source_get, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_DELETE, "/v1/datasets/{name}/source", api_source_delete, NULL, false, ACCESS_TRAIN,
     HTTP_WRITE},
    {HTTP_POST, "/v1/datasets/{name}/fetch", api_source_fetch, "wait series_offset series_limit",
     false, ACCESS_TRAIN, HTTP_WRITE},
    {HTTP_GET, "/v1/datasets/{name}/data", api_dataset_data, "format max_points series", false,
     ACCESS_READ, HTTP_BULK},

    {HTTP_GET, "/v1/jobs", api_job_list, "state model limit cursor", false, ACCESS_READ, HTTP_WORK},
    {HTTP_POST, "/v1/jobs", api_job_create, NULL, true, ACCESS_TRAIN, HTTP_WORK},
    {HTTP_GET, "/v1/jobs/{id}", api_job_get, "wait", false, ACCESS_READ, HTTP_READ},
    {HTTP_DELETE, "/v1/jobs/{id}", api_job_delete, NULL, false, ACCESS_TRAIN, HTTP_WRITE},
    {HTTP_GET, "/v1/jobs/{id}/history", api_job_history, "format", false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/v1/jobs/{id}/backtest", api_job_backtest, "format", false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/v1/jobs/{id}/events", api_job_events, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_POST, "/v1/jobs/{id}/cancel", api_job_cancel, NULL, true, ACCESS_TRAIN, HTTP_WRITE},

    {HTTP_GET, "/v1/models", api_model_list, "limit cursor", false, ACCESS_READ, HTTP_WORK},
    {HTTP_GET, "/v1/models/{name}", api_model_get, "version", false, ACCESS_READ, HTTP_READ},
    {HTTP_DELETE, "/v1/models/{name}", api_model_delete, "version", false, ACCESS_TRAIN,
     HTTP_WRITE},
    {HTTP_GET, "/v1/models/{name}/versions", api_model_versions, "limit cursor", false, ACCESS_READ,
     HTTP_WORK},
    {HTTP_GET, "/v1/models/{name}/versions/{n}", api_version_get, NULL, false, ACCESS_READ,
     HTTP_READ},
    {HTTP_DELETE, "/v1/models/{name}/versions/{n}", api_version_delete, NULL, false, ACCESS_TRAIN,
     HTTP_WRITE},
    {HTTP_GET, "/v1/models/{name}/aliases", api_alias_list, "limit cursor", false, ACCESS_READ,
     HTTP_READ},
    {HTTP_GET, "/v1/models/{name}/aliases/{alias}", api_alias_get, NULL, false, ACCESS_READ,
     HTTP_READ},
    {HTTP_PUT, "/v1/models/{name}/aliases/{alias}", api_alias_put, NULL, true, ACCESS_TRAIN,
     HTTP_WRITE, .conditional = true},
    {HTTP_DELETE, "/v1/models/{name}/aliases/{alias}", api_alias_delete, NULL, false, ACCESS_TRAIN,
     HTTP_WRITE},
    {HTTP_GET, "/v1/models/{name}/retrain", api_retrain_get, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_PUT, "/v1/models/{name}/retrain", api_retrain_put, NULL, true, ACCESS_TRAIN, HTTP_WRITE},
    {HTTP_DELETE, "/v1/models/{name}/retrain", api_retrain_delete, NULL, false, ACCESS_TRAIN,
     HTTP_WRITE},
    {HTTP_GET, "/v1/models/{name}/compare", api_model_compare, "versions", false, ACCESS_PREDICT,
     HTTP_BULK},
    {HTTP_GET, "/v1/models/{name}/checkpoint", api_checkpoint_get, "version format", false,
     ACCESS_READ, HTTP_WORK},
    {HTTP_PUT, "/v1/models/{name}/checkpoint", api_checkpoint_put, NULL, true, ACCESS_TRAIN,
     HTTP_WORK, .conditional = true},
    {HTTP_GET, "/v1/models/{name}/evaluation", api_model_evaluation, "version format series", false,
     ACCESS_READ, HTTP_WORK},

    {HTTP_POST, "/v1/models/{name}/evaluate", api_model_evaluate, "version", true, ACCESS_PREDICT,
     HTTP_BULK, .reads = true},
    {HTTP_GET, "/v1/models/{name}/forecast", api_forecast_get,
     "horizon level quantiles samples seed explain series from version format", false,
     ACCESS_PREDICT, HTTP_INLINE},
    {HTTP_POST, "/v1/models/{name}/forecast", api_forecast_post, "version format", true,
     ACCESS_PREDICT, HTTP_INLINE, .reads = true},
    {HTTP_POST, "/v1/models/{name}/anomalies", api_anomalies_post, "version", true, ACCESS_PREDICT,
     HTTP_WORK, .reads = true},
    {HTTP_GET, "/v1/models/{name}/tag", api_tag_get,
     "text input all_scores probabilities ranges top_k version format", false, ACCESS_PREDICT,
     HTTP_INLINE},
    {HTTP_POST, "/v1/models/{name}/tag", api_tag_post,
     "input all_scores probabilities ranges top_k version format", true, ACCESS_PREDICT,
     HTTP_INLINE, .reads = true, .form = true},

    {HTTP_GET, "/v1/webhooks", api_webhook_list, "limit cursor", false, ACCESS_READ, HTTP_READ},
    {HTTP_POST, "/v1/webhooks", api_webhook_create, NULL, true, ACCESS_ADMIN, HTTP_WRITE},
    {HTTP_GET, "/v1/webhooks/{id}", api_webhook_get, NULL, false, ACCESS_READ, HTTP_READ},
    {HTTP_DELETE, "/v1/webhooks/{id}", api_webhook_delete, NULL, false, ACCESS_ADMIN, HTTP_WRITE},
    {HTTP_GET, "/v1/webhooks/{id}/deliveries", api_webhook_deliveries, "limit cursor", false,
     ACCESS_READ, HTTP_WORK},
    {HTTP_POST, "/v1/webhooks/{id}/test", api_webhook_test, NULL, true, ACCESS_ADMIN, HTTP_WRITE},

    {HTTP_GET, "/v1/config", api_config, NULL, false, ACCESS_ADMIN, HTTP_INLINE},

    {HTTP_GET, "/v1/audit", api_audit_list, "since until key action resource status limit cursor",
     false, ACCESS_ADMIN, HTTP_WORK},

    {HTTP_GET, "/v1/key", api_key_who, NULL, false, ACCESS_KEY, HTTP_INLINE},
    {HTTP_GET, "/v1/keys", api_key_list, "limit cursor", false, ACCESS_ADMIN, HTTP_READ},
    {HTTP_POST, "/v1/keys", api_key_create, NULL, true, ACCESS_ADMIN, HTTP_WRITE},
    {HTTP_GET, "/v1/keys/{name}", api_key_get, NULL, false, ACCESS_ADMIN, HTTP_READ},
    {HTTP_DELETE, "/v1/keys/{name}", api_key_delete, NULL, false, ACCESS_ADMIN, HTTP_WRITE},
};

const struct http_route *api_routes(int *count)
{
    *count = (int)(sizeof(routes) / sizeof(routes[0]));
    return routes;
}
