/* snapshot.c - see core/checkpoint/snapshot.h. */
#include "core/checkpoint/snapshot.h"

#include <stdlib.h>
#include <string.h>

static const char kind_key[] = "lstmd.fit", digest_key[] = "digest", trainer_name[] = "trainer";

static enum status add_trainer(struct checkpoint *c, const struct trainer *t, struct err *e)
{
    static const uint8_t empty = 0;
    uint8_t *state = NULL;
    size_t size = 0;
    int64_t shape;
    enum status st = t ? trainer_save(t, &state, &size, e) : ST_OK;

    shape = (int64_t)size;
    if (!st)
        st = checkpoint_add(c, trainer_name, CKPT_U8, &shape, 1, state ? state : &empty, e);
    free(state);
    return st;
}

enum status snapshot_new(struct checkpoint **out, const char *kind, const char *digest,
                         const struct trainer *trainer, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = checkpoint_new(&c, e);

    if (!st)
        st = checkpoint_set(c, kind_key, kind, e);
    if (!st)
        st = checkpoint_set(c, digest_key, digest, e);
    if (!st)
        st = checkpoint_set_arithmetic(c, e);
    if (!st)
        st = add_trainer(c, trainer, e);
    if (st)
        checkpoint_free(c);
    else
        *out = c;
    return st;
}

enum status snapshot_read(struct checkpoint **out, const char *kind, const char *digest,
                          const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    struct checkpoint_tensor state;
    const char *own_kind, *own_digest;
    enum status st = checkpoint_read(&c, bytes, len, e);

    if (st)
        return st;
    own_kind = checkpoint_get(c, kind_key);
    own_digest = checkpoint_get(c, digest_key);
    if (!own_kind || strcmp(own_kind, kind) != 0 || !checkpoint_look_up(&state, c, trainer_name) ||
        state.dtype != CKPT_U8)
        st = err_set(e, ST_CORRUPT, "the snapshot is not that of a running %s fit", kind);
    else if (!own_digest || strcmp(own_digest, digest) != 0)
        st = err_set(e, ST_CORRUPT, "the snapshot belongs to other data or other parameters");
    else
        st = checkpoint_check_arithmetic(c, e);
    if (st)
        checkpoint_free(c);
    else
        *out = c;
    return st;
}

enum status snapshot_resume(struct trainer *t, const struct checkpoint *c, struct err *e)
{
    struct checkpoint_tensor state = {0};

    checkpoint_look_up(&state, c, trainer_name);
    return state.size ? trainer_load(t, state.data, state.size, e) : ST_OK;
}
