/* model_choice.c - see model_choice.h. */
#include "server/protocols/udpipe/model_choice.h"

#include <stdio.h>
#include <string.h>

enum { LIST_BYTES_MAX = 8 << 20 };

static const char *text(const cJSON *o, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsString(v) ? v->valuestring : "";
}

static bool fits(const char *name, const char *wanted)
{
    size_t n = strlen(wanted);

    return strncmp(name, wanted, n) == 0 && (name[n] == '\0' || name[n] == '-');
}

static void add_tagger(struct model_choice *c, const char *name, const char *created)
{
    if (c->wanted && fits(name, c->wanted) && (!c->found[0] || strcmp(name, c->wanted) == 0))
        (void)snprintf(c->found, sizeof(c->found), "%s", name);
    if (strcmp(created, c->newest_at) > 0) { /* all are RFC 3339 in UTC */
        (void)snprintf(c->newest, sizeof(c->newest), "%s", name);
        (void)snprintf(c->newest_at, sizeof(c->newest_at), "%s", created);
    }
    buf_puts(&c->list, c->list.len ? "," : "{");
    buf_put_json_string(&c->list, name);
    buf_puts(&c->list, ":[\"tokenizer\",\"tagger\"]");
}

void model_choice_add(struct model_choice *c, const cJSON *page)
{
    const cJSON *m;

    if (!c->list.max)
        buf_init(&c->list, LIST_BYTES_MAX);
    cJSON_ArrayForEach(m, cJSON_GetObjectItemCaseSensitive(page, "items"))
    {
        if (strcmp(text(m, "task"), "tag") == 0)
            add_tagger(c, text(m, "name"), text(m, "created_at"));
    }
}

void model_choice_release(struct model_choice *c)
{
    buf_release(&c->list);
}
