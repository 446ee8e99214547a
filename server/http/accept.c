/* accept.c - see accept.h. */
#include "server/http/accept.h"

#include "server/http/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- media ranges ---- */

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t");
}

/* Reads a quality such as "0.375" in thousandths; also ".2", which Java's clients send. Returns -1
 * for any other text. */
static int read_quality(const char *s, size_t n)
{
    int v = 0, scale = 1000;
    size_t i = 0;

    if (n > 0 && (s[0] == '0' || s[0] == '1'))
        v = (s[i++] - '0') * 1000;
    if (n == 0 || n > 5 || (n > i && s[i] != '.'))
        return -1;
    for (i++; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        scale /= 10;
        v += (s[i] - '0') * scale;
    }
    return v <= 1000 ? v : -1;
}

/* The q among the parameters ";level=1;q=0.5" (n bytes): 1000 when there is none, -1 when it is
 * wrong. */
static int quality_of(const char *s, size_t n)
{
    const char *end = s + n;

    while (s < end) {
        const char *next = memchr(s, ';', (size_t)(end - s));
        const char *stop = next ? next : end;
        const char *p = skip_space(s);

        if (p + 2 <= stop && (*p == 'q' || *p == 'Q') && p[1] == '=') {
            size_t digits = strspn(p + 2, "0123456789.");

            return skip_space(p + 2 + digits) < stop ? -1 : read_quality(p + 2, digits);
        }
        s = next ? next + 1 : end;
    }
    return 1000;
}

/* How closely the range (n bytes) fits the type: 0 not, 1 as * / *, 2 as its family, 3 exactly. */
static int fit(const char *range, size_t n, const char *type)
{
    const char *slash = strchr(type, '/');
    size_t family = slash ? (size_t)(slash - type) + 1 : strlen(type);

    if ((n == 3 && strncmp(range, "*/*", 3) == 0) || (n == 1 && *range == '*'))
        return 1;
    if (n == family + 1 && range[n - 1] == '*' && strncasecmp(range, type, family) == 0)
        return 2;
    return n == strlen(type) && strncasecmp(range, type, n) == 0 ? 3 : 0;
}

void accept_feed(struct accept *a, const char *header, const char *const *offered)
{
    const char *s = header;

    while (*s) {
        size_t item, range;
        int q;

        s += strspn(s, " \t,");
        item = strcspn(s, ",");
        range = strcspn(s, ",; \t");
        q = quality_of(s + range, item - range);
        if (range > 0 && (*s == '*' || memchr(s, '/', range)) && q >= 0) {
            a->ranges++;
            for (int i = 0; i < ACCEPT_OFFERS_MAX && offered[i]; i++) {
                int f = fit(s, range, offered[i]);

                if (f > a->specificity[i] ||
                    (f > 0 && f == a->specificity[i] && q > a->quality[i])) {
                    a->specificity[i] = f;
                    a->quality[i] = q;
                    a->place[i] = a->ranges;
                }
            }
        }
        s += item;
    }
}

/* Whether the client prefers offer i to offer k. */
static bool preferred(const struct accept *a, int i, int k)
{
    if (a->quality[i] != a->quality[k])
        return a->quality[i] > a->quality[k];
    if (a->specificity[i] != a->specificity[k])
        return a->specificity[i] > a->specificity[k];
    return a->place[i] < a->place[k];
}

int accept_best(const struct accept *a, const char *const *offered)
{
    int best = -1;

    if (!a->ranges)
        return 0;
    for (int i = 0; i < ACCEPT_OFFERS_MAX && offered[i]; i++)
        if (a->quality[i] > 0 && (best < 0 || preferred(a, i, best)))
            best = i;
    return best;
}

/* ---- for handlers ---- */

static const char *const formats[][2] = {
    {"json", "application/json"},
    {"csv", "text/csv"},
    {"svg", "image/svg+xml"},
    {"conllu", "text/x-conllu"},
    {"tsv", "text/tab-separated-values"},
    {"safetensors", "application/vnd.safetensors"},
    {"onnx", "application/onnx"},
};
enum { NUM_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static void list_offers(char *out, size_t cap, const char *const *offered)
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; offered[i] && used < cap; i++)
        used += (size_t)snprintf(out + used, cap - used, "%s%s", i ? ", " : "", offered[i]);
}

static enum status by_format(const char **out, const char *format, const char *const *offered,
                             struct err *e)
{
    char list[256];
    const char *type = NULL;

    for (int i = 0; i < NUM_FORMATS; i++)
        if (strcmp(format, formats[i][0]) == 0)
            type = formats[i][1];
    for (int i = 0; type && offered[i]; i++)
        if (strcmp(offered[i], type) == 0) {
            *out = offered[i];
            return ST_OK;
        }
    list_offers(list, sizeof(list), offered);
    if (type)
        err_set(e, ST_NOT_ACCEPTABLE, "format=%s is not offered here; offered are: %s", format,
                list);
    else
        err_set(e, ST_MALFORMED,
                "format is '%.40s'; it must be json, csv, svg, conllu, tsv, safetensors or onnx",
                format);
    return err_at(e, "?format");
}

enum status http_accept(const char **out, const struct http_req *rq, struct http_res *rs,
                        const char *const *offered, struct err *e)
{
    const struct http_fields *f = rq->fields;
    const char *format = http_query(rq, "format"), *header = http_header(rq, "Accept");
    struct accept a = {0};
    char list[256];
    int best;

    if (format)
        return by_format(out, format, offered, e);
    if (rs)
        http_res_vary(rs, "Accept");
    for (int i = 0; f && i < f->count; i++)
        if (strcasecmp(f->list[i].name, "Accept") == 0)
            accept_feed(&a, f->list[i].value, offered);
    best = accept_best(&a, offered);
    if (best >= 0) {
        *out = offered[best];
        return ST_OK;
    }
    list_offers(list, sizeof(list), offered);
    return err_set(e, ST_NOT_ACCEPTABLE, "Accept is '%.80s'; offered are: %s", header, list);
}
