/* integrity.c - see integrity.h. */
#include "server/store/sqlite/integrity.h"

#include "server/store/stmt.h"

#include <stdio.h>
#include <string.h>

static enum status check_pages(struct db *db, driver_report *report, void *ctx, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "PRAGMA integrity_check");
    while (stmt_row(&q)) {
        char text[512];

        stmt_copy(&q, 0, text, sizeof(text));
        if (strcmp(text, "ok") != 0)
            report(ctx, "file", text);
    }
    return stmt_close(&q);
}

static enum status check_references(struct db *db, driver_report *report, void *ctx, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "PRAGMA foreign_key_check");
    while (stmt_row(&q)) {
        char table[64], parent[64], text[200];

        stmt_copy(&q, 0, table, sizeof(table));
        stmt_copy(&q, 2, parent, sizeof(parent));
        snprintf(text, sizeof(text), "row %lld refers to a row of %s that is not there",
                 (long long)stmt_i64(&q, 1), parent);
        report(ctx, table, text);
    }
    return stmt_close(&q);
}

enum status sqlite_check(struct db *db, driver_report *report, void *ctx, struct err *e)
{
    enum status st = check_pages(db, report, ctx, e);

    return st ? st : check_references(db, report, ctx, e);
}
