/* chooser.c - see chooser.h. */
#include "server/data/table/chooser.h"

#include "server/data/did_you_mean.h"

#include <stdio.h>
#include <string.h>

int chooser_find(const struct chooser *c, const char *name, size_t len)
{
    for (size_t i = 0; i < c->t->columns; i++)
        if (strlen(c->t->names[i]) == len && memcmp(c->t->names[i], name, len) == 0)
            return (int)i;
    return -1;
}

static enum status named(int *out, const struct chooser *c, const char *name, size_t len,
                         const char *parameter)
{
    char near[DID_YOU_MEAN_MAX], copy[COLUMN_NAME_MAX + 1];

    *out = chooser_find(c, name, len);
    if (*out >= 0)
        return ST_OK;
    snprintf(copy, sizeof(copy), "%.*s", (int)(len < COLUMN_NAME_MAX ? len : COLUMN_NAME_MAX),
             name);
    err_set(c->e, ST_INVALID, "there is no column '%.80s'%s", copy,
            did_you_mean_clause(near, copy, (const char *const *)c->t->names, c->t->columns));
    return err_at(c->e, "?%s", parameter);
}

enum status chooser_list(int *out, int *n, int most, const struct chooser *c, const char *list,
                         const char *parameter)
{
    enum status st = ST_OK;

    /* the whole list may be one name with a comma in it */
    if (strchr(list, ',') && (out[0] = chooser_find(c, list, strlen(list))) >= 0) {
        *n = 1;
        return ST_OK;
    }
    *n = 0;
    for (const char *p = list; !st && p;) {
        size_t len = strcspn(p, ",");

        if (*n == most) {
            err_set(c->e, ST_TOO_LARGE, "more than %d columns are named", most);
            return err_at(c->e, "?%s", parameter);
        }
        st = named(&out[*n], c, p, len, parameter);
        for (int i = 0; !st && i < *n; i++)
            if (out[i] == out[*n]) {
                err_set(c->e, ST_INVALID, "column '%.80s' is named twice", c->t->names[out[i]]);
                st = err_at(c->e, "?%s", parameter);
            }
        (*n)++;
        p = p[len] ? p + len + 1 : NULL;
    }
    return st;
}

bool chooser_is_time(const struct roles *r, int column)
{
    for (int i = 0; i < r->num_times; i++)
        if (r->times[i].column == column)
            return true;
    return false;
}

bool chooser_is_id(const struct roles *r, int column)
{
    for (int i = 0; i < r->num_ids; i++)
        if (r->ids[i] == column)
            return true;
    return false;
}

struct cell chooser_sample(const struct chooser *c, int column)
{
    c->t->seek(c->t, SIZE_MAX);
    while (c->t->next(c->t))
        if (!cell_missing(c->t->cells[column]))
            return cell_trim(c->t->cells[column]);
    return (struct cell){"", 0};
}
