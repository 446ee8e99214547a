/* stmt.h - PostgreSQL's statements: see driver.h. A statement runs when its first row is asked for,
 * and its rows are in memory then. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_STMT_H
#define SERVER_STORE_POSTGRES_STMT_H

#include "server/store/driver.h"

void postgres_stmt_open(struct stmt *q);
void postgres_stmt_close(struct stmt *q);
void postgres_bind_i64(struct stmt *q, const char *name, int64_t v);
void postgres_bind_f64(struct stmt *q, const char *name, double v);
void postgres_bind_text(struct stmt *q, const char *name, const char *v);
void postgres_bind_blob(struct stmt *q, const char *name, const void *p, size_t n);
bool postgres_row(struct stmt *q);
void postgres_rewind(struct stmt *q);
bool postgres_is_null(struct stmt *q, int column);
int64_t postgres_i64(struct stmt *q, int column);
double postgres_f64(struct stmt *q, int column);
const char *postgres_text(struct stmt *q, int column);
const void *postgres_blob(struct stmt *q, int column, size_t *n);
const char *postgres_name(struct stmt *q, int column);

#endif
