/* tool_result.c - see tool_result.h. */
#include "server/protocols/mcp/tool_result.h"

#include "server/protocols/base64.h"

#include <stdio.h>
#include <string.h>

enum { ADVICE_MAX = 200 };

static bool is_good(const struct http_reply *a)
{
    return a->status >= 200 && a->status < 300;
}

static void put_error(struct buf *b, const char *text)
{
    buf_puts(b, "{\"content\":[{\"type\":\"text\",\"text\":");
    buf_put_json_string(b, text);
    buf_puts(b, "}],\"isError\":true}");
}

/* What an assistant can do about a status. */
static const char *advice(char out[ADVICE_MAX], const struct tool *tool,
                          const struct http_reply *reply)
{
    const char *after = http_reply_header(reply, "Retry-After");

    switch (reply->status) {
    case 400:
    case 415:
    case 422:
        return "Correct the arguments and call the tool again.";
    case 403:
        return "Calling again will not help: the user must give this client another key.";
    case 404:
        return tool->missing;
    case 409:
        return "Look at what is there, then call the tool with other arguments.";
    case 413:
        return "Send less, or ask for less at once.";
    case 429:
    case 503:
        (void)snprintf(out, ADVICE_MAX, "Call again in %.20s seconds.", after ? after : "a few");
        return out;
    default:
        return "This is a fault of the server; tell the user the request_id.";
    }
}

/* Appends where in the arguments the fault is. */
static void put_places(struct buf *text, const cJSON *problem)
{
    const cJSON *place;

    cJSON_ArrayForEach(place, cJSON_GetObjectItemCaseSensitive(problem, "errors"))
    {
        const cJSON *pointer = cJSON_GetObjectItemCaseSensitive(place, "pointer"),
                    *parameter = cJSON_GetObjectItemCaseSensitive(place, "parameter"),
                    *line = cJSON_GetObjectItemCaseSensitive(place, "line");

        if (cJSON_IsString(pointer))
            buf_printf(text, " At %s.", pointer->valuestring);
        else if (cJSON_IsString(parameter))
            buf_printf(text, " At /%s.", parameter->valuestring);
        if (cJSON_IsNumber(line))
            buf_printf(text, " In line %d of the data.", line->valueint);
    }
}

static void put_text(struct buf *text, const cJSON *problem, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(problem, name);

    buf_puts(text, cJSON_IsString(v) ? v->valuestring : "unknown");
}

/* Ends a sentence, unless it has an end already. */
static void put_stop(struct buf *text)
{
    if (text->len && !strchr(".?!", text->data[text->len - 1]))
        buf_puts(text, ".");
}

static void put_problem(struct buf *b, const struct tool *tool, const struct http_reply *reply)
{
    cJSON *problem = cJSON_ParseWithLength(reply->data, reply->len);
    char room[ADVICE_MAX];
    struct buf text;

    buf_init(&text, 16 << 10);
    put_text(&text, problem, "title");
    buf_printf(&text, " (%d): ", reply->status);
    put_text(&text, problem, "detail");
    put_stop(&text);
    put_places(&text, problem);
    buf_printf(&text, " %s", advice(room, tool, reply));
    if (reply->status == 500) {
        buf_puts(&text, " request_id: ");
        put_text(&text, problem, "request_id");
    }
    put_error(b, text.data && !text.st ? text.data : "the server is out of memory; call again");
    buf_release(&text);
    cJSON_Delete(problem);
}

static void put_chart(struct buf *b, const struct http_reply *chart)
{
    buf_puts(b, ",{\"type\":\"image\",\"data\":\"");
    base64_put(b, chart->data, chart->len);
    buf_puts(b, "\",\"mimeType\":\"image/svg+xml\"}");
}

void tool_result_put(struct buf *b, const struct tool *tool, const struct http_reply *reply,
                     const struct http_reply *chart)
{
    if (!is_good(reply) || (chart && !is_good(chart))) {
        put_problem(b, tool, is_good(reply) ? chart : reply);
        return;
    }
    buf_puts(b, "{\"content\":[{\"type\":\"text\",\"text\":");
    buf_put_json_string(b, reply->data);
    buf_puts(b, "}");
    if (chart)
        put_chart(b, chart);
    buf_puts(b, "],\"structuredContent\":");
    buf_add(b, reply->data, strcspn(reply->data, "\n")); /* it is one line of JSON */
    buf_puts(b, ",\"isError\":false}");
}

void tool_result_put_err(struct buf *b, const struct err *e)
{
    struct buf text;

    buf_init(&text, 4096);
    buf_puts(&text, e->message);
    put_stop(&text);
    if (e->pointer[0])
        buf_printf(&text, " At %s.", e->pointer);
    buf_puts(&text, " Correct the arguments and call the tool again.");
    put_error(b, text.data && !text.st ? text.data : "the server is out of memory; call again");
    buf_release(&text);
}
