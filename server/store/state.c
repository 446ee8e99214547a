/* state.c - see state.h. */
#include "server/store/state.h"

#include <lstm/hash.h>

#include <stdlib.h>

enum status state_new(struct store **out, const struct driver *driver, struct err *e)
{
    struct store *s = calloc(1, sizeof(*s));

    *out = NULL;
    if (!s || pthread_mutex_init(&s->lock, NULL)) {
        free(s);
        return err_nomem(e, sizeof(*s));
    }
    s->driver = driver;
    *out = s;
    return ST_OK;
}

void state_free(struct store *s)
{
    pthread_mutex_destroy(&s->lock);
    free(s);
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
