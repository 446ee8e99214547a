/* problem.c - see problem.h. It does not use cJSON, so lack of memory is handled in one place. */
#include "server/http/problem.h"

#include "server/http/http.h"

#include <lstm/utf8.h>
#include <string.h>

enum { PROBLEM_BYTES_MAX = 64 * 1024, INSTANCE_BYTES_MAX = 2048 };

static const struct {
    int code;
    const char *slug, *title;
} table[PROBLEM_COUNT] = {
    [ST_OK] = {500, "internal-error", "Internal server error"},
    [ST_MALFORMED] = {400, "malformed-request", "The request cannot be read"},
    [ST_INVALID] = {422, "invalid-parameter", "A value is not acceptable"},
    [ST_CORRUPT] = {422, "corrupt-data", "The data contradicts itself"},
    [ST_TOO_LARGE] = {413, "too-large", "Over a limit"},
    [ST_NOT_FOUND] = {404, "not-found", "Not found"},
    [ST_CONFLICT] = {409, "conflict", "In conflict with what is there"},
    [ST_PRECONDITION] = {412, "precondition-failed", "The precondition does not hold"},
    [ST_UNSUPPORTED] = {415, "unsupported-media-type", "This media type is not read"},
    [ST_NOT_ACCEPTABLE] = {406, "not-acceptable", "This media type is not written"},
    [ST_FORBIDDEN] = {403, "forbidden-name", "The key is for other names"},
    [ST_QUOTA] = {429, "quota-exceeded", "The key has used up its quota"},
    [ST_BUSY] = {503, "busy", "Try again later"},
    [ST_CANCELLED] = {409, "cancelled", "Cancelled"},
    [ST_NOMEM] = {503, "out-of-memory", "Out of memory"},
    [ST_IO] = {500, "internal-error", "Internal server error"},
    [ST_FULL] = {507, "insufficient-storage", "No room is left in the storage"},
    [ST_READONLY] = {503, "storage-not-writable", "The storage cannot be written"},
    [ST_UNAVAILABLE] = {503, "storage-unavailable", "The storage cannot be used for now"},
    [ST_INTERNAL] = {500, "internal-error", "Internal server error"},
    [ST_LOST] = {500, "internal-error", "Internal server error"}, /* no request meets it */
    [PROBLEM_UNAUTHORIZED] = {401, "unauthorized", "A key is needed"},
    [PROBLEM_UNKNOWN_KEY] = {401, "unknown-key", "The key is not known"},
    [PROBLEM_EXPIRED_KEY] = {401, "expired-key", "The key has expired"},
    [PROBLEM_REVOKED_KEY] = {401, "revoked-key", "The key was revoked"},
    [PROBLEM_FORBIDDEN] = {403, "forbidden", "The key does not allow this"},
    [PROBLEM_TRIES] = {429, "too-many-wrong-keys", "Too many wrong keys"},
    [PROBLEM_ORIGIN] = {403, "foreign-origin", "Pages of other origins change nothing here"},
    [PROBLEM_HOST] = {421, "misdirected-request", "This is not a name of this server"},
    [PROBLEM_METHOD] = {405, "method-not-allowed", "Method not allowed"},
    [PROBLEM_TIMEOUT] = {408, "request-timeout", "The request took too long to arrive"},
    [PROBLEM_LENGTH] = {411, "length-required", "Content-Length is needed"},
    [PROBLEM_TARGET] = {414, "uri-too-long", "The request target is too long"},
    [PROBLEM_HEADERS] = {431, "headers-too-large", "The request's header is too large"},
    [PROBLEM_NOT_IMPLEMENTED] = {501, "not-implemented", "Not implemented"},
    [PROBLEM_VERSION] = {505, "http-version-not-supported", "HTTP version not supported"},
};

const char problem_no_memory[] =
    "{\"type\":\"/problems/out-of-memory\",\"title\":\"Out of memory\",\"status\":503,"
    "\"detail\":\"the server is out of memory; try again later\"}\n";

int problem_code(int kind)
{
    return kind > 0 && kind < PROBLEM_COUNT ? table[kind].code : 500;
}

int http_status_code(enum status st)
{
    return st == ST_OK ? 200 : problem_code((int)st);
}

int problem_of_code(int code)
{
    for (int i = 1; i < PROBLEM_COUNT; i++)
        if (table[i].code == code && i != ST_IO)
            return i;
    return code >= 500 ? ST_INTERNAL : ST_MALFORMED;
}

/* Writes a JSON string; bytes that are not UTF-8 become U+FFFD. */
static void put_string(struct buf *b, const char *s)
{
    size_t n = strlen(s);

    buf_puts(b, "\"");
    while (n > 0) {
        size_t len = utf8_length(s, n);
        unsigned char c = (unsigned char)*s;

        if (len == 0) {
            buf_puts(b, "\xEF\xBF\xBD");
            len = 1;
        } else if (c == '"' || c == '\\') {
            buf_printf(b, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            buf_printf(b, "\\u%04x", c);
        } else {
            buf_add(b, s, len);
        }
        s += len;
        n -= len;
    }
    buf_puts(b, "\"");
}

/* Writes a path as a URI reference: what RFC 3986 does not allow in a segment is
 * percent-encoded. */
static void put_path(struct buf *b, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-._~!$&'()*+,;=:@/";

    buf_puts(b, "\"");
    for (; *path; path++) {
        if (strchr(plain, *path))
            buf_add(b, path, 1);
        else
            buf_printf(b, "%%%02X", (unsigned char)*path);
    }
    buf_puts(b, "\"");
}

/* Writes "errors":[{...}] when the error has a place in the input. */
static void put_place(struct buf *b, const struct err *e, const char *detail)
{
    if (!e || (!e->pointer[0] && e->line <= 0))
        return;
    buf_puts(b, ",\"errors\":[{");
    if (e->pointer[0] == '?') {
        buf_puts(b, "\"parameter\":");
        put_string(b, e->pointer + 1);
        buf_puts(b, ",");
    } else if (e->pointer[0]) {
        buf_puts(b, "\"pointer\":");
        put_string(b, e->pointer);
        buf_puts(b, ",");
    }
    if (e->line > 0)
        buf_printf(b, "\"line\":%ld,", e->line);
    buf_puts(b, "\"detail\":");
    put_string(b, detail);
    buf_puts(b, "}]");
}

char *problem_text(size_t *len, int kind, const char *detail, const struct err *e,
                   const char *instance, const char *request_id)
{
    int k = kind > 0 && kind < PROBLEM_COUNT ? kind : ST_INTERNAL;
    struct buf b;
    char *data = NULL;

    if (!detail || !detail[0])
        detail = table[k].title;
    buf_init(&b, PROBLEM_BYTES_MAX);
    buf_printf(&b, "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%d,\"detail\":",
               table[k].slug, table[k].title, table[k].code);
    put_string(&b, detail);
    if (instance && instance[0] && strlen(instance) <= INSTANCE_BYTES_MAX) {
        buf_puts(&b, ",\"instance\":");
        put_path(&b, instance);
    }
    if (request_id && request_id[0]) {
        buf_puts(&b, ",\"request_id\":");
        put_string(&b, request_id);
    }
    put_place(&b, e, detail);
    buf_puts(&b, "}\n");
    if (buf_take(&b, &data, len, NULL))
        return NULL;
    return data;
}

char *http_problem_text(const struct err *e, const char *instance)
{
    size_t len = 0;
    char *text = problem_text(&len, (int)e->status, e->message, e, instance, NULL);

    if (text)
        text[len - 1] = '\0'; /* removes the newline, since it goes into other documents */
    return text;
}
