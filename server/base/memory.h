/* memory.h - returns memory of large requests to the system, and requests large pages. */
#ifndef SERVER_BASE_MEMORY_H
#define SERVER_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Called when a request of so many bytes has ended and its memory is freed. After a large one,
 * returns free memory to the system: free() alone keeps memory between blocks that are still
 * used. */
void memory_after_request(uint64_t bytes);
/* Called after malloc() or calloc() of memory that will be filled completely. If it is large,
 * requests pages of 2 MiB for it. p may be NULL. */
void memory_will_fill(void *p, size_t bytes);

#endif
