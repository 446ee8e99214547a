/* feats.c - see feats.h. */
#include "core/tagging/feats.h"

#include <lstm/rng.h>
#include <lstm/utf8.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The number of passes is chosen for this many choices, within bounds. */
enum { CHOICES = 400000, PASSES_LEAST = 3, PASSES_MOST = 8 };
enum { CANDIDATES = 512 };  /* the most frequent bundles of a word or tag */
enum { OFTEN = 8 };         /* words that occur so often get no new bundles */
enum { PARTS_MAX = 64 };    /* features in a bundle */
enum { TOKEN_WORK = 1024 }; /* estimated operations for one */
enum { KEYS = PERCEPTRON_KEYS_MAX, OUTSIDE = 3, NO_BUNDLE = 5 };

void feats_release(struct feats *f)
{
    vocabulary_release(&f->bundles);
    free(f->hash);
    sparse_release(&f->by_word);
    sparse_release(&f->by_tag);
    sparse_release(&f->weights);
    f->hash = NULL;
}

size_t feats_bytes(const struct feats *f)
{
    return vocabulary_bytes(&f->bundles) + (size_t)f->bundles.count * sizeof(*f->hash) +
           sparse_bytes(&f->by_word) + sparse_bytes(&f->by_tag) + sparse_bytes(&f->weights);
}

/* ---- text ---- */

struct part {
    const char *at;
    size_t len;
};

static int compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = strncasecmp(x->at, y->at, n);

    if (order == 0)
        order = memcmp(x->at, y->at, n);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

bool feats_canonical(char out[TOKEN_BYTES_MAX + 1], const char *bundle)
{
    struct part parts[PARTS_MAX];
    size_t length = strnlen(bundle, TOKEN_BYTES_MAX + 1), used = 0;
    int n = 0;

    if (length == 0 || length > TOKEN_BYTES_MAX || !utf8_printable(bundle, length))
        return false;
    for (const char *s = bundle; s; n++) {
        const char *end = strchr(s, '|');

        if (n == PARTS_MAX)
            return false;
        parts[n] = (struct part){s, end ? (size_t)(end - s) : strlen(s)};
        s = end ? end + 1 : NULL;
    }
    qsort(parts, (size_t)n, sizeof(*parts), compare_parts);
    for (int i = 0; i < n; i++) {
        if (parts[i].len == 0 || (i && compare_parts(&parts[i], &parts[i - 1]) == 0))
            continue;
        if (used)
            out[used++] = '|';
        memcpy(out + used, parts[i].at, parts[i].len);
        used += parts[i].len;
    }
    out[used] = '\0';
    return used > 0;
}

/* ---- the bundles that a word may have ---- */

static uint32_t word_key(uint64_t word, uint64_t tags)
{
    return pair_key(1, word, tags);
}

/* The bundles of word k; `no_bundle` when its tag has never had any. */
static struct sparse_row candidates(const struct feats *f, uint64_t word, uint64_t tag,
                                    uint64_t both)
{
    static const int32_t none = 0;
    struct sparse_row r = sparse_find(&f->by_word, word_key(word, both));

    if (r.count == 0 && both != tag)
        r = sparse_find(&f->by_word, word_key(word, tag));
    if (r.count == 0)
        r = sparse_find(&f->by_tag, pair_key(2, tag, 0));
    return r.count ? r : (struct sparse_row){&none, &none, 1};
}

/* ---- features ---- */

/* A sentence with the bundles that its words have so far. */
struct place {
    const struct feats *f;
    const struct word_hash *word[5]; /* two before, the word, two behind */
    uint64_t tag[5], both[5];
    uint64_t before, nominal; /* hashes of the bundles of the word before, and of the last noun */
};

static void look(struct place *p, const struct word_hashes *words, const struct tag_hashes *hashes,
                 const struct tag_numbers *tags, size_t from, int length, int k)
{
    static const struct word_hash outside = {.word = OUTSIDE};

    for (int i = 0; i < 5; i++) {
        int at = k + i - 2;
        bool there = at >= 0 && at < length;

        p->word[i] = there ? &words->hash[words->types[from + (size_t)at]] : &outside;
        p->tag[i] = there ? tag_hash(hashes, tags, from + (size_t)at) : OUTSIDE;
        p->both[i] = there ? both_hash(hashes, tags, from + (size_t)at) : OUTSIDE;
    }
}

static int keys_of(uint32_t keys[KEYS], const struct place *p)
{
    const struct word_hash *w = p->word[2];
    uint64_t here = p->both[2], word = here ^ w->word;
    int n = 0;

    keys[n++] = pair_key(10, p->tag[2], 0);
    keys[n++] = pair_key(11, here, 0);
    keys[n++] = pair_key(12, here, w->word);
    for (int i = 0; i < 5 && w->suffix[i]; i++)
        keys[n++] = pair_key(13, here, w->suffix[i]);
    keys[n++] = pair_key(14, here, w->prefix[2] ? w->prefix[2] : w->word);
    for (int i = 0; i < 5; i++)
        if (i != 2)
            keys[n++] = pair_key(20 + (uint64_t)i, here, p->word[i]->word);
    keys[n++] = pair_key(30, here, p->both[1]);
    keys[n++] = pair_key(31, here, p->both[3]);
    keys[n++] = pair_key(32, here, mix64(p->tag[0]) + p->tag[1]);
    keys[n++] = pair_key(33, here, mix64(p->tag[4]) + p->tag[3]);
    keys[n++] = pair_key(34, word, p->tag[1]);
    keys[n++] = pair_key(35, word, p->tag[3]);
    keys[n++] = pair_key(36, here, p->word[1]->suffix[1]);
    keys[n++] = pair_key(37, here, p->word[3]->suffix[1]);
    keys[n++] = pair_key(40, here, p->before);
    keys[n++] = pair_key(41, here, mix64(p->before) + w->suffix[1]);
    keys[n++] = pair_key(42, here, p->nominal);
    return n;
}

/* The word has this bundle now, which the next ones look at. */
static void go_on(struct place *p, int bundle, bool nominal)
{
    p->before = bundle < 0 ? NO_BUNDLE : p->f->hash[bundle];
    if (nominal)
        p->nominal = p->before;
}

static bool is_nominal(const struct tag_hashes *h, const struct tag_numbers *n, size_t token)
{
    return n->tag[token] >= 0 && h->nominal[n->tag[token]];
}

void feats_predict(int *best, const struct feats *f, struct perceptron_work *w,
                   const struct word_hashes *words, const struct tag_hashes *hashes,
                   const struct tag_numbers *tags, size_t from, int length)
{
    struct place p = {.f = f, .before = OUTSIDE, .nominal = OUTSIDE};

    for (int k = 0; k < length; k++) {
        size_t token = from + (size_t)k;
        uint64_t word = words->hash[words->types[token]].word;
        struct sparse_row r =
            candidates(f, word, tag_hash(hashes, tags, token), both_hash(hashes, tags, token));
        int at = 0;

        if (r.count > 1) {
            uint32_t keys[KEYS];

            look(&p, words, hashes, tags, from, length, k);
            at = perceptron_best(w, &f->weights, keys, keys_of(keys, &p), r.label, r.count);
        }
        best[k] = r.label[at];
        go_on(&p, best[k], is_nominal(hashes, tags, token));
    }
}

/* ---- training ---- */

struct fitting {
    struct feats *f;
    const struct feats_corpus *c;
    int32_t *truth; /* (tokens) bundles; -1: not known */
    size_t *offset; /* (sentences) */
    int32_t *order; /* (sentences) */
    size_t tokens;
    struct perceptron_work work;
    struct perceptron_fit fit;
    struct stop_meter meter;
};

/* *out: -1 when the bundle is not known or too strange to be learnt. */
static enum status add_bundle(int32_t *out, struct feats *f, const char *bundle, struct err *e)
{
    char text[TOKEN_BYTES_MAX + 1];

    *out = -1;
    if (!bundle || !feats_canonical(text, bundle))
        return ST_OK;
    *out = vocabulary_find(&f->bundles, text);
    if (*out >= 0 || f->bundles.count == FEATS_MAX)
        return ST_OK;
    return vocabulary_add(out, &f->bundles, text, FEATS_MAX, "bundles of features", e);
}

static enum status number_bundles(struct fitting *x, const struct feats *from, struct err *e)
{
    int32_t id;
    enum status st = vocabulary_add(&id, &x->f->bundles, "_", FEATS_MAX, "bundles of features", e);
    size_t at = 0;

    for (int i = 1; !st && from && i < from->bundles.count; i++)
        st = vocabulary_add(&id, &x->f->bundles, from->bundles.words[i], FEATS_MAX,
                            "bundles of features", e);
    for (int i = 0; !st && i < x->c->count; i++) {
        const struct sentence_view *s = &x->c->sentences[i];

        x->offset[i] = at;
        x->order[i] = i;
        for (int k = 0; !st && k < s->length; k++)
            st = add_bundle(&x->truth[at++], x->f, s->feats ? s->feats[k] : NULL, e);
        if (!st && stop_meter_take(&x->meter, TOKEN_WORK * (size_t)s->length))
            st = tagging_given_up(e);
    }
    return st;
}

static enum status hash_bundles(struct feats *f, struct err *e)
{
    f->hash = calloc((size_t)f->bundles.count + 1, sizeof(*f->hash));
    if (!f->hash)
        return err_nomem(e, (size_t)f->bundles.count * sizeof(*f->hash));
    for (int i = 0; i < f->bundles.count; i++)
        f->hash[i] = hash_text(f->bundles.words[i]);
    return ST_OK;
}

/* Counts which bundles words and tags have. */
static enum status count(struct fitting *x, const struct feats *from, struct err *e)
{
    const struct feats_corpus *c = x->c;
    struct sparse_draft word = {0}, tag = {0};
    enum status st = from ? sparse_count_all(&word, &from->by_word, e) : ST_OK;

    if (!st && from)
        st = sparse_count_all(&tag, &from->by_tag, e);
    for (size_t i = 0; !st && i < x->tokens; i++) {
        uint64_t hash = c->words->hash[c->words->types[i]].word;
        uint64_t one = tag_hash(c->hashes, &c->tags, i), both = both_hash(c->hashes, &c->tags, i);

        if (x->truth[i] < 0)
            continue;
        st = sparse_count(&tag, pair_key(2, one, 0), x->truth[i], 1, e);
        if (!st)
            st = sparse_count(&word, word_key(hash, both), x->truth[i], 1, e);
        if (!st && both != one)
            st = sparse_count(&word, word_key(hash, one), x->truth[i], 1, e);
        if (!st && stop_meter_take(&x->meter, TOKEN_WORK))
            st = tagging_given_up(e);
    }
    if (!st)
        st = sparse_finish(&x->f->by_word, &word, OFTEN, CANDIDATES, e);
    if (!st)
        st = sparse_finish(&x->f->by_tag, &tag, 1, CANDIDATES, e);
    sparse_draft_release(&word);
    sparse_draft_release(&tag);
    return st;
}

/* Where the truth is among the candidates; -1: it is not. */
static int find(const struct sparse_row *r, int32_t truth)
{
    for (int i = 0; i < r->count; i++)
        if (r->label[i] == truth)
            return i;
    return -1;
}

/* Learns from one sentence. *choices: added to. */
static enum status learn_sentence(struct fitting *x, int i, int64_t *choices, struct err *e)
{
    const struct feats_corpus *c = x->c;
    struct place p = {.f = x->f, .before = OUTSIDE, .nominal = OUTSIDE};
    size_t from = x->offset[i];
    int length = c->sentences[i].length;
    enum status st = ST_OK;

    for (int k = 0; !st && k < length; k++) {
        size_t token = from + (size_t)k;
        uint64_t word = c->words->hash[c->words->types[token]].word;
        struct sparse_row r = candidates(x->f, word, tag_hash(c->hashes, &c->tags, token),
                                         both_hash(c->hashes, &c->tags, token));
        int truth = find(&r, x->truth[token]);

        if (r.count > 1 && truth >= 0) {
            uint32_t keys[KEYS];

            look(&p, c->words, c->hashes, &c->tags, from, length, k);
            st = perceptron_step(&x->fit, &x->work, keys, keys_of(keys, &p), r.label, r.count,
                                 truth, e);
            *choices += 1;
        }
        go_on(&p, x->truth[token], is_nominal(c->hashes, &c->tags, token));
        if (!st && stop_meter_take(&x->meter, TOKEN_WORK + KEYS * (size_t)r.count))
            st = tagging_given_up(e);
    }
    return st;
}

static enum status learn(struct fitting *x, struct err *e)
{
    struct rng rng;
    int64_t choices = 0;
    int passes = PASSES_LEAST;
    enum status st = ST_OK;

    rng_seed(&rng, x->c->seed);
    for (int pass = 0; !st && pass < passes; pass++) {
        int64_t n = 0;

        rng_shuffle(&rng, x->order, x->c->count);
        for (int i = 0; !st && i < x->c->count; i++)
            st = learn_sentence(x, x->order[i], &n, e);
        choices += n;
        if (n > 0 && choices + n <= CHOICES && passes < PASSES_MOST && pass + 1 == passes)
            passes++;
    }
    return st ? st : perceptron_end(&x->f->weights, &x->fit, e);
}

enum status feats_fit(struct feats *out, const struct feats_corpus *c, const struct feats *from,
                      struct err *e)
{
    struct fitting x = {.f = out, .c = c, .meter = {.stop = c->stop}};
    enum status st;

    for (int i = 0; i < c->count; i++)
        x.tokens += (size_t)c->sentences[i].length;
    x.truth = calloc(x.tokens + 1, sizeof(*x.truth));
    x.offset = calloc((size_t)c->count + 1, sizeof(*x.offset));
    x.order = calloc((size_t)c->count + 1, sizeof(*x.order));
    st = x.truth && x.offset && x.order ? number_bundles(&x, from, e) : err_nomem(e, x.tokens * 4);
    if (!st)
        st = hash_bundles(out, e);
    if (!st)
        st = count(&x, from, e);
    if (!st)
        st = perceptron_work_init(&x.work, out->bundles.count, e);
    if (!st && from)
        st = perceptron_start(&x.fit, &from->weights, e);
    if (!st)
        st = learn(&x, e);
    perceptron_work_release(&x.work);
    perceptron_fit_release(&x.fit);
    free(x.truth);
    free(x.offset);
    free(x.order);
    return st;
}

void feats_numbers(int *out, const struct feats *f, const struct sentence_view *sentences,
                   int count)
{
    char text[TOKEN_BYTES_MAX + 1];

    for (int i = 0; i < count; i++)
        for (int k = 0; k < sentences[i].length; k++) {
            const char *bundle = sentences[i].feats ? sentences[i].feats[k] : NULL;

            *out++ =
                bundle && feats_canonical(text, bundle) ? vocabulary_find(&f->bundles, text) : -1;
        }
}

/* ---- files ---- */

enum status feats_save(struct checkpoint *to, const struct feats *f, struct err *e)
{
    enum status st;

    if (f->bundles.count == 0)
        return ST_OK;
    st = checkpoint_set_strings(to, "feats.bundles", (const char *const *)f->bundles.words,
                                (size_t)f->bundles.count, e);
    if (!st)
        st = sparse_save(to, "feats.by_word", &f->by_word, e);
    if (!st)
        st = sparse_save(to, "feats.by_tag", &f->by_tag, e);
    return st ? st : sparse_save(to, "feats.weights", &f->weights, e);
}

enum status feats_load(struct feats *out, const struct checkpoint *from, struct err *e)
{
    int n = out->bundles.count;
    enum status st = hash_bundles(out, e);

    if (!st)
        st = sparse_load(&out->by_word, from, "feats.by_word", n, e);
    if (!st)
        st = sparse_load(&out->by_tag, from, "feats.by_tag", n, e);
    return st ? st : sparse_load(&out->weights, from, "feats.weights", n, e);
}
