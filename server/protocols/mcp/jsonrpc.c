/* jsonrpc.c - see jsonrpc.h. Source: the specification of JSON-RPC 2.0. */
#include "server/protocols/mcp/jsonrpc.h"

#include <math.h>
#include <string.h>

static const double whole_max = 9007199254740991.0; /* 2^53 - 1 */

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static bool id_ok(const cJSON *id)
{
    if (cJSON_IsString(id))
        return strlen(id->valuestring) <= RPC_ID_BYTES_MAX;
    return cJSON_IsNumber(id) && id->valuedouble == trunc(id->valuedouble) &&
           fabs(id->valuedouble) <= whole_max;
}

/* Returns what is wrong, or NULL. */
static const char *check(const struct rpc_message *m, const cJSON *json, const cJSON *id)
{
    const cJSON *version = member(json, "jsonrpc"), *method = member(json, "method"),
                *params = member(json, "params");

    if (!cJSON_IsObject(json))
        return "a message is a JSON object";
    if (!cJSON_IsString(version) || strcmp(version->valuestring, "2.0") != 0)
        return "a message has \"jsonrpc\": \"2.0\"";
    if (id && !m->id)
        return "an id is a text of at most 256 bytes or a whole number up to 2^53, and not null";
    if (method && !cJSON_IsString(method))
        return "method is a text";
    if (!method && (!m->id || (!member(json, "result") && !member(json, "error"))))
        return "a message has a method, or the id and the result or error of a response";
    return params && !cJSON_IsObject(params) ? "params are an object" : NULL;
}

void rpc_read(struct rpc_message *out, const cJSON *json)
{
    const cJSON *id = member(json, "id"), *method = member(json, "method");

    *out = (struct rpc_message){.kind = RPC_INVALID, .id = id_ok(id) ? id : NULL};
    out->fault = check(out, json, id);
    if (out->fault)
        return;
    out->kind = !method ? RPC_RESPONSE : id ? RPC_REQUEST : RPC_NOTIFICATION;
    out->method = method ? method->valuestring : NULL;
    out->params = member(json, "params");
}

static void put_id(struct buf *b, const cJSON *id)
{
    buf_puts(b, "{\"jsonrpc\":\"2.0\",\"id\":");
    if (cJSON_IsString(id))
        buf_put_json_string(b, id->valuestring);
    else if (id)
        buf_put_i64(b, (int64_t)id->valuedouble);
    else
        buf_puts(b, "null");
}

void rpc_put_error(struct buf *b, const cJSON *id, int code, const char *message)
{
    put_id(b, id);
    buf_printf(b, ",\"error\":{\"code\":%d,\"message\":", code);
    buf_put_json_string(b, message);
    buf_puts(b, "}}");
}

void rpc_put_begin(struct buf *b, const cJSON *id)
{
    put_id(b, id);
    buf_puts(b, ",\"result\":");
}

void rpc_put_end(struct buf *b)
{
    buf_puts(b, "}");
}
