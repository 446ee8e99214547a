/* tag_baseline.c - see tag_baseline.h.
 *
 * All pairs of word and tag are sorted, so equal pairs are neighbours. Of tags that are equally
 * frequent, the first in byte order is chosen, so the result does not depend on the sort. */
#include "server/tasks/tag_baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    const char *word, *tag; /* borrowed */
};
/* For each word its most frequent tag, ordered by word. */
struct lexicon {
    int count;
    struct pair *items; /* owned */
    const char *common; /* the most frequent tag of all; NULL: there are no pairs */
};

static int by_word(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = strcmp(x->word, y->word);

    return order ? order : strcmp(x->tag, y->tag);
}

static int by_tag(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->tag, ((const struct pair *)b)->tag);
}

static int same_word(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->word, ((const struct pair *)b)->word);
}

static int64_t count_tokens(const struct corpus *corpus, int count)
{
    int64_t n = 0;

    for (int i = 0; i < count; i++)
        n += corpus->sentences[i].length;
    return n;
}

static int collect(struct pair *out, const struct corpus *corpus, int count, enum tag_column c)
{
    int n = 0;

    for (int i = 0; i < count; i++) {
        const struct sentence_view *s = &corpus->sentences[i];

        for (int k = 0; s->tags[c] && k < s->length; k++)
            if (s->tags[c][k])
                out[n++] = (struct pair){s->tokens[k], s->tags[c][k]};
    }
    return n;
}

/* The most frequent tag of n pairs that are ordered by tag. */
static const char *most_frequent(const struct pair *p, int n)
{
    const char *best = NULL;
    int most = 0;

    for (int i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(p[end].tag, p[i].tag) == 0;)
            end++;
        if (end - i > most) {
            most = end - i;
            best = p[i].tag;
        }
    }
    return best;
}

/* Keeps one pair for each word. */
static void choose_tags(struct lexicon *l)
{
    int n = l->count;

    qsort(l->items, (size_t)n, sizeof(*l->items), by_tag);
    l->common = most_frequent(l->items, n);
    qsort(l->items, (size_t)n, sizeof(*l->items), by_word);
    l->count = 0;
    for (int i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(l->items[end].word, l->items[i].word) == 0;)
            end++;
        l->items[l->count++] =
            (struct pair){l->items[i].word, most_frequent(l->items + i, end - i)};
    }
}

static const char *tag_of(const struct lexicon *l, const char *word)
{
    const struct pair key = {word, ""};
    const struct pair *found =
        bsearch(&key, l->items, (size_t)l->count, sizeof(*l->items), same_word);

    return found ? found->tag : l->common;
}

enum status tag_baseline(double *accuracy, const struct corpus *corpus, int first,
                         enum tag_column c, struct err *e)
{
    size_t tokens = (size_t)count_tokens(corpus, first);
    struct lexicon l = {.items = calloc(tokens + 1, sizeof(*l.items))};
    int64_t correct = 0, total = 0;

    *accuracy = NAN;
    if (!l.items)
        return err_nomem(e, (tokens + 1) * sizeof(*l.items));
    l.count = collect(l.items, corpus, first, c);
    choose_tags(&l);
    for (int i = first; l.common && i < corpus->count; i++) {
        const struct sentence_view *s = &corpus->sentences[i];

        for (int k = 0; s->tags[c] && k < s->length; k++) {
            if (!s->tags[c][k])
                continue;
            total++;
            correct += strcmp(tag_of(&l, s->tokens[k]), s->tags[c][k]) == 0;
        }
    }
    if (total)
        *accuracy = (double)correct / (double)total;
    free(l.items);
    return ST_OK;
}
