/* feature_index.c - an open table with linear probing: see core/text/feature_index.h. */
#include "core/text/feature_index.h"

#include <stdlib.h>

/* Because of the salt, nobody who chooses the keys can cause collisions. No result depends on the
 * order of the slots. */
static size_t first_slot(const struct feature_index *s, uint32_t key)
{
    return mix64(key ^ s->salt) & (s->capacity - 1);
}

/* The slot of the key, or the free one where it belongs. */
static struct feature_slot *slot_of(const struct feature_index *s, uint32_t key)
{
    size_t i = first_slot(s, key);

    while (s->slots[i].number >= 0 && s->slots[i].key != key)
        i = (i + 1) & (s->capacity - 1);
    return &s->slots[i];
}

static enum status grow(struct feature_index *s, struct err *e)
{
    size_t capacity = s->capacity ? 2 * s->capacity : 1024;
    struct feature_slot *slots = malloc(capacity * sizeof(*slots));
    uint32_t *keys = realloc(s->keys, capacity / 2 * sizeof(*keys));

    s->keys = keys ? keys : s->keys;
    if (!slots || !keys) {
        free(slots);
        return err_nomem(e, capacity * sizeof(*slots));
    }
    free(s->slots);
    s->slots = slots;
    s->capacity = capacity;
    s->salt = (uint64_t)(uintptr_t)slots;
    for (size_t i = 0; i < capacity; i++)
        slots[i] = (struct feature_slot){.number = -1};
    for (int32_t i = 0; i < s->count; i++)
        *slot_of(s, keys[i]) = (struct feature_slot){keys[i], i};
    return ST_OK;
}

enum status feature_index_add(int32_t *out, struct feature_index *s, uint32_t key, struct err *e)
{
    enum status st = (size_t)s->count >= s->capacity / 2 ? grow(s, e) : ST_OK;
    struct feature_slot *slot;

    if (st)
        return st;
    slot = slot_of(s, key);
    if (slot->number < 0) {
        s->keys[s->count] = key;
        *slot = (struct feature_slot){key, s->count++};
    }
    *out = slot->number;
    return ST_OK;
}

int32_t feature_index_find(const struct feature_index *s, uint32_t key)
{
    return s->count ? slot_of(s, key)->number : -1;
}

void feature_index_prefetch(const struct feature_index *s, uint32_t key)
{
    if (s->count)
        __builtin_prefetch(&s->slots[first_slot(s, key)]);
}

size_t feature_index_bytes(const struct feature_index *s)
{
    return s->capacity * (sizeof(*s->slots) + sizeof(*s->keys) / 2);
}

void feature_index_release(struct feature_index *s)
{
    free(s->keys);
    free(s->slots);
    *s = (struct feature_index){0};
}
