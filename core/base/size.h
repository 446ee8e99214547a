/* size.h - sizes that cannot overflow, and blocks carved out of one allocation.
 *
 * One function lays out a workspace and runs twice: first with a NULL base to measure the size,
 * then over the memory. Sizes saturate at SIZE_MAX, which no allocation satisfies. */
#ifndef CORE_BASE_SIZE_H
#define CORE_BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

static inline size_t size_add(size_t a, size_t b)
{
    size_t s;

    return __builtin_add_overflow(a, b, &s) ? SIZE_MAX : s;
}

static inline size_t size_mul(size_t a, size_t b)
{
    size_t p;

    return __builtin_mul_overflow(a, b, &p) ? SIZE_MAX : p;
}

struct carve {
    char *base; /* 64-byte aligned, or NULL while measuring */
    size_t used;
};

/* Takes count elements of the given size, 64-byte aligned. Returns NULL while measuring. */
static inline void *carve_take(struct carve *c, size_t count, size_t size)
{
    size_t at = c->used;
    size_t bytes = size_add(size_mul(count, size), 63);

    if (bytes == SIZE_MAX) {
        c->used = SIZE_MAX;
        return NULL;
    }
    c->used = size_add(at, bytes & ~(size_t)63);
    return c->base ? c->base + at : NULL;
}

static inline float *carve_floats(struct carve *c, size_t count)
{
    return carve_take(c, count, sizeof(float));
}

/* Allocates size bytes of zeros, 64-byte aligned; NULL when there is no memory. size:
 * carve.used. */
void *block_new(size_t size);
/* Frees what block_new() returned; NULL is fine. */
void block_free(void *block);

#endif
