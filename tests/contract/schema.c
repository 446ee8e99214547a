/* schema.c - see schema.h. A table has one function for each keyword. */
#include "tests/contract/schema.h"

#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_WEIGHT = 2, SHOWN_BYTES = 120 };

/* The place in the value that is being checked; places are on the C stack. */
struct place {
    const struct place *parent;
    const char *name; /* NULL: index */
    int index;
};

struct run {
    const cJSON *root;
    struct schema_fault *f;
};

typedef bool check(const struct run *r, const struct place *p, const cJSON *schema,
                   const cJSON *word, const cJSON *v);

static bool check_all(const struct run *r, const struct place *p, const cJSON *schema,
                      const cJSON *v);

/* ---- faults ---- */

static int depth(const struct place *p)
{
    int n = 0;

    for (; p; p = p->parent)
        n++;
    return n;
}

static size_t print_place(char *out, size_t cap, const struct place *p)
{
    size_t n = p ? print_place(out, cap, p->parent) : 0;

    if (p && n < cap && p->name)
        n += (size_t)snprintf(out + n, cap - n, "/%s", p->name);
    else if (p && n < cap)
        n += (size_t)snprintf(out + n, cap - n, "/%d", p->index);
    return n;
}

/* Writes the fault to r. Always returns false. */
__attribute__((format(printf, 3, 4))) static bool fail(const struct run *r, const struct place *p,
                                                       const char *format, ...)
{
    va_list args;

    r->f->place[0] = '\0';
    print_place(r->f->place, sizeof(r->f->place), p);
    va_start(args, format);
    vsnprintf(r->f->text, sizeof(r->f->text), format, args);
    va_end(args);
    r->f->weight = DEPTH_WEIGHT * depth(p);
    return false;
}

/* Writes the beginning of v as JSON. */
static const char *shown(char out[SHOWN_BYTES + 4], const cJSON *v)
{
    char *text = cJSON_PrintUnformatted(v);

    snprintf(out, SHOWN_BYTES + 4, "%.*s%s", SHOWN_BYTES, text ? text : "?",
             text && strlen(text) > SHOWN_BYTES ? "..." : "");
    free(text);
    return out;
}

/* ---- references ---- */

/* Reads one segment of a JSON pointer, in which "~1" means '/' and "~0" means '~'. Returns the
 * number of bytes that it took. */
static size_t read_segment(char *out, size_t cap, const char *s)
{
    size_t i = 0, n = 0;

    for (; s[i] && s[i] != '/' && n + 1 < cap; i++) {
        char c = s[i];

        if (c == '~' && (s[i + 1] == '0' || s[i + 1] == '1'))
            c = s[++i] == '1' ? '/' : '~';
        out[n++] = c;
    }
    out[n] = '\0';
    return i;
}

const cJSON *schema_at(const cJSON *root, const char *reference)
{
    const cJSON *here = root;
    char name[128];

    if (*reference++ != '#')
        return NULL;
    while (here && *reference == '/') {
        reference++;
        reference += read_segment(name, sizeof(name), reference);
        here = cJSON_IsArray(here) ? cJSON_GetArrayItem(here, (int)strtol(name, NULL, 10))
                                   : cJSON_GetObjectItemCaseSensitive(here, name);
    }
    return here;
}

const cJSON *schema_resolve(const cJSON *root, const cJSON *node)
{
    const cJSON *ref = cJSON_GetObjectItemCaseSensitive(node, "$ref");

    return cJSON_IsString(ref) ? schema_at(root, ref->valuestring) : node;
}

static bool check_ref(const struct run *r, const struct place *p, const cJSON *schema,
                      const cJSON *word, const cJSON *v)
{
    const cJSON *target = schema_at(r->root, word->valuestring);

    (void)schema;
    if (!target)
        return fail(r, p, "the document has no %s", word->valuestring);
    return check_all(r, p, target, v);
}

/* ---- any type ---- */

static bool is_of_type(const cJSON *v, const char *type)
{
    if (strcmp(type, "integer") == 0)
        return cJSON_IsNumber(v) && v->valuedouble == floor(v->valuedouble);
    return (strcmp(type, "object") == 0 && cJSON_IsObject(v)) ||
           (strcmp(type, "array") == 0 && cJSON_IsArray(v)) ||
           (strcmp(type, "string") == 0 && cJSON_IsString(v)) ||
           (strcmp(type, "number") == 0 && cJSON_IsNumber(v)) ||
           (strcmp(type, "boolean") == 0 && cJSON_IsBool(v)) ||
           (strcmp(type, "null") == 0 && cJSON_IsNull(v));
}

static bool check_type(const struct run *r, const struct place *p, const cJSON *schema,
                       const cJSON *word, const cJSON *v)
{
    bool ok = cJSON_IsString(word) && is_of_type(v, word->valuestring);
    char value[SHOWN_BYTES + 4], types[SHOWN_BYTES + 4];
    const cJSON *t;

    (void)schema;
    cJSON_ArrayForEach(t, word)
    {
        ok = ok || is_of_type(v, t->valuestring);
    }
    return ok || fail(r, p, "%s is not of type %s", shown(value, v), shown(types, word));
}

static bool check_const(const struct run *r, const struct place *p, const cJSON *schema,
                        const cJSON *word, const cJSON *v)
{
    char value[SHOWN_BYTES + 4], wanted[SHOWN_BYTES + 4];

    (void)schema;
    return cJSON_Compare(v, word, true) ||
           fail(r, p, "%s is not %s", shown(value, v), shown(wanted, word));
}

static bool check_enum(const struct run *r, const struct place *p, const cJSON *schema,
                       const cJSON *word, const cJSON *v)
{
    char value[SHOWN_BYTES + 4], choices[SHOWN_BYTES + 4];
    const cJSON *choice;

    (void)schema;
    cJSON_ArrayForEach(choice, word)
    {
        if (cJSON_Compare(v, choice, true))
            return true;
    }
    return fail(r, p, "%s is none of %s", shown(value, v), shown(choices, word));
}

/* ---- numbers ---- */

static bool check_bound(const struct run *r, const struct place *p, const cJSON *schema,
                        const cJSON *word, const cJSON *v)
{
    bool ok = true;

    (void)schema;
    if (!cJSON_IsNumber(v))
        return true;
    if (strcmp(word->string, "minimum") == 0)
        ok = v->valuedouble >= word->valuedouble;
    else if (strcmp(word->string, "maximum") == 0)
        ok = v->valuedouble <= word->valuedouble;
    else if (strcmp(word->string, "exclusiveMinimum") == 0)
        ok = v->valuedouble > word->valuedouble;
    else
        ok = v->valuedouble < word->valuedouble;
    return ok || fail(r, p, "%g breaks %s %g", v->valuedouble, word->string, word->valuedouble);
}

/* ---- strings ---- */

static bool matches(const char *pattern, const char *text)
{
    regex_t re;
    bool ok;

    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
        return false;
    ok = regexec(&re, text, 0, NULL, 0) == 0;
    regfree(&re);
    return ok;
}

static bool check_pattern(const struct run *r, const struct place *p, const cJSON *schema,
                          const cJSON *word, const cJSON *v)
{
    char value[SHOWN_BYTES + 4];

    (void)schema;
    return !cJSON_IsString(v) || matches(word->valuestring, v->valuestring) ||
           fail(r, p, "%s does not match %s", shown(value, v), word->valuestring);
}

static bool check_format(const struct run *r, const struct place *p, const cJSON *schema,
                         const cJSON *word, const cJSON *v)
{
    static const char rfc3339[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                                  "(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$";
    char value[SHOWN_BYTES + 4];

    (void)schema;
    if (!cJSON_IsString(v) || strcmp(word->valuestring, "date-time") != 0)
        return true;
    return matches(rfc3339, v->valuestring) ||
           fail(r, p, "%s is not a time as in RFC 3339", shown(value, v));
}

/* The length in characters of UTF-8. */
static size_t string_length(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static bool check_length(const struct run *r, const struct place *p, const cJSON *schema,
                         const cJSON *word, const cJSON *v)
{
    bool list = strcmp(word->string + 3, "Items") == 0,
         members = strcmp(word->string + 3, "Properties") == 0,
         least = strncmp(word->string, "min", 3) == 0;
    double n = 0;

    (void)schema;
    if (list ? !cJSON_IsArray(v) : members ? !cJSON_IsObject(v) : !cJSON_IsString(v))
        return true;
    n = list || members ? (double)cJSON_GetArraySize(v) : (double)string_length(v->valuestring);
    return (least ? n >= word->valuedouble : n <= word->valuedouble) ||
           fail(r, p, "its length of %g breaks %s %g", n, word->string, word->valuedouble);
}

/* ---- arrays and objects ---- */

static bool check_items(const struct run *r, const struct place *p, const cJSON *schema,
                        const cJSON *word, const cJSON *v)
{
    struct place here = {.parent = p};
    const cJSON *item;

    (void)schema;
    if (!cJSON_IsArray(v))
        return true;
    cJSON_ArrayForEach(item, v)
    {
        if (!check_all(r, &here, word, item))
            return false;
        here.index++;
    }
    return true;
}

static bool check_required(const struct run *r, const struct place *p, const cJSON *schema,
                           const cJSON *word, const cJSON *v)
{
    const cJSON *name;

    (void)schema;
    if (!cJSON_IsObject(v))
        return true;
    cJSON_ArrayForEach(name, word)
    {
        if (!cJSON_GetObjectItemCaseSensitive(v, name->valuestring))
            return fail(r, p, "the required member \"%s\" is missing", name->valuestring);
    }
    return true;
}

static bool check_properties(const struct run *r, const struct place *p, const cJSON *schema,
                             const cJSON *word, const cJSON *v)
{
    const cJSON *member;

    (void)schema;
    if (!cJSON_IsObject(v))
        return true;
    cJSON_ArrayForEach(member, v)
    {
        const cJSON *known = cJSON_GetObjectItemCaseSensitive(word, member->string);
        const struct place here = {.parent = p, .name = member->string};

        if (known && !check_all(r, &here, known, member))
            return false;
    }
    return true;
}

static bool check_additional(const struct run *r, const struct place *p, const cJSON *schema,
                             const cJSON *word, const cJSON *v)
{
    const cJSON *known = cJSON_GetObjectItemCaseSensitive(schema, "properties"), *member;
    char value[SHOWN_BYTES + 4];

    if (!cJSON_IsObject(v))
        return true;
    cJSON_ArrayForEach(member, v)
    {
        const struct place here = {.parent = p, .name = member->string};

        if (cJSON_GetObjectItemCaseSensitive(known, member->string))
            continue;
        if (cJSON_IsFalse(word)) {
            fail(r, &here, "this member is not in the schema; it is %s", shown(value, member));
            r->f->weight++;
            return false;
        }
        if (!check_all(r, &here, word, member))
            return false;
    }
    return true;
}

/* ---- several schemas ---- */

static bool check_every(const struct run *r, const struct place *p, const cJSON *schema,
                        const cJSON *word, const cJSON *v)
{
    const cJSON *one;

    (void)schema;
    cJSON_ArrayForEach(one, word)
    {
        if (!check_all(r, p, one, v))
            return false;
    }
    return true;
}

/* oneOf and anyOf. If no branch fits, keeps the fault of the branch that fits best. */
static bool check_branches(const struct run *r, const struct place *p, const cJSON *schema,
                           const cJSON *word, const cJSON *v)
{
    struct schema_fault nearest = {.weight = -1};
    int fitting = 0;
    const cJSON *branch;

    (void)schema;
    cJSON_ArrayForEach(branch, word)
    {
        struct schema_fault f = {{0}, {0}, 0};
        const struct run trial = {r->root, &f};

        if (check_all(&trial, p, branch, v))
            fitting++;
        else if (f.weight > nearest.weight)
            nearest = f;
    }
    if (fitting > 1 && strcmp(word->string, "oneOf") == 0)
        return fail(r, p, "it fits %d of the branches of oneOf", fitting);
    if (!fitting)
        *r->f = nearest;
    return fitting > 0;
}

/* ---- the table ---- */

static const struct keyword {
    const char *name;
    check *fn;    /* NULL: an annotation */
    bool schemas; /* its value is a schema, or holds schemas */
} keywords[] = {
    {"$ref", check_ref, false},
    {"type", check_type, false},
    {"const", check_const, false},
    {"enum", check_enum, false},
    {"pattern", check_pattern, false},
    {"format", check_format, false},
    {"minimum", check_bound, false},
    {"maximum", check_bound, false},
    {"exclusiveMinimum", check_bound, false},
    {"exclusiveMaximum", check_bound, false},
    {"minLength", check_length, false},
    {"maxLength", check_length, false},
    {"minItems", check_length, false},
    {"maxItems", check_length, false},
    {"minProperties", check_length, false},
    {"items", check_items, true},
    {"required", check_required, false},
    {"properties", check_properties, true},
    {"additionalProperties", check_additional, true},
    {"oneOf", check_branches, true},
    {"anyOf", check_branches, true},
    {"allOf", check_every, true},
    {"title", NULL, false},
    {"description", NULL, false},
    {"default", NULL, false},
    {"examples", NULL, false},
    {"deprecated", NULL, false},
};

static const struct keyword *find_keyword(const char *name)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

static bool check_all(const struct run *r, const struct place *p, const cJSON *schema,
                      const cJSON *v)
{
    const cJSON *word;

    cJSON_ArrayForEach(word, schema)
    {
        const struct keyword *k = find_keyword(word->string);

        if (!k)
            return fail(r, p, "the keyword \"%s\" is not known to this check", word->string);
        if (k->fn && !k->fn(r, p, schema, word, v))
            return false;
    }
    return !cJSON_IsFalse(schema) || fail(r, p, "nothing is allowed here");
}

bool schema_check(struct schema_fault *f, const cJSON *root, const cJSON *schema,
                  const cJSON *value)
{
    const struct run r = {root, f};

    return check_all(&r, NULL, schema, value);
}

/* schema_unknown() for the value of a keyword: one schema, a list of them, or a map of them. */
static const char *unknown_below(const cJSON *root, const struct keyword *k, const cJSON *word)
{
    const char *found = NULL;
    const cJSON *one;

    if (!k->schemas)
        return NULL;
    if (!cJSON_IsArray(word) && strcmp(k->name, "properties") != 0)
        return schema_unknown(root, word);
    cJSON_ArrayForEach(one, word)
    {
        found = found ? found : schema_unknown(root, one);
    }
    return found;
}

const char *schema_unknown(const cJSON *root, const cJSON *schema)
{
    const char *found = NULL;
    const cJSON *word;

    cJSON_ArrayForEach(word, schema)
    {
        const struct keyword *k = find_keyword(word->string);

        if (found)
            break;
        if (!k)
            return word->string;
        if (k->fn == check_ref && !schema_at(root, word->valuestring))
            return word->valuestring;
        found = unknown_below(root, k, word);
    }
    return found;
}
