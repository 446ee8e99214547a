/* probe.h - keep-alive connections that send requests to a daemon all the time, and measure each
 * response. */
#ifndef TESTS_BENCH_PROBE_H
#define TESTS_BENCH_PROBE_H

#include <pthread.h>

enum { PROBES_MAX = 4 };

struct probe {
    const char *path;
    const char *put; /* a JSON body that is PUT to path; NULL: GET */
    /* set by the run */
    int port;
    pthread_t thread;
    double *ms; /* (count), ascending after probes_stop() */
    int count;
};

/* Returns a connection to that port of this machine. */
int connect_to(int port);
void start_thread(pthread_t *t, void *(*run)(void *), void *ctx);
/* Each of the n probes sends a request every 2 ms, until probes_stop(). Only one set of probes can
 * run at a time. */
void probes_start(struct probe *p, int n, int port);
void probes_stop(struct probe *p, int n);
/* The time in milliseconds within which the share q of the responses came: 0.99, or 1 for the
 * longest. */
double probe_quantile(const struct probe *p, double q);
void probes_free(struct probe *p, int n);

#endif
