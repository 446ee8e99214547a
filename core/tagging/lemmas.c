/* lemmas.c - see lemmas.h. */
#include "core/tagging/lemmas.h"

#include <lstm/rng.h>
#include <lstm/utf8.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { PASSES = 5, TOKEN_WORK = 1024 };
enum { ENDINGS = 3 };     /* code points of the longest ending whose rules are looked for */
enum { RULES_MOST = 64 }; /* candidates for a word */
enum { WORDS_LEAST = 3 }; /* that have a rule, before others may get it */
enum { KEYS = PERCEPTRON_KEYS_MAX, UNKNOWN = 5 };

void lemmas_release(struct lemmas *l)
{
    vocabulary_release(&l->rules);
    free(l->parsed);
    sparse_release(&l->seen);
    sparse_release(&l->endings);
    sparse_release(&l->weights);
    l->parsed = NULL;
}

size_t lemmas_bytes(const struct lemmas *l)
{
    return vocabulary_bytes(&l->rules) + (size_t)l->rules.count * sizeof(*l->parsed) +
           sparse_bytes(&l->seen) + sparse_bytes(&l->endings) + sparse_bytes(&l->weights);
}

bool lemma_is_learnable(const char *lemma)
{
    size_t n = strnlen(lemma, LEMMA_BYTES_MAX + 1);

    return n > 0 && n <= LEMMA_BYTES_MAX && utf8_printable(lemma, n);
}

uint64_t lemma_tags(const struct lemma_text *text, size_t token)
{
    uint64_t tag = tag_hash(text->hashes, &text->tags, token);

    if (!text->feats)
        return both_hash(text->hashes, &text->tags, token);
    return mix64(tag * UINT64_C(0x9E3779B97F4A7C15) +
                 (text->bundles[token] < 0 ? UNKNOWN : text->feats->hash[text->bundles[token]]));
}

/* A word with its tags. */
struct lexeme {
    const struct word_hash *word;
    uint64_t tag, all; /* hashes of its tag, and of all that is known */
};

static struct lexeme lexeme_of(const struct lemma_text *t, size_t token)
{
    return (struct lexeme){&t->words->hash[t->words->types[token]],
                           tag_hash(t->hashes, &t->tags, token), lemma_tags(t, token)};
}

/* ---- keys ---- */

static uint32_t seen_key(uint64_t form, uint64_t tags)
{
    return pair_key(1, form, tags);
}

/* Of the ending of n code points; n = 0: of all words. all false: with any features. */
static uint32_t ending_key(const struct lexeme *x, int n, bool all)
{
    return pair_key(all ? 10 + (uint64_t)n : 9, all ? x->all : x->tag,
                    n ? x->word->suffix[n - 1] : 0);
}

static int keys_of(uint32_t keys[KEYS], const struct lexeme *x)
{
    const struct word_hash *w = x->word;
    int n = 0;

    keys[n++] = pair_key(20, x->all, 0);
    keys[n++] = pair_key(21, x->tag, 0);
    keys[n++] = pair_key(22, x->all, w->shape);
    for (int i = 0; i < WORD_SUFFIXES && w->suffix[i]; i++)
        keys[n++] = pair_key(23, x->tag, w->suffix[i]);
    for (int i = 0; i < ENDINGS && w->suffix[i]; i++)
        keys[n++] = pair_key(24, x->all, w->suffix[i]);
    for (int i = 0; i < WORD_PREFIXES && w->prefix[i]; i++)
        keys[n++] = pair_key(25, x->tag, w->prefix[i]);
    return n;
}

/* ---- rules that a word can have ---- */

static bool fits(const struct lemmas *l, int32_t rule, const struct lexeme *x)
{
    const struct edit_script *s = &l->parsed[rule];

    return s->letter == '=' || s->removed_before + s->removed_after < x->word->length;
}

/* Writes those rules of a row that x can have; returns their number. They were seen with words that
 * share an ending of n code points with x. A rule that removes more than this is no rule for x, if
 * the ending could be longer. */
static int take_fitting(int32_t rules[RULES_MOST], const struct lemmas *l, struct sparse_row r,
                        const struct lexeme *x, int n)
{
    int count = 0;

    for (int i = 0; i < r.count && count < RULES_MOST; i++)
        if (fits(l, r.label[i], x) && (n == ENDINGS || l->parsed[r.label[i]].removed_after <= n))
            rules[count++] = r.label[i];
    return count;
}

/* The rules of words with the longest ending of x that any of them has. */
static int candidates(int32_t rules[RULES_MOST], const struct lemmas *l, const struct lexeme *x)
{
    int n = 0;

    for (int k = ENDINGS; n == 0 && k >= 0; k--)
        if (k == 0 || x->word->suffix[k - 1])
            n = take_fitting(rules, l, sparse_find(&l->endings, ending_key(x, k, true)), x, k);
    return n ? n : take_fitting(rules, l, sparse_find(&l->endings, ending_key(x, 0, false)), x, 0);
}

/* ---- lemmas ---- */

/* The rule of a word of the training part; -1: it has no such word that this rule fits. */
static int32_t known_rule(const struct lemmas *l, const struct lexeme *x)
{
    const uint64_t form[] = {x->word->exact, x->word->word}, tags[] = {x->all, x->tag};

    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) {
            struct sparse_row r = sparse_find(&l->seen, seen_key(form[i], tags[k]));

            if (r.count && fits(l, r.label[0], x))
                return r.label[0];
        }
    return -1;
}

void lemma_of(char out[EDITED_MAX + 1], const struct lemmas *l, struct perceptron_work *w,
              const struct lemma_text *text, size_t token)
{
    const char *form = text->words->forms.words[text->words->types[token]];
    struct lexeme x = lexeme_of(text, token);
    int32_t rules[RULES_MOST], rule = known_rule(l, &x);
    int n = rule < 0 ? candidates(rules, l, &x) : 0;

    if (n > 0) {
        uint32_t keys[KEYS];

        rule = rules[perceptron_best(w, &l->weights, keys, keys_of(keys, &x), rules, n)];
    }
    if (rule < 0 || !edit_script_apply(out, &l->parsed[rule], form))
        memcpy(out, form, strlen(form) + 1);
}

/* ---- training ---- */

struct item {
    size_t token; /* the first of its kind */
    int32_t rule;
};
struct fitting {
    struct lemmas *l;
    const struct lemma_text *text;
    struct item *items; /* one for each form with its tags */
    int32_t count, capacity;
    struct feature_index kinds;
    struct sparse_draft seen, endings;
    int32_t *words; /* (rules) items that have each rule */
    int32_t *order; /* (items) */
    struct perceptron_work work;
    struct perceptron_fit fit;
    struct stop_meter meter;
};

static enum status add_item(struct fitting *x, uint32_t key, size_t token, struct err *e)
{
    int32_t number, before = x->kinds.count;
    enum status st = feature_index_add(&number, &x->kinds, key, e);

    if (st || number < before)
        return st;
    if (x->count == x->capacity) {
        int32_t size = x->capacity ? 2 * x->capacity : 1024;
        struct item *p = realloc(x->items, (size_t)size * sizeof(*p));

        if (!p)
            return err_nomem(e, (size_t)size * sizeof(*p));
        x->items = p;
        x->capacity = size;
    }
    x->items[x->count++] = (struct item){.token = token};
    return ST_OK;
}

/* Counts the rule of one token. */
static enum status count_token(struct fitting *x, size_t token, const char *lemma, struct err *e)
{
    const char *form = x->text->words->forms.words[x->text->words->types[token]];
    struct lexeme w = lexeme_of(x->text, token);
    uint32_t key = seen_key(w.word->exact, w.all);
    char text[EDIT_SCRIPT_MAX + 1];
    int32_t rule;
    enum status st;

    edit_script_of(text, form, lemma);
    rule = vocabulary_find(&x->l->rules, text);
    if (rule < 0 && x->l->rules.count == LEMMA_RULES_MAX)
        return ST_OK;
    st = vocabulary_add(&rule, &x->l->rules, text, LEMMA_RULES_MAX, "rules", e);
    if (!st)
        st = sparse_count(&x->seen, key, rule, 1, e);
    if (!st)
        st = sparse_count(&x->seen, seen_key(w.word->exact, w.tag), rule, 1, e);
    return st ? st : add_item(x, key, token, e);
}

static enum status count_all(struct fitting *x, const struct sentence_view *s, int count,
                             struct err *e)
{
    size_t token = 0;
    enum status st = ST_OK;

    for (int i = 0; !st && i < count; i++) {
        for (int k = 0; !st && k < s[i].length; k++, token++)
            if (s[i].lemmas && s[i].lemmas[k] && lemma_is_learnable(s[i].lemmas[k]) &&
                strlen(s[i].tokens[k]) <= TOKEN_BYTES_MAX)
                st = count_token(x, token, s[i].lemmas[k], e);
        if (!st && stop_meter_take(&x->meter, TOKEN_WORK * (size_t)s[i].length))
            st = tagging_given_up(e);
    }
    return st ? st : sparse_finish(&x->l->seen, &x->seen, 1, 1, e);
}

static enum status parse_rules(struct lemmas *l, struct err *e)
{
    l->parsed = calloc((size_t)l->rules.count + 1, sizeof(*l->parsed));
    if (!l->parsed)
        return err_nomem(e, (size_t)l->rules.count * sizeof(*l->parsed));
    for (int i = 0; i < l->rules.count; i++)
        if (!edit_script_parse(&l->parsed[i], l->rules.words[i]))
            return err_set(e, ST_CORRUPT, "checkpoint: metadata lemma.rules has \"%.60s\"",
                           l->rules.words[i]);
    return ST_OK;
}

/* Sets the rule of each item, and counts how many items have each. */
static enum status count_rules(struct fitting *x, struct err *e)
{
    x->words = calloc((size_t)x->l->rules.count + 1, sizeof(*x->words));
    x->order = calloc((size_t)x->count + 1, sizeof(*x->order));
    if (!x->words || !x->order)
        return err_nomem(e, (size_t)x->count * sizeof(*x->order));
    for (int32_t i = 0; i < x->count; i++) {
        struct lexeme w = lexeme_of(x->text, x->items[i].token);
        struct sparse_row r = sparse_find(&x->l->seen, seen_key(w.word->exact, w.all));

        x->order[i] = i;
        x->items[i].rule = r.count ? r.label[0] : -1;
        if (r.count)
            x->words[r.label[0]]++;
    }
    return ST_OK;
}

static enum status count_endings(struct fitting *x, struct err *e)
{
    enum status st = ST_OK;

    for (int32_t i = 0; !st && i < x->count; i++) {
        struct lexeme w = lexeme_of(x->text, x->items[i].token);
        int32_t rule = x->items[i].rule;

        if (rule < 0 || x->words[rule] < WORDS_LEAST || x->l->parsed[rule].letter == '=')
            continue;
        for (int k = ENDINGS; !st && k >= 0; k--)
            if (k == 0 || w.word->suffix[k - 1])
                st = sparse_count(&x->endings, ending_key(&w, k, true), rule, 1, e);
        if (!st)
            st = sparse_count(&x->endings, ending_key(&w, 0, false), rule, 1, e);
        if (!st && stop_meter_take(&x->meter, TOKEN_WORK))
            st = tagging_given_up(e);
    }
    return st ? st : sparse_finish(&x->l->endings, &x->endings, 1, RULES_MOST, e);
}

static enum status learn_item(struct fitting *x, const struct item *item, struct err *e)
{
    struct lexeme w = lexeme_of(x->text, item->token);
    int32_t rules[RULES_MOST];
    int n = candidates(rules, x->l, &w), truth = 0;
    uint32_t keys[KEYS];

    while (truth < n && rules[truth] != item->rule)
        truth++;
    if (n < 2 || truth == n)
        return ST_OK;
    return perceptron_step(&x->fit, &x->work, keys, keys_of(keys, &w), rules, n, truth, e);
}

static enum status learn(struct fitting *x, uint64_t seed, struct err *e)
{
    struct rng rng;
    enum status st = perceptron_work_init(&x->work, x->l->rules.count, e);

    rng_seed(&rng, seed);
    for (int pass = 0; !st && pass < PASSES; pass++) {
        rng_shuffle(&rng, x->order, x->count);
        for (int32_t i = 0; !st && i < x->count; i++) {
            st = learn_item(x, &x->items[x->order[i]], e);
            if (!st && stop_meter_take(&x->meter, TOKEN_WORK))
                st = tagging_given_up(e);
        }
    }
    return st ? st : perceptron_end(&x->l->weights, &x->fit, e);
}

/* Begins with the rules, counts and weights of an earlier model. */
static enum status start_from(struct fitting *x, const struct lemmas *from, struct err *e)
{
    enum status st = ST_OK;
    int32_t id;

    for (int i = 0; !st && i < from->rules.count; i++)
        st = vocabulary_add(&id, &x->l->rules, from->rules.words[i], LEMMA_RULES_MAX, "rules", e);
    if (!st)
        st = sparse_count_all(&x->seen, &from->seen, e);
    if (!st)
        st = sparse_count_all(&x->endings, &from->endings, e);
    return st ? st : perceptron_start(&x->fit, &from->weights, e);
}

enum status lemmas_fit(struct lemmas *out, const struct sentence_view *sentences, int count,
                       const struct lemma_text *text, uint64_t seed, const struct lemmas *from,
                       const struct stop_flag *stop, struct err *e)
{
    struct fitting x = {.l = out, .text = text, .meter = {.stop = stop}};
    enum status st = from ? start_from(&x, from, e) : ST_OK;

    if (!st)
        st = count_all(&x, sentences, count, e);
    if (!st)
        st = parse_rules(out, e);
    if (!st)
        st = count_rules(&x, e);
    if (!st)
        st = count_endings(&x, e);
    if (!st)
        st = learn(&x, seed, e);
    sparse_draft_release(&x.seen);
    sparse_draft_release(&x.endings);
    perceptron_work_release(&x.work);
    perceptron_fit_release(&x.fit);
    feature_index_release(&x.kinds);
    free(x.items);
    free(x.words);
    free(x.order);
    return st;
}

/* ---- files ---- */

enum status lemmas_save(struct checkpoint *to, const struct lemmas *l, struct err *e)
{
    enum status st;

    if (l->rules.count == 0)
        return ST_OK;
    st = checkpoint_set_strings(to, "lemma.rules", (const char *const *)l->rules.words,
                                (size_t)l->rules.count, e);
    if (!st)
        st = sparse_save(to, "lemma.seen", &l->seen, e);
    if (!st)
        st = sparse_save(to, "lemma.endings", &l->endings, e);
    return st ? st : sparse_save(to, "lemma.weights", &l->weights, e);
}

enum status lemmas_load(struct lemmas *out, const struct checkpoint *from, struct err *e)
{
    int n = out->rules.count;
    enum status st = parse_rules(out, e);

    if (!st)
        st = sparse_load(&out->seen, from, "lemma.seen", n, e);
    if (!st)
        st = sparse_load(&out->endings, from, "lemma.endings", n, e);
    return st ? st : sparse_load(&out->weights, from, "lemma.weights", n, e);
}
