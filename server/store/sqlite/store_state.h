/* store_state.h - what all connections to one SQLite file share: its path, its files, the gate of
 * its writers, and its troubles. Private to store/. */
#ifndef SERVER_STORE_SQLITE_STORE_STATE_H
#define SERVER_STORE_SQLITE_STORE_STATE_H

#include "server/store/sqlite/files.h"
#include "server/store/sqlite/gate.h"
#include "server/store/sqlite/keeper_signal.h"
#include "server/store/state.h"

#include <pthread.h>
#include <stdatomic.h>

struct keeper;

/* SQLite's members of a store. */
struct sqlite_store {
    char *path;
    int busy_timeout_ms;
    int64_t clock_ms; /* of the calendar, when the monotonic clock was 0; see sqlite_clock_ms() */
    struct files files;
    struct gate gate; /* of the writers */
    /* full: a write found no space. overwritten: the file does not have our content any more. */
    atomic_bool full, overwritten;
    pthread_mutex_t room; /* held while the reserve is used or made */

    bool kept; /* exclusive, with a keeper now or soon; set before other threads use the store */
    struct keeper_signal signal;
    struct keeper *keeper; /* or NULL */
};

/* Makes s->sqlite, which is NULL after an error. */
enum status store_state_new(struct store *s, const char *path, int busy_timeout_ms, struct err *e);
void store_state_free(struct store *s);

/* ST_READONLY when a file was removed, replaced or overwritten. Cheap. */
enum status store_check_files(struct store *s, struct err *e);
/* Whether disk and file size limit (ulimit -f) leave plenty of space, so that the log may grow. */
bool store_has_plenty(const struct store *s);
bool store_is_full(struct store *s);
void store_set_full(struct store *s, bool full); /* true wakes the keeper */
void store_set_overwritten(struct store *s);     /* permanently */
/* Held by a deletion that uses the reserve, so that no other uses it. */
void store_lock_room(struct store *s);
void store_unlock_room(struct store *s);

/* The time by which leases of jobs end. A file with jobs belongs to one process, so this is that
 * process's calendar at its start, and goes on evenly when the calendar is set. */
int64_t sqlite_clock_ms(struct db *db);

enum status sqlite_trouble(struct store *s, struct err *e);
void sqlite_disk(int64_t *free_bytes, int64_t *size, const struct store *s);
int64_t sqlite_last_backup(const struct store *s);

#endif
