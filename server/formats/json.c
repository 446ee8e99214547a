/* json.c - strict documents and checked members; see json.h. */
#include "server/formats/json.h"

#include "server/formats/json_scan.h"
#include "server/formats/json_text.h"

#include <math.h>
#include <string.h>

static size_t byte_order_mark(const char *bytes, size_t len)
{
    return len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static int depth_for_parser(int max_depth)
{
    return max_depth < CJSON_NESTING_LIMIT ? max_depth : CJSON_NESTING_LIMIT - 1;
}

/* A tree costs 20 times the text of small values: much for a body of megabytes, little for those that
 * have a few thousand. */
size_t json_tree_memory(size_t len)
{
    enum { ALWAYS = 32 << 20 };

    return len > ALWAYS / 3 ? 3 * len : ALWAYS;
}

static enum status too_many(size_t len, struct err *e)
{
    return err_set(e, ST_TOO_LARGE,
                   "the JSON has so many values that it would take more than %zu MiB of memory; "
                   "send less of it at once",
                   json_tree_memory(len) >> 20);
}

enum status json_read(cJSON **out, const char *bytes, size_t len, int max_depth, struct err *e)
{
    size_t mark = byte_order_mark(bytes, len);
    enum status st = json_scan(bytes + mark, len - mark, depth_for_parser(max_depth), e);
    const char *p;

    if (st)
        return st;
    p = json_begin(bytes, len);
    if ((*p == '{' || *p == '[') && json_skip(&p) > json_tree_memory(len))
        return too_many(len, e);
    *out = cJSON_ParseWithLength(bytes + mark, len - mark);
    return *out ? ST_OK : err_nomem(e, len);
}

const char *const json_data_members[] = {"series", "values", "covariates", "sentences", NULL};

static bool is_among(const struct json_name *n, const char *const *names)
{
    for (; *names; names++)
        if (json_name_is(n, *names))
            return true;
    return false;
}

/* The text of the object at p with null for what is large. */
static enum status write_beside(struct buf *to, const char *p, const char *const *large, size_t len,
                                struct err *e)
{
    size_t memory = 0;

    buf_puts(to, "{");
    for (bool more = json_first(&p); more; more = json_more(&p)) {
        struct json_name name = json_name(&p);
        const char *from = p;
        size_t bytes = json_skip(&p);
        bool left_out = is_among(&name, large);

        memory += left_out ? 0 : bytes;
        if (memory > json_tree_memory(len))
            return too_many(len, e);
        buf_puts(to, to->len > 1 ? ",\"" : "\"");
        buf_add(to, name.at, name.len);
        buf_puts(to, "\":");
        if (left_out)
            buf_puts(to, "null");
        else
            buf_add(to, from, (size_t)(p - from));
    }
    buf_puts(to, "}");
    return buf_status(to, e);
}

enum status json_read_beside(cJSON **out, const char *const *large, const char *bytes, size_t len,
                             int max_depth, struct err *e)
{
    size_t mark = byte_order_mark(bytes, len);
    const char *p = bytes;
    struct buf text;
    enum status st = json_scan(bytes + mark, len - mark, depth_for_parser(max_depth), e);

    if (!st)
        p = json_begin(bytes, len);
    if (!st && *p != '{')
        st = err_set(e, ST_INVALID, "the body must be an object, not %s", json_kind(p));
    if (st)
        return st;
    buf_init(&text, SIZE_MAX / 4); /* hardly ever longer than the body, which is bounded */
    st = write_beside(&text, p, large, len, e);
    if (!st) {
        *out = cJSON_ParseWithLength(text.data, text.len);
        st = *out ? ST_OK : err_nomem(e, len);
    }
    buf_release(&text);
    return st;
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
        const char *near;
        bool known = false;

        for (size_t i = 0; i < n && !known; i++)
            known = strcmp(names[i], m->string) == 0;
        if (known)
            continue;
        near = did_you_mean(m->string, names, n);
        err_set(e, ST_INVALID, "'%.80s' is not a member known here%s%s%s", m->string,
                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        return err_at(e, "%s/%.80s", pointer, m->string);
    }
    return ST_OK;
}

/* The member, or NULL with *st set: missing and required, or fine. */
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
