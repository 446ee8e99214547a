/* source_render.c - see source_render.h. */
#include "server/api/source_render.h"

#include "server/api/common.h"

/* Times are null when there was none. */
static cJSON *put_time(cJSON *o, const char *name, int64_t ms)
{
    return ms ? api_put_time(o, name, ms) : json_put_text(o, name, NULL);
}

cJSON *source_render(const struct source *s)
{
    cJSON *o = cJSON_Parse(s->spec);

    o = json_put_raw(o, "parameters", s->parameters);
    o = put_time(o, "created_at", s->created_at);
    o = json_put(o, "fetching", cJSON_CreateBool(s->until != 0));
    o = put_time(o, "last_fetch", s->fetched_at);
    o = put_time(o, "last_change", s->changed_at);
    o = put_time(o, "next_fetch", s->next_at);
    o = json_put_number(o, "failures", (double)s->failures);
    o = json_put_raw(o, "last_error", s->error);
    o = json_put_text(o, "etag", s->etag[0] ? s->etag : NULL);
    o = json_put_text(o, "last_modified", s->modified[0] ? s->modified : NULL);
    return json_put_raw(o, "notes", s->notes ? s->notes : "[]");
}
