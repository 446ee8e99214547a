/* vocabulary.c - numbered distinct strings: see core/text/vocabulary.h. */
#include "core/text/vocabulary.h"

#include <lstm/tagger.h>

#include <stdlib.h>
#include <string.h>

void wordlist_release(struct wordlist *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->words[i]);
    free(l->words);
    strmap_release(&l->index);
    memset(l, 0, sizeof(*l));
}

int32_t wordlist_find(const struct wordlist *l, const char *word)
{
    return strmap_get(&l->index, word);
}

static enum status make_room(struct wordlist *l, struct err *e)
{
    int want = l->capacity ? 2 * l->capacity : 64;
    char **p;

    if (l->count < l->capacity)
        return ST_OK;
    p = realloc(l->words, (size_t)want * sizeof(*p));
    if (!p)
        return err_nomem(e, (size_t)want * sizeof(*p));
    l->words = p;
    l->capacity = want;
    return ST_OK;
}

enum status wordlist_add(int32_t *out, struct wordlist *l, const char *word, int max,
                         const char *what, struct err *e)
{
    int32_t id = wordlist_find(l, word);
    enum status st;
    char *copy;

    if (id >= 0) {
        *out = id;
        return ST_OK;
    }
    if (l->count >= max)
        return err_set(e, ST_TOO_LARGE, "more than %d different %s; a model takes at most %d", max,
                       what, max);
    st = make_room(l, e);
    if (st)
        return st;
    copy = strdup(word);
    if (!copy)
        return err_nomem(e, strlen(word) + 1);
    st = strmap_put(&l->index, copy, l->count, e);
    if (st) {
        free(copy);
        return st;
    }
    l->bytes += strlen(word) + 1;
    l->words[l->count] = copy;
    *out = l->count++;
    return ST_OK;
}

int32_t wordlist_lookup(const struct wordlist *l, const char *word)
{
    int32_t id = wordlist_find(l, word);
    char lower[TOKEN_BYTES_MAX + 1];
    size_t n = strlen(word);

    if (id >= 0)
        return id;
    if (n >= sizeof(lower))
        return 0;
    for (size_t i = 0; i <= n; i++)
        lower[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] - 'A' + 'a' : word[i]);
    id = wordlist_find(l, lower);
    return id >= 0 ? id : 0;
}
