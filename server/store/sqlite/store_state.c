/* store_state.c - see store_state.h. */
#include "server/store/sqlite/store_state.h"

#include "server/store/sqlite/sqlite_error.h"
#include <lstm/hash.h>

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
    enum status st = files_check(&s->files, e);

    if (!st && atomic_load(&s->overwritten))
        st = err_set(e, ST_READONLY,
                     "%.200s was overwritten while lstmd runs, so that nothing written would last: "
                     "stop lstmd, restore the file again and start it",
                     s->path);
    return st;
}

bool store_has_plenty(const struct store *s)
{
    const struct files *f = &s->files;
    struct rlimit limit;

    return !getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur == RLIM_INFINITY &&
           files_free_bytes(f) > ROOM_PLENTY;
}

bool store_is_full(struct store *s)
{
    return atomic_load(&s->full);
}

void store_set_full(struct store *s, bool full)
{
    if (s->kept && !atomic_exchange(&s->full, full) && full)
        keeper_wake(&s->signal);
    if (!full)
        atomic_store(&s->full, false);
}

void store_set_overwritten(struct store *s)
{
    atomic_store(&s->overwritten, true);
}

void store_lock_room(struct store *s)
{
    pthread_mutex_lock(&s->room);
}

void store_unlock_room(struct store *s)
{
    pthread_mutex_unlock(&s->room);
}

enum status store_trouble(struct store *s, struct err *e)
{
    enum status st = store_check_files(s, e);

    if (!st && atomic_load(&s->full))
        st = err_full(e, s->path);
    if (!st && access(s->path, W_OK))
        st = err_readonly(e, s->path, errno);
    return st;
}

/* ---- making and freeing ---- */

enum status store_state_new(struct store **out, const char *path, int busy_timeout_ms,
                            struct err *e)
{
    struct store *s = calloc(1, sizeof(*s));

    *out = NULL;
    if (!s)
        return err_nomem(e, sizeof(*s));
    s->busy_timeout_ms = busy_timeout_ms;
    s->clock_ms = clock_ms() - clock_monotonic_ms();
    s->path = strdup(path);
    files_init(&s->files, s->path);
    if (!s->path || pthread_mutex_init(&s->lock, NULL))
        goto no_lock;
    if (pthread_mutex_init(&s->room, NULL))
        goto no_room;
    if (!gate_init(&s->gate))
        goto no_gate;
    if (!keeper_signal_init(&s->signal))
        goto no_signal;
    *out = s;
    return ST_OK;
no_signal:
    gate_release(&s->gate);
no_gate:
    pthread_mutex_destroy(&s->room);
no_room:
    pthread_mutex_destroy(&s->lock);
no_lock:
    free(s->path);
    free(s);
    return err_nomem(e, 0);
}

int64_t store_clock_ms(const struct store *s)
{
    return s->clock_ms + clock_monotonic_ms();
}

static size_t stamp_of(const char *name)
{
    return fnv1a_fold(fnv1a_text(FNV1A_START, name)) % DATA_STAMPS;
}

uint64_t store_data_stamp(struct store *s, const char *name)
{
    return atomic_load(&s->data_stamp[stamp_of(name)]);
}

void store_data_changed(struct store *s, const char *name)
{
    atomic_fetch_add(&s->data_stamp[stamp_of(name)], 1);
}

void store_state_free(struct store *s)
{
    files_release(&s->files);
    keeper_signal_release(&s->signal);
    gate_release(&s->gate);
    pthread_mutex_destroy(&s->room);
    pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
}

void store_disk(int64_t *free_bytes, int64_t *size, const struct store *s)
{
    files_disk(free_bytes, size, &s->files);
}

int64_t store_last_backup(const struct store *s)
{
    return files_last_backup(&s->files);
}
