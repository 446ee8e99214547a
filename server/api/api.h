/* api.h - the resources of the HTTP API. A handler parses, calls and renders; no SQL or sockets
 * here. */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

#include "server/config/config_values.h"
#include "server/data/data.h"
#include "server/http/http.h"
#include "server/jobs/jobs.h"
#include "server/models/model_cache.h"
#include "server/sources/sources.h"
#include "server/store/store.h"

#include <stdatomic.h>

struct outbound_rules; /* server/client/outbound.h */
struct webhooks;       /* server/webhooks/webhooks.h */

/* The context of every handler; made by serve.c, lives as long as the process. All borrowed. */
struct app {
    struct store *store;
    struct jobs *jobs;
    struct model_cache *cache;
    struct sources *sources; /* NULL: nothing is fetched */
    struct http *http;       /* set after http_start(); read only by operations */
    struct data_limits limits;
    const struct config *config;           /* the whole configuration, for GET /v1/config */
    const struct outbound_rules *outbound; /* where the daemon's own requests may go */
    struct webhooks *webhooks;             /* for its counts; NULL: nothing is sent */
    int max_tokens_per_request;
    int64_t max_parameters;
    bool ui;              /* the page is served under /ui/ */
    atomic_bool draining; /* /readyz answers 503 */
    int64_t started_at;   /* ms */
};

/* The route table. */
const struct http_route *api_routes(int *count);
/* The table of query parameters, with their allowed values. */
const struct http_parameter *api_parameters(int *count);
/* The keys of the store, for the HTTP server; its app is struct app. */
extern const struct http_keyring api_keyring;
/* Writes the audit; its app is struct app. */
extern const struct http_audit api_audit;
/* For serve.c: jobs_config.on_change, ctx is struct app. Topics are "job/ID". */
void api_job_changed(void *app, const char *job_id);
/* For service.c: of sources_config; ctx is struct app. Topics are "source/NAME". */
void api_source_changed(void *app, const char *name);
enum status api_source_apply(void *app, const struct source_content *c, char **answer);
/* For service.c: submits a job if a model has a rule that is due; as sources_config.also. */
int64_t api_retrain_look(void *app, const struct fetch_stop *stop);
struct outbound_rules api_outbound_rules(const struct config *c);

#endif
