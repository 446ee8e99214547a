/* bench_tagger_robust.c - the default tag recipe on text as people write it.
 *
 * usage: bench_tagger_robust [FOLDER]
 *   FOLDER  with {en_ewt,vi_vtb}-ud-{train,dev,test}.conllu.gz; default ../shared/data/tagging
 * Protocol: one fit of each treebank, seed 0, its weights chosen on dev, and a tokenizer of the
 * same treebank. The first rows are made-up sentences: how many of them come out right. The others
 * are the test part with gold tokens, each token changed in the same way, and UPOS in percent. */
#include "tests/bench/treebank.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

enum { TOKEN_MAX = 4096, TEXT_MAX = 256, WORDS_MAX = 64 };

struct fitted {
    struct tagged_set train, dev, test;
    struct tagger *tagger;
    struct tokenizer *splitter;
};

/* ---- fitting ---- */

static enum status fit_tagger(struct fitted *f, struct err *e)
{
    int count = f->train.count + f->dev.count;
    struct sentence_view *v = calloc((size_t)count, sizeof(*v));
    struct params p;
    enum status st = v ? params_defaults(&p, TASK_TAG, NULL, e) : err_nomem(e, 0);

    if (!st) {
        treebank_views(treebank_views(v, &f->train), &f->dev);
        p.test_size = f->dev.count;
        st = tagger_fit(&f->tagger, &(struct corpus){v, count}, &p, NULL, e);
    }
    free(v);
    return st;
}

static enum status fit_splitter(struct fitted *f, struct err *e)
{
    struct raw_text learn = {0};
    struct tokenizer_params p;
    enum status st = raw_text_init(&learn, &f->train, false) ? ST_OK : err_nomem(e, 0);

    tokenizer_defaults(&p);
    if (!st)
        st = tokenizer_fit(&f->splitter, learn.documents.items, learn.documents.count, &p, NULL,
                           NULL, e);
    raw_text_release(&learn);
    return st;
}

static void release(struct fitted *f)
{
    tagger_free(f->tagger);
    tokenizer_free(f->splitter);
    tagged_set_release(&f->train);
    tagged_set_release(&f->dev);
    tagged_set_release(&f->test);
}

static enum status fit(struct fitted *f, const char *folder, const char *name, struct err *e)
{
    enum status st;

    if (!treebank_load(&f->train, folder, name, "train") ||
        !treebank_load(&f->dev, folder, name, "dev") ||
        !treebank_load(&f->test, folder, name, "test"))
        return err_set(e, ST_NOT_FOUND, "%s is not in %s", name, folder);
    st = fit_tagger(f, e);
    return st ? st : fit_splitter(f, e);
}

/* ---- made-up sentences ---- */

/* The words of a text, NUL-terminated in space, and how many. */
static int split(char words[WORDS_MAX][TEXT_MAX], const struct fitted *f, const char *text)
{
    struct text_word *w = NULL;
    size_t count = 0;
    struct err e = {0};
    int n = 0;

    if (tokenize(&w, &count, f->splitter, text, strlen(text), false, &e))
        return 0;
    for (; (size_t)n < count && n < WORDS_MAX; n++)
        snprintf(words[n], TEXT_MAX, "%.*s", (int)(w[n].end - w[n].start), text + w[n].start);
    free(w);
    return n;
}

static const char *const numbers[] = {
    "1",   "2",   "3",    "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12",  "13",   "14", "15",
    "16",  "17",  "18",   "19", "20", "21", "22", "23", "24", "25", "26", "27",  "28",   "29", "30",
    "0.5", "1.5", "2.25", "33", "45", "50", "66", "75", "80", "90", "99", "100", "12.75"};
/* The text before a number with its per cent sign, and the text behind. */
static const struct {
    const char *before, *behind;
} shares[] = {{"It rose by ", "."},
              {"Only ", "!"},
              {"Was it ", "?"},
              {"It fell by ", "; we sold."},
              {"This is the share of ", ": fine."},
              {"They gave us ", "."}};

/* Number, per cent sign and final mark are tokens of their own. */
static int right_shares(const struct fitted *f, int *all)
{
    char words[WORDS_MAX][TEXT_MAX], text[TEXT_MAX];
    int right = 0;

    *all = 0;
    for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++)
        for (size_t k = 0; k < sizeof(numbers) / sizeof(*numbers); k++, ++*all) {
            int n, at = 1;

            snprintf(text, sizeof(text), "%s%s%%%s", shares[i].before, numbers[k],
                     shares[i].behind);
            n = split(words, f, text);
            while (at < n && strcmp(words[at], "%") != 0)
                at++;
            right += at + 1 < n && strcmp(words[at - 1], numbers[k]) == 0 &&
                     strspn(words[at + 1], ".!?;:") == strlen(words[at + 1]);
        }
    return right;
}

static const char *const symbols[] = {
    "\u20bf", "\u20b9", "\u20a9", "\u20aa",     "\u20ab", "\u20b4", "\u20a6", "\u00a5", "\u00b1",
    "\u00d7", "\u00f7", "\u2260", "\u2264",     "\u2265", "\u2248", "\u221e", "\u2211", "\u221a",
    "\u222b", "\u2202", "\u2206", "\u2208",     "\u222a", "\u2192", "\u2190", "\u2191", "\u2605",
    "\u2606", "\u260e", "\u2600", "\u2602",     "\u2665", "\u2660", "\u266a", "\u2713", "\u25a0",
    "\u25b2", "\u2116", "\u2030", "\U0001f600", "\u203d", "\u300a", "\u300b", "\u300c", "\u300d",
    "\u3001", "\u3002", "\u2039", "\u203a",     "\u061f"};
/* The symbol takes the place of NULL. */
static const char *const frames[][6] = {{"It", "is", NULL, "here", "."},
                                        {"We", "saw", NULL, "and", "left", "."},
                                        {"The", NULL, "is", "new", "."},
                                        {"A", NULL, "B"},
                                        {"Look", ":", NULL},
                                        {NULL, "is", "what", "we", "have"}};
static const int lengths[] = {5, 6, 5, 3, 3, 5};

/* A symbol that the treebank does not have is SYM or PUNCT. */
static enum status right_symbols(int *right, int *all, const struct fitted *f, struct err *e)
{
    enum status st = ST_OK;

    *right = *all = 0;
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
        for (size_t k = 0; !st && k < sizeof(frames) / sizeof(*frames); k++, ++*all) {
            const char *tokens[6], *tag;
            struct sentence_view s = {.tokens = tokens, .length = lengths[k]};
            int best[6] = {0}, at = 0;
            const struct tag_output out[TAG_COLUMNS] = {{.best = best}};

            for (int j = 0; j < lengths[k]; j++) {
                tokens[j] = frames[k][j] ? frames[k][j] : symbols[i];
                at = frames[k][j] ? at : j;
            }
            st = tagger_predict(out, f->tagger, &s, 1, e);
            tag = tagger_tag(f->tagger, TAG_UPOS, best[at]);
            *right += !st && (strcmp(tag, "SYM") == 0 || strcmp(tag, "PUNCT") == 0);
        }
    return st;
}

/* ---- the test part, changed ---- */

typedef void change_token(char out[TOKEN_MAX], const char *token);

static void unchanged(char out[TOKEN_MAX], const char *token)
{
    snprintf(out, TOKEN_MAX, "%s", token);
}

static bool has_letters_alone(const char *token)
{
    const char *p = token;

    while (isalpha((unsigned char)*p))
        p++;
    return p > token && !*p;
}

static void soft_hyphen(char out[TOKEN_MAX], const char *token)
{
    if (has_letters_alone(token) && strlen(token) > 6)
        snprintf(out, TOKEN_MAX, "%.3s\u00ad%s", token, token + 3);
    else
        unchanged(out, token);
}

static void zero_width(char out[TOKEN_MAX], const char *token)
{
    snprintf(out, TOKEN_MAX, "%s%s", token, has_letters_alone(token) ? "\u200b" : "");
}

static void full_width(char out[TOKEN_MAX], const char *token)
{
    snprintf(out, TOKEN_MAX, "%s",
             strcmp(token, ".") == 0   ? "\uff0e"
             : strcmp(token, ",") == 0 ? "\uff0c"
                                       : token);
}

/* s: a result of a function u8_...(); freed. */
static void take(char out[TOKEN_MAX], uint8_t *s, size_t n, const char *token)
{
    if (s && n < TOKEN_MAX) {
        memcpy(out, s, n);
        out[n] = '\0';
    } else {
        unchanged(out, token);
    }
    free(s);
}

static void decomposed(char out[TOKEN_MAX], const char *token)
{
    size_t n = 0;
    uint8_t *s = u8_normalize(UNINORM_NFD, (const uint8_t *)token, strlen(token), NULL, &n);

    take(out, s, n, token);
}

static void lower(char out[TOKEN_MAX], const char *token)
{
    size_t n = 0;
    uint8_t *s = u8_tolower((const uint8_t *)token, strlen(token), NULL, NULL, NULL, &n);

    take(out, s, n, token);
}

static void upper(char out[TOKEN_MAX], const char *token)
{
    size_t n = 0;
    uint8_t *s = u8_toupper((const uint8_t *)token, strlen(token), NULL, NULL, NULL, &n);

    take(out, s, n, token);
}

static void title(char out[TOKEN_MAX], const char *token)
{
    unchanged(out, token);
    if (isalpha((unsigned char)out[0]))
        out[0] = (char)toupper((unsigned char)out[0]);
}

static const struct {
    const char *name;
    change_token *change;
    double goal; /* 0: none */
} rows[] = {{"unchanged", unchanged, 0},          {"soft hyphens", soft_hyphen, 0},
            {"zero-width spaces", zero_width, 0}, {"full-width marks", full_width, 0},
            {"decomposed (NFD)", decomposed, 0},  {"Title Case", title, 93},
            {"lower case", lower, 94.5},          {"UPPER CASE", upper, 95}};

static void free_tokens(struct sentence_view *v, int count)
{
    for (int i = 0; i < count; i++) {
        for (int k = 0; v[i].tokens && k < v[i].length; k++)
            free((char *)v[i].tokens[k]);
        free((void *)v[i].tokens);
    }
}

/* out: s with tokens of its own, which free_tokens() frees. */
static enum status change_tokens(struct sentence_view *out, const struct sentence_view *s,
                                 change_token *change, struct err *e)
{
    const char **tokens = calloc((size_t)s->length + 1, sizeof(*tokens));
    char text[TOKEN_MAX];

    *out = *s;
    out->tokens = tokens;
    for (int k = 0; tokens && k < s->length; k++) {
        change(text, s->tokens[k]);
        tokens[k] = strdup(text);
        if (!tokens[k])
            return err_nomem(e, strlen(text));
    }
    return tokens ? ST_OK : err_nomem(e, 0);
}

/* UPOS of the test part, in percent. */
static enum status accuracy(double *out, const struct fitted *f, change_token *change,
                            struct err *e)
{
    int n = f->test.count;
    struct sentence_view *v = calloc((size_t)n, sizeof(*v)),
                         *changed = calloc((size_t)n, sizeof(*v));
    struct tagger_evaluation ev;
    enum status st = v && changed ? ST_OK : err_nomem(e, 0);

    if (!st)
        treebank_views(v, &f->test);
    for (int i = 0; !st && i < n; i++)
        st = change_tokens(&changed[i], &v[i], change, e);
    if (!st)
        st = tagger_evaluate(&ev, f->tagger, &(struct corpus){changed, n}, NULL, e);
    if (!st) {
        *out = 100 * ev.column[TAG_UPOS].accuracy;
        tagger_evaluation_release(&ev);
    }
    if (changed)
        free_tokens(changed, n);
    free(changed);
    free(v);
    return st;
}

static enum status print_english(const struct fitted *f, struct err *e)
{
    int all, right = right_shares(f, &all);
    double whole = 0;
    enum status st;

    printf("%-28s %8d of %d, goal 255\n", "15%. in three tokens", right, all);
    st = right_symbols(&right, &all, f, e);
    printf("%-28s %8.2f of 100, goal 90\n", "unknown symbols SYM or PUNCT", 100.0 * right / all);
    for (size_t i = 0; !st && i < sizeof(rows) / sizeof(*rows); i++) {
        double v = 0;

        st = accuracy(&v, f, rows[i].change, e);
        whole = i ? whole : v;
        printf("%-28s %8.2f", rows[i].name, v);
        if (i)
            printf(", goal %.2f", rows[i].goal > 0 ? rows[i].goal : whole - 0.1);
        printf("\n");
        fflush(stdout);
    }
    return st;
}

static enum status print_vietnamese(const struct fitted *f, struct err *e)
{
    double whole = 0, v = 0;
    enum status st = accuracy(&whole, f, unchanged, e);

    if (!st)
        st = accuracy(&v, f, decomposed, e);
    printf("%-28s %8.2f\n%-28s %8.2f, goal %.2f\n", "VTB, unchanged", whole,
           "VTB, decomposed (NFD)", v, whole - 0.1);
    return st;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "../shared/data/tagging";
    struct fitted english = {0}, vietnamese = {0};
    struct err e = {0};
    enum status st = fit(&english, folder, "en_ewt", &e);

    printf("EWT, test; UPOS in percent\n");
    if (!st)
        st = print_english(&english, &e);
    release(&english);
    if (!st)
        st = fit(&vietnamese, folder, "vi_vtb", &e);
    if (!st)
        st = print_vietnamese(&vietnamese, &e);
    release(&vietnamese);
    if (st)
        fprintf(stderr, "bench_tagger_robust: %s\n", e.message);
    return st != ST_OK;
}
