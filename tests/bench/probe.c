/* probe.c - see probe.h. */
#include "tests/bench/probe.h"

#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SAMPLES_MAX = 200000, PAUSE_US = 2000 };

static atomic_bool stop;

int connect_to(int port)
{
    const struct sockaddr_in a = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

    if (fd < 0 || connect(fd, (const struct sockaddr *)&a, sizeof(a)))
        give_up("cannot connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

/* One exchange. The response must end with a newline and contain no other one. */
static void exchange(int fd, const char *request)
{
    char answer[65536];
    size_t used = 0;

    if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        give_up("a probe's connection broke");
    do {
        ssize_t n = recv(fd, answer + used, sizeof(answer) - 1 - used, 0);

        if (n <= 0)
            give_up("a probe got no answer");
        used += (size_t)n;
        answer[used] = '\0';
    } while (!strstr(answer, "\r\n\r\n") || answer[used - 1] != '\n' || answer[used - 2] == '\r');
    if (strncmp(answer, "HTTP/1.1 20", 11) != 0)
        give_up("a probe got %.60s", answer);
}

static void write_request(char *out, size_t cap, const struct probe *p)
{
    int n = p->put ? snprintf(out, cap,
                              "PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
                              "application/json\r\nContent-Length: %zu\r\n\r\n%s",
                              p->path, p->port, strlen(p->put), p->put)
                   : snprintf(out, cap, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", p->path,
                              p->port);

    if (n < 0 || (size_t)n >= cap)
        give_up("the request for %s is too long", p->path);
}

static void *ask_on(void *ctx)
{
    struct probe *p = ctx;
    char request[1024];
    int fd = connect_to(p->port);

    write_request(request, sizeof(request), p);
    while (!atomic_load(&stop) && p->count < SAMPLES_MAX) {
        double begin = now_seconds();

        exchange(fd, request);
        p->ms[p->count++] = (now_seconds() - begin) * 1000;
        usleep(PAUSE_US);
    }
    close(fd);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void start_thread(pthread_t *t, void *(*run)(void *), void *ctx)
{
    if (pthread_create(t, NULL, run, ctx))
        give_up("cannot start a thread");
}

void probes_start(struct probe *p, int n, int port)
{
    atomic_store(&stop, false);
    for (int i = 0; i < n; i++) {
        p[i].port = port;
        p[i].count = 0;
        p[i].ms = malloc(SAMPLES_MAX * sizeof(double));
        if (!p[i].ms)
            give_up("out of memory");
        start_thread(&p[i].thread, ask_on, &p[i]);
    }
}

void probes_stop(struct probe *p, int n)
{
    atomic_store(&stop, true);
    for (int i = 0; i < n; i++) {
        pthread_join(p[i].thread, NULL);
        if (p[i].count == 0)
            give_up("no answers for %s", p[i].path);
        qsort(p[i].ms, (size_t)p[i].count, sizeof(*p[i].ms), by_size);
    }
}

double probe_quantile(const struct probe *p, double q)
{
    return p->ms[(int)((p->count - 1) * q)];
}

void probes_free(struct probe *p, int n)
{
    for (int i = 0; i < n; i++)
        free(p[i].ms);
}
