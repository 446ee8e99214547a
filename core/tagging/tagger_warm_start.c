/* tagger_warm_start.c - see tagger_warm_start.h. */
#include "core/tagging/tagger_warm_start.h"

#include "core/tagging/tagger_nets.h"

#include <string.h>

enum status warm_load(struct tagger **out, const uint8_t *bytes, size_t len, const struct params *p,
                      struct err *e)
{
    struct tagger *t = NULL;
    enum status st = tagger_load(&t, bytes, len, e);

    if (st)
        return st;
    st = params_check_net(&t->params, p, TASK_TAG, e);
    if (st)
        tagger_free(t);
    else
        *out = t;
    return st;
}

static enum status copy_list(struct vocabulary *to, const struct vocabulary *from, struct err *e)
{
    enum status st = ST_OK;
    int32_t id;

    for (int i = 0; !st && i < from->count; i++)
        st = vocabulary_add(&id, to, from->words[i], from->count, "words", e);
    return st;
}

enum status warm_lists(struct tagger *t, const struct tagger *from, struct err *e)
{
    enum status st = copy_list(&t->words, &from->words, e);

    for (int c = 0; !st && c < TAG_COLUMNS; c++) {
        if (tagging_wants(&t->params, (enum tag_column)c))
            st = copy_list(&t->tags[c], &from->tags[c], e);
    }
    return st;
}

/* Copies the output rows of from, one column of tags after the other, to the rows of the same tags
 * in t. */
static void copy_outputs(float *to, const float *from, size_t width, const struct tagger *t,
                         const struct tagger *old)
{
    size_t at = 0, before = 0;

    for (int c = 0; c < TAG_COLUMNS; c++) {
        size_t n = (size_t)old->tags[c].count;

        if (t->tags[c].count)
            memcpy(to + at * width, from + before * width, n * width * sizeof(*to));
        at += (size_t)t->tags[c].count;
        before += n;
    }
}

enum status warm_weights(struct net *n, const struct tagger *t, const struct tagger *from,
                         int index, struct err *e)
{
    struct net_config one = tagger_one_config(from);
    struct net *old = NULL;
    enum status st = nets_take(&old, from->net, &one, from->params.members, index, e);

    for (int i = 0; !st && i < net_num_tensors(n); i++) {
        const struct net_tensor *a = net_tensor(n, i), *b = net_tensor(old, i);
        float *to = net_params(n) + a->offset;
        const float *w = net_params_const(old) + b->offset;

        if (strncmp(a->name, "linear.", 7) == 0)
            copy_outputs(to, w, a->ndim == 2 ? (size_t)a->shape[1] : 1, t, from);
        else /* new rows of the table follow the earlier ones */
            memcpy(to, w, b->count * sizeof(*to));
    }
    net_free(old);
    if (!st)
        net_touch(n);
    return st;
}
