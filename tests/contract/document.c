/* document.c - see document.h. */
#include "tests/contract/document.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 100, INDENT = 2, INLINE_DEPTH = 2 };

/* The order of the members of an object. */
enum order {
    ORDER_FIXED, /* as in known_order, the others after them by name */
    ORDER_BY_NAME,
    ORDER_AS_IS
};

/* clang-format off */
static const char *const known_order[] = {
    "openapi", "info", "title", "version", "servers", "operationId", "tags", "name", "in",
    "summary", "url", "$ref", "type", "scheme", "description", "contact", "license", "security",
    "paths", "components", "get", "put", "post", "delete", "parameters", "requestBody",
    "responses", "const", "enum", "format", "pattern", "minimum", "exclusiveMinimum", "maximum",
    "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "items",
    "required", "headers", "content", "schema", "properties", "additionalProperties", "oneOf",
    "anyOf", "allOf", "default", "example", "examples", "securitySchemes", "requestBodies",
    "schemas", NULL};
/* clang-format on */

static const char *const maps[] = {"paths",      "properties",      "schemas", "responses",
                                   "parameters", "headers",         "content", "requestBodies",
                                   "examples",   "securitySchemes", NULL};
static const char *const data[] = {"example", "default", "const", "enum", "value", NULL};

static bool among(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static int rank(const char *name)
{
    int i = 0;

    while (known_order[i] && strcmp(known_order[i], name) != 0)
        i++;
    return i;
}

static int by_name(const void *a, const void *b)
{
    const cJSON *const *x = a, *const *y = b;

    return strcmp((*x)->string, (*y)->string);
}

static int by_rank(const void *a, const void *b)
{
    const cJSON *const *x = a, *const *y = b;
    int difference = rank((*x)->string) - rank((*y)->string);

    return difference ? difference : by_name(a, b);
}

/* The order inside a member; own: the order of the object that it is in. */
static enum order order_of(const cJSON *m, enum order own)
{
    if (own == ORDER_AS_IS)
        return ORDER_AS_IS;
    if (own == ORDER_BY_NAME)
        return ORDER_FIXED;
    if (among(data, m->string) || (strcmp(m->string, "examples") == 0 && cJSON_IsArray(m)))
        return ORDER_AS_IS;
    return among(maps, m->string) && cJSON_IsObject(m) ? ORDER_BY_NAME : ORDER_FIXED;
}

/* Sorts the members of every object. */
static void sort(cJSON *node, enum order order)
{
    int n = cJSON_GetArraySize(node);
    cJSON **list = calloc((size_t)n + 1, sizeof(cJSON *)), *m;

    for (int i = 0; list && i < n; i++)
        list[i] = cJSON_DetachItemFromArray(node, 0);
    if (list && cJSON_IsObject(node) && order != ORDER_AS_IS)
        qsort(list, (size_t)n, sizeof(*list), order == ORDER_FIXED ? by_rank : by_name);
    for (int i = 0; list && i < n; i++) {
        m = list[i];
        cJSON_AddItemToArray(node, m); /* m keeps its name */
        if (cJSON_IsObject(m) || cJSON_IsArray(m))
            sort(m, cJSON_IsObject(node) ? order_of(m, order) : order);
    }
    free(list);
}

/* ---- layout ---- */

static void put_string(FILE *out, const char *s)
{
    cJSON *v = cJSON_CreateStringReference(s);
    char *text = cJSON_PrintUnformatted(v);

    fputs(text ? text : "\"\"", out);
    free(text);
    cJSON_Delete(v);
}

static bool is_container(const cJSON *v)
{
    return (cJSON_IsObject(v) || cJSON_IsArray(v)) && v->child;
}

/* The greatest depth of nested arrays and objects. */
static int nesting(const cJSON *v)
{
    int most = 0;
    const cJSON *m;

    if (!is_container(v))
        return 0;
    cJSON_ArrayForEach(m, v)
    {
        int n = nesting(m);

        most = n > most ? n : most;
    }
    return most + 1;
}

/* Writes v in one line, with a space after each colon and comma. */
static void put_line(FILE *out, const cJSON *v)
{
    const cJSON *m;
    char *text;

    if (cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble) &&
        fabs(v->valuedouble) < 1e16) {
        fprintf(out, "%.0f", v->valuedouble); /* cJSON writes 15 digits */
        return;
    }
    if (!is_container(v)) {
        text = cJSON_PrintUnformatted(v);
        fputs(text ? text : "null", out);
        free(text);
        return;
    }
    fputs(cJSON_IsObject(v) ? "{" : "[", out);
    cJSON_ArrayForEach(m, v)
    {
        if (m != v->child)
            fputs(", ", out);
        if (cJSON_IsObject(v)) {
            put_string(out, m->string);
            fputs(": ", out);
        }
        put_line(out, m);
    }
    fputs(cJSON_IsObject(v) ? "}" : "]", out);
}

static char *line_of(const cJSON *v)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (!out)
        return NULL;
    put_line(out, v);
    fclose(out);
    return text;
}

/* used: columns before v, plus one for a comma after it. */
static void put(FILE *out, const cJSON *v, int level, size_t used)
{
    char *line = nesting(v) <= INLINE_DEPTH ? line_of(v) : NULL;
    const cJSON *m;

    if (line && (!is_container(v) || used + strlen(line) <= COLUMNS)) {
        fputs(line, out);
        free(line);
        return;
    }
    free(line);
    fputs(cJSON_IsObject(v) ? "{\n" : "[\n", out);
    cJSON_ArrayForEach(m, v)
    {
        size_t before = (size_t)(INDENT * (level + 1)) + 1;

        fprintf(out, "%*s", INDENT * (level + 1), "");
        if (cJSON_IsObject(v)) {
            put_string(out, m->string);
            fputs(": ", out);
            before += strlen(m->string) + 4;
        }
        put(out, m, level + 1, before);
        fputs(m->next ? ",\n" : "\n", out);
    }
    fprintf(out, "%*s%s", INDENT * level, "", cJSON_IsObject(v) ? "}" : "]");
}

char *document_text(const cJSON *doc)
{
    cJSON *copy = cJSON_Duplicate(doc, true);
    char *text = NULL;
    size_t len = 0;
    FILE *out = copy ? open_memstream(&text, &len) : NULL;

    if (out) {
        sort(copy, ORDER_FIXED);
        put(out, copy, 0, 0);
        fputs("\n", out);
        fclose(out);
    }
    cJSON_Delete(copy);
    return text;
}

cJSON *document_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    ssize_t n = f ? getdelim(&text, &size, '\0', f) : -1;
    cJSON *doc = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;

    free(text);
    if (f)
        fclose(f);
    return doc;
}
