/* jsonrpc.h - the messages of JSON-RPC 2.0 as MCP restricts them: an id is a text or a whole
 * number, and params are an object. Private to mcp/. */
#ifndef SERVER_PROTOCOLS_MCP_JSONRPC_H
#define SERVER_PROTOCOLS_MCP_JSONRPC_H

#include <cjson/cJSON.h>
#include <lstm/buf.h>

enum {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_INTERNAL_ERROR = -32603
};
enum { RPC_ID_BYTES_MAX = 256 };

enum rpc_kind {
    RPC_REQUEST,      /* has a method and an id, and gets an answer */
    RPC_NOTIFICATION, /* has a method and no id */
    RPC_RESPONSE,     /* to a request of ours, which we never make */
    RPC_INVALID
};

/* All members are borrowed from the JSON. */
struct rpc_message {
    enum rpc_kind kind;
    const cJSON *id; /* NULL: none that can be repeated */
    const char *method;
    const cJSON *params; /* NULL: none */
    const char *fault;   /* of RPC_INVALID: a sentence for the client */
};

void rpc_read(struct rpc_message *out, const cJSON *json);

/* Append a response to the request of that id (NULL: null): an error; or everything around a
 * result, which the caller appends in between. */
void rpc_put_error(struct buf *b, const cJSON *id, int code, const char *message);
void rpc_put_begin(struct buf *b, const cJSON *id);
void rpc_put_end(struct buf *b);

#endif
