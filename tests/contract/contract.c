/* contract.c - see contract.h. */
#include "tests/contract/contract.h"

#include "tests/contract/document.h"
#include "tests/contract/schema.h"

#include <ctype.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TYPE_SIZE = 128, VALUE_SIZE = 4096 };

static cJSON *document;

static void read_document(void)
{
    document = document_read("config/openapi.json");
}

const cJSON *contract_document(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, read_document);
    return document;
}

const char *header_value(char *out, size_t cap, const char *headers, const char *name)
{
    size_t n = strlen(name);

    out[0] = '\0';
    for (const char *p = headers; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        if (strncasecmp(p, name, n) == 0 && p[n] == ':') {
            p += n + 1;
            p += strspn(p, " ");
            snprintf(out, cap, "%.*s", (int)strcspn(p, "\r\n"), p);
            return out;
        }
    }
    return out;
}

/* ---- finding the operation ---- */

static const cJSON *member(const cJSON *obj, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(obj, name);
}

/* Whether a path such as "/v1/jobs/01J?wait=1" matches a pattern such as "/v1/jobs/{id}". */
static bool path_fits(const char *pattern, const char *path)
{
    while (*pattern && *path && *path != '?') {
        size_t n = strcspn(path, "/?");

        if (*pattern == '{' && n > 0) {
            pattern = strchr(pattern, '}') + 1;
            path += n;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return !*pattern && (!*path || *path == '?');
}

const cJSON *contract_operation(const char **pattern, const cJSON **item, const cJSON *doc,
                                const char *method, const char *path)
{
    const cJSON *p;

    cJSON_ArrayForEach(p, member(doc, "paths"))
    {
        const cJSON *op = path_fits(p->string, path) ? member(p, method) : NULL;

        if (op) {
            *pattern = p->string;
            *item = p;
            return op;
        }
    }
    return NULL;
}

/* ---- checking one exchange ---- */

struct checked {
    const cJSON *doc, *item, *op;
    const struct exchange *x;
    const char *pattern;
    char *out;
};

/* Writes the fault to c->out. Always returns false. */
__attribute__((format(printf, 2, 3))) static bool fail(const struct checked *c, const char *format,
                                                       ...)
{
    va_list args;
    int n = snprintf(c->out, CONTRACT_FAULT_SIZE, "%s %.200s (%s): %ld: ", c->x->method, c->x->path,
                     c->pattern, c->x->status);

    va_start(args, format);
    vsnprintf(c->out + n, CONTRACT_FAULT_SIZE - (size_t)n, format, args);
    va_end(args);
    return false;
}

/* Removes parameters of a media type: "text/csv; charset=utf-8" -> "text/csv". */
static void bare_type(char out[TYPE_SIZE], const char *type)
{
    size_t n = strcspn(type, "; \t");

    snprintf(out, TYPE_SIZE, "%.*s", (int)(n < TYPE_SIZE ? n : TYPE_SIZE - 1), type);
    for (char *p = out; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}

static bool is_json(const char *type)
{
    size_t n = strlen(type);

    return strcmp(type, "application/json") == 0 || (n > 5 && strcmp(type + n - 5, "+json") == 0);
}

/* what: "answer" or "request". */
static bool check_json(const struct checked *c, const char *what, const cJSON *schema,
                       const char *body, size_t len)
{
    cJSON *json = cJSON_ParseWithLength(body, len);
    struct schema_fault f;
    bool ok = json && schema_check(&f, c->doc, schema, json);

    cJSON_Delete(json);
    if (!json)
        return fail(c, "the %s is not JSON: %.200s", what, body);
    return ok || fail(c, "the %s is not as config/openapi.json describes it: at \"%s\": %s", what,
                      f.place, f.text);
}

/* ---- responses ---- */

static const cJSON *find_response(const struct checked *c)
{
    const cJSON *all = member(c->op, "responses"), *found;
    char code[24];

    snprintf(code, sizeof(code), "%ld", c->x->status);
    found = member(all, code);
    if (!found && c->x->status >= 400)
        found = member(all, "default");
    return schema_resolve(c->doc, found);
}

static bool check_headers(const struct checked *c, const cJSON *response)
{
    const cJSON *h;
    char value[VALUE_SIZE];

    cJSON_ArrayForEach(h, member(response, "headers"))
    {
        const cJSON *header = schema_resolve(c->doc, h);

        if (cJSON_IsTrue(member(header, "required")) &&
            !header_value(value, sizeof(value), c->x->headers, h->string)[0])
            return fail(c, "the header %s is missing", h->string);
    }
    return true;
}

static bool check_answer(const struct checked *c)
{
    const cJSON *response = find_response(c), *content, *media;
    char type[TYPE_SIZE], value[VALUE_SIZE];

    if (!response)
        return fail(c, "this status is not in config/openapi.json");
    if (!check_headers(c, response))
        return false;
    content = member(response, "content");
    if (strcmp(c->x->method, "HEAD") == 0)
        return true;
    if (!content)
        return c->x->len == 0 || fail(c, "no body is documented: %.200s", c->x->body);
    bare_type(type, header_value(value, sizeof(value), c->x->headers, "Content-Type"));
    media = member(content, type);
    if (!media)
        return fail(c, "the type '%s' is not in config/openapi.json", type);
    return !is_json(type) ||
           check_json(c, "answer", member(media, "schema"), c->x->body, c->x->len);
}

/* ---- accepted requests ---- */

static void decode(char *out, size_t cap, const char *s, size_t n)
{
    size_t used = 0;

    for (size_t i = 0; i < n && used + 1 < cap; i++) {
        unsigned byte = 0;

        if (s[i] == '%' && i + 2 < n && sscanf(s + i + 1, "%2x", &byte) == 1) {
            out[used++] = (char)byte;
            i += 2;
        } else {
            out[used++] = (char)(s[i] == '+' ? ' ' : s[i]);
        }
    }
    out[used] = '\0';
}

static const cJSON *find_parameter(const struct checked *c, const char *name)
{
    const cJSON *lists[] = {member(c->op, "parameters"), member(c->item, "parameters")}, *p;

    for (int i = 0; i < 2; i++) {
        cJSON_ArrayForEach(p, lists[i])
        {
            const cJSON *q = schema_resolve(c->doc, p);

            if (strcmp(member(q, "in")->valuestring, "query") == 0 &&
                strcmp(member(q, "name")->valuestring, name) == 0)
                return q;
        }
    }
    return NULL;
}

/* Reads a value of a query, which is always a text, as the number or flag that its schema takes. A
 * parameter that may repeat is a list: of each value, one. */
static cJSON *typed(const char *value, const cJSON *schema)
{
    const cJSON *type = member(schema, "type");
    const char *name = cJSON_IsString(type) ? type->valuestring : "string";
    char *end = NULL;
    double number = strtod(value, &end);

    if (strcmp(name, "boolean") == 0)
        return cJSON_CreateBool(strcmp(value, "0") != 0 && strcmp(value, "false") != 0);
    if ((strcmp(name, "integer") == 0 || strcmp(name, "number") == 0) && *value && !*end)
        return cJSON_CreateNumber(number);
    if (strcmp(name, "array") == 0)
        return cJSON_CreateStringArray(&value, 1);
    return cJSON_CreateString(value);
}

static bool check_parameter(const struct checked *c, const char *name, const char *value)
{
    const cJSON *p = find_parameter(c, name), *schema;
    struct schema_fault f;
    cJSON *v;
    bool ok;

    if (!p)
        return fail(c, "the query parameter '%s' is not in config/openapi.json", name);
    schema = member(p, "schema");
    v = typed(value, schema_resolve(c->doc, schema));
    ok = schema_check(&f, c->doc, schema, v);
    cJSON_Delete(v);
    return ok || fail(c, "the query parameter '%s' was accepted: %s", name, f.text);
}

static bool check_query(const struct checked *c)
{
    const char *p = strchr(c->x->path, '?');
    char name[VALUE_SIZE], value[VALUE_SIZE];

    while (p && *++p) {
        size_t n = strcspn(p, "&"), to = strcspn(p, "=&");

        decode(name, sizeof(name), p, to);
        decode(value, sizeof(value), p + to + (to < n), n - to - (to < n));
        if (name[0] && !check_parameter(c, name, value))
            return false;
        p = p[n] ? p + n : NULL;
    }
    return true;
}

/* The media type of a request's body. If none was sent, or only curl's default, it is guessed from
 * the body. */
static void request_type(char out[TYPE_SIZE], const struct exchange *x)
{
    const char *body = x->request_body + strspn(x->request_body, " \t\r\n");

    bare_type(out, x->request_type ? x->request_type : "");
    if (out[0] && strcmp(out, "application/x-www-form-urlencoded") != 0)
        return;
    snprintf(out, TYPE_SIZE, "%s", *body == '{' || *body == '[' ? "application/json" : "");
}

static bool check_request(const struct checked *c)
{
    const cJSON *body = schema_resolve(c->doc, member(c->op, "requestBody"));
    const cJSON *content = member(body, "content"), *media;
    char type[TYPE_SIZE];

    if (c->x->status < 200 || c->x->status > 299)
        return true;
    if (!check_query(c))
        return false;
    if (!c->x->request_body || !c->x->request_len)
        return !content || !cJSON_IsTrue(member(body, "required")) ||
               fail(c, "a request without its body was accepted");
    if (!content)
        return fail(c, "a request with a body was accepted; none is documented");
    request_type(type, c->x);
    media = member(content, type);
    if (type[0] && !media)
        return fail(c, "a body of type '%s' was accepted; it is not documented", type);
    return !is_json(type) ||
           check_json(c, "request", member(media, "schema"), c->x->request_body, c->x->request_len);
}

/* Without an operation, the response must be a refusal with a problem, or belong to OPTIONS. */
static bool check_unknown(const struct checked *c)
{
    char type[VALUE_SIZE];

    if (c->x->status >= 400 && strcmp(c->x->method, "HEAD") == 0)
        return true;
    if (strcmp(c->x->method, "OPTIONS") == 0 && c->x->status == 204)
        return true;
    if (c->x->status < 400)
        return fail(c, "config/openapi.json has no such operation");
    header_value(type, sizeof(type), c->x->headers, "Content-Type");
    if (strcmp(type, "application/problem+json") != 0)
        return fail(c, "an error has the type '%s'", type);
    return check_json(c, "answer", schema_at(c->doc, "#/components/schemas/Problem"), c->x->body,
                      c->x->len);
}

bool contract_check(char out[CONTRACT_FAULT_SIZE], const cJSON *doc, const struct exchange *x)
{
    struct checked c = {.doc = doc, .x = x, .pattern = "no operation", .out = out};
    char method[16];

    snprintf(method, sizeof(method), "%s", strcmp(x->method, "HEAD") == 0 ? "GET" : x->method);
    for (char *p = method; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    c.op = contract_operation(&c.pattern, &c.item, doc, method, x->path);
    if (!c.op)
        return check_unknown(&c);
    return check_answer(&c) && check_request(&c);
}
