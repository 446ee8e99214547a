/* resources.c - see resources.h. */
#include "server/commands/resources.h"

#include "server/commands/json_member.h"

#include <stdio.h>
#include <string.h>

enum { MEMBER_MAX = 40 };

static const struct resource resources[] = {
    {"models", "/v1/models", "name serving_version task dataset num_series created_at"},
    {"datasets", "/v1/datasets", "name kind num_series sentences bytes updated_at"},
    {"jobs", "/v1/jobs", "id task state dataset model progress.fraction created_at"},
};
enum { COUNT = sizeof resources / sizeof *resources };

const struct resource *resource_find(const char *name)
{
    for (int i = 0; i < COUNT; i++)
        if (strcmp(resources[i].name, name) == 0)
            return &resources[i];
    return NULL;
}

/* Copies the next word of a list; returns what follows it. */
static const char *next_word(char out[MEMBER_MAX], const char *words, char end)
{
    size_t n = strcspn(words, (const char[]){end, '\0'});

    (void)snprintf(out, MEMBER_MAX, "%.*s", (int)n, words);
    return words + n + (words[n] == end);
}

void resource_put_head(struct buf *out, const struct resource *r)
{
    const char *p = r->columns;

    for (bool first = true; *p; first = false) {
        char path[MEMBER_MAX], name[MEMBER_MAX];
        const char *last = path;

        p = next_word(path, p, ' ');
        while (*last && strchr(last, '.'))
            last = next_word(name, last, '.');
        buf_printf(out, "%s%s", first ? "" : "\t", last);
    }
    buf_puts(out, "\n");
}

static void put_cell(struct buf *out, const cJSON *item, const char *path)
{
    char name[MEMBER_MAX];

    while (*path) {
        path = next_word(name, path, '.');
        item = member_of(item, name);
    }
    if (cJSON_IsString(item))
        buf_puts(out, item->valuestring);
    else if (cJSON_IsNumber(item))
        buf_put_f64(out, item->valuedouble);
    else
        buf_puts(out, "-");
}

void resource_put_row(struct buf *out, const struct resource *r, const cJSON *item)
{
    const char *p = r->columns;

    for (bool first = true; *p; first = false) {
        char path[MEMBER_MAX];

        p = next_word(path, p, ' ');
        buf_puts(out, first ? "" : "\t");
        put_cell(out, item, path);
    }
    buf_puts(out, "\n");
}
