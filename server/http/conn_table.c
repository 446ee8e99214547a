/* conn_table.c - see conn_table.h. An array indexed by descriptor, so that a look-up is one
 * load. */
#include "server/http/conn_table.h"

#include <stdatomic.h>
#include <stddef.h>

/* Linux does not allow larger file descriptors by default (fs.nr_open). */
enum { FILES_MAX = 1 << 20 };

static _Atomic(struct conn *) by_fd[FILES_MAX];

bool conn_table_put(int fd, struct conn *c)
{
    if (fd < 0 || fd >= FILES_MAX)
        return false;
    atomic_store(&by_fd[fd], c);
    return true;
}

void conn_table_remove(int fd)
{
    atomic_store(&by_fd[fd], NULL);
}

struct conn *conn_table_find(int fd)
{
    return fd >= 0 && fd < FILES_MAX ? atomic_load(&by_fd[fd]) : NULL;
}
