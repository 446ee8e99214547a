/* postgres_driver.c - the table of PostgreSQL's functions: see driver.h. */
#include "server/store/postgres/care.h"
#include "server/store/postgres/conn.h"
#include "server/store/postgres/migrate.h"
#include "server/store/postgres/open.h"
#include "server/store/postgres/stmt.h"
#include "server/store/postgres/transaction.h"

const struct driver postgres_driver = {
    .connect = postgres_connect,
    .close = postgres_close,
    .exec = postgres_exec,
    .changes = postgres_changes,
    .open_stmt = postgres_stmt_open,
    .close_stmt = postgres_stmt_close,
    .bind_i64 = postgres_bind_i64,
    .bind_f64 = postgres_bind_f64,
    .bind_text = postgres_bind_text,
    .bind_blob = postgres_bind_blob,
    .row = postgres_row,
    .rewind = postgres_rewind,
    .is_null = postgres_is_null,
    .i64 = postgres_i64,
    .f64 = postgres_f64,
    .text = postgres_text,
    .blob = postgres_blob,
    .name = postgres_name,
    .begin = postgres_begin,
    .begin_read = postgres_begin_read,
    .end = postgres_end,
    .sync = postgres_sync,
    .reset = postgres_reset,
    .open = postgres_open,
    .stop = postgres_stop,
    .release = postgres_release,
    .schema_version = postgres_schema_version,
    .ping = postgres_ping,
    .trouble = postgres_trouble,
    .disk = postgres_disk,
    .last_backup = postgres_last_backup,
    .backup = postgres_backup,
    .restore = postgres_restore,
    .announce = postgres_announce,
    .check = postgres_check,
    .used_bytes = postgres_used_bytes,
    .total_bytes = postgres_total_bytes,
    .shrink = postgres_shrink,
    .delete_by = postgres_delete_by,
    .clock_ms = postgres_clock_ms,
    .data_version = postgres_data_version,
};
