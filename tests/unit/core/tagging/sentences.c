/* sentences.c - corpora and models for the tests of tagging: see sentences.h. */
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <lstm/checkpoint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char tutorial_text[] =
    "The/DET dog/NN ate/V the/DET apple/NN|Everybody/NN read/V that/DET book/NN";

/* Cuts s at the first c; returns the rest after it, or NULL. */
static char *cut(char *s, char c)
{
    char *at = strchr(s, c);

    if (!at)
        return NULL;
    *at = '\0';
    return at + 1;
}

void sentences_init(struct sentences *s, const char *text)
{
    size_t n = strlen(text);
    size_t words = 0;
    int count = 0;

    memset(s, 0, sizeof(*s));
    s->text = malloc(n + 1);
    s->views = calloc(n + 1, sizeof(*s->views));
    s->words = calloc(2 * (n + 1), sizeof(*s->words));
    ck_assert(s->text && s->views && s->words);
    memcpy(s->text, text, n + 1);
    for (char *rest = s->text, *line; (line = rest); count++) {
        struct sentence_view *v = &s->views[count];

        rest = cut(line, '|');
        v->tokens = s->words + words;
        v->tags[TAG_UPOS] = (const char *const *)s->words + n + 1 + words;
        for (char *token = line[0] ? line : NULL, *next; token; token = next) {
            char *slash;

            next = cut(token, ' ');
            slash = strrchr(token, '/');
            s->words[words] = token;
            s->words[n + 1 + words++] = slash ? cut(slash, '/') : NULL;
            v->length++;
        }
    }
    s->corpus = (struct corpus){.sentences = s->views, .count = count};
}

void sentences_release(struct sentences *s)
{
    free(s->text);
    free(s->views);
    free(s->words);
    free(s->xpos);
    free(s->feats);
    free(s->lemmas);
}

static const char *xpos_of(const char *token, const char *tag)
{
    static const char *const names[][3] = {
        {"DET", "det", "det-rare"}, {"NN", "nn", "nn-rare"}, {"V", "v", "v-rare"}};

    for (int i = 0; tag && i < 3; i++)
        if (strcmp(names[i][0], tag) == 0)
            return names[i][1 + (token[0] == 'w')];
    return NULL;
}

void sentences_add_xpos(struct sentences *s)
{
    size_t n = 0, at = 0;

    for (int i = 0; i < s->corpus.count; i++)
        n += (size_t)s->views[i].length;
    s->xpos = calloc(n + 1, sizeof(*s->xpos));
    ck_assert_ptr_nonnull(s->xpos);
    for (int i = 0; i < s->corpus.count; i++) {
        struct sentence_view *v = &s->views[i];

        v->tags[TAG_XPOS] = s->xpos + at;
        for (int k = 0; k < v->length; k++)
            s->xpos[at++] = xpos_of(v->tokens[k], v->tags[TAG_UPOS][k]);
    }
}

static const char *feats_of(const char *token, const char *tag)
{
    if (!tag)
        return NULL;
    if (strcmp(tag, "DET") == 0)
        return strcasecmp(token, "a") == 0 ? "Definite=Ind" : "Definite=Def";
    if (strcmp(tag, "V") == 0)
        return "VerbForm=Fin|Tense=Past";
    return strcmp(tag, "NN") == 0 && token[strlen(token) - 1] == 's' ? "Number=Plur" : "_";
}

static void lemma_of(char *out, const char *token, const char *tag)
{
    size_t n = strlen(token);

    for (size_t i = 0; i <= n; i++)
        out[i] = (char)(token[i] >= 'A' && token[i] <= 'Z' ? token[i] + 32 : token[i]);
    if (strcmp(out, "ate") == 0)
        memcpy(out, "eat", 4);
    else if (tag && strcmp(tag, "V") == 0 && strcmp(out, "saw") == 0)
        memcpy(out, "see", 4);
    else if (tag && strcmp(tag, "V") == 0 && n > 2 && strcmp(out + n - 2, "ed") == 0)
        out[n - 2] = '\0';
    else if (tag && strcmp(tag, "NN") == 0 && out[n - 1] == 's')
        out[n - 1] = '\0';
}

void sentences_add_words(struct sentences *s)
{
    size_t n = 0, at = 0, bytes = 1;
    char *text;

    for (int i = 0; i < s->corpus.count; i++) {
        n += (size_t)s->views[i].length;
        for (int k = 0; k < s->views[i].length; k++)
            bytes += strlen(s->views[i].tokens[k]) + 4;
    }
    s->feats = calloc(2 * n + 1, sizeof(*s->feats));
    s->lemmas = text = calloc(bytes, 1);
    ck_assert(s->feats && text);
    for (int i = 0; i < s->corpus.count; i++) {
        struct sentence_view *v = &s->views[i];

        v->feats = s->feats + at;
        v->lemmas = s->feats + n + at;
        for (int k = 0; k < v->length; k++, at++) {
            s->feats[at] = feats_of(v->tokens[k], v->tags[TAG_UPOS][k]);
            s->feats[n + at] = text;
            lemma_of(text, v->tokens[k], v->tags[TAG_UPOS][k]);
            text += strlen(text) + 1;
        }
    }
}

void sentences_random(struct sentences *s, int count, unsigned seed)
{
    static const char *const words[][4] = {{"the/DET", "a/DET", "that/DET", "every/DET"},
                                           {"dog/NN", "cat/NN", "book/NN", "apple/NN"},
                                           {"ate/V", "saw/V", "read/V", "liked/V"}};
    static const int order[] = {0, 1, 2, 0, 1, 2, 0};
    size_t size = (size_t)count * 128 + 1, at = 0;
    char *text = calloc(size, 1);
    struct rng r;

    ck_assert_ptr_nonnull(text);
    rng_seed(&r, seed);
    for (int i = 0; i < count; i++) {
        int length = 1 + (int)rng_below(&r, 7);

        for (int k = 0; k < length; k++) {
            char rare[32];
            const char *w = words[order[k]][rng_below(&r, 4)];

            snprintf(rare, sizeof(rare), "w%u%s", rng_below(&r, 1000), strchr(w, '/'));
            at += (size_t)snprintf(text + at, size - at, "%s%s",
                                   k   ? " "
                                   : i ? "|"
                                       : "",
                                   rng_below(&r, 8) ? w : rare);
        }
    }
    sentences_init(s, text);
    free(text);
}

enum status predict_upos(int *best, float *score, float *log_probs, const struct tagger *t,
                         const struct sentence_view *sentences, int n, struct err *e)
{
    struct tag_output out[TAG_COLUMNS] = {0};

    out[TAG_UPOS] = (struct tag_output){best, score, log_probs};
    return tagger_predict(out, t, sentences, n, e);
}

struct tagger *tagger_of_words(const struct sentences *s, const struct fit_hooks *hooks)
{
    struct params p;
    struct tagger *t = NULL;
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 3;
    p.embedding_dim = 2;
    p.members = 1;
    p.epochs = 1;
    p.test_size = 0;
    ck_assert_msg(tagger_fit(&t, &s->corpus, &p, hooks, &e) == ST_OK, "%s", e.message);
    return t;
}

struct word_analysis analyse_tagged(const struct tagger *t, const struct sentences *s)
{
    struct tag_output out[TAG_COLUMNS] = {0};
    struct word_analysis a = {0};
    struct err e = {0};
    size_t n = 0;

    for (int i = 0; i < s->corpus.count; i++)
        n += (size_t)s->views[i].length;
    for (int c = 0; c < TAG_COLUMNS; c++) {
        size_t at = 0;

        out[c].best = calloc(n + 1, sizeof(*out[c].best));
        ck_assert_ptr_nonnull(out[c].best);
        for (int i = 0; tagger_has(t, (enum tag_column)c) && i < s->corpus.count; i++)
            for (int k = 0; s->views[i].tags[c] && k < s->views[i].length; k++, at++)
                for (int j = 0; j < tagger_num_tags(t, (enum tag_column)c); j++)
                    if (s->views[i].tags[c][k] &&
                        strcmp(s->views[i].tags[c][k], tagger_tag(t, (enum tag_column)c, j)) == 0)
                        out[c].best[at] = j;
    }
    ck_assert_int_eq(tagger_analyse(&a, t, s->views, s->corpus.count, out, &e), ST_OK);
    for (int c = 0; c < TAG_COLUMNS; c++)
        free(out[c].best);
    return a;
}

/* The score follows from h = tanh(tanh(10 e)), which is 0.7616 for e = 1 and -0.7616 for e = -1,
 * and from the logits +-2 h. */
const double tagger_by_hand_score = 0.95463;

void tagger_by_hand(uint8_t **bytes, size_t *len)
{
    static const float embedding[3] = {1, 1, -1}, w_ih[4] = {0, 0, 10, 0}, w_hh[4] = {0};
    static const float bias[4] = {30, -30, 0, 30}, zero[4] = {0}, linear[2] = {2, -2};
    static const char *const words[] = {"<unk>", "good", "bad"}, *const tags[] = {"A", "B"};
    static const int64_t s31[2] = {3, 1}, s41[2] = {4, 1}, s4 = 4, s21[2] = {2, 1}, s2 = 2;
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "lstmd.task", "tag", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "hidden_size", "1", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "embedding_dim", "1", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "num_layers", "1", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set(c, "bidirectional", "False", &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_strings(c, "vocabulary", words, 3, &e), ST_OK);
    ck_assert_int_eq(checkpoint_set_strings(c, "tags", tags, 2, &e), ST_OK);
    /* in the order in which other programs may write them */
    ck_assert_int_eq(checkpoint_add(c, "linear.bias", CKPT_F32, &s2, 1, zero, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "linear.weight", CKPT_F32, s21, 2, linear, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.bias_hh_l0", CKPT_F32, &s4, 1, zero, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.bias_ih_l0", CKPT_F32, &s4, 1, bias, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight_hh_l0", CKPT_F32, s41, 2, w_hh, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight_ih_l0", CKPT_F32, s41, 2, w_ih, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "embedding.weight", CKPT_F32, s31, 2, embedding, &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(bytes, len, c, &e), ST_OK);
    checkpoint_free(c);
}
