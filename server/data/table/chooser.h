/* chooser.h - functions for giving columns their roles. Private to data/table/. */
#ifndef SERVER_DATA_TABLE_CHOOSER_H
#define SERVER_DATA_TABLE_CHOOSER_H

#include "server/data/table/roles.h"

/* The context of choosing. Borrowed. */
struct chooser {
    struct table *t;
    const struct survey *s;
    const struct table_options *o;
    struct roles *r;
    struct series_set *out; /* receives notes */
    struct err *e;
};

/* Returns -1 when there is none. */
int chooser_find(const struct chooser *c, const char *name, size_t len);
/* Finds the columns of a list, at most `most`. ST_INVALID with the place "?parameter". */
enum status chooser_list(int *out, int *n, int most, const struct chooser *c, const char *list,
                         const char *parameter);
bool chooser_is_time(const struct roles *r, int column);
bool chooser_is_id(const struct roles *r, int column);
/* The first cell of the column that is not missing; "" when all are. */
struct cell chooser_sample(const struct chooser *c, int column);

#endif
