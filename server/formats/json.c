/* json.c - strict documents and checked members; see json.h. */
#include "server/formats/json.h"

#include "server/formats/json_reader.h"

#include <math.h>
#include <string.h>

/* A tree takes up to 20 times the bytes of a text of small values. So the limit is large for bodies
 * of megabytes, with a minimum for those of a few thousand bytes. */
size_t json_tree_memory(size_t len)
{
    enum { ALWAYS = 32 << 20 };

    return len > ALWAYS / 3 ? 3 * len : ALWAYS;
}

enum status json_too_many(size_t len, struct err *e)
{
    return err_set(e, ST_TOO_LARGE,
                   "the JSON has so many values that it would take more than %zu MiB of memory; "
                   "send less of it at once",
                   json_tree_memory(len) >> 20);
}

enum status json_read(cJSON **out, const char *bytes, size_t len, int max_depth, struct err *e)
{
    struct json_reader r;
    const char *text;
    bool nested;
    enum status st;

    json_reader_begin(&r, bytes, len, max_depth, e);
    text = r.start;
    nested = json_peek(&r) == '{' || json_peek(&r) == '[';
    json_skip(&r);
    st = json_reader_end(&r);
    if (st)
        return st;
    if (nested && r.tree_bytes > json_tree_memory(len))
        return json_too_many(len, e);
    *out = cJSON_ParseWithLength(text, (size_t)(bytes + len - text));
    return *out ? ST_OK : err_nomem(e, len);
}

static const char *kind(const cJSON *v)
{
    if (cJSON_IsNull(v))
        return "null";
    if (cJSON_IsBool(v))
        return "a boolean";
    if (cJSON_IsNumber(v))
        return "a number";
    if (cJSON_IsString(v))
        return "a string";
    return cJSON_IsArray(v) ? "a list" : "an object";
}

enum status json_only(const cJSON *obj, const char *pointer, const char *const *names,
                      struct err *e)
{
    const cJSON *m;
    size_t n = 0;

    if (!cJSON_IsObject(obj)) {
        err_set(e, ST_INVALID, "%s must be an object, not %s", pointer[0] ? pointer : "the body",
                obj ? kind(obj) : "nothing");
        return err_at(e, "%s", pointer);
    }
    while (names[n])
        n++;
    cJSON_ArrayForEach(m, obj)
    {
        char clause[DID_YOU_MEAN_MAX];
        bool known = false;

        for (size_t i = 0; i < n && !known; i++)
            known = strcmp(names[i], m->string) == 0;
        if (known)
            continue;
        err_set(e, ST_INVALID, "'%.80s' is not a member known here%s", m->string,
                did_you_mean_clause(clause, m->string, names, n));
        return err_at(e, "%s/%.80s", pointer, m->string);
    }
    return ST_OK;
}

/* Returns the member, or NULL. *st: an error if it is missing and required. */
static const cJSON *find(enum status *st, const cJSON *obj, const char *pointer, const char *name,
                         bool required, struct err *e)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(obj, name);

    *st = ST_OK;
    if (m && !cJSON_IsNull(m))
        return m;
    if (required) {
        err_set(e, ST_INVALID, "%s is missing", name);
        *st = err_at(e, "%s/%s", pointer, name);
    }
    return NULL;
}

static enum status wrong(const cJSON *m, const char *pointer, const char *name, const char *what,
                         struct err *e)
{
    err_set(e, ST_INVALID, "%s must be %s, not %s", name, what, kind(m));
    return err_at(e, "%s/%s", pointer, name);
}

enum status json_get_string(const char **out, const cJSON *obj, const char *pointer,
                            const char *name, bool required, struct err *e)
{
    enum status st;
    const cJSON *m = find(&st, obj, pointer, name, required, e);

    if (m && !cJSON_IsString(m))
        return wrong(m, pointer, name, "a string", e);
    if (m)
        *out = m->valuestring;
    return st;
}

enum status json_get_int(int64_t *out, const cJSON *obj, const char *pointer, const char *name,
                         int64_t min, int64_t max, bool required, struct err *e)
{
    enum status st;
    const cJSON *m = find(&st, obj, pointer, name, required, e);

    if (m && !cJSON_IsNumber(m))
        return wrong(m, pointer, name, "a whole number", e);
    if (!m)
        return st;
    if (floor(m->valuedouble) < m->valuedouble || m->valuedouble < (double)min ||
        m->valuedouble > (double)max) {
        err_set(e, ST_INVALID, "%s is %.17g; it must be a whole number from %lld to %lld", name,
                m->valuedouble, (long long)min, (long long)max);
        return err_at(e, "%s/%s", pointer, name);
    }
    *out = (int64_t)m->valuedouble;
    return ST_OK;
}

enum status json_get_bool(bool *out, const cJSON *obj, const char *pointer, const char *name,
                          bool required, struct err *e)
{
    enum status st;
    const cJSON *m = find(&st, obj, pointer, name, required, e);

    if (m && !cJSON_IsBool(m))
        return wrong(m, pointer, name, "true or false", e);
    if (m)
        *out = cJSON_IsTrue(m);
    return st;
}
