/* resources.h - the kinds of what is stored: models, data sets, jobs. */
#ifndef SERVER_COMMANDS_RESOURCES_H
#define SERVER_COMMANDS_RESOURCES_H

#include <cjson/cJSON.h>
#include <lstm/buf.h>

struct resource {
    const char *name; /* "models", also in its path */
    const char *path; /* "/v1/models" */
    /* Columns of a list, separated by blanks: a member, or member.member. */
    const char *columns;
};

/* NULL: there is no such kind. */
const struct resource *resource_find(const char *name);
/* Appends the heading of a list, and the row of one item; cells are separated by tabs. */
void resource_put_head(struct buf *out, const struct resource *r);
void resource_put_row(struct buf *out, const struct resource *r, const cJSON *item);

#endif
