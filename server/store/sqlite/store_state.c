/* store_state.c - see store_state.h. */
#include "server/store/sqlite/store_state.h"

#include "server/store/sqlite/sqlite_error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    ROOM_PLENTY = 64 << 20 /* free bytes with which the log need not be copied at once */
};

/* Notices files that were removed, before anything is written. */
enum status store_check_files(struct store *s, struct err *e)
{
    enum status st = files_check(&s->sqlite->files, e);

    if (!st && atomic_load(&s->sqlite->overwritten))
        st = err_set(e, ST_READONLY,
                     "%.200s was overwritten while lstmd runs, so that nothing written would last: "
                     "stop lstmd, restore the file again and start it",
                     s->sqlite->path);
    return st;
}

bool store_has_plenty(const struct store *s)
{
    const struct files *f = &s->sqlite->files;
    struct rlimit limit;

    return !getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur == RLIM_INFINITY &&
           files_free_bytes(f) > ROOM_PLENTY;
}

bool store_is_full(struct store *s)
{
    return atomic_load(&s->sqlite->full);
}

void store_set_full(struct store *s, bool full)
{
    if (s->sqlite->kept && !atomic_exchange(&s->sqlite->full, full) && full)
        keeper_wake(&s->sqlite->signal);
    if (!full)
        atomic_store(&s->sqlite->full, false);
}

void store_set_overwritten(struct store *s)
{
    atomic_store(&s->sqlite->overwritten, true);
}

void store_lock_room(struct store *s)
{
    pthread_mutex_lock(&s->sqlite->room);
}

void store_unlock_room(struct store *s)
{
    pthread_mutex_unlock(&s->sqlite->room);
}

enum status sqlite_trouble(struct store *s, struct err *e)
{
    enum status st = store_check_files(s, e);

    if (!st && atomic_load(&s->sqlite->full))
        st = err_full(e, s->sqlite->path);
    if (!st && access(s->sqlite->path, W_OK))
        st = err_readonly(e, s->sqlite->path, errno);
    return st;
}

/* ---- making and freeing ---- */

enum status store_state_new(struct store *s, const char *path, int busy_timeout_ms, struct err *e)
{
    struct sqlite_store *own = calloc(1, sizeof(*own));

    if (!own)
        return err_nomem(e, sizeof(*own));
    own->busy_timeout_ms = busy_timeout_ms;
    own->clock_ms = clock_ms() - clock_monotonic_ms();
    own->path = strdup(path);
    files_init(&own->files, own->path);
    if (!own->path || pthread_mutex_init(&own->room, NULL))
        goto no_room;
    if (!gate_init(&own->gate))
        goto no_gate;
    if (!keeper_signal_init(&own->signal))
        goto no_signal;
    s->sqlite = own;
    return ST_OK;
no_signal:
    gate_release(&own->gate);
no_gate:
    pthread_mutex_destroy(&own->room);
no_room:
    free(own->path);
    free(own);
    return err_nomem(e, 0);
}

void store_state_free(struct store *s)
{
    struct sqlite_store *own = s->sqlite;

    if (!own)
        return;
    files_release(&own->files);
    keeper_signal_release(&own->signal);
    gate_release(&own->gate);
    pthread_mutex_destroy(&own->room);
    free(own->path);
    free(own);
    s->sqlite = NULL;
}

int64_t sqlite_clock_ms(struct db *db)
{
    return db->store->sqlite->clock_ms + clock_monotonic_ms();
}

void sqlite_disk(int64_t *free_bytes, int64_t *size, const struct store *s)
{
    files_disk(free_bytes, size, &s->sqlite->files);
}

int64_t sqlite_last_backup(const struct store *s)
{
    return files_last_backup(&s->sqlite->files);
}
