/* memory.h - memory that large requests leave behind. */
#ifndef SERVER_BASE_MEMORY_H
#define SERVER_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Call when a request of so many bytes has ended and its memory is freed. After a large one,
 * returns free memory to the system: free() alone keeps what lies between blocks that are still
 * used. */
void memory_after_request(uint64_t bytes);
/* Call behind malloc() or calloc() of what will be filled from end to end: where it is large,
 * requests pages of 2 MiB for it from the system. p may be NULL. */
void memory_will_fill(void *p, size_t bytes);

#endif
