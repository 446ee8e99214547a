/* faulty_vfs.h - SQLite's files with a switch: after so many writes and syncs they fail. */
#ifndef TESTS_UNIT_SERVER_STORE_SQLITE_FAULTY_VFS_H
#define TESTS_UNIT_SERVER_STORE_SQLITE_FAULTY_VFS_H

#include <sqlite3.h>
#include <stdbool.h>

/* Becomes the default of this process; before the first database is opened. */
void faulty_vfs_install(void);
/* The call number after (0 the next one) to write, extend or sync a file answers with code, and so
 * do all that follow unless once. Syncs that succeed do nothing: tests need no disk to turn. */
void faulty_vfs_arm(int after, int code, bool once);
/* The errno that such a call leaves behind; after faulty_vfs_arm(). */
void faulty_vfs_reason(int reason);
void faulty_vfs_disarm(void);
bool faulty_vfs_fired(void); /* since it was armed */

/* The same for SQLite's memory: install before anything else of SQLite is called. */
void faulty_memory_install(void);
void faulty_memory_arm(int after, bool once);
void faulty_memory_disarm(void);
bool faulty_memory_fired(void);

#endif
