/* size.c - see size.h. */
#include "core/base/size.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_ALIGN = 64 };

/* calloc() instead of malloc() and memset(): the kernel provides the pages of a large block as
 * zeros when they are first used. Touching gigabytes at once takes seconds, during which nothing
 * reads a stop flag. */
void *block_new(size_t size)
{
    size_t bytes = size_add(size, sizeof(char *) + BLOCK_ALIGN);
    char *whole = bytes == SIZE_MAX ? NULL : calloc(1, bytes), *p;

    if (!whole)
        return NULL;
    p = whole + sizeof(whole);
    p += (BLOCK_ALIGN - (uintptr_t)p % BLOCK_ALIGN) % BLOCK_ALIGN;
    memcpy(p - sizeof(whole), &whole, sizeof(whole)); /* for block_free() */
    return p;
}

void block_free(void *block)
{
    char *whole;

    if (!block)
        return;
    memcpy(&whole, (char *)block - sizeof(whole), sizeof(whole));
    free(whole);
}
