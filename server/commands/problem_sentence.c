/* problem_sentence.c - see problem_sentence.h. */
#include "server/commands/problem_sentence.h"

#include "server/formats/json.h"

#include <string.h>

enum { DEPTH = 32, QUOTED = 200, TEXT_MAX = 64 * 1024 };

static enum status of_code(long status)
{
    switch (status) {
    case 401:
    case 403:
        return ST_FORBIDDEN;
    case 404:
        return ST_NOT_FOUND;
    case 409:
        return ST_CONFLICT;
    case 503:
        return ST_BUSY;
    default:
        return status >= 500 ? ST_INTERNAL : ST_INVALID;
    }
}

static const char *text_of(const cJSON *o, const char *name)
{
    const cJSON *t = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsString(t) ? t->valuestring : "";
}

/* The place of the first error, if the sentence does not have it already. */
static void put_place(struct buf *out, const cJSON *problem, const char *detail)
{
    const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(problem, "errors"), 0);
    const cJSON *line = cJSON_GetObjectItemCaseSensitive(first, "line");
    const char *pointer = text_of(first, "pointer"), *parameter = text_of(first, "parameter");

    if (cJSON_IsNumber(line) && !strstr(detail, "line "))
        buf_printf(out, " (line %.0f)", line->valuedouble);
    if (pointer[0])
        buf_printf(out, " (at %s)", pointer);
    else if (parameter[0] && !strstr(detail, parameter))
        buf_printf(out, " (parameter %s)", parameter);
}

/* What is no problem document: its beginning, in one line of visible characters. */
static void put_other(struct buf *out, long status, const char *body, size_t len)
{
    buf_printf(out, "the server answers %ld: ", status);
    for (size_t i = 0; i < len && i < QUOTED; i++)
        buf_add(out, (unsigned char)body[i] < 0x20 || body[i] == 0x7f ? " " : &body[i], 1);
}

enum status problem_sentence(long status, const char *body, size_t len, struct err *e)
{
    struct err ignored = {0};
    cJSON *problem = NULL;
    const char *detail;
    struct buf text;

    buf_init(&text, TEXT_MAX);
    if (json_read(&problem, body, len, DEPTH, &ignored))
        problem = NULL;
    detail = text_of(problem, "detail");
    if (detail[0]) {
        buf_puts(&text, detail);
        put_place(&text, problem, detail);
    } else {
        put_other(&text, status, body, len);
    }
    if (status == 401)
        buf_puts(&text, "; LSTMD_API_KEY in the environment holds the key");
    (void)err_set(e, of_code(status), "%s", text.data ? text.data : "");
    buf_release(&text);
    cJSON_Delete(problem);
    return of_code(status);
}
