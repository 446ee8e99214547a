/* vocabulary.c - numbered distinct strings: see core/text/vocabulary.h. */
#include "core/text/vocabulary.h"

#include <lstm/tagger.h>

#include <stdlib.h>
#include <string.h>

void vocabulary_release(struct vocabulary *v)
{
    for (int i = 0; i < v->count; i++)
        free(v->words[i]);
    free(v->words);
    strmap_release(&v->index);
    memset(v, 0, sizeof(*v));
}

int32_t vocabulary_find(const struct vocabulary *v, const char *word)
{
    return strmap_get(&v->index, word);
}

static enum status make_room(struct vocabulary *v, struct err *e)
{
    int want = v->capacity ? 2 * v->capacity : 64;
    char **p;

    if (v->count < v->capacity)
        return ST_OK;
    p = realloc(v->words, (size_t)want * sizeof(*p));
    if (!p)
        return err_nomem(e, (size_t)want * sizeof(*p));
    v->words = p;
    v->capacity = want;
    return ST_OK;
}

enum status vocabulary_add(int32_t *out, struct vocabulary *v, const char *word, int max,
                           const char *what, struct err *e)
{
    int32_t id = vocabulary_find(v, word);
    enum status st;
    char *copy;

    if (id >= 0) {
        *out = id;
        return ST_OK;
    }
    if (v->count >= max)
        return err_set(e, ST_TOO_LARGE, "more than %d different %s; a model takes at most %d", max,
                       what, max);
    st = make_room(v, e);
    if (st)
        return st;
    copy = strdup(word);
    if (!copy)
        return err_nomem(e, strlen(word) + 1);
    st = strmap_put(&v->index, copy, v->count, e);
    if (st) {
        free(copy);
        return st;
    }
    v->bytes += strlen(word) + 1;
    v->words[v->count] = copy;
    *out = v->count++;
    return ST_OK;
}

int32_t vocabulary_lookup(const struct vocabulary *v, const char *word)
{
    int32_t id = vocabulary_find(v, word);
    char lower[TOKEN_BYTES_MAX + 1];
    size_t n = strlen(word);

    if (id >= 0)
        return id;
    if (n >= sizeof(lower))
        return 0;
    for (size_t i = 0; i <= n; i++)
        lower[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] - 'A' + 'a' : word[i]);
    id = vocabulary_find(v, lower);
    return id >= 0 ? id : 0;
}

size_t vocabulary_bytes(const struct vocabulary *v)
{
    return v->bytes + (size_t)v->capacity * sizeof(*v->words) +
           v->index.capacity * sizeof(*v->index.slots);
}
