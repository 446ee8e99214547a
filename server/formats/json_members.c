/* json_members.c - see json_members.h. */
#include "server/formats/json_members.h"

#include "server/formats/json.h"

static bool is_among(const struct json_name *name, const char *const *names)
{
    for (; names && *names; names++)
        if (json_name_is(name, *names))
            return true;
    return false;
}

static enum status unknown(const struct json_name *name, const char *const *names, size_t n,
                           const char *pointer, struct err *e)
{
    const char *near, *shown;
    struct buf text;

    buf_init(&text, name->len + 1);
    json_name_text(&text, name);
    shown = text.st || !text.data ? "" : text.data;
    near = did_you_mean(shown, names, n);
    err_set(e, ST_INVALID, "'%.80s' is not a member known here%s%s%s", shown,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    err_at(e, "%s/%.80s", pointer, shown);
    buf_release(&text);
    return ST_INVALID;
}

enum status json_members(const char **out, const char **p, const char *const *names, size_t n,
                         const char *const *others, const char *pointer, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        out[i] = NULL;
    if (**p != '{') {
        err_set(e, ST_INVALID, "%s must be an object, not %s", pointer[0] ? pointer : "the body",
                json_kind(*p));
        return err_at(e, "%s", pointer);
    }
    for (bool more = json_first(p); more; more = json_more(p)) {
        struct json_name name = json_name(p);
        size_t i = 0;

        while (i < n && !json_name_is(&name, names[i]))
            i++;
        if (i < n)
            out[i] = *p;
        else if (!is_among(&name, others))
            return unknown(&name, names, n, pointer, e);
        (void)json_skip(p);
    }
    return ST_OK;
}

size_t json_count_members(const char **p)
{
    size_t n = 0;

    for (bool more = json_first(p); more; more = json_more(p)) {
        (void)json_name(p);
        (void)json_skip(p);
        n++;
    }
    return n;
}
