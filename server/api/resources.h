/* resources.h - every handler of the route table, by resource. Private to api/. */
#ifndef SERVER_API_RESOURCES_H
#define SERVER_API_RESOURCES_H

#include "server/http/http.h"

/* datasets.c */
http_handler api_dataset_create, api_dataset_put, api_dataset_append, api_dataset_get,
    api_dataset_list, api_dataset_delete, api_dataset_data;
/* sources.c */
http_handler api_source_get, api_source_delete, api_source_fetch;
/* jobs.c, job_events.c */
http_handler api_job_create, api_job_list, api_job_get, api_job_history, api_job_backtest,
    api_job_cancel, api_job_delete, api_job_events;
/* models.c */
http_handler api_model_list, api_model_get, api_model_delete, api_model_versions, api_version_get,
    api_version_delete, api_checkpoint_get, api_checkpoint_put, api_model_evaluation;
/* aliases.c, compare.c */
http_handler api_alias_list, api_alias_get, api_alias_put, api_alias_delete, api_model_compare;
/* retrain.c */
http_handler api_retrain_get, api_retrain_put, api_retrain_delete;
/* forecasts.c, tags.c */
http_handler api_forecast_get, api_forecast_post, api_anomalies_post, api_model_evaluate,
    api_tag_get, api_tag_post;
/* keys.c */
http_handler api_key_who, api_key_list, api_key_get, api_key_create, api_key_delete;
/* webhooks.c */
http_handler api_webhook_list, api_webhook_get, api_webhook_create, api_webhook_delete,
    api_webhook_deliveries, api_webhook_test;
/* web.c */
http_handler api_web_folder, api_web_index, api_web_file, api_web_screen;
/* operations.c, metrics.c */
http_handler api_audit_list;
http_handler api_root, api_healthz, api_readyz, api_metrics, api_openapi, api_version, api_config;

#endif
