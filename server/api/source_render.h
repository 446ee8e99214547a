/* source_render.h - the source of a data set as JSON. Private to api/. */
#ifndef SERVER_API_SOURCE_RENDER_H
#define SERVER_API_SOURCE_RENDER_H

#include "server/formats/json_build.h"
#include "server/store/source.h"

/* The source as in GET /v1/datasets/{name}/source; NULL when out of memory. */
cJSON *source_render(const struct source *s);

#endif
