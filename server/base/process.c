/* process.c - see process.h. */
#include "server/base/process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/* The first two numbers of /proc/self/statm are pages. */
static void read_memory(struct process *p)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long size = 0, resident = 0, page = sysconf(_SC_PAGESIZE);

    p->resident_bytes = p->virtual_bytes = -1;
    if (f && fscanf(f, "%ld %ld", &size, &resident) == 2) {
        p->virtual_bytes = (int64_t)size * page;
        p->resident_bytes = (int64_t)resident * page;
    }
    if (f)
        (void)fclose(f);
}

/* Since Linux 6.2 the size of the folder is the number of open descriptors. Before, it is 0 and the
 * descriptors are counted, except the one of the open folder. */
static int64_t count_files(void)
{
    struct stat folder;
    int64_t n = 0;
    DIR *d;

    if (stat("/proc/self/fd", &folder))
        return -1;
    if (folder.st_size > 0)
        return (int64_t)folder.st_size;
    d = opendir("/proc/self/fd");
    if (!d)
        return -1;
    for (const struct dirent *entry = readdir(d); entry; entry = readdir(d))
        n += entry->d_name[0] != '.';
    (void)closedir(d);
    return n - 1;
}

void process_read(struct process *p)
{
    struct rusage used = {0};
    struct rlimit files = {0};

    (void)getrusage(RUSAGE_SELF, &used);
    p->cpu_seconds = seconds(&used.ru_utime) + seconds(&used.ru_stime);
    read_memory(p);
    p->open_files = count_files();
    p->max_files = getrlimit(RLIMIT_NOFILE, &files) || files.rlim_cur == RLIM_INFINITY
                       ? -1
                       : (int64_t)files.rlim_cur;
}
