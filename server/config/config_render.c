/* config_render.c - see config_render.h. */
#include "server/config/config_render.h"

#include "server/config/config.h"
#include "server/config/config_table.h"

#include <string.h>

/* The number that 0 stands for, if the daemon chooses it; -1: the value is meant literally. */
static int64_t chosen(const struct config *c, const char *name)
{
    if (strcmp(name, "http_threads") == 0 && c->http_threads == 0)
        return config_http_threads(c);
    if (strcmp(name, "workers") == 0 && c->workers == 0)
        return config_workers(c);
    if (strcmp(name, "request_workers") == 0 && c->request_workers == 0)
        return config_request_workers(c);
    if (strcmp(name, "max_training_bytes") == 0 && c->max_training_bytes == 0)
        return (int64_t)config_training_bytes(c);
    return -1;
}

/* A secret is not even copied here: its value is null, and `given` tells whether there is one. */
static void put_value(struct buf *out, const struct config *c, int k)
{
    const struct config_key *key = &config_table[k];
    int64_t number = chosen(c, key->name);
    struct buf text;

    if (key->type == CONFIG_SECRET) {
        const char *secret = *(char *const *)((const char *)c + key->offset);

        buf_printf(out, ",\"value\":null,\"secret\":true,\"given\":%s",
                   secret[0] ? "true" : "false");
        return;
    }
    buf_init(&text, 8192);
    config_put_value(&text, c, k);
    buf_puts(out, ",\"value\":");
    buf_put_json_string(out, text.len ? text.data : "");
    if (text.st)
        out->st = text.st;
    buf_release(&text);
    if (number >= 0)
        buf_printf(out, ",\"chosen\":%lld", (long long)number);
}

void config_render(struct buf *out, const struct config *c)
{
    static const char *const origins[] = {[CONFIG_DEFAULT] = "default",
                                          [CONFIG_FILE] = "file",
                                          [CONFIG_ENVIRONMENT] = "environment",
                                          [CONFIG_FLAG] = "flag"};

    buf_puts(out, "{\"items\":[");
    for (int k = 0; k < CONFIG_KEYS; k++) {
        const struct config_key *key = &config_table[k];

        buf_printf(out, "%s{\"name\":\"%s\"", k ? "," : "", key->name);
        put_value(out, c, k);
        buf_printf(out, ",\"from\":\"%s\",\"default\":", origins[c->origin[k]]);
        buf_put_json_string(out, key->fallback);
        buf_puts(out, ",\"unit\":");
        buf_put_json_string(out, key->unit);
        buf_puts(out, ",\"description\":");
        buf_put_json_string(out, key->help);
        buf_puts(out, "}");
    }
    buf_puts(out, "]}\n");
}
