/* stmt.h - SQLite's statements: see driver.h. Private to store/. */
#ifndef SERVER_STORE_SQLITE_STMT_H
#define SERVER_STORE_SQLITE_STMT_H

#include "server/store/sqlite/db.h"
#include "server/store/stmt.h"

void sqlite_stmt_open(struct stmt *q);
void sqlite_stmt_close(struct stmt *q);
void sqlite_bind_i64(struct stmt *q, const char *name, int64_t v);
void sqlite_bind_f64(struct stmt *q, const char *name, double v);
void sqlite_bind_text(struct stmt *q, const char *name, const char *v);
void sqlite_bind_blob(struct stmt *q, const char *name, const void *p, size_t n);
bool sqlite_row(struct stmt *q);
void sqlite_rewind(struct stmt *q);
bool sqlite_is_null(struct stmt *q, int column);
int64_t sqlite_i64(struct stmt *q, int column);
double sqlite_f64(struct stmt *q, int column);
const char *sqlite_text(struct stmt *q, int column);
const void *sqlite_blob(struct stmt *q, int column, size_t *n);
const char *sqlite_name(struct stmt *q, int column);

enum status db_page_count(int64_t *pages, struct db *db, struct err *e); /* of the file */

#endif
