/* parameters.c - see parameters.h. */
#include "server/http/parameters.h"

#include "server/http/http.h"

#include <stdio.h>
#include <string.h>

static const struct http_parameter *find(const struct http_parameter *table, int count,
                                         const char *name, size_t len)
{
    for (int i = 0; i < count; i++)
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
            return &table[i];
    return NULL;
}

enum status parameters_complete(const struct http_parameter *table, int count,
                                const struct http_route *routes, int num_routes, struct err *e)
{
    for (int i = 0; table && i < num_routes; i++) {
        const char *s = routes[i].query && !routes[i].foreign ? routes[i].query : "";

        while (*s) {
            size_t n = strcspn(s, " ");

            if (n && !find(table, count, s, n))
                return err_set(e, ST_INVALID,
                               "the route %s takes '%.*s', which no row of the parameter table "
                               "declares",
                               routes[i].pattern, (int)n, s);
            s += n;
            s += *s == ' ';
        }
    }
    return ST_OK;
}

/* Writes "a, b or c". */
static void list_choices(char *out, size_t cap, const char *const *choices)
{
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; choices[i] && used < cap; i++)
        used += (size_t)snprintf(out + used, cap - used, "%s%s",
                                 i == 0           ? ""
                                 : choices[i + 1] ? ", "
                                                  : " or ",
                                 choices[i]);
}

static enum status check_choice(const struct http_pair *q, const char *const *choices,
                                struct err *e)
{
    char list[200];

    for (int i = 0; choices[i]; i++)
        if (strcmp(q->value, choices[i]) == 0)
            return ST_OK;
    list_choices(list, sizeof(list), choices);
    err_set(e, ST_MALFORMED, "%s is '%.40s'; it must be %s", q->name, q->value, list);
    return err_at(e, "?%s", q->name);
}

static enum status check_one(const struct http_pair *q, const struct http_parameter *p,
                             struct err *e)
{
    const struct http_req rq = {.query = q, .num_query = 1};
    int64_t number;
    bool flag;

    switch (p->kind) {
    case HTTP_INTEGER:
        return http_query_int(&number, &rq, p->name, p->min, p->max, e);
    case HTTP_FLAG:
        return http_query_bool(&flag, &rq, p->name, e);
    case HTTP_CHOICE:
        return check_choice(q, p->choices, e);
    case HTTP_CHECKED:
        return p->check(q->value, e) ? err_at(e, "?%s", p->name) : ST_OK;
    case HTTP_TEXT:
        break;
    }
    return ST_OK;
}

enum status parameters_check(const struct http_pair *query, int num_query,
                             const struct http_parameter *table, int count, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < num_query; i++) {
        const struct http_parameter *p = find(table, count, query[i].name, strlen(query[i].name));

        if (p)
            st = check_one(&query[i], p, e);
    }
    return st;
}
