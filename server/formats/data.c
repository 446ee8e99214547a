/* data.c - see data.h. */
#include "server/formats/data.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void series_set_init(struct series_set *s)
{
    *s = (struct series_set){0};
}

void series_set_release(struct series_set *s)
{
    for (int i = 0; i < s->count; i++) {
        free(s->items[i].id);
        free(s->items[i].values);
    }
    free(s->items);
    for (int i = 0; i < s->num_columns; i++)
        free(s->columns[i]);
    free(s->columns);
    free(s->time_column);
    free(s->id_column);
    series_set_init(s);
}

void tagged_set_init(struct tagged_set *t)
{
    *t = (struct tagged_set){0};
}

static void free_strings(char **v, int n)
{
    for (int i = 0; v && i < n; i++)
        free(v[i]);
    free(v);
}

void tagged_set_release(struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        free_strings(t->items[i].form, t->items[i].length);
        free_strings(t->items[i].upos, t->items[i].length);
        free_strings(t->items[i].xpos, t->items[i].length);
        free(t->items[i].place);
        free(t->items[i].source);
    }
    free(t->items);
    tagged_set_init(t);
}

/* Room for one more item of size bytes in *items; false when out of memory. */
static bool grow(void **items, int count, int *cap, size_t size)
{
    int wanted = *cap ? *cap * 2 : 16;
    void *p;

    if (count < *cap)
        return true;
    if (*cap > 1 << 29)
        return false;
    p = reallocarray(*items, (size_t)wanted, size);
    if (!p)
        return false;
    *items = p;
    *cap = wanted;
    return true;
}

int series_observed(const struct series_set *s, int i)
{
    int targets = s->num_columns - s->num_covariates, n = s->items[i].length;

    for (; s->num_covariates && n > 0; n--)
        for (int k = 0; k < targets; k++)
            if (!isnan(s->items[i].values[(size_t)(n - 1) * (size_t)s->num_columns + (size_t)k]))
                return n;
    return n;
}

struct series *series_set_add(struct series_set *s, const char *id)
{
    char *copy = strdup(id);

    if (!copy || !grow((void **)&s->items, s->count, &s->cap, sizeof(*s->items))) {
        free(copy);
        return NULL;
    }
    s->items[s->count] = (struct series){.id = copy, .time = {{FREQ_INDEX, 1}, 0}};
    return &s->items[s->count++];
}

bool tagged_set_append(struct tagged_set *t, struct tagged_set *more)
{
    struct tagged_sentence *items;
    int count;

    if (!more->count)
        return true;
    if (more->count > INT_MAX - t->count)
        return false;
    count = t->count + more->count;
    items = reallocarray(t->items, (size_t)count, sizeof(*items));
    if (!items)
        return false;
    memcpy(items + t->count, more->items, (size_t)more->count * sizeof(*items));
    t->items = items;
    t->count = t->cap = count;
    more->count = 0; /* moved */
    return true;
}

struct tagged_sentence *tagged_set_add(struct tagged_set *t, int length)
{
    struct tagged_sentence s = {.length = length};
    size_t n = (size_t)length + 1;

    s.form = calloc(n, sizeof(*s.form));
    s.upos = calloc(n, sizeof(*s.upos));
    s.xpos = calloc(n, sizeof(*s.xpos));
    if (!s.form || !s.upos || !s.xpos ||
        !grow((void **)&t->items, t->count, &t->cap, sizeof(*t->items))) {
        free(s.form);
        free(s.upos);
        free(s.xpos);
        return NULL;
    }
    t->items[t->count] = s;
    return &t->items[t->count++];
}
