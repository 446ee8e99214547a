/* tool_call.h - the tools, and a call of one as requests to the API. Private to mcp/.
 *
 * config/mcp_tools.json describes the tools to clients; the table in tool_call.c has the same names
 * and arguments, and the place of each argument in a request. */
#ifndef SERVER_PROTOCOLS_MCP_TOOL_CALL_H
#define SERVER_PROTOCOLS_MCP_TOOL_CALL_H

#include "server/http/inner.h"

#include <cjson/cJSON.h>

enum { TOOL_ARGUMENTS_MAX = 24, TOOL_QUERY_MAX = 16 };

/* Where an argument goes. */
enum argument_place {
    TO_PATH,
    TO_QUERY,
    TO_EITHER, /* to the body if that is an object, otherwise to the query */
    TO_LIST,   /* a list makes the body an object; otherwise as TO_EITHER */
    TO_BODY,   /* makes the body an object */
    TO_WHOLE,  /* it is the whole body */
    TO_TOOL    /* the tool itself reads it */
};

/* Its name is also that of the query parameter, or of the member of the body. */
struct tool_argument {
    const char *name; /* NULL: after the last one */
    enum argument_place place;
};

struct tool {
    const char *name;
    enum http_method method;
    const char *pattern;
    struct tool_argument arguments[TOOL_ARGUMENTS_MAX];
    const char *missing; /* what to do after 404: a sentence */
    bool has_body;       /* always; otherwise only when an argument needs one */
};

const struct tool *tool_all(int *count);
/* NULL: there is none of that name. */
const struct tool *tool_find(const char *name);

/* A call. All zero before tool_call_read(). */
struct tool_call {
    const struct tool *tool;
    struct http_inner request;
    bool chart; /* ask for it once more, as SVG */
    /* Private: */
    struct http_pair query[TOOL_QUERY_MAX];
    char *texts[TOOL_QUERY_MAX]; /* owned; values of the query that were no text */
    int num_texts;
    char *body; /* owned */
};

/* Translates the arguments (NULL: none), which are borrowed until tool_call_release(). several: it
 * is one of several calls, and does not wait. ST_INVALID with the place; ST_NOMEM. */
enum status tool_call_read(struct tool_call *c, const struct tool *tool, const cJSON *arguments,
                           bool several, struct err *e);
void tool_call_release(struct tool_call *c);

#endif
