/* store_state.h - the members that all connections of a store share: its path, its files, the gate
 * of its writers, and its troubles. Private to store/. */
#ifndef SERVER_STORE_SQLITE_STORE_STATE_H
#define SERVER_STORE_SQLITE_STORE_STATE_H

#include "server/store/sqlite/files.h"
#include "server/store/sqlite/gate.h"
#include "server/store/sqlite/keeper_signal.h"
#include "server/store/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct keeper;
struct key_cache;
struct audit_queue;
struct training;
struct connection;

/* Names whose hashes have equal last bits share a stamp, which then changes for both. */
enum { DATA_STAMPS = 1024 };

struct store {
    char *path;
    int busy_timeout_ms;
    int64_t max_bytes; /* of the pages in use; 0: no limit */
    int64_t clock_ms;  /* of the calendar, when the monotonic clock was 0; see store_clock_ms() */
    struct files files;
    struct gate gate; /* of the writers */
    /* full: a write found no space. overwritten: the file does not have our content any more. */
    atomic_bool full, overwritten;
    pthread_mutex_t room; /* held while the reserve is used or made */

    bool kept; /* exclusive, with a keeper now or soon; set before other threads use the store */
    struct keeper_signal signal;
    struct keeper *keeper;                         /* or NULL */
    struct key_cache *keys;                        /* NULL if opened with as_is */
    atomic_uint_least64_t data_stamp[DATA_STAMPS]; /* store_data_stamp() */
    struct audit_queue *audit;                     /* NULL if opened with as_is */
    struct training *training;
    atomic_int_least64_t last_key; /* of the job that was claimed last, see job_turn.h */

    pthread_key_t key;    /* a thread's own connection */
    pthread_mutex_t lock; /* guards the list */
    struct connection *connections;
};

/* Makes a store without connections. *out is NULL on error. */
enum status store_state_new(struct store **out, const char *path, int busy_timeout_ms,
                            struct err *e);
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

/* The time by which leases of jobs end, ms since 1970. All processes that share a database must use
 * the same clock. An SQLite file with jobs belongs to one process, so this is that process's
 * calendar at its start, and goes on evenly when the calendar is set. */
int64_t store_clock_ms(const struct store *s);
/* After a commit that changed the data set `name`: gives it another stamp. */
void store_data_changed(struct store *s, const char *name);

#endif
