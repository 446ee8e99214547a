/* memory.h - memory that large requests leave behind. */
#ifndef SERVER_BASE_MEMORY_H
#define SERVER_BASE_MEMORY_H

#include <stdint.h>

/* Call when a request of so many bytes has ended and what it took is freed: gives free memory back to the
 * system when they are many. free() alone keeps what lies between blocks that are still used. */
void memory_after_request(uint64_t bytes);

#endif
