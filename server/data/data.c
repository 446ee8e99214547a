/* data.c - see data.h. */
#include "server/data/data.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST = 1 << 10, BLOCK_MOST = 1 << 18, TAGS_KEPT = 256 };

struct text_block {
    struct text_block *next;
    size_t used, size;
    _Alignas(max_align_t) char bytes[];
};

const char *data_kind_name(enum data_kind kind)
{
    static const char *const names[] = {"series", "tagged", "text"};

    return names[kind];
}

const char *data_kind_words(enum data_kind kind)
{
    static const char *const words[] = {"series", "tagged sentences", "a text"};

    return words[kind];
}

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
    for (int i = 0; i < s->num_notes; i++) {
        free(s->notes[i].column);
        free(s->notes[i].detail);
    }
    free(s->notes);
    series_set_init(s);
}

bool series_set_note(struct series_set *s, const struct data_note *note, const char *fmt, ...)
{
    struct data_note *p = reallocarray(s->notes, (size_t)s->num_notes + 1, sizeof(*p));
    char detail[NOTE_DETAIL_MAX];
    va_list ap;

    if (!p)
        return false;
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    s->notes = p;
    p += s->num_notes++;
    *p = *note;
    p->column = note->column ? strdup(note->column) : NULL;
    p->detail = strdup(detail);
    return p->detail && (p->column || !note->column);
}

void tagged_set_init(struct tagged_set *t)
{
    *t = (struct tagged_set){0};
}

void tagged_set_release(struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        free(t->items[i].place);
        free(t->items[i].source);
    }
    for (struct text_block *b = t->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(t->items);
    free(t->tags);
    tagged_set_init(t);
}

/* Makes room for one more item of size bytes in *items. Returns false when out of memory. */
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

int series_observed(const struct series_set *set, const struct series *s)
{
    int targets = set->num_columns - set->num_covariates, n = s->length;

    for (; set->num_covariates && n > 0; n--)
        for (int k = 0; k < targets; k++)
            if (!isnan(s->values[(size_t)(n - 1) * (size_t)set->num_columns + (size_t)k]))
                return n;
    return n;
}

bool series_has_time(const struct series *s)
{
    return s->time.frequency.unit != FREQ_INDEX || s->time.start != 0;
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

/* ---- sentences ---- */

/* Takes n bytes from a block, aligned to align. Returns NULL when out of memory. */
static void *take(struct tagged_set *t, size_t n, size_t align)
{
    struct text_block *b = t->blocks;
    size_t at = b ? (b->used + align - 1) / align * align : 0, size;

    if (!b || n > b->size || at > b->size - n) {
        size = b ? b->size * 2 : BLOCK_FIRST;
        size = size > BLOCK_MOST ? BLOCK_MOST : size;
        size = size > n ? size : n;
        b = malloc(sizeof(*b) + size);
        if (!b)
            return NULL;
        *b = (struct text_block){.next = t->blocks, .size = size};
        t->blocks = b;
        t->block_bytes += sizeof(*b) + size;
        at = 0;
    }
    b->used = at + n;
    return b->bytes + at;
}

char *tagged_set_text(struct tagged_set *t, const char *s, size_t n)
{
    char *copy = take(t, n + 1, 1);

    if (!copy)
        return NULL;
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *tagged_set_tag(struct tagged_set *t, const char *s, size_t n)
{
    unsigned hash = 0;
    char *copy;

    if (!t->tags && !(t->tags = calloc(TAGS_KEPT, sizeof(*t->tags))))
        return NULL;
    for (size_t i = 0; i < n; i++)
        hash = hash * 31 + (unsigned char)s[i];
    copy = (char *)t->tags[hash % TAGS_KEPT];
    if (copy && strlen(copy) == n && memcmp(copy, s, n) == 0)
        return copy;
    copy = tagged_set_text(t, s, n);
    t->tags[hash % TAGS_KEPT] = copy;
    return copy;
}

size_t tagged_set_bytes(const struct tagged_set *t)
{
    return t->block_bytes + (size_t)t->count * sizeof(*t->items);
}

/* Moves the blocks of more to t. */
static void move_blocks(struct tagged_set *t, struct tagged_set *more)
{
    struct text_block **end = &t->blocks;

    while (*end)
        end = &(*end)->next;
    *end = more->blocks;
    t->block_bytes += more->block_bytes;
    more->blocks = NULL;
    more->block_bytes = 0;
    free(more->tags); /* they point into blocks that belong to t now */
    more->tags = NULL;
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
    move_blocks(t, more);
    more->count = 0; /* moved */
    return true;
}

struct tagged_sentence *tagged_set_add(struct tagged_set *t, int length)
{
    size_t n = (size_t)length;
    char **cells = take(t, (3 * n + 1) * sizeof(*cells), _Alignof(char *));

    if (!cells || !grow((void **)&t->items, t->count, &t->cap, sizeof(*t->items)))
        return NULL;
    memset(cells, 0, (3 * n + 1) * sizeof(*cells));
    t->items[t->count] = (struct tagged_sentence){
        .length = length, .form = cells, .upos = cells + n, .xpos = cells + 2 * n};
    return &t->items[t->count++];
}

bool tagged_set_words(struct tagged_set *t, struct tagged_sentence *s)
{
    size_t n = (size_t)s->length;
    char **cells = take(t, (2 * n + 1) * sizeof(*cells), _Alignof(char *));

    if (!cells)
        return false;
    memset(cells, 0, (2 * n + 1) * sizeof(*cells));
    s->lemma = cells;
    s->feats = cells + n;
    return true;
}

/* ---- memory ---- */

size_t data_memory(size_t body_len)
{
    enum { ALWAYS = 48 << 20 };

    return body_len > ALWAYS / 3 ? 3 * body_len : ALWAYS;
}

enum status data_too_large(size_t body_len, struct err *e)
{
    return err_set(
        e, ST_TOO_LARGE,
        "the data in this body of %zu bytes would take more than %zu MiB of memory; send "
        "them in parts, all but the first by POST to .../rows",
        body_len, data_memory(body_len) >> 20);
}
