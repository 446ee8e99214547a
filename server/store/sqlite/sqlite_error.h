/* sqlite_error.h - turns errors of SQLite and the file system into a status, and a message that
 * names the file and what to do. Private to store/. */
#ifndef SERVER_STORE_SQLITE_SQLITE_ERROR_H
#define SERVER_STORE_SQLITE_SQLITE_ERROR_H

#include <lstm/status.h>
#include <stdbool.h>

struct sqlite3;

/* rc: SQLite's result code; database: its path, NULL: in memory; sql: the statement, or NULL. The
 * statement and SQLite's own message go only to the debug log, since they do not help an operator.
 * Reads errno: set it to 0 before the call that failed. */
enum status sqlite_error(struct sqlite3 *h, const char *database, int rc, const char *sql,
                         struct err *e);

/* Errors of a disk without space, and of a file that cannot be written. reason: errno, or 0. */
enum status err_full(struct err *e, const char *path);
enum status err_readonly(struct err *e, const char *path, int reason);
bool errno_is_full(int reason); /* ENOSPC, EDQUOT, EFBIG */
bool errno_is_readonly(int reason);

#endif
