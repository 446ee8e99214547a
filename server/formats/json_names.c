/* json_names.c - see json_names.h. When an object ends, its names are compared: a few each with
 * each, many through a hash table. */
#include "server/formats/json_names.h"

#include "server/formats/json_text.h"

#include <stdlib.h>
#include <string.h>

enum { FEW_NAMES = 16 };

/* A member name without its escapes. */
struct name {
    const char *at; /* in the text, or decoded */
    size_t len;
    char *decoded; /* owned; NULL when the name has no escape */
};

/* The key is chosen once for each thread: asking the kernel takes longer than reading a short
 * document. */
void json_names_init(struct json_names *n)
{
    static _Thread_local struct hash_key key;
    static _Thread_local bool chosen;

    if (!chosen)
        hash_key_init(&key);
    chosen = true;
    *n = (struct json_names){.hash = key};
}

void json_names_release(struct json_names *n)
{
    free(n->offsets);
    n->offsets = NULL;
}

static enum status push(struct json_names *n, size_t value, struct err *e)
{
    if (n->count == n->capacity) {
        size_t capacity = n->capacity ? n->capacity * 2 : 64;
        uint32_t *p = reallocarray(n->offsets, capacity, sizeof(*p));

        if (!p)
            return err_nomem(e, capacity * sizeof(*p));
        n->offsets = p;
        n->capacity = capacity;
    }
    n->offsets[n->count++] = (uint32_t)value;
    return ST_OK;
}

enum status json_names_open(struct json_names *n, struct err *e)
{
    enum status st = push(n, n->first, e);

    if (!st)
        n->first = n->count;
    return st;
}

enum status json_names_add(struct json_names *n, size_t offset, struct err *e)
{
    return push(n, offset, e);
}

/* ---- twins ---- */

static enum status get_name(struct name *out, const char *text, uint32_t offset, struct err *e)
{
    const char *at = text + offset;

    *out = (struct name){at, (size_t)(json_closing_quote(at) - at), NULL};
    if (!memchr(at, '\\', out->len))
        return ST_OK;
    out->decoded = malloc(out->len + 1); /* no character is longer than its escape */
    if (!out->decoded)
        return err_nomem(e, out->len + 1);
    out->len = json_decode(out->decoded, at, out->len);
    out->at = out->decoded;
    return ST_OK;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static enum status compare_few(size_t *twin, const char *text, const uint32_t *offsets, size_t n,
                               struct err *e)
{
    struct name names[FEW_NAMES];
    enum status st = ST_OK;
    size_t have = 0;

    for (; !st && *twin == SIZE_MAX && have < n; have++) {
        st = get_name(&names[have], text, offsets[have], e);
        for (size_t i = 0; !st && i < have; i++)
            if (same_name(&names[i], &names[have]))
                *twin = offsets[have];
    }
    for (size_t i = 0; i < have; i++)
        free(names[i].decoded);
    return st;
}

/* A set of names with open addressing. A slot holds the number of a name, from 1; 0: empty. */
struct name_set {
    uint32_t *slots;
    size_t size; /* a power of two */
    const char *text;
    const uint32_t *offsets;
    const struct hash_key *hash;
};

static enum status insert_name(size_t *twin, struct name_set *set, uint32_t i, struct err *e)
{
    struct name n, other;
    size_t slot;
    enum status st = get_name(&n, set->text, set->offsets[i], e);

    if (st)
        return st;
    slot = (size_t)hash_bytes(set->hash, n.at, n.len) & (set->size - 1);
    for (; !st && set->slots[slot]; slot = (slot + 1) & (set->size - 1)) {
        st = get_name(&other, set->text, set->offsets[set->slots[slot] - 1], e);
        if (!st && same_name(&n, &other))
            *twin = set->offsets[i];
        free(other.decoded);
        if (*twin != SIZE_MAX)
            break;
    }
    set->slots[slot] = i + 1;
    free(n.decoded);
    return st;
}

static enum status compare_many(size_t *twin, const struct json_names *names, const char *text,
                                size_t n, struct err *e)
{
    struct name_set set = {.size = 2 * FEW_NAMES,
                           .text = text,
                           .offsets = names->offsets + names->first,
                           .hash = &names->hash};
    enum status st = ST_OK;

    while (set.size < 2 * n)
        set.size *= 2;
    set.slots = calloc(set.size, sizeof(*set.slots));
    if (!set.slots)
        return err_nomem(e, set.size * sizeof(*set.slots));
    for (size_t i = 0; !st && *twin == SIZE_MAX && i < n; i++)
        st = insert_name(twin, &set, (uint32_t)i, e);
    free(set.slots);
    return st;
}

enum status json_names_close(size_t *twin, struct json_names *n, const char *text, struct err *e)
{
    size_t have = n->count - n->first;
    enum status st = ST_OK;

    *twin = SIZE_MAX;
    if (have > FEW_NAMES)
        st = compare_many(twin, n, text, have, e);
    else if (have > 1)
        st = compare_few(twin, text, n->offsets + n->first, have, e);
    n->count = n->first - 1;
    n->first = n->offsets[n->count];
    return st;
}
