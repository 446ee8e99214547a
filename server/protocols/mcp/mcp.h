/* mcp.h - the Model Context Protocol, by which assistants use the server: JSON-RPC 2.0 over
 * streamable HTTP, without sessions. Source: the specification, revisions 2025-03-26, 2025-06-18
 * and 2025-11-25 (basic/transports, basic/lifecycle, server/tools). */
#ifndef SERVER_PROTOCOLS_MCP_MCP_H
#define SERVER_PROTOCOLS_MCP_MCP_H

#include "server/http/http_types.h"

/* POST /mcp. There is no other method: the server sends no messages of its own, so a GET for them
 * gets 405, as the specification has it. */
http_handler mcp_post;

#endif
