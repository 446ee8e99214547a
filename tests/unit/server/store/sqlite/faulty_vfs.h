/* faulty_vfs.h - makes SQLite's writes and syncs fail after a number of calls. */
#ifndef TESTS_UNIT_SERVER_STORE_SQLITE_FAULTY_VFS_H
#define TESTS_UNIT_SERVER_STORE_SQLITE_FAULTY_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes it the default of this process. Must be called before the first database is opened. */
void faulty_vfs_install(void);
/* The call to write, extend or sync a file with the number after (0: the next one) fails with code;
 * unless once, all later ones fail too. Syncs that succeed do nothing, so tests do not wait for a
 * disk. */
void faulty_vfs_arm(int after, int code, bool once);
/* The file cannot be used for a while: from the call `after` on, so many calls fail, also those
 * that open or read. Writes fail with code, all of them with errno reason. Threads may go on
 * meanwhile. */
void faulty_vfs_outage(int after, int failures, int code, int reason);
/* Reads of bytes that contain these fail, as if the disk could not read that place; n 0: none do.
 * Up to 16 bytes; they may be within a page of any file. */
void faulty_vfs_bad_bytes(const void *bytes, size_t n);
/* Sets the errno after such a failure. Call it after faulty_vfs_arm(). */
void faulty_vfs_reason(int reason);
void faulty_vfs_disarm(void);
bool faulty_vfs_fired(void); /* whether a call has failed since faulty_vfs_arm() */

/* The same for SQLite's memory. Must be called before any other function of SQLite. */
void faulty_memory_install(void);
void faulty_memory_arm(int after, bool once);
void faulty_memory_disarm(void);
bool faulty_memory_fired(void);

#endif
