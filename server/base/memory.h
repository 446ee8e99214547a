/* memory.h - memory that large requests leave behind. */
#ifndef SERVER_BASE_MEMORY_H
#define SERVER_BASE_MEMORY_H

#include <stdint.h>

/* Call when a request of so many bytes has ended and its memory is freed. After a large one,
 * returns free memory to the system: free() alone keeps what lies between blocks that are still
 * used. */
void memory_after_request(uint64_t bytes);

#endif
