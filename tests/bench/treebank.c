/* treebank.c - see treebank.h. */
#include "tests/bench/treebank.h"

#include "server/formats/conllu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096 };

/* Reads the bytes of a gzip file; NULL if it does not exist. free() them. */
static char *read_gzip(const char *path, size_t *len)
{
    char command[LINE + 32], *bytes = NULL;
    size_t room = 0, n = 0, got;
    FILE *in;

    snprintf(command, sizeof(command), "gzip -dc '%s' 2>/dev/null", path);
    in = popen(command, "r");
    if (!in)
        return NULL;
    do {
        if (n == room) {
            char *more = realloc(bytes, room = room ? 2 * room : 1 << 20);

            if (!more)
                break;
            bytes = more;
        }
        got = fread(bytes + n, 1, room - n, in);
        n += got;
    } while (got > 0);
    pclose(in);
    *len = n;
    if (n)
        return bytes;
    free(bytes);
    return NULL;
}

bool treebank_load(struct tagged_set *out, const char *folder, const char *treebank,
                   const char *part)
{
    struct data_limits limits = {.max_sentences = 1000000, .max_tokens = 100000000};
    char path[LINE];
    struct err e = {0};
    size_t len;
    char *bytes;

    tagged_set_init(out);
    snprintf(path, sizeof(path), "%s/%s-ud-%s.conllu.gz", folder, treebank, part);
    bytes = read_gzip(path, &len);
    if (!bytes)
        return false;
    if (conllu_read(out, bytes, len, &limits, &e) || conllu_read_words(out, &e))
        printf("%s: %s\n", path, e.message);
    free(bytes);
    return out->count > 0;
}

struct sentence_view *treebank_views(struct sentence_view *v, const struct tagged_set *set)
{
    for (int i = 0; i < set->count; i++) {
        const struct tagged_sentence *s = &set->items[i];

        *v++ = (struct sentence_view){
            .tokens = (const char *const *)s->form,
            .tags = {(const char *const *)s->upos, (const char *const *)s->xpos},
            .length = s->length,
            .feats = (const char *const *)s->feats,
            .lemmas = (const char *const *)s->lemma};
    }
    return v;
}

/* ---- raw text ---- */

/* Replaces blank lines by two spaces, in place. */
static void join(struct documents *d)
{
    for (int i = 0; i < d->count; i++) {
        char *text = (char *)d->items[i].text;

        for (size_t k = 0; k < d->items[i].length; k++)
            text[k] = (char)(text[k] == '\n' ? ' ' : text[k]);
    }
}

/* Takes the tags of the words of a document, sentence by sentence. If a multi-word token is one
 * word of the text, the tags of its sentence are not known. */
static bool take_tags(struct raw_text *r, const struct tagged_set *set)
{
    int document = 0;
    size_t at = 0;

    for (int i = 0; i < set->count; i++) {
        const struct tagged_sentence *s = &set->items[i];
        struct documents one;
        struct err e = {0};
        size_t n;

        if (documents_init(&one, set, i, 1, &e))
            return false;
        n = one.count ? one.items[0].count : 0;
        documents_release(&one);
        if (document < r->documents.count && at == r->documents.items[document].count) {
            document++;
            at = 0;
        }
        for (size_t k = 0; k < n && n == (size_t)s->length; k++) {
            r->tags[TAG_UPOS][document][at + k] = s->upos ? s->upos[k] : NULL;
            r->tags[TAG_XPOS][document][at + k] = s->xpos ? s->xpos[k] : NULL;
        }
        at += n;
    }
    return true;
}

bool raw_text_init(struct raw_text *out, const struct tagged_set *set, bool joined)
{
    struct err e = {0};
    bool fine = true;

    *out = (struct raw_text){0};
    if (documents_init(&out->documents, set, 0, set->count, &e))
        return false;
    if (joined)
        join(&out->documents);
    for (int c = 0; c < TAG_COLUMNS; c++) {
        out->tags[c] = calloc((size_t)out->documents.count + 1, sizeof(*out->tags[c]));
        for (int i = 0; fine && i < out->documents.count; i++) {
            if (out->tags[c])
                out->tags[c][i] = calloc(out->documents.items[i].count, sizeof(char *));
            fine = out->tags[c] && out->tags[c][i];
        }
        fine = fine && out->tags[c];
    }
    fine = fine && take_tags(out, set);
    if (!fine)
        raw_text_release(out);
    return fine;
}

void raw_text_release(struct raw_text *r)
{
    for (int c = 0; c < TAG_COLUMNS; c++) {
        for (int i = 0; r->tags[c] && i < r->documents.count; i++)
            free(r->tags[c][i]);
        free(r->tags[c]);
    }
    documents_release(&r->documents);
    *r = (struct raw_text){0};
}

/* ---- scores ---- */

/* The words of a text in the form that the tagger takes. */
struct tagged_words {
    char *bytes;
    const char **form;
    struct sentence_view *sentences;
    int *best[TAG_COLUMNS]; /* (words) */
    int count;
};

static void words_release(struct tagged_words *w)
{
    free(w->bytes);
    free(w->form);
    free(w->sentences);
    free(w->best[TAG_UPOS]);
    free(w->best[TAG_XPOS]);
}

static enum status words_tag(struct tagged_words *out, const struct tagger *t, const char *text,
                             size_t length, const struct text_word *words, size_t n, struct err *e)
{
    struct tag_output tags[TAG_COLUMNS];
    char *to;

    *out = (struct tagged_words){.bytes = malloc(length + n + 1),
                                 .form = calloc(n, sizeof(*out->form)),
                                 .sentences = calloc(n, sizeof(*out->sentences)),
                                 .best = {calloc(n, sizeof(int)), calloc(n, sizeof(int))}};
    if (!out->bytes || !out->form || !out->sentences || !out->best[0] || !out->best[1])
        return err_nomem(e, length + n);
    to = out->bytes;
    for (size_t i = 0, first = 0; i < n; i++) {
        size_t len = words[i].end - words[i].start;

        out->form[i] = memcpy(to, text + words[i].start, len);
        to[len] = '\0';
        to += len + 1;
        if (words[i].sentence_end || i + 1 == n) {
            out->sentences[out->count++] =
                (struct sentence_view){.tokens = out->form + first, .length = (int)(i + 1 - first)};
            first = i + 1;
        }
    }
    for (int c = 0; c < TAG_COLUMNS; c++)
        tags[c] = (struct tag_output){.best = out->best[c]};
    return tagger_predict(tags, t, out->sentences, out->count, e);
}

static void add(struct span_score *sum, const struct span_score *s)
{
    sum->gold += s->gold;
    sum->found += s->found;
    sum->correct += s->correct;
}

static double f1(const struct span_score *s)
{
    int64_t both = s->gold + s->found;

    return both ? 200 * (double)s->correct / (double)both : 0;
}

/* Counts words at the same place with the same tag. */
static int64_t same_tags(const struct text_view *gold, char *const *tags,
                         const struct text_word *found, size_t n, const int *best,
                         const struct tagger *t, enum tag_column c)
{
    int64_t right = 0;

    for (size_t i = 0, k = 0; i < gold->count && k < n;) {
        const struct text_word *a = &gold->words[i], *b = &found[k];

        right += a->start == b->start && a->end == b->end && tags[i] &&
                 strcmp(tags[i], tagger_tag(t, c, best[k])) == 0;
        i += a->start <= b->start;
        k += b->start <= a->start;
    }
    return right;
}

enum status raw_text_score(struct raw_scores *out, const struct raw_text *r,
                           const struct tokenizer *splitter, const struct tagger *tagger,
                           struct err *e)
{
    struct tokenizer_score sum = {0};
    struct span_score tags[TAG_COLUMNS] = {0};
    enum status st = ST_OK;

    for (int i = 0; !st && i < r->documents.count; i++) {
        const struct text_view *v = &r->documents.items[i];
        struct tagged_words w = {0};
        struct text_word *found = NULL;
        struct tokenizer_score s = {0};
        size_t n = 0;

        st = tokenize(&found, &n, splitter, v->text, v->length, false, e);
        if (!st)
            st = words_tag(&w, tagger, v->text, v->length, found, n, e);
        if (!st)
            tokenizer_evaluate(&s, v->text, v->words, v->count, found, n);
        add(&sum.tokens, &s.tokens);
        add(&sum.words, &s.words);
        add(&sum.sentences, &s.sentences);
        for (int c = 0; !st && c < TAG_COLUMNS; c++) {
            add(&tags[c], &s.words);
            tags[c].correct -= s.words.correct;
            tags[c].correct +=
                same_tags(v, r->tags[c][i], found, n, w.best[c], tagger, (enum tag_column)c);
        }
        words_release(&w);
        free(found);
    }
    *out = (struct raw_scores){f1(&sum.tokens),
                               f1(&sum.words),
                               f1(&sum.sentences),
                               {f1(&tags[TAG_UPOS]), f1(&tags[TAG_XPOS])}};
    return st;
}
