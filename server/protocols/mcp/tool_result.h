/* tool_result.h - the result of a tool's call, from responses of the API. Private to mcp/. */
#ifndef SERVER_PROTOCOLS_MCP_TOOL_RESULT_H
#define SERVER_PROTOCOLS_MCP_TOOL_RESULT_H

#include "server/protocols/mcp/tool_call.h"

#include <lstm/buf.h>

/* Appends a result: the response as text and as structured content, and the picture, if any, as an
 * image; or, for a problem, a text with what is wrong and what to do. chart: NULL or a reply
 * with SVG. */
void tool_result_put(struct buf *b, const struct tool *tool, const struct http_reply *reply,
                     const struct http_reply *chart);
/* Appends the result of a call whose arguments were refused. */
void tool_result_put_err(struct buf *b, const struct err *e);

#endif
