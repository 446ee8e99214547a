/* state.h - the members that all connections of a store share, with any driver. Private to
 * store/. */
#ifndef SERVER_STORE_STATE_H
#define SERVER_STORE_STATE_H

#include "server/store/driver.h"
#include "server/store/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct key_cache;
struct audit_queue;
struct training;
struct connection;
struct sqlite_store;
struct guard;

/* Names whose hashes have equal last bits share a stamp, which then changes for both. */
enum { DATA_STAMPS = 1024 };

/* PostgreSQL's members of a store. */
struct postgres_store {
    char *url;       /* may hold a password: for libpq only */
    char where[200]; /* for messages */
    int lock_timeout_ms;
    struct guard *guard; /* of an exclusive store; or NULL */
    atomic_bool taken;   /* another daemon has the database */
};

struct store {
    const struct driver *driver;
    struct sqlite_store *sqlite;     /* the driver's own members */
    struct postgres_store *postgres; /* the same */
    int64_t max_bytes;               /* of the values stored; 0: no limit */
    bool exclusive;                  /* no other daemon has the database; set by the driver */

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
enum status state_new(struct store **out, const struct driver *driver, struct err *e);
void state_free(struct store *s);

/* After a commit that changed the data set `name`: gives it another stamp. */
void store_data_changed(struct store *s, const char *name);

#endif
