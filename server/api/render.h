/* render.h - renders stored objects as JSON resources. Every function returns a new tree, or NULL
 * when out of memory. Private to api/. */
#ifndef SERVER_API_RENDER_H
#define SERVER_API_RENDER_H

#include "server/store/store.h"

#include <cjson/cJSON.h>

cJSON *render_job(const struct job *j);
cJSON *render_progress(const struct job_progress *p);
cJSON *render_model(const struct model_version *m);
/* Adds the members of the JSON object text `json` to o, except names that o has already. o is
 * consumed. */
cJSON *render_spread(cJSON *o, const char *json);

#endif
