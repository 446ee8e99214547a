/* sqlite_driver.c - the table of SQLite's functions: see driver.h. */
#include "server/store/sqlite/backup.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/integrity.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/sqlite/open.h"
#include "server/store/sqlite/room.h"
#include "server/store/sqlite/store_state.h"
#include "server/store/sqlite/transaction.h"

const struct driver sqlite_driver = {
    .connect = sqlite_connect,
    .close = sqlite_close,
    .exec = sqlite_exec,
    .changes = sqlite_changes,
    .open_stmt = sqlite_stmt_open,
    .close_stmt = sqlite_stmt_close,
    .bind_i64 = sqlite_bind_i64,
    .bind_f64 = sqlite_bind_f64,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .row = sqlite_row,
    .rewind = sqlite_rewind,
    .is_null = sqlite_is_null,
    .i64 = sqlite_i64,
    .f64 = sqlite_f64,
    .text = sqlite_text,
    .blob = sqlite_blob,
    .name = sqlite_name,
    .begin = sqlite_begin,
    .begin_read = sqlite_begin_read,
    .end = sqlite_end,
    .sync = sqlite_sync,
    .reset = sqlite_reset,
    .open = sqlite_open,
    .stop = sqlite_stop,
    .release = store_state_free,
    .schema_version = sqlite_schema_version,
    .ping = sqlite_ping,
    .trouble = sqlite_trouble,
    .disk = sqlite_disk,
    .last_backup = sqlite_last_backup,
    .backup = sqlite_backup,
    .restore = sqlite_restore,
    .announce = sqlite_announce,
    .check = sqlite_check,
    .used_bytes = sqlite_used_bytes,
    .total_bytes = sqlite_total_bytes,
    .shrink = sqlite_shrink,
    .delete_by = sqlite_delete_by,
    .clock_ms = sqlite_clock_ms,
    .data_version = sqlite_data_version,
};
