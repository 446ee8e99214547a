/* test_crowd.c - very many connections, idle and slow, and one client that works meanwhile. make
 * bench-connections measures how fast it is served. */
#include "tests/integration/suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IDLE_MAX = 10000, SLOW_MAX = 2000, FILES_BESIDE = 2000, ROUNDS = 50, PAUSE_US = 500 };

static struct daemon d;
static struct reply r;
static int idle[IDLE_MAX], slow[SLOW_MAX], num_idle, num_slow;
static atomic_bool stop;

/* As many as this machine lets a process open. */
static void choose_numbers(void)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    num_idle = IDLE_MAX;
    num_slow = SLOW_MAX;
    if (limit.rlim_max < (rlim_t)IDLE_MAX + SLOW_MAX + FILES_BESIDE) {
        num_slow = (int)(limit.rlim_max / 8);
        num_idle = 2 * num_slow;
        printf("only %d idle and %d slow connections: ulimit -Hn is %llu\n", num_idle, num_slow,
               (unsigned long long)limit.rlim_max);
    }
}

static void setup(void)
{
    const char *const args[] = {"--max-connections",
                                "12500",
                                "--request-deadline-seconds",
                                "600",
                                "--idle-timeout-seconds",
                                "600",
                                NULL};
    char *csv = example("airpassengers.csv");

    choose_numbers();
    daemon_init(&d);
    daemon_start(&d, args);
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    free(csv);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static int open_with(const char *begin)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_msg(fd >= 0, "%s", strerror(errno));
    a.sin_port = htons((uint16_t)strtol(strrchr(d.url, ':') + 1, NULL, 10));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq((int)send(fd, begin, strlen(begin), MSG_NOSIGNAL), (int)strlen(begin));
    return fd;
}

static void open_all(void)
{
    char answer[1024];

    for (int i = 0; i < num_idle; i++) {
        idle[i] = open_with("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        ck_assert_int_gt((int)recv(idle[i], answer, sizeof(answer), 0), 0);
    }
    for (int i = 0; i < num_slow; i++)
        slow[i] = open_with(i % 2 ? "GET /v1/datasets HTTP/1.1\r\nHost: x\r\nX-Slow: "
                                  : "PUT /v1/datasets/slow HTTP/1.1\r\nHost: x\r\n"
                                    "Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\nv\n");
}

/* A byte a second each. */
static void *trickle(void *ctx)
{
    (void)ctx;
    for (int i = 0; !atomic_load(&stop); i = (i + 1) % num_slow) {
        (void)!send(slow[i], "1", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        usleep(PAUSE_US);
    }
    return NULL;
}

static int closed(const int *fd, int n)
{
    char byte;
    int count = 0;

    for (int i = 0; i < n; i++)
        count += recv(fd[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    return count;
}

static void close_all(void)
{
    for (int i = 0; i < num_idle; i++)
        close(idle[i]);
    for (int i = 0; i < num_slow; i++)
        close(slow[i]);
}

static double connections(void)
{
    const char *at;

    get(&r, &d, "/metrics", 200);
    at = strstr(r.body, "\nlstmd_http_connections ");
    ck_assert_ptr_nonnull(at);
    return strtod(at + strlen("\nlstmd_http_connections "), NULL);
}

START_TEST(a_client_works_beside_a_crowd)
{
    pthread_t sender;
    int64_t by;

    open_all();
    ck_assert_int_eq(pthread_create(&sender, NULL, trickle, NULL), 0);
    for (int i = 0; i < ROUNDS; i++) { /* each on a connection of its own */
        get(&r, &d, "/readyz", 200);
        get(&r, &d, "/v1/datasets/flights", 200);
        put(&r, &d, "/v1/datasets/own", "text/csv", "v\n1\n2\n3\n", i ? 200 : 201);
    }
    ck_assert(connections() >= num_idle + num_slow);
    ck_assert_int_eq(closed(idle, num_idle), 0);
    ck_assert_int_eq(closed(slow, num_slow), 0);
    atomic_store(&stop, true);
    pthread_join(sender, NULL);
    close_all();
    for (by = now_ms() + 60000; connections() > 10;)
        ck_assert_msg(now_ms() < by, "%g connections are still open", connections());
}
END_TEST

int main(void)
{
    Suite *s = suite_create("crowd");
    TCase *t = tcase_create("crowd");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_client_works_beside_a_crowd);
    suite_add_tcase(s, t);
    return suite_run(s);
}
