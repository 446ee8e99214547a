/* sparse.c - see sparse.h. */
#include "core/tagging/sparse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TENSOR_NAME = 48 };

struct sparse_row sparse_find(const struct sparse *t, uint32_t key)
{
    int32_t row = feature_index_find(&t->keys, key), from;

    if (row < 0)
        return (struct sparse_row){0};
    from = t->start[row];
    return (struct sparse_row){t->label + from, t->number + from, t->start[row + 1] - from};
}

size_t sparse_bytes(const struct sparse *t)
{
    return feature_index_bytes(&t->keys) + ((size_t)t->keys.count + 1) * sizeof(*t->start) +
           2 * (size_t)t->entries * sizeof(*t->label);
}

void sparse_release(struct sparse *t)
{
    feature_index_release(&t->keys);
    free(t->start);
    free(t->label);
    free(t->number);
    *t = (struct sparse){0};
}

/* ---- growing ---- */

void sparse_draft_release(struct sparse_draft *d)
{
    feature_index_release(&d->keys);
    free(d->first);
    free(d->entries);
    *d = (struct sparse_draft){0};
}

int32_t sparse_first(const struct sparse_draft *d, uint32_t key)
{
    int32_t row = feature_index_find(&d->keys, key);

    return row < 0 ? -1 : d->first[row];
}

/* *row: that of the key, new and empty when it was not there. */
static enum status need_row(int32_t *row, struct sparse_draft *d, uint32_t key, struct err *e)
{
    enum status st = feature_index_add(row, &d->keys, key, e);

    if (st || *row < d->rows)
        return st;
    if ((*row & (*row - 1)) == 0) { /* 0 or a power of two: full */
        size_t size = *row ? 2 * (size_t)*row : 1;
        int32_t *p = realloc(d->first, size * sizeof(*p));

        if (!p)
            return err_nomem(e, size * sizeof(*p));
        d->first = p;
    }
    d->first[d->rows++] = -1;
    return ST_OK;
}

static enum status need_entry(struct sparse_draft *d, struct err *e)
{
    int32_t size = d->capacity ? 2 * d->capacity : 1024;
    struct sparse_entry *p;

    if (d->count < d->capacity)
        return ST_OK;
    p = realloc(d->entries, (size_t)size * sizeof(*p));
    if (!p)
        return err_nomem(e, (size_t)size * sizeof(*p));
    d->entries = p;
    d->capacity = size;
    return ST_OK;
}

enum status sparse_entry(struct sparse_entry **out, struct sparse_draft *d, uint32_t key,
                         int32_t label, struct err *e)
{
    int32_t row, i = sparse_first(d, key);
    enum status st;

    *out = NULL;
    while (i >= 0 && d->entries[i].label != label)
        i = d->entries[i].next;
    if (i >= 0) {
        *out = &d->entries[i];
        return ST_OK;
    }
    if (d->count >= SPARSE_ENTRIES_MAX)
        return ST_OK;
    st = need_row(&row, d, key, e);
    if (!st)
        st = need_entry(d, e);
    if (st)
        return st;
    d->entries[d->count] = (struct sparse_entry){.label = label, .next = d->first[row]};
    d->first[row] = d->count;
    *out = &d->entries[d->count++];
    return ST_OK;
}

enum status sparse_count(struct sparse_draft *d, uint32_t key, int32_t label, int32_t by,
                         struct err *e)
{
    struct sparse_entry *entry;
    enum status st = sparse_entry(&entry, d, key, label, e);

    if (!st && entry && !__builtin_add_overflow(entry->number, by, &by))
        entry->number = by;
    return st;
}

enum status sparse_count_all(struct sparse_draft *d, const struct sparse *from, struct err *e)
{
    enum status st = ST_OK;

    for (int32_t row = 0; row < from->keys.count; row++)
        for (int32_t i = from->start[row]; !st && i < from->start[row + 1]; i++)
            st = sparse_count(d, from->keys.keys[row], from->label[i], from->number[i], e);
    return st;
}

/* ---- finishing ---- */

struct pair {
    int32_t label, number;
};

static int compare(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    if (x->number != y->number)
        return x->number > y->number ? -1 : 1;
    return (x->label > y->label) - (x->label < y->label);
}

/* Writes the entries of a row in their order to v (all entries of the table fit). Returns how many
 * of them are kept. */
static int sort_row(struct pair *v, const struct sparse_draft *d, int32_t row, int64_t least,
                    int most)
{
    int64_t sum = 0;
    int n = 0;

    for (int32_t i = d->first[row]; i >= 0; i = d->entries[i].next) {
        sum += d->entries[i].number;
        if (d->entries[i].number)
            v[n++] = (struct pair){d->entries[i].label, d->entries[i].number};
    }
    if (sum < least)
        return 0;
    qsort(v, (size_t)n, sizeof(*v), compare);
    return n < most ? n : most;
}

static enum status room(struct sparse *t, size_t rows, size_t entries, struct err *e)
{
    t->start = calloc(rows + 1, sizeof(*t->start));
    t->label = calloc(entries + 1, sizeof(*t->label));
    t->number = calloc(entries + 1, sizeof(*t->number));
    return t->start && t->label && t->number ? ST_OK : err_nomem(e, entries * 8);
}

enum status sparse_finish(struct sparse *out, const struct sparse_draft *d, int64_t least, int most,
                          struct err *e)
{
    struct pair *v = calloc((size_t)d->count + 1, sizeof(*v));
    struct sparse t = {0};
    enum status st = v ? room(&t, (size_t)d->rows, (size_t)d->count, e)
                       : err_nomem(e, (size_t)d->count * sizeof(*v));

    for (int32_t row = 0; !st && row < d->rows; row++) {
        int32_t n = sort_row(v, d, row, least, most), number;

        if (n == 0)
            continue;
        st = feature_index_add(&number, &t.keys, d->keys.keys[row], e);
        for (int32_t i = 0; !st && i < n; i++) {
            t.label[t.entries] = v[i].label;
            t.number[t.entries++] = v[i].number;
        }
        if (!st)
            t.start[t.keys.count] = t.entries;
    }
    free(v);
    if (st)
        sparse_release(&t);
    else
        *out = t;
    return st;
}

/* ---- files ---- */

static void name_of(char out[TENSOR_NAME], const char *name, const char *part)
{
    snprintf(out, TENSOR_NAME, "%s.%s", name, part);
}

static enum status save_list(struct checkpoint *to, const char *name, const char *part,
                             const void *v, int64_t n, struct err *e)
{
    char full[TENSOR_NAME];

    name_of(full, name, part);
    return checkpoint_add(to, full, CKPT_I32, &n, 1, v, e);
}

enum status sparse_save(struct checkpoint *to, const char *name, const struct sparse *t,
                        struct err *e)
{
    enum status st;

    if (t->entries == 0)
        return ST_OK;
    st = save_list(to, name, "keys", t->keys.keys, t->keys.count, e);
    if (!st)
        st = save_list(to, name, "start", t->start, (int64_t)t->keys.count + 1, e);
    if (!st)
        st = save_list(to, name, "label", t->label, t->entries, e);
    return st ? st : save_list(to, name, "number", t->number, t->entries, e);
}

static enum status load_list(int32_t **out, const struct checkpoint *from, const char *name,
                             const char *part, int64_t n, struct err *e)
{
    struct checkpoint_tensor t;
    char full[TENSOR_NAME];
    enum status st;

    name_of(full, name, part);
    st = checkpoint_find(&t, from, full, CKPT_I32, &n, 1, e);
    if (st)
        return st;
    *out = malloc(t.size + 1);
    if (!*out)
        return err_nomem(e, t.size);
    memcpy(*out, t.data, t.size);
    return ST_OK;
}

static enum status load_keys(struct sparse *t, const struct checkpoint_tensor *keys,
                             const char *name, struct err *e)
{
    const uint32_t *v = keys->data;
    enum status st = ST_OK;

    for (int32_t i = 0; !st && i < keys->shape[0]; i++) {
        int32_t row;

        st = feature_index_add(&row, &t->keys, v[i], e);
        if (!st && row != i)
            st = err_set(e, ST_CORRUPT, "checkpoint: %s.keys has the entry %" PRIu32 " twice", name,
                         v[i]);
    }
    return st;
}

static enum status check(const struct sparse *t, const char *name, int labels, struct err *e)
{
    bool fine = t->start[0] == 0 && t->start[t->keys.count] == t->entries;

    for (int32_t i = 0; fine && i < t->keys.count; i++)
        fine = t->start[i] < t->start[i + 1];
    if (!fine)
        return err_set(e, ST_CORRUPT, "checkpoint: %s.start does not rise from 0 to %d", name,
                       (int)t->entries);
    for (int32_t i = 0; i < t->entries; i++)
        if (t->label[i] < 0 || t->label[i] >= labels)
            return err_set(e, ST_CORRUPT,
                           "checkpoint: entry %d of %s.label is %d; it must be from 0 to %d",
                           (int)i, name, (int)t->label[i], labels - 1);
    return ST_OK;
}

/* The size of a list of integers; -1: there is none, or it is too large. */
static int64_t list_size(struct checkpoint_tensor *t, const struct checkpoint *from,
                         const char *name, const char *part)
{
    char full[TENSOR_NAME];

    name_of(full, name, part);
    if (!checkpoint_look_up(t, from, full) || t->dtype != CKPT_I32 || t->ndim != 1 ||
        t->shape[0] > SPARSE_ENTRIES_MAX)
        return -1;
    return t->shape[0];
}

enum status sparse_load(struct sparse *out, const struct checkpoint *from, const char *name,
                        int labels, struct err *e)
{
    struct checkpoint_tensor keys, label;
    char full[TENSOR_NAME];
    int64_t rows, entries;
    struct sparse t = {0};
    enum status st;

    name_of(full, name, "keys");
    if (!checkpoint_look_up(&keys, from, full))
        return ST_OK;
    rows = list_size(&keys, from, name, "keys");
    entries = list_size(&label, from, name, "label");
    if (rows < 1 || entries < rows)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: %s.keys and %s.label are no lists of at most %d integers", name,
                       name, SPARSE_ENTRIES_MAX);
    t.entries = (int32_t)entries;
    st = load_keys(&t, &keys, name, e);
    if (!st)
        st = load_list(&t.start, from, name, "start", rows + 1, e);
    if (!st)
        st = load_list(&t.label, from, name, "label", entries, e);
    if (!st)
        st = load_list(&t.number, from, name, "number", entries, e);
    if (!st)
        st = check(&t, name, labels, e);
    if (st)
        sparse_release(&t);
    else
        *out = t;
    return st;
}
