/* memory.c - see memory.h. */
#include "server/base/memory.h"

#include <malloc.h>
#include <sys/mman.h>

/* malloc_trim() visits every free block of the process. That takes 0.1 to 2 ms, less than reading a
 * body of this size. */
enum { MANY_BYTES = 1 << 20 };

void memory_after_request(uint64_t bytes)
{
#ifdef __GLIBC__
    if (bytes >= MANY_BYTES)
        (void)malloc_trim(0);
#else
    (void)bytes;
#endif
}

/* The kernel provides pages of 4 KiB one by one at their first use. That took half of the time of
 * reading a table. */
void memory_will_fill(void *p, size_t bytes)
{
    const uintptr_t page = (uintptr_t)2 << 20;
    uintptr_t from = ((uintptr_t)p + page - 1) / page * page;
    uintptr_t to = ((uintptr_t)p + bytes) / page * page;

    if (p && from < to)
        (void)madvise((char *)p + (from - (uintptr_t)p), to - from, MADV_HUGEPAGE);
}
