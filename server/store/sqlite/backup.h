/* backup.h - copies a database into one file without a log beside it. Private to store/. */
#ifndef SERVER_STORE_SQLITE_BACKUP_H
#define SERVER_STORE_SQLITE_BACKUP_H

#include "server/store/sqlite/db.h"

/* Copies one consistent state of `from` into the file at path, which part_open() made, while others
 * write. When it returns, the bytes are on the disk. */
enum status backup_copy(struct db *from, const char *path, struct err *e);
/* Brings a file, or the names in a folder, to the disk. */
enum status backup_sync(const char *path, struct err *e);
/* The same for the folder that a file lies in. */
enum status backup_sync_folder(const char *path, struct err *e);

/* See store_backup() and store_restore(). */
enum status sqlite_backup(struct store *s, const char *to, struct err *e);
enum status sqlite_restore(struct store *from, const char *to, char kept[PATH_MAX], struct err *e);

#endif
