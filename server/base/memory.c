/* memory.c - see memory.h. */
#include "server/base/memory.h"

#include <malloc.h>

/* malloc_trim() visits every free block of the process: 0.1 to 2 ms, less than reading a body of
 * this size. */
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
