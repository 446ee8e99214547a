/* query.c - see query.h. Source: RFC 3986, and the WHATWG URL standard for '+' in a query. */
#include "server/http/query.h"

#include "server/http/http.h"

#include <errno.h>
#include <lstm/utf8.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- decoding ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* How many bytes at s are ASCII characters that need no decoding: usually all. */
static size_t plain_length(const char *s, size_t n, bool plus)
{
    size_t i = 0;

    while (i < n && s[i] > 0 && s[i] != '%' && (s[i] != '+' || !plus))
        i++;
    return i;
}

enum status percent_decode(char *out, size_t *len, const char *s, size_t n, bool plus,
                           const char *what, struct err *e)
{
    size_t used = plain_length(s, n, plus);
    bool all = used == n;

    memcpy(out, s, used);
    for (size_t i = used; i < n; i++) {
        char c = s[i];

        if (c == '%') {
            int high = n - i > 2 ? hex_digit(s[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(s[i + 2]) : -1;

            if (low < 0)
                return err_set(e, ST_MALFORMED,
                               "%s has a '%%' that two hexadecimal digits do not follow; a '%%' "
                               "itself is written %%25",
                               what);
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return err_set(e, ST_MALFORMED, "%s has a NUL character (%%00)", what);
        out[used++] = c;
    }
    out[used] = '\0';
    *len = used;
    if (!all && !utf8_valid(out, used))
        return err_set(e, ST_MALFORMED, "%s is not UTF-8 after percent-decoding", what);
    return ST_OK;
}

bool query_repeats(const char *name)
{
    size_t n = strlen(name);

    return n > 2 && strcmp(name + n - 2, "[]") == 0;
}

/* ---- the target ---- */

static enum status check_no_controls(const char *s, struct err *e)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return err_set(e, ST_MALFORMED, "the path has a control character (0x%02x)",
                           (unsigned char)*s);
    return ST_OK;
}

/* Decodes the segments of "/a/b" into *to, which moves on. Then decodes the whole path once more,
 * because a segment may contain a slash. */
static enum status parse_path(struct target *t, char **to, const char *s, size_t n, struct err *e)
{
    size_t len = 0, start = 1;
    enum status st = percent_decode(*to, &len, s, n, false, "the path", e);

    if (!st)
        st = check_no_controls(*to, e);
    if (st)
        return st;
    t->path = *to;
    *to += len + 1;
    for (size_t i = 1; i <= n; i++) {
        if (i < n && s[i] != '/')
            continue;
        if (t->num_segments > TARGET_SEGMENTS_MAX)
            return ST_OK;
        st = percent_decode(*to, &len, s + start, i - start, false, "the path", e);
        if (st)
            return st;
        t->segment[t->num_segments++] = *to;
        *to += len + 1;
        start = i + 1;
    }
    return ST_OK;
}

static enum status add_parameter(struct target *t, char **to, const char *s, size_t n,
                                 struct err *e)
{
    const char *equals = memchr(s, '=', n);
    size_t name_len = equals ? (size_t)(equals - s) : n, len = 0;
    struct http_pair *p = &t->query[t->num_query];
    enum status st;

    if (t->num_query == TARGET_QUERY_MAX)
        return err_set(e, ST_MALFORMED, "the query has more than %d parameters", TARGET_QUERY_MAX);
    p->name = *to;
    st = percent_decode(*to, &len, s, name_len, true, "the name of a query parameter", e);
    if (st)
        return st;
    *to += len + 1;
    p->value = *to;
    if (equals)
        st = percent_decode(*to, &len, equals + 1, n - name_len - 1, true,
                            "the value of a query parameter", e);
    else
        **to = '\0';
    if (st)
        return err_at(e, "?%.100s", p->name);
    *to += strlen(*to) + 1;
    for (int i = 0; !query_repeats(p->name) && i < t->num_query; i++)
        if (strcmp(t->query[i].name, p->name) == 0) {
            err_set(e, ST_MALFORMED, "the query parameter '%.80s' is given twice", p->name);
            return err_at(e, "?%.100s", p->name);
        }
    t->num_query++;
    return ST_OK;
}

static enum status parse_query(struct target *t, char **to, const char *s, struct err *e)
{
    enum status st = ST_OK;

    while (!st && *s) {
        size_t n = strcspn(s, "&");

        if (n > 0)
            st = add_parameter(t, to, s, n, e);
        s += n;
        s += *s == '&';
    }
    return st;
}

/* Returns the part after "http://host". RFC 9112 requires that servers accept an absolute
 * target. */
static const char *skip_authority(const char *raw)
{
    const char *p = NULL;

    if (strncasecmp(raw, "http://", 7) == 0)
        p = raw + 7;
    else if (strncasecmp(raw, "https://", 8) == 0)
        p = raw + 8;
    return p ? p + strcspn(p, "/?") : raw;
}

static void target_init(struct target *t)
{
    t->block = t->path = NULL;
    t->num_segments = t->num_query = 0;
}

/* Returns the part after the prefix, if s begins with the prefix as whole segments. */
static const char *skip_prefix(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(s, prefix, n) == 0 && (s[n] == '/' || s[n] == '?' || s[n] == '\0') ? s + n : s;
}

enum status target_parse(struct target *t, const char *raw, const char *prefix, struct err *e)
{
    const char *s = skip_prefix(skip_authority(raw), prefix), *query;
    char *to;
    size_t n, bytes;
    enum status st;

    target_init(t);
    n = strlen(s);
    if (s != raw && (*s == '\0' || *s == '?')) {
        query = *s ? s + 1 : s; /* "http://host?a=b": the path is "/" */
        s = "/";
    } else {
        query = s + strcspn(s, "?");
        query += *query == '?';
    }
    if (strpbrk(s, " \t"))
        return err_set(e, ST_MALFORMED, "the request target has a blank; a blank is written %%20");
    if (*s != '/')
        return err_set(e, ST_MALFORMED, "the request target '%.80s' does not begin with '/'", s);
    /* Path and segments take at most twice the length of the path, the query its own length, and
     * each string a NUL. */
    bytes = 2 * n + 2 * TARGET_QUERY_MAX + TARGET_SEGMENTS_MAX + 16;
    t->block = bytes <= sizeof(t->room) ? t->room : malloc(bytes);
    if (!t->block)
        return err_nomem(e, n);
    to = t->block;
    st = parse_path(t, &to, s, strcspn(s, "?"), e);
    if (!st)
        st = parse_query(t, &to, query, e);
    return st;
}

void target_release(struct target *t)
{
    if (t->block != t->room)
        free(t->block);
    target_init(t);
}

/* ---- reading parameters ---- */

static bool in_list(const char *list, const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || strchr(name, ' '))
        return false;
    for (const char *p = list; p && (p = strstr(p, name)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == '\0' || p[n] == ' '))
            return true;
    return false;
}

/* Writes "a b c" as "a, b, c". */
static void with_commas(char *out, size_t cap, const char *list)
{
    size_t used = 0;

    for (; *list && used + 3 < cap; list++) {
        if (*list == ' ')
            out[used++] = ',';
        out[used++] = *list;
    }
    out[used] = '\0';
}

enum status query_only(const struct http_pair *query, int num_query, const char *list,
                       struct err *e)
{
    char known[256];

    for (int i = 0; i < num_query; i++) {
        if (in_list(list, query[i].name))
            continue;
        if (list) {
            with_commas(known, sizeof(known), list);
            err_set(e, ST_MALFORMED,
                    "unknown query parameter '%.80s'; the parameters of this path are: %s",
                    query[i].name, known);
        } else {
            err_set(e, ST_MALFORMED,
                    "unknown query parameter '%.80s'; this path and method takes none",
                    query[i].name);
        }
        return err_at(e, "?%.100s", query[i].name);
    }
    return ST_OK;
}

const char *http_query(const struct http_req *rq, const char *name)
{
    for (int i = 0; i < rq->num_query; i++)
        if (strcmp(rq->query[i].name, name) == 0)
            return rq->query[i].value;
    return NULL;
}

enum status http_query_int(int64_t *out, const struct http_req *rq, const char *name, int64_t min,
                           int64_t max, struct err *e)
{
    const char *text = http_query(rq, name);
    const char *digits;
    char *end = NULL;
    long long v;

    if (!text)
        return ST_OK;
    digits = text + (*text == '-');
    errno = 0;
    v = strtoll(text, &end, 10);
    if (*digits >= '0' && *digits <= '9' && *end == '\0' && errno == 0 && v >= min && v <= max) {
        *out = v;
        return ST_OK;
    }
    err_set(e, ST_MALFORMED, "%s is '%.40s'; it must be an integer from %lld to %lld", name, text,
            (long long)min, (long long)max);
    return err_at(e, "?%s", name);
}

int64_t http_query_number(const struct http_req *rq, const char *name, int64_t absent)
{
    int64_t v = absent;

    return http_query_int(&v, rq, name, INT64_MIN, INT64_MAX, NULL) ? absent : v;
}

enum status http_query_bool(bool *out, const struct http_req *rq, const char *name, struct err *e)
{
    static const char *const yes[] = {"", "1", "true", "yes"}, *const no[] = {"0", "false", "no"};
    const char *text = http_query(rq, name);

    *out = false;
    for (size_t i = 0; text && i < sizeof(no) / sizeof(no[0]); i++)
        if (strcasecmp(text, no[i]) == 0)
            text = NULL;
    if (!text)
        return ST_OK;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        if (strcasecmp(text, yes[i]) == 0) {
            *out = true;
            return ST_OK;
        }
    err_set(e, ST_MALFORMED, "%s is '%.40s'; it must be 1, true, yes, 0, false or no", name, text);
    return err_at(e, "?%s", name);
}
