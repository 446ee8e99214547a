/* pool.h - threads that live as long as a job and share its passes (see <lstm/parallel.h>).
 *
 * Between two passes the threads poll for some microseconds before they sleep, because passes of a
 * training step follow each other faster than a sleeping thread wakes. They have the low priority
 * of the thread that makes them. */
#ifndef SERVER_JOBS_POOL_H
#define SERVER_JOBS_POOL_H

#include <lstm/parallel.h>
#include <lstm/status.h>

enum { POOL_THREADS_MAX = 64 };

struct pool;

/* threads, 1..POOL_THREADS_MAX, counts the caller of run(): one fewer is started. ST_NOMEM; ST_IO
 * when a thread cannot be started. */
enum status pool_new(struct pool **out, int threads, struct err *e);
void pool_free(struct pool *p); /* NULL is fine; not while run() is under way */
/* Borrowed; one thread may use it at a time. */
const struct parallel *pool_parallel(const struct pool *p);

#endif
