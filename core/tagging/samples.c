/* samples.c - numbered sentences: see core/tagging/samples.h.
 *
 * Rare words of the training part stand in for words that do not occur there, so that the row of
 * the unknown word is trained. Each time they are chosen anew, with a probability that falls with
 * their count (Kiperwasser & Goldberg 2016, section 4). A chosen word looks as if the training part
 * had never had it: the prefixes and suffixes that it shares with no other word are missing,
 * too. */
#include "core/tagging/samples.h"

#include "core/tagging/features.h"

#include <stdlib.h>
#include <string.h>

/* Largest size of the feature tables of several nets together; 10 MB in a file. */
enum { JOINED_FLOATS = 5000000 };
enum { TOKEN_WORK = 256, FORM_WORK = 8192 }; /* estimated operations for one */

void samples_release(struct samples *s)
{
    free(s->offset);
    free(s->types);
    for (int c = 0; c < TAG_COLUMNS; c++)
        free(s->classes[c]);
    case_variants_release(&s->variants);
    vocabulary_release(&s->forms);
    free(s->rows);
    free(s->dropped_rows);
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

static enum status number_tag(int32_t *class, struct vocabulary *tags, const char *tag, bool learn,
                              struct err *e)
{
    *class = tag ? vocabulary_find(tags, tag) : -1;
    if (*class >= 0 || !tag || !learn)
        return ST_OK;
    return vocabulary_add(class, tags, tag, TAGS_MAX, "tags", e);
}

static enum status number_tags(struct samples *s, struct tagger *t, const struct sentence_view *v,
                               bool learn, struct err *e)
{
    struct stop_meter m = {.stop = s->stop};
    enum status st = ST_OK;

    for (int c = 0, k = 0; c < TAG_COLUMNS; c++) {
        size_t at = 0;

        if (!tagging_wants(&t->params, (enum tag_column)c))
            continue;
        for (int i = 0; !st && i < s->count; i++) {
            for (int j = 0; !st && j < v[i].length; j++, at++)
                st = number_tag(&s->classes[k][at], &t->tags[c],
                                v[i].tags[c] ? v[i].tags[c][j] : NULL, learn, e);
            if (stop_meter_take(&m, TOKEN_WORK * (size_t)v[i].length))
                st = tagging_given_up(e);
        }
        k++;
    }
    return st;
}

/* ---- words ---- */

static enum status number_forms(struct samples *s, const struct params *p,
                                const struct sentence_view *v, struct err *e)
{
    char space[FORM_BYTES_MAX + 1];
    struct stop_meter m = {.stop = s->stop};
    enum status st = ST_OK;
    size_t at = 0;

    for (int i = 0; !st && i < s->count; i++) {
        bool uniform = tagging_is_uniform(p, &v[i]);

        for (int j = 0; !st && j < v[i].length; j++, at++)
            st = vocabulary_add(&s->types[at], &s->forms, tagging_form(space, p, &v[i], uniform, j),
                                NET_VOCAB_MAX, "words", e);
        if (stop_meter_take(&m, TOKEN_WORK * (size_t)v[i].length))
            st = tagging_given_up(e);
    }
    return st;
}

/* Counts of tokens in the training part. */
struct token_counts {
    int *form; /* (forms) tokens of this form */
    int *word; /* (forms) tokens whose form folds to the same word */
    int *row;  /* (rows) tokens that have this row; NULL: no word shares its rows */
};

static void token_counts_release(struct token_counts *n)
{
    free(n->form);
    free(n->word);
    free(n->row);
}

static enum status count_forms(struct token_counts *out, const struct samples *s, struct err *e)
{
    size_t size = (size_t)s->forms.count + 1;

    out->form = calloc(size, sizeof(*out->form));
    out->word = calloc(size, sizeof(*out->word));
    if (!out->form || !out->word)
        return err_nomem(e, size * sizeof(*out->form));
    for (size_t i = 0; i < s->offset[s->count]; i++)
        out->form[s->types[i]]++;
    return ST_OK;
}

/* All features of all forms, and how many tokens have each. */
struct feature_counts {
    struct vocabulary names;
    int *count; /* (capacity) */
    int capacity;
};

static void counts_release(struct feature_counts *f)
{
    vocabulary_release(&f->names);
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

/* Whether feature k of a form is counted. Parts are not if the form has no blanks, nor is the name
 * that a word in a sentence of one case may be. */
static bool is_counted(const struct features *f, int k)
{
    return f->name[k] && (k < FEATURE_FIRST_PART || f->parted) &&
           (k != FEATURE_FORM || !f->uniform);
}

static enum status counts_add(struct feature_counts *f, const char *token, int n, struct err *e)
{
    struct features features;
    enum status st = features_of(&features, token, e);

    for (int k = 0; !st && k < NUM_FEATURES; k++) {
        int before = f->names.count;
        int32_t id;

        if (!is_counted(&features, k))
            continue;
        st = counts_room(f, e);
        if (!st)
            st = vocabulary_add(&id, &f->names, features.name[k], INT32_MAX / 2, "features", e);
        if (st)
            break;
        if (id == before)
            f->count[id] = 0;
        f->count[id] += n;
    }
    return st;
}

/* The most rows that the size of the table allows. */
static int64_t most_rows(const struct tagger *t)
{
    return (t->params.members > 1 ? JOINED_FLOATS : SAMPLES_TABLE_FLOATS) /
           tagger_net_config(t).input_size;
}

/* Returns how often a feature must occur to get a row of its own in any case. */
static int choose_least(const struct feature_counts *f, int64_t most)
{
    for (int least = 1;; least++) {
        int64_t rows = 0;

        for (int i = 0; i < f->names.count; i++)
            rows += f->count[i] >= least;
        if (rows <= most)
            return least;
    }
}

/* Gives a row to every feature of at least `least` tokens. The remaining rows go to the first
 * features that have one token less. */
static enum status choose_rows(struct token_counts *n, struct tagger *t,
                               const struct feature_counts *f, struct err *e)
{
    int64_t most = most_rows(t);
    int least = choose_least(f, most);
    size_t size = (size_t)f->names.count + (size_t)t->words.count + 1; /* with earlier rows */
    enum status st = ST_OK;

    n->row = calloc(size, sizeof(*n->row));
    if (!n->row)
        return err_nomem(e, size * sizeof(*n->row));
    for (int more = 0; more < 2; more++)
        for (int i = 0; !st && i < f->names.count; i++) {
            bool often = f->count[i] >= least - more && (!more || t->words.count < most);
            int32_t id;

            if (!often && vocabulary_find(&t->words, f->names.words[i]) < 0)
                continue;
            st = vocabulary_add(&id, &t->words, f->names.words[i], NET_VOCAB_MAX, "features", e);
            if (!st)
                n->row[id] = f->count[i];
        }
    return st;
}

/* Returns how many tokens have the word of a form. In a sentence that is written in one case the
 * word is both that in small letters and the name. At least 1. */
static int count_of(const struct feature_counts *f, const struct features *form)
{
    int sum = 0;

    for (int k = FEATURE_WORD; k <= FEATURE_FORM; k++) {
        bool word = k == FEATURE_WORD || form->uniform;
        int32_t id = word && form->name[k] ? vocabulary_find(&f->names, form->name[k]) : -1;

        sum += id >= 0 && f->count ? f->count[id] : 0;
    }
    return sum > 0 ? sum : 1;
}

static enum status learn_features(struct token_counts *n, const struct samples *s, struct tagger *t,
                                  struct err *e)
{
    struct feature_counts f = {0};
    struct stop_meter m = {.stop = s->stop};
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->forms.count; i++) {
        if (n->form[i] > 0) /* else it is a variant */
            st = counts_add(&f, s->forms.words[i], n->form[i], e);
        if (stop_meter_take(&m, FORM_WORK))
            st = tagging_given_up(e);
    }
    if (!st)
        st = choose_rows(n, t, &f, e);
    for (int i = 0; !st && i < s->forms.count; i++) {
        struct features features;

        if (stop_meter_take(&m, FORM_WORK)) {
            st = tagging_given_up(e);
            break;
        }
        st = features_of(&features, s->forms.words[i], e);
        if (!st)
            n->word[i] = count_of(&f, &features);
    }
    counts_release(&f);
    return st;
}

static enum status learn_words(struct token_counts *n, const struct samples *s, struct tagger *t,
                               struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->forms.count; i++) {
        int32_t id;

        st = vocabulary_add(&id, &t->words, s->forms.words[i], NET_VOCAB_MAX, "words", e);
        n->word[i] = n->form[i];
    }
    return st;
}

static enum status learn(struct token_counts *n, struct samples *s, struct tagger *t, struct err *e)
{
    int32_t unknown;
    enum status st = count_forms(n, s, e);

    if (!st)
        st = vocabulary_add(&unknown, &t->words, WORD_UNKNOWN, NET_VOCAB_MAX, "words", e);
    if (!st)
        st = t->params.features == FEATURES_WORD ? learn_words(n, s, t, e)
                                                 : learn_features(n, s, t, e);
    if (!st)
        tagger_count_words(t);
    return st;
}

static enum status find_rows(struct samples *s, const struct tagger *t, struct err *e)
{
    size_t F = (size_t)s->num_features, n = (size_t)s->forms.count;
    struct stop_meter m = {.stop = s->stop};
    enum status st = ST_OK;

    s->rows = calloc(n * F + 1, sizeof(*s->rows));
    if (!s->rows)
        return err_nomem(e, n * F * sizeof(*s->rows));
    for (size_t i = 0; !st && i < n; i++) {
        st = tagger_rows(s->rows + i * F, t, s->forms.words[i], e);
        if (stop_meter_take(&m, FORM_WORK))
            st = tagging_given_up(e);
    }
    return st;
}

/* alpha / (alpha + n), with the alpha for which the result is r when n = 1. */
static double drop_rate(double r, int n)
{
    return r / (r + n * (1 - r));
}

/* Returns whether no other word has this row of form i. Counts cannot show this for a shape,
 * because folding removes it; a shape therefore counts as shared. So do the parts of a form without
 * blanks. */
static bool is_own(const struct samples *s, const struct token_counts *n, size_t i, size_t kind,
                   int32_t row)
{
    if (kind == FEATURE_FORM || !n->row)
        return true;
    if (kind == FEATURE_SHAPE || (kind >= FEATURE_FIRST_PART && !strchr(s->forms.words[i], ' ')))
        return false;
    return n->row[row] <= n->word[i];
}

/* Sets how often a form is replaced by the unknown word, and the rows that it keeps then: those
 * that other words have, too. */
static enum status prepare_unknown(struct samples *s, const struct token_counts *n, double rate,
                                   struct err *e)
{
    size_t F = (size_t)s->num_features, forms = (size_t)s->forms.count;

    s->drop_rate = calloc(forms + 1, sizeof(*s->drop_rate));
    s->dropped_rows = calloc(forms * F + 1, sizeof(*s->dropped_rows));
    if (!s->drop_rate || !s->dropped_rows)
        return err_nomem(e, forms * F * sizeof(*s->dropped_rows));
    for (size_t i = 0; i < forms; i++) {
        int32_t *to = s->dropped_rows + i * F;

        s->drop_rate[i] = (float)drop_rate(rate, n->word[i]);
        for (size_t k = FEATURE_FORM; k < F; k++) {
            to[k] = s->rows[i * F + k];
            if (to[k] >= 0 && is_own(s, n, i, k, to[k]))
                to[k] = -1;
        }
    }
    return ST_OK;
}

enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learning, struct err *e)
{
    const struct sentence_view *v = c->sentences + first;
    struct token_counts n = {0};
    enum status st = allocate(s, t, v, count, e);

    if (!st)
        st = number_tags(s, t, v, learning, e);
    if (!st)
        st = number_forms(s, &t->params, v, e);
    if (!st && learning && t->params.features == FEATURES_CASES)
        st = case_variants_init(&s->variants, &s->forms, s->types, v, count, s->stop, e);
    if (!st && learning)
        st = learn(&n, s, t, e);
    if (!st)
        st = find_rows(s, t, e);
    if (!st && learning && t->params.unknown_rate > 0)
        st = prepare_unknown(s, &n, t->params.unknown_rate, e);
    token_counts_release(&n);
    return st;
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

static void fill_token(int32_t *ids, const struct samples *s, int32_t type, struct rng *rng)
{
    size_t F = (size_t)s->num_features;
    bool drop = rng && s->drop_rate && rng_uniform(rng, 0.0F, 1.0F) < s->drop_rate[type];

    memcpy(ids, (drop ? s->dropped_rows : s->rows) + (size_t)type * F, F * sizeof(*ids));
}

/* Fills column j of the time-first batch. Padding is word 0 without a tag. */
static void fill_column(struct batch *b, int j, const struct samples *s, int32_t index,
                        struct rng *rng)
{
    const int32_t *types = rng ? case_variants_draw(&s->variants, s->types, rng) : s->types;
    size_t from = s->offset[index], F = (size_t)s->num_features;
    int length = b->lengths[j];

    for (int k = 0; k < b->T; k++) {
        size_t at = (size_t)k * (size_t)b->B + (size_t)j;

        for (int c = 0; c < s->num_columns; c++)
            b->classes[(size_t)c * (size_t)b->T * (size_t)b->B + at] =
                k < length ? s->classes[c][from + (size_t)k] : -1;
        if (k < length)
            fill_token(b->ids + at * F, s, types[from + (size_t)k], rng);
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
