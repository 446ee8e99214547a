/* sql.c - see sql.h. */
#include "server/store/postgres/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HINT "INDEXED BY "

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t name_length(const char *p)
{
    size_t n = 0;

    while (in_name(p[n]))
        n++;
    return n;
}

/* The index of a name, which is added if it is new; -1: there is no room. */
static int number_of(struct sql_text *t, const char *at, size_t len)
{
    for (int i = 0; i < t->num_params; i++)
        if (t->param[i].len == len && memcmp(t->param[i].at, at, len) == 0)
            return i;
    if (t->num_params == SQL_PARAMS_MAX)
        return -1;
    t->param[t->num_params] = (struct sql_name){at, len};
    return t->num_params++;
}

/* The length of what stands in quotes at p, with both quotes. */
static size_t quoted_length(const char *p)
{
    const char *end = strchr(p + 1, *p);

    return end ? (size_t)(end - p) + 1 : strlen(p);
}

bool sql_translate(struct sql_text *out, const char *sql)
{
    /* A number is at most two characters longer than its name. */
    size_t room = strlen(sql) * 2 + 8, n = 0, step;
    const char *p;

    *out = (struct sql_text){.source = strdup(sql), .text = malloc(room)};
    if (!out->source || !out->text) {
        sql_release(out);
        return false;
    }
    for (p = out->source; *p; p += step) {
        if (*p == '\'' || *p == '"') {
            step = quoted_length(p);
            memcpy(out->text + n, p, step);
            n += step;
        } else if (*p == ':' && in_name(p[1])) {
            int i;

            step = 1 + name_length(p + 1);
            i = number_of(out, p, step);
            if (i < 0) {
                sql_release(out);
                return false;
            }
            n += (size_t)snprintf(out->text + n, room - n, "$%d", i + 1);
        } else if (strncmp(p, HINT, strlen(HINT)) == 0) {
            step = strlen(HINT) + name_length(p + strlen(HINT));
        } else {
            step = 1;
            out->text[n++] = *p;
        }
    }
    out->text[n] = '\0';
    return true;
}

void sql_release(struct sql_text *t)
{
    free(t->source);
    free(t->text);
    *t = (struct sql_text){0};
}

int sql_param(const struct sql_text *t, const char *name)
{
    size_t len = strlen(name);

    for (int i = 0; i < t->num_params; i++)
        if (t->param[i].len == len && memcmp(t->param[i].at, name, len) == 0)
            return i;
    return -1;
}
