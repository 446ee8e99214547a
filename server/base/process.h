/* process.h - what this process uses of the machine, for /metrics. */
#ifndef SERVER_BASE_PROCESS_H
#define SERVER_BASE_PROCESS_H

#include <stdint.h>

struct process {
    double cpu_seconds; /* user and system, of all threads */
    /* Each is -1 when the system does not provide it. */
    int64_t resident_bytes, virtual_bytes;
    int64_t open_files, max_files; /* descriptors */
};

void process_read(struct process *p);

#endif
