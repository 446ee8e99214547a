/* sql.h - the store's text of a statement in the words of PostgreSQL. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_SQL_H
#define SERVER_STORE_POSTGRES_SQL_H

#include <stdbool.h>
#include <stddef.h>

enum { SQL_PARAMS_MAX = 32 };

/* A place of a parameter's name in the store's text, with its colon; no NUL at its end. */
struct sql_name {
    const char *at;
    size_t len;
};

struct sql_text {
    char *source; /* the store's text; owned */
    char *text;   /* owned; $1, $2, ... in the place of names */
    int num_params;
    struct sql_name param[SQL_PARAMS_MAX]; /* borrowed from source */
};

/* Numbers the names in the order in which they first occur, and leaves out SQLite's INDEXED BY
 * NAME. Texts in quotes stay as they are. Returns false when there is no memory, or there are too
 * many names. */
bool sql_translate(struct sql_text *out, const char *sql);
void sql_release(struct sql_text *t);
/* The index of a parameter; -1: the statement has no such name. */
int sql_param(const struct sql_text *t, const char *name);

#endif
