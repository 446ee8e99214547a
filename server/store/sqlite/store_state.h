/* store_state.h - what all connections of a store share: its path, its files, who writes next, and
 * whether it is in trouble. Private to store/. */
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
struct connection;

/* Names share a stamp when their hashes end alike: then one changes with the other. */
enum { DATA_STAMPS = 1024 };

struct store {
    char *path;
    int busy_timeout_ms;
    struct files files;
    struct gate gate; /* of the writers */
    /* A write found no room; the file has other content than ours. */
    atomic_bool full, overwritten;
    pthread_mutex_t room; /* held by who uses or makes the reserve */

    bool
        kept; /* exclusive: a keeper runs, or is about to; set before other threads use the store */
    struct keeper_signal signal;
    struct keeper *keeper;                         /* or NULL */
    struct key_cache *keys;                        /* or NULL: opened as it is */
    atomic_uint_least64_t data_stamp[DATA_STAMPS]; /* store_data_stamp() */

    pthread_key_t key;    /* a thread's own connection */
    pthread_mutex_t lock; /* guards the list */
    struct connection *connections;
};

/* A store without connections. On ST_OK *out is the caller's, else NULL. */
enum status store_state_new(struct store **out, const char *path, int busy_timeout_ms,
                            struct err *e);
void store_state_free(struct store *s);

/* ST_READONLY when a file was taken away, replaced or overwritten. Cheap. */
enum status store_check_files(struct store *s, struct err *e);
/* Neither the disk nor a limit on the size of a file (ulimit -f) is near, so that the log may grow
 * for a while. */
bool store_has_plenty(const struct store *s);
bool store_is_full(struct store *s);
void store_set_full(struct store *s, bool full); /* true wakes the keeper */
void store_set_overwritten(struct store *s);     /* for good */
/* While a deletion uses the reserve nobody else takes it. */
void store_lock_room(struct store *s);
void store_unlock_room(struct store *s);

/* After a commit that changed the data set `name`: gives it another stamp. */
void store_data_changed(struct store *s, const char *name);

#endif
