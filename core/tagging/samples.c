/* samples.c - numbered sentences: see core/tagging/samples.h.
 *
 * The unknown word has to be learnt from something: words that occur once in the training part stand in
 * for those that do not occur at all, each time anew with a given chance. */
#include "core/tagging/samples.h"

#include <stdlib.h>
#include <string.h>

void samples_release(struct samples *s)
{
    free(s->offset);
    free(s->ids);
    free(s->classes);
    free(s->once);
    memset(s, 0, sizeof(*s));
}

static enum status allocate(struct samples *s, const struct sentence_view *v, int count,
                            struct err *e)
{
    size_t total = 0;

    s->offset = calloc((size_t)count + 1, sizeof(*s->offset));
    if (!s->offset)
        return err_nomem(e, ((size_t)count + 1) * sizeof(*s->offset));
    for (int i = 0; i < count; i++) {
        s->offset[i] = total;
        total += (size_t)v[i].length;
        if (v[i].length > s->T_max)
            s->T_max = v[i].length;
    }
    s->offset[count] = total;
    s->count = count;
    s->ids = calloc(total + 1, sizeof(*s->ids));
    s->classes = calloc(total + 1, sizeof(*s->classes));
    if (!s->ids || !s->classes)
        return err_nomem(e, total * sizeof(*s->ids));
    return ST_OK;
}

static enum status number_token(int32_t *id, int32_t *class, struct tagger *t, const char *token,
                                const char *tag, bool learn, struct err *e)
{
    enum status st = ST_OK;

    if (!learn) {
        *id = wordlist_lookup(&t->words, token);
        *class = tag ? wordlist_find(&t->tags, tag) : -1;
        return ST_OK;
    }
    *class = -1;
    st = wordlist_add(id, &t->words, token, NET_VOCAB_MAX, "words", e);
    if (!st && tag)
        st = wordlist_add(class, &t->tags, tag, TAGS_MAX, "tags", e);
    return st;
}

/* Marks the words that occur once; word 0 is never replaced by itself. */
static enum status mark_once(struct samples *s, const struct tagger *t, struct err *e)
{
    size_t total = s->offset[s->count];

    s->once = calloc((size_t)t->words.count, 1);
    if (!s->once)
        return err_nomem(e, (size_t)t->words.count);
    for (size_t i = 0; i < total; i++) {
        if (s->once[s->ids[i]] < 2)
            s->once[s->ids[i]]++;
    }
    for (int i = 0; i < t->words.count; i++)
        s->once[i] = s->once[i] == 1 && i > 0;
    s->unknown_rate = (float)t->params.unknown_rate;
    return ST_OK;
}

enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learn, struct err *e)
{
    const struct sentence_view *v = c->sentences + first;
    enum status st = allocate(s, v, count, e);
    size_t at = 0;
    int32_t unknown;

    if (!st && learn)
        st = wordlist_add(&unknown, &t->words, WORD_UNKNOWN, NET_VOCAB_MAX, "words", e);
    for (int i = 0; !st && i < count; i++) {
        for (int k = 0; !st && k < v[i].length; k++, at++)
            st = number_token(&s->ids[at], &s->classes[at], t, v[i].tokens[k],
                              v[i].tags ? v[i].tags[k] : NULL, learn, e);
    }
    if (!st && learn && t->params.unknown_rate > 0)
        st = mark_once(s, t, e);
    return st;
}

int64_t samples_num_tagged(const struct samples *s)
{
    int64_t n = 0;

    for (size_t i = 0; i < s->offset[s->count]; i++)
        n += s->classes[i] >= 0;
    return n;
}

static int sample_length(void *ctx, int32_t index)
{
    const struct samples *s = ctx;

    return (int)(s->offset[index + 1] - s->offset[index]);
}

/* Column j of the time-first batch; padded with word 0 without a tag. */
static void fill_column(struct batch *b, int j, const struct samples *s, int32_t index,
                        struct rng *rng)
{
    const int32_t *ids = s->ids + s->offset[index];
    const int32_t *classes = s->classes + s->offset[index];
    int length = b->lengths[j];

    for (int k = 0; k < b->T; k++) {
        size_t at = (size_t)k * (size_t)b->B + (size_t)j;

        b->ids[at] = k < length ? ids[k] : 0;
        b->classes[at] = k < length ? classes[k] : -1;
        if (k < length && rng && s->once && s->once[ids[k]] &&
            rng_uniform(rng, 0.0F, 1.0F) < s->unknown_rate)
            b->ids[at] = 0;
    }
}

static void fill_batch(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    struct samples *s = ctx;

    b->B = n;
    b->T = 0;
    for (int j = 0; j < n; j++) {
        b->lengths[j] = sample_length(s, index[j]);
        if (b->lengths[j] > b->T)
            b->T = b->lengths[j];
    }
    for (int j = 0; j < n; j++)
        fill_column(b, j, s, index[j], rng);
}

struct sample_source samples_source(struct samples *s)
{
    return (struct sample_source){.ctx = s,
                                  .num_samples = s->count,
                                  .T_max = s->T_max,
                                  .fill = fill_batch,
                                  .length = sample_length};
}
