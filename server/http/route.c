/* route.c - see route.h. The table is small and fixed, so a linear search is fast enough. */
#include "server/http/route.h"

#include "server/http/http.h"

#include <stdlib.h>
#include <string.h>

static enum status compile(struct compiled_route *c, char *pattern, struct err *e)
{
    char *p = pattern;

    while (p && *p == '/') {
        char *next = strchr(p + 1, '/');

        if (c->num_segments == ROUTE_SEGMENTS_MAX)
            return err_set(e, ST_INVALID, "route %s has more than %d segments", c->route->pattern,
                           ROUTE_SEGMENTS_MAX);
        *p++ = '\0';
        if (*p == '{')
            c->num_params++;
        c->segment[c->num_segments++] = *p == '{' ? NULL : p;
        p = next;
    }
    if (c->num_segments == 0 || c->num_params > ROUTE_PARAMS_MAX)
        return err_set(e, ST_INVALID, "route '%s' must begin with '/' and have at most %d {names}",
                       c->route->pattern, ROUTE_PARAMS_MAX);
    return ST_OK;
}

enum status route_table_init(struct route_table *t, const struct http_route *routes, int count,
                             struct err *e)
{
    size_t bytes = 1;
    char *to;
    enum status st = ST_OK;

    memset(t, 0, sizeof(*t));
    for (int i = 0; i < count; i++)
        bytes += strlen(routes[i].pattern) + 1;
    t->rows = calloc((size_t)count + 1, sizeof(*t->rows));
    t->block = to = malloc(bytes);
    if (!t->rows || !t->block) {
        route_table_release(t);
        return err_nomem(e, bytes);
    }
    t->count = count;
    for (int i = 0; !st && i < count; i++) {
        size_t n = strlen(routes[i].pattern) + 1;

        memcpy(to, routes[i].pattern, n);
        t->rows[i].route = &routes[i];
        st = compile(&t->rows[i], to, e);
        to += n;
    }
    if (st)
        route_table_release(t);
    return st;
}

void route_table_release(struct route_table *t)
{
    free(t->rows);
    free(t->block);
    memset(t, 0, sizeof(*t));
}

static bool fits(const char **param, const struct compiled_route *c, char *const *segment,
                 int num_segments)
{
    int n = 0;

    if (num_segments != c->num_segments)
        return false;
    for (int i = num_segments - 1; i >= 0;
         i--) /* paths differ more at their ends than at their beginnings */
        if (c->segment[i] && strcmp(c->segment[i], segment[i]) != 0)
            return false;
    for (int i = 0; i < num_segments; i++) {
        if (c->segment[i])
            continue;
        if (segment[i][0] == '\0' || strlen(segment[i]) > ROUTE_PARAM_BYTES_MAX)
            return false;
        param[n++] = segment[i];
    }
    return true;
}

enum route_verdict route_find(struct route_match *m, const struct route_table *t,
                              enum http_method method, char *const *segment, int num_segments)
{
    enum http_method served_as = method == HTTP_HEAD ? HTTP_GET : method;
    bool found = false;

    memset(m, 0, sizeof(*m));
    for (int i = 0; i < t->count; i++) {
        const char *param[ROUTE_PARAMS_MAX] = {NULL};

        if (!fits(param, &t->rows[i], segment, num_segments))
            continue;
        m->allowed |= 1U << t->rows[i].route->method;
        if (t->rows[i].route->method == served_as && !found) {
            found = true;
            m->row = i;
            memcpy(m->param, param, sizeof(param));
        }
    }
    if (m->allowed & 1U << HTTP_GET)
        m->allowed |= 1U << HTTP_HEAD;
    if (m->allowed)
        m->allowed |= 1U << HTTP_OPTIONS;
    if (found)
        return ROUTE_FOUND;
    return m->allowed ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

bool http_route_writes(const struct http_route *route)
{
    return route->method != HTTP_GET && !route->reads;
}

bool route_is_probe(const struct http_route *route)
{
    return route->lane == HTTP_INLINE && !strchr(route->pattern, '{');
}

static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"};

enum http_method http_method_from_name(const char *name)
{
    for (int i = 0; i < HTTP_OTHER; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum http_method)i;
    return HTTP_OTHER;
}

void route_allow(char *out, size_t cap, unsigned allowed)
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; i < HTTP_OTHER; i++) {
        size_t n = strlen(names[i]);

        if (!(allowed & 1U << i) || used + n + 3 > cap)
            continue;
        if (used) {
            memcpy(out + used, ", ", 2);
            used += 2;
        }
        memcpy(out + used, names[i], n + 1);
        used += n;
    }
}
