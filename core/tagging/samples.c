/* samples.c - numbered sentences: see core/tagging/samples.h.
 *
 * The unknown word has to be learnt from something: rare words of the training part stand in for those
 * that do not occur at all, each time anew with a chance that falls with their count
 * (Kiperwasser & Goldberg 2016, section 4). */
#include "core/tagging/samples.h"

#include "core/tagging/features.h"

#include <stdlib.h>
#include <string.h>

/* Of the table of feature rows; 13 MB. */
enum { TABLE_FLOATS = 3300000 };

void samples_release(struct samples *s)
{
    free(s->offset);
    free(s->types);
    for (int c = 0; c < TAG_COLUMNS; c++)
        free(s->classes[c]);
    wordlist_release(&s->forms);
    free(s->rows);
    free(s->drop_rate);
    memset(s, 0, sizeof(*s));
}

static enum status allocate(struct samples *s, const struct tagger *t,
                            const struct sentence_view *v, int count, struct err *e)
{
    size_t total = 0;

    s->num_features = tagger_num_features(t);
    for (int c = 0; c < TAG_COLUMNS; c++)
        s->num_columns += tagging_wants(&t->params, (enum tag_column)c);
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
    s->types = calloc(total + 1, sizeof(*s->types));
    if (!s->types)
        return err_nomem(e, total * sizeof(*s->types));
    for (int k = 0; k < s->num_columns; k++) {
        s->classes[k] = calloc(total + 1, sizeof(*s->classes[k]));
        if (!s->classes[k])
            return err_nomem(e, total * sizeof(*s->classes[k]));
    }
    return ST_OK;
}

/* ---- tags ---- */

static enum status number_tag(int32_t *class, struct wordlist *tags, const char *tag, bool learn,
                              struct err *e)
{
    *class = tag ? wordlist_find(tags, tag) : -1;
    if (*class >= 0 || !tag || !learn)
        return ST_OK;
    return wordlist_add(class, tags, tag, TAGS_MAX, "tags", e);
}

static enum status number_tags(struct samples *s, struct tagger *t, const struct sentence_view *v,
                               bool learn, struct err *e)
{
    enum status st = ST_OK;

    for (int c = 0, k = 0; c < TAG_COLUMNS; c++) {
        size_t at = 0;

        if (!tagging_wants(&t->params, (enum tag_column)c))
            continue;
        for (int i = 0; !st && i < s->count; i++)
            for (int j = 0; !st && j < v[i].length; j++, at++)
                st = number_tag(&s->classes[k][at], &t->tags[c],
                                v[i].tags[c] ? v[i].tags[c][j] : NULL, learn, e);
        k++;
    }
    return st;
}

/* ---- words ---- */

static enum status number_forms(struct samples *s, const struct sentence_view *v, struct err *e)
{
    enum status st = ST_OK;
    size_t at = 0;

    for (int i = 0; !st && i < s->count; i++)
        for (int j = 0; !st && j < v[i].length; j++, at++)
            st = wordlist_add(&s->types[at], &s->forms, v[i].tokens[j], NET_VOCAB_MAX, "words", e);
    return st;
}

/* How many tokens there are of each form; new, NULL: no memory. */
static int *count_forms(const struct samples *s)
{
    int *n = calloc((size_t)s->forms.count + 1, sizeof(*n));

    for (size_t i = 0; n && i < s->offset[s->count]; i++)
        n[s->types[i]]++;
    return n;
}

/* Everything that the forms have, with its tokens counted. */
struct feature_counts {
    struct wordlist names;
    int *count; /* (capacity) */
    int capacity;
};

static void counts_release(struct feature_counts *f)
{
    wordlist_release(&f->names);
    free(f->count);
}

static enum status counts_room(struct feature_counts *f, struct err *e)
{
    int want = f->capacity ? 2 * f->capacity : 1024;
    int *p;

    if (f->names.count < f->capacity)
        return ST_OK;
    p = realloc(f->count, (size_t)want * sizeof(*p));
    if (!p)
        return err_nomem(e, (size_t)want * sizeof(*p));
    f->count = p;
    f->capacity = want;
    return ST_OK;
}

static enum status counts_add(struct feature_counts *f, const char *token, int n, struct err *e)
{
    struct features features;
    enum status st = features_of(&features, token, e);

    for (int k = 0; !st && k < NUM_FEATURES; k++) {
        int before = f->names.count;
        int32_t id;

        if (!features.name[k] || (k >= FEATURE_FIRST_PART && !features.parted))
            continue;
        st = counts_room(f, e);
        if (!st)
            st = wordlist_add(&id, &f->names, features.name[k], INT32_MAX / 2, "features", e);
        if (st)
            break;
        if (id == before)
            f->count[id] = 0;
        f->count[id] += n;
    }
    return st;
}

/* How often a feature must occur for a row of its own: as seldom as the size of the table allows. */
static int choose_least(const struct feature_counts *f, int width)
{
    for (int least = 1;; least++) {
        int64_t rows = 0;

        for (int i = 0; i < f->names.count; i++)
            rows += f->count[i] >= least;
        if (rows * width <= TABLE_FLOATS)
            return least;
    }
}

/* A row for every feature that the training part has often enough; drop_rate of every form from the
 * count of its folded word. */
static enum status learn_features(struct samples *s, struct tagger *t, const int *n,
                                  int *word_count, struct err *e)
{
    struct feature_counts f = {0};
    int least;
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->forms.count; i++)
        st = counts_add(&f, s->forms.words[i], n[i], e);
    least = choose_least(&f, t->params.embedding_dim);
    for (int i = 0; !st && i < f.names.count; i++) {
        int32_t id;

        if (f.count[i] >= least)
            st = wordlist_add(&id, &t->words, f.names.words[i], NET_VOCAB_MAX, "features", e);
    }
    for (int i = 0; !st && i < s->forms.count; i++) {
        struct features features;
        int32_t id = -1;

        st = features_of(&features, s->forms.words[i], e);
        if (!st && features.name[FEATURE_WORD])
            id = wordlist_find(&f.names, features.name[FEATURE_WORD]);
        word_count[i] = id >= 0 ? f.count[id] : 1;
    }
    counts_release(&f);
    return st;
}

static enum status learn_words(struct samples *s, struct tagger *t, const int *n, int *word_count,
                               struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->forms.count; i++) {
        int32_t id;

        st = wordlist_add(&id, &t->words, s->forms.words[i], NET_VOCAB_MAX, "words", e);
        word_count[i] = n[i];
    }
    return st;
}

/* alpha / (alpha + n) with the alpha that makes it r for n = 1. */
static double drop_rate(double r, int n)
{
    return r / (r + n * (1 - r));
}

static enum status learn(struct samples *s, struct tagger *t, struct err *e)
{
    size_t size = (size_t)s->forms.count + 1;
    int *n = count_forms(s), *word_count = calloc(size, sizeof(*word_count));
    int32_t unknown;
    enum status st;

    if (!n || !word_count) {
        free(n);
        free(word_count);
        return err_nomem(e, size * sizeof(*n));
    }
    st = wordlist_add(&unknown, &t->words, WORD_UNKNOWN, NET_VOCAB_MAX, "words", e);
    if (!st)
        st = t->params.features == FEATURES_AFFIXES ? learn_features(s, t, n, word_count, e)
                                                    : learn_words(s, t, n, word_count, e);
    if (!st && t->params.unknown_rate > 0) {
        s->drop_rate = calloc(size, sizeof(*s->drop_rate));
        st = s->drop_rate ? ST_OK : err_nomem(e, size * sizeof(*s->drop_rate));
    }
    for (int i = 0; !st && s->drop_rate && i < s->forms.count; i++)
        s->drop_rate[i] = (float)drop_rate(t->params.unknown_rate, word_count[i]);
    if (!st)
        tagger_count_words(t);
    free(n);
    free(word_count);
    return st;
}

static enum status find_rows(struct samples *s, const struct tagger *t, struct err *e)
{
    size_t F = (size_t)s->num_features, n = (size_t)s->forms.count;
    enum status st = ST_OK;

    s->rows = calloc(n * F + 1, sizeof(*s->rows));
    if (!s->rows)
        return err_nomem(e, n * F * sizeof(*s->rows));
    for (size_t i = 0; !st && i < n; i++)
        st = tagger_rows(s->rows + i * F, t, s->forms.words[i], e);
    return st;
}

enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learning, struct err *e)
{
    const struct sentence_view *v = c->sentences + first;
    enum status st = allocate(s, t, v, count, e);

    if (!st)
        st = number_tags(s, t, v, learning, e);
    if (!st)
        st = number_forms(s, v, e);
    if (!st && learning)
        st = learn(s, t, e);
    return st ? st : find_rows(s, t, e);
}

int64_t samples_num_tagged(const struct samples *s)
{
    int64_t n = 0;

    for (size_t i = 0; i < s->offset[s->count]; i++)
        n += s->classes[0][i] >= 0 || (s->num_columns > 1 && s->classes[1][i] >= 0);
    return n;
}

/* ---- batches ---- */

static int sample_length(void *ctx, int32_t index)
{
    const struct samples *s = ctx;

    return (int)(s->offset[index + 1] - s->offset[index]);
}

/* A word that is dropped is the unknown word, and has no form of its own; what it looks like stays. */
static void fill_token(int32_t *ids, const struct samples *s, int32_t type, struct rng *rng)
{
    int F = s->num_features;

    memcpy(ids, s->rows + (size_t)type * (size_t)F, (size_t)F * sizeof(*ids));
    if (!rng || !s->drop_rate || rng_uniform(rng, 0.0F, 1.0F) >= s->drop_rate[type])
        return;
    ids[FEATURE_WORD] = 0;
    if (F > 1)
        ids[FEATURE_FORM] = -1;
}

/* Column j of the time-first batch; padded with word 0 without a tag. */
static void fill_column(struct batch *b, int j, const struct samples *s, int32_t index,
                        struct rng *rng)
{
    size_t from = s->offset[index], F = (size_t)s->num_features;
    int length = b->lengths[j];

    for (int k = 0; k < b->T; k++) {
        size_t at = (size_t)k * (size_t)b->B + (size_t)j;

        for (int c = 0; c < s->num_columns; c++)
            b->classes[(size_t)c * (size_t)b->T * (size_t)b->B + at] =
                k < length ? s->classes[c][from + (size_t)k] : -1;
        if (k < length)
            fill_token(b->ids + at * F, s, s->types[from + (size_t)k], rng);
        else
            memset(b->ids + at * F, F > 1 ? -1 : 0, F * sizeof(*b->ids));
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
