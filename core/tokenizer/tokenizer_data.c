/* tokenizer_data.c - see core/tokenizer/tokenizer_data.h. */
#include "core/tokenizer/tokenizer_data.h"

#include <stdlib.h>
#include <string.h>

/* How often a feature must occur to get a row. Rarer ones serve better as unknown features. */
static const int least[TOKEN_FEATURES] = {2, 1, 1, 3, 3, 1};
/* How often a run must be split in one way. */
enum { SPLITS_LEAST = 2 };

/* Strings with the numbers of their occurrences. */
struct tally {
    struct vocabulary list;
    int32_t *counts;
    int capacity;
    struct stop_meter meter;
    enum status st;
    struct err *e;
};

enum { STRING_WORK = 512 }; /* estimated operations for counting one */

static enum status given_up(struct err *e)
{
    return err_set(e, ST_CANCELLED, "the training was cancelled");
}

static void tally_release(struct tally *t)
{
    vocabulary_release(&t->list);
    free(t->counts);
}

/* Returns the number of the text. After an error, does nothing. */
static int32_t tally_add(struct tally *t, const char *text)
{
    int32_t id;

    if (!t->st && stop_meter_take(&t->meter, STRING_WORK))
        t->st = given_up(t->e);
    if (t->st)
        return -1;
    t->st = vocabulary_add(&id, &t->list, text, NET_VOCAB_MAX, "features of text", t->e);
    if (!t->st && id >= t->capacity) {
        int want = t->capacity ? 2 * t->capacity : 1024;
        int32_t *p = reallocarray(t->counts, (size_t)want, sizeof(*p));

        if (!p) {
            t->st = err_nomem(t->e, 0);
            return -1;
        }
        memset(p + t->capacity, 0, (size_t)(want - t->capacity) * sizeof(*p));
        t->counts = p;
        t->capacity = want;
    }
    if (t->st)
        return -1;
    t->counts[id]++;
    return id;
}

/* ---- splits ---- */

/* Writes the pretoken in lower case with a '|' where a word ends inside it. Returns false when none
 * does. *w becomes the first word that ends after the pretoken. */
static bool mark_splits(char *out, const struct text_view *d, const struct pretoken *p, size_t *w)
{
    char lower[TOKEN_TEXT_MAX];
    const char *from = lower;
    size_t at = p->start;
    bool any = false;

    while (*w < d->count && d->words[*w].end <= p->start)
        ++*w;
    if (*w == d->count || d->words[*w].end >= p->end)
        return false;
    lower_text(lower, d->text + p->start, p->end - p->start);
    while (*from) {
        uint32_t c;
        int n = point_at(&c, from, strlen(from));

        while (*w < d->count && d->words[*w].end < at)
            ++*w;
        if (at > p->start && *w < d->count && d->words[*w].end == at) {
            *out++ = '|';
            any = true;
        }
        memcpy(out, from, (size_t)n);
        out += n;
        from += n;
        at += (size_t)point_at(&c, d->text + at, p->end - at);
    }
    *out = '\0';
    return any;
}

static void tally_splits(struct tally *all, const struct text_view *d)
{
    struct pretoken_reader r = {.text = d->text, .length = d->length};
    struct pretoken p;
    size_t w = 0;
    char marked[2 * TOKEN_TEXT_MAX];

    while (!all->st && pretoken_next(&p, &r)) {
        if (p.kind == PRETOKEN_LETTERS && mark_splits(marked, d, &p, &w))
            tally_add(all, marked);
    }
}

static enum status learn_splits(struct tokenizer *t, const struct text_view *documents, int count,
                                const struct stop_flag *stop, struct err *e)
{
    struct tally all = {.meter = {.stop = stop}, .e = e};
    int most = 0;

    for (int i = 0; i < count; i++)
        tally_splits(&all, &documents[i]);
    for (int i = 0; !all.st && i < all.list.count; i++)
        most = all.counts[i] > most ? all.counts[i] : most;
    /* Adds the most frequent split of a run first; later ones of the same run are ignored. */
    for (int n = most; n >= SPLITS_LEAST; n--) {
        for (int i = 0; !all.st && i < all.list.count; i++) {
            if (all.counts[i] == n)
                all.st = tokenizer_add_split(t, all.list.words[i], e);
        }
    }
    tally_release(&all);
    return all.st;
}

/* ---- rows ---- */

static int32_t tally_row(void *ctx, int feature, const char *text)
{
    (void)feature;
    return tally_add(ctx, text);
}

static int feature_of(const char *row)
{
    static const char letters[TOKEN_FEATURES + 1] = "wcsxnr";

    return (int)(strchr(letters, row[0]) - letters);
}

/* Counts only white space, because the copies with line ends repeat everything else. */
static int32_t tally_gap(void *ctx, int feature, const char *text)
{
    return feature == TOKEN_FEATURE_GAP ? tally_add(ctx, text) : -1;
}

static void tally_steps(struct tally *all, const struct tokenizer *t, const struct text_view *d,
                        int32_t (*row)(void *, int, const char *))
{
    struct token_reader r;
    struct token_features u;

    tokenizer_reader(&r, t, d->text, d->length);
    r.row = row;
    r.ctx = all;
    while (!all->st && token_features_next(&u, &r))
        continue;
}

/* lined: the documents with inserted line ends. */
static enum status learn_rows(struct tokenizer *t, const struct text_view *documents,
                              const struct text_view *lined, int count,
                              const struct stop_flag *stop, struct err *e)
{
    struct tally all = {.meter = {.stop = stop}, .e = e};

    for (int i = 0; !all.st && i < count; i++) {
        tally_steps(&all, t, &documents[i], tally_row);
        tally_steps(&all, t, &lined[i], tally_gap);
    }
    for (int i = 0; !all.st && i < all.list.count; i++) {
        const char *row = all.list.words[i];
        int32_t id;

        if (all.counts[i] >= least[feature_of(row)])
            all.st = vocabulary_add(&id, &t->rows, row, NET_VOCAB_MAX, "features of text", e);
    }
    tally_release(&all);
    return all.st;
}

/* ---- line ends ---- */

/* Treebanks mark paragraphs but not lines, while people write one sentence or heading on a line,
 * and wrap long lines. These are the shares of sentence ends, and of white space inside sentences,
 * that are replaced by line ends. */
static const float ends_by_line = 0.5F, wrapped = 0.0125F;

/* text: a copy of d's text. Replaces some of its white space by line ends. */
static void put_lines(char *text, const struct text_view *d, struct rng *r)
{
    for (size_t i = 0; i + 1 < d->count; i++) {
        const struct text_word *w = &d->words[i];
        float chance = rng_uniform(r, 0, 1);
        size_t n = w[1].start - w->end;

        if (n == 0 || chance >= (w->sentence_end ? ends_by_line : wrapped))
            continue;
        memset(text + w->end, ' ', n);
        text[w->end] = '\n';
    }
}

static void free_lined(struct text_view *lined, int count)
{
    for (int i = 0; lined && i < count; i++)
        free((char *)lined[i].text);
    free(lined);
}

/* Makes copies of the documents with inserted line ends; free_lined() them. */
static enum status make_lined(struct text_view **out, const struct text_view *documents, int count,
                              int64_t seed, struct err *e)
{
    struct text_view *lined = calloc((size_t)count, sizeof(*lined));
    enum status st = lined ? ST_OK : err_nomem(e, (size_t)count * sizeof(*lined));
    struct rng r;

    rng_seed(&r, (uint64_t)seed ^ UINT64_C(0x9E3779B97F4A7C15));
    for (int i = 0; !st && i < count; i++) {
        char *text = malloc(documents[i].length + 1);

        if (!text) {
            st = err_nomem(e, documents[i].length + 1);
            break;
        }
        memcpy(text, documents[i].text, documents[i].length);
        put_lines(text, &documents[i], &r);
        lined[i] = documents[i];
        lined[i].text = text;
    }
    if (st)
        free_lined(lined, count);
    else
        *out = lined;
    return st;
}

/* ---- samples ---- */

static enum status reserve(struct tokenizer_data *d, struct err *e)
{
    size_t want = d->capacity ? 2 * d->capacity : 4096;
    int32_t *rows;
    uint8_t *ends;

    if (d->count < d->capacity)
        return ST_OK;
    rows = reallocarray(d->rows, want, TOKEN_FEATURES * sizeof(*rows));
    if (rows)
        d->rows = rows;
    ends = rows ? reallocarray(d->ends, want, sizeof(*ends)) : NULL;
    if (!ends)
        return err_nomem(e, want * TOKEN_FEATURES * sizeof(*rows));
    d->ends = ends;
    d->capacity = want;
    return ST_OK;
}

static enum status add_sample(struct tokenizer_data *d, size_t from, size_t until, struct err *e)
{
    if (d->num_samples == d->samples_capacity) {
        int want = d->samples_capacity ? 2 * d->samples_capacity : 256;
        struct sample_range *p = reallocarray(d->samples, (size_t)want, sizeof(*p));

        if (!p)
            return err_nomem(e, (size_t)want * sizeof(*p));
        d->samples = p;
        d->samples_capacity = want;
    }
    d->samples[d->num_samples++] = (struct sample_range){from, (int)(until - from)};
    return ST_OK;
}

/* Returns the unit that ends with the step, and moves *w forward. */
static enum step_end end_of(const struct text_view *d, const struct token_features *u, size_t *w)
{
    const struct text_word *word;

    while (*w < d->count && d->words[*w].end < u->end)
        ++*w;
    if (*w == d->count || d->words[*w].end != u->end)
        return END_NOTHING;
    word = &d->words[*w];
    return word->sentence_end ? END_SENTENCE : word->token_end ? END_TOKEN : END_WORD;
}

static enum status add_document(struct tokenizer_data *out, const struct tokenizer *t,
                                const struct text_view *d, bool joined,
                                const struct stop_flag *stop, struct err *e)
{
    struct stop_meter m = {.stop = stop};
    struct token_reader r;
    struct token_features u;
    size_t w = 0, from = out->count;
    enum status st = ST_OK;

    tokenizer_reader(&r, t, d->text, d->length);
    r.in.joined = joined;
    while (!st && token_features_next(&u, &r)) {
        st = stop_meter_take(&m, STRING_WORK) ? given_up(e) : reserve(out, e);
        if (st)
            break;
        memcpy(out->rows + out->count * TOKEN_FEATURES, u.rows, sizeof(u.rows));
        out->ends[out->count++] = (uint8_t)end_of(d, &u, &w);
        if (u.after == GAP_BLANK_LINE || u.after == GAP_END ||
            out->count - from == TRAIN_STEPS_MAX) {
            st = add_sample(out, from, out->count, e);
            from = out->count;
        }
    }
    return st;
}

/* Every text is learnt as it is, then with inserted line ends and blank lines read as spaces, and,
 * if it has blank lines, a third time all in one line. In the copies the net must find the sentence
 * ends that blank lines mark in the first. */
enum status tokenizer_data_init(struct tokenizer_data *out, struct tokenizer *t,
                                const struct text_view *documents, int count,
                                const struct stop_flag *stop, struct err *e)
{
    struct text_view *lined = NULL;
    enum status st = learn_splits(t, documents, count, stop, e);

    out->unknown_rate = (float)t->params.unknown_rate;
    if (!st)
        st = make_lined(&lined, documents, count, t->params.seed, e);
    if (!st)
        st = learn_rows(t, documents, lined, count, stop, e);
    for (int i = 0; !st && i < count; i++) {
        st = add_document(out, t, &documents[i], false, stop, e);
        if (!st)
            st = add_document(out, t, &lined[i], true, stop, e);
        if (!st && memchr(documents[i].text, '\n', documents[i].length))
            st = add_document(out, t, &documents[i], true, stop, e);
    }
    free_lined(lined, count);
    return st;
}

void tokenizer_data_release(struct tokenizer_data *d)
{
    free(d->rows);
    free(d->ends);
    free(d->samples);
    memset(d, 0, sizeof(*d));
}

static int sample_length(void *ctx, int32_t index)
{
    const struct tokenizer_data *d = ctx;

    return d->samples[index].length;
}

/* Keeps only the features look (1) and white space (2) of a step: those that an unknown step
 * has. */
static void forget(int32_t *rows)
{
    for (int f = 0; f < TOKEN_FEATURES; f++) {
        if (f != 1 && f != 2)
            rows[f] = -1;
    }
}

static void fill_column(struct batch *b, int j, const struct tokenizer_data *d, int32_t index,
                        struct rng *rng)
{
    const struct sample_range *s = &d->samples[index];

    for (int k = 0; k < b->T; k++) {
        size_t at = (size_t)k * (size_t)b->B + (size_t)j;
        int32_t *rows = b->ids + at * TOKEN_FEATURES;

        if (k >= s->length) {
            for (int f = 0; f < TOKEN_FEATURES; f++)
                rows[f] = -1;
            b->classes[at] = -1;
            continue;
        }
        memcpy(rows, d->rows + (s->from + (size_t)k) * TOKEN_FEATURES,
               TOKEN_FEATURES * sizeof(*rows));
        if (rng && rng_uniform(rng, 0, 1) < d->unknown_rate)
            forget(rows);
        b->classes[at] = d->ends[s->from + (size_t)k];
    }
}

static void fill_batch(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    const struct tokenizer_data *d = ctx;

    b->B = n;
    b->T = 0;
    for (int j = 0; j < n; j++) {
        b->lengths[j] = d->samples[index[j]].length;
        b->T = b->lengths[j] > b->T ? b->lengths[j] : b->T;
    }
    for (int j = 0; j < n; j++)
        fill_column(b, j, d, index[j], rng);
}

struct sample_source tokenizer_data_source(struct tokenizer_data *d)
{
    return (struct sample_source){.ctx = d,
                                  .num_samples = d->num_samples,
                                  .T_max = TRAIN_STEPS_MAX,
                                  .fill = fill_batch,
                                  .length = sample_length};
}
