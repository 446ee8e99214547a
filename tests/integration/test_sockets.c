/* test_sockets.c - listening on the path of a socket, and on a socket that a service manager
 * passes. */
#include "tests/integration/suite.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;
static char out[16384], address[160];

static void setup(void)
{
    daemon_init(&d);
    (void)snprintf(address, sizeof(address), "unix:%s/sock", d.dir);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* The whole way of a request, with an answer that waits and one that is large. */
static void use(void)
{
    static char rows[200000];
    int n = snprintf(rows, sizeof(rows), "value\n");

    for (int i = 0; i < 30000; i++)
        n += snprintf(rows + n, sizeof(rows) - (size_t)n, "%d\n", i % 10);
    put(&r, &d, "/v1/datasets/a", "text/csv", rows, 201);
    get(&r, &d, "/v1/datasets/a/data?format=csv", 200);
    ck_assert_uint_gt(r.len, 60000);
    get(&r, &d, "/v1/datasets/a/data", 200);
    ck_assert_uint_gt(r.len, 60000);
    put(&r, &d, "/v1/datasets/b", "text/csv", "value\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"b\",\"model\":\"m\",\"params\":{\"epochs\":2}}",
            "succeeded");
    get(&r, &d, "/v1/models/m/forecast?horizon=2", 200);
    get(&r, &d, "/", 200);
}

START_TEST(a_path_serves_as_a_port_does)
{
    const char *args[] = {"--listen", address, NULL};
    const char *check[] = {"healthcheck", "--listen", address, NULL};
    struct stat is;

    daemon_start(&d, args);
    use();
    ck_assert_msg(daemon_run(out, sizeof(out), check) == 0, "%s", out);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    ck_assert_int_ne(stat(address + strlen("unix:"), &is), 0);
    ck_assert_int_eq(daemon_run(out, sizeof(out), check), 1);
    daemon_start(&d, args);
    daemon_kill(&d);
    daemon_start(&d, args); /* over the socket file that the killed daemon left */
    get(&r, &d, "/readyz", 200);
}
END_TEST

static int listening_socket(uint32_t host)
{
    const struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(host)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(listen(fd, 100), 0);
    return fd;
}

/* The socket outlives the daemon: a client that connects in between waits. */
START_TEST(a_socket_of_the_service_manager_is_served)
{
    d.hand_over = listening_socket(INADDR_LOOPBACK);
    daemon_start(&d, NULL);
    use();
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    daemon_start(&d, NULL);
    get(&r, &d, "/v1/datasets/a", 200);
    (void)close(d.hand_over);
}
END_TEST

/* --listen names an address of this machine only, but the socket is open to others: it needs a
 * key. */
START_TEST(a_socket_of_everybody_needs_a_key)
{
    const char *keyed[] = {"--api-key", "secret", NULL};
    const struct request q = {.method = "GET", .path = "/v1/datasets"};

    d.hand_over = listening_socket(INADDR_ANY);
    ck_assert_int_eq(daemon_ends(&d, NULL, 60), 1);
    ck_assert(daemon_log_has(&d, "there is no key"));
    daemon_start(&d, keyed);
    http_send(&r, &d, &q);
    expect_status(&r, 401, "without a key");
    (void)close(d.hand_over);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sockets");
    TCase *t = tcase_create("sockets");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_path_serves_as_a_port_does);
    tcase_add_test(t, a_socket_of_the_service_manager_is_served);
    tcase_add_test(t, a_socket_of_everybody_needs_a_key);
    suite_add_tcase(s, t);
    return suite_run(s);
}
