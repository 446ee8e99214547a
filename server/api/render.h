/* render.h - stored things as JSON resources. Every function returns a new tree, NULL when out of
 * memory. Private to api/. */
#ifndef SERVER_API_RENDER_H
#define SERVER_API_RENDER_H

#include "server/store/store.h"

#include <cjson/cJSON.h>

cJSON *render_job(const struct job *j);
cJSON *render_progress(const struct job_progress *p);
cJSON *render_model(const struct model_version *m);
/* The members of the JSON object text json, put beside those of o; a name that o has already is
 * left out. o is consumed. */
cJSON *render_spread(cJSON *o, const char *json);

#endif
