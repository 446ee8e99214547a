/* fuzz_mcp.c - any bytes as the body of POST /mcp, up to the requests that calls of tools
 * become. */
#include "server/formats/json.h"
#include "server/protocols/mcp/jsonrpc.h"
#include "server/protocols/mcp/tool_call.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void call(const struct tool *tool, const cJSON *arguments, bool several)
{
    struct tool_call c = {0};
    struct err e = {0};
    enum status st = tool_call_read(&c, tool, arguments, several, &e);

    if (st && !e.message[0])
        abort();
    if (c.request.num_query > TOOL_QUERY_MAX || c.num_texts > TOOL_QUERY_MAX || !c.request.route)
        abort();
    if (!st && c.request.body && strlen(c.request.body) != c.request.body_len)
        abort();
    if (!st && strchr(c.request.route->pattern, '{') && !c.request.param[0])
        abort();
    for (int i = 0; i < c.request.num_query; i++)
        if (!c.query[i].name || !c.query[i].value)
            abort();
    tool_call_release(&c);
}

/* An answer is one line of JSON with the id of the message. */
static void answer(const struct rpc_message *m)
{
    struct err e = {0};
    struct buf b;
    cJSON *back = NULL;

    buf_init(&b, 1 << 16);
    rpc_put_error(&b, m->id, RPC_INVALID_REQUEST, m->fault ? m->fault : "none");
    if (b.st || json_read(&back, b.data, b.len, 8, &e))
        abort();
    if (m->id && !cJSON_Compare(m->id, cJSON_GetObjectItemCaseSensitive(back, "id"), true))
        abort();
    cJSON_Delete(back);
    buf_release(&b);
}

static void read_message(const cJSON *json)
{
    struct rpc_message m;
    const cJSON *name, *arguments;

    rpc_read(&m, json);
    if ((m.kind == RPC_INVALID) != (m.fault != NULL))
        abort();
    answer(&m);
    name = cJSON_GetObjectItemCaseSensitive(m.params, "name");
    arguments = cJSON_GetObjectItemCaseSensitive(m.params, "arguments");
    if (m.kind == RPC_REQUEST && cJSON_IsString(name) && tool_find(name->valuestring) &&
        (!arguments || cJSON_IsObject(arguments)))
        call(tool_find(name->valuestring), arguments, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {0};
    cJSON *body = NULL;
    const cJSON *item;
    int n = 0;
    const struct tool *tools = tool_all(&n);

    if (json_read(&body, (const char *)data, size, 32, &e))
        return 0;
    read_message(body);
    for (item = cJSON_IsArray(body) ? body->child : NULL; item; item = item->next)
        read_message(item);
    for (int i = 0; cJSON_IsObject(body) && i < n; i++) /* the whole body as arguments */
        call(&tools[i], body, i % 2 == 0);
    cJSON_Delete(body);
    return 0;
}
