/* test_prometheus_source.c - data sets from PromQL: pages and appended points from a server of the
 * test, and Debian's prometheus, where it is installed. */
#include "tests/integration/suite.h"
#include "tests/unit/server/client/web_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_MS = 60000, STEP = 60, MOST = 11000 };

extern char **environ;

static struct daemon d;
static struct web_server web;
static struct reply r;
static char body[4096];

/* What was asked of the server of the test; guarded by its lock. */
static struct {
    int pages;
    int64_t first, last; /* of all pages */
    int64_t most;        /* points in one page */
    bool refuses, empty;
} asked;

static int64_t form_number(const char *request, const char *name)
{
    const char *at = strstr(strstr(request, "\r\n\r\n"), name);

    return at ? strtoll(at + strlen(name), NULL, 10) : -1;
}

/* Answers with a value for each point, which is its number modulo 1440. */
static void respond(void *ctx, struct web_exchange *x)
{
    int64_t from = form_number(x->request, "&start="), to = form_number(x->request, "&end=");
    struct buf b;

    (void)ctx;
    asked.first = asked.pages++ ? asked.first : from;
    asked.last = to;
    asked.most = (to - from) / STEP + 1 > asked.most ? (to - from) / STEP + 1 : asked.most;
    if (asked.refuses) {
        web_answer(
            x, "400 Bad Request", "Content-Type: application/json\r\n",
            "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"unexpected end\"}");
        return;
    }
    buf_init(&b, 64 << 20);
    buf_puts(&b, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
    for (const char *job = asked.empty ? "c" : "a"; *job < 'c'; job = job[0] == 'a' ? "b" : "c") {
        buf_printf(&b, "%s{\"metric\":{\"__name__\":\"up\",\"job\":\"%s\"},\"values\":[",
                   *job == 'a' ? "" : ",", job);
        for (int64_t t = from; t <= to; t += STEP)
            buf_printf(&b, "%s[%lld,\"%lld\"]", t > from ? "," : "", (long long)t,
                       (long long)(t / STEP % 1440));
        buf_puts(&b, "]}");
    }
    buf_puts(&b, "]}}");
    web_answer(x, "200 OK", "Content-Type: application/json\r\n", b.data);
    buf_release(&b);
}

static void setup(void)
{
    const char *args[] = {"--fetch-http", "--fetch-allow", "127.0.0.1", NULL};

    memset(&asked, 0, sizeof asked);
    web = (struct web_server){.respond = respond};
    web_server_start(&web, NULL);
    daemon_init(&d);
    daemon_start(&d, args);
}

static void teardown(void)
{
    reply_release(&r);
    web_server_stop(&web);
    daemon_free(&d);
}

static void put_source(const char *url, const char *query, const char *rest, long expect)
{
    (void)snprintf(body, sizeof body,
                   "{\"source\":{\"prometheus\":\"%s\",\"query\":\"%s\",\"every\":\"1h\",%s}}", url,
                   query, rest);
    put(&r, &d, "/v1/datasets/p", "application/json", body, expect);
}

static void says(const char *text)
{
    ck_assert_msg(r.body && strstr(r.body, text) != NULL, "no '%s' in %s", text, r.body);
}

START_TEST(a_long_range_is_asked_in_pages)
{
    put_source(web.url, "up", "\"step\":\"1m\",\"range\":\"20d\"", 201);
    ck_assert_int_eq(asked.pages, 3); /* 28,801 points */
    ck_assert_int_le(asked.most, MOST);
    ck_assert_int_eq((int)number_at(r.json, "num_series"), 2);
    ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 28801);
    ck_assert_int_eq((int)number_at(r.json, "series.0.missing"), 0);
    ck_assert_str_eq(text_at(r.json, "series.0.id"), "up{job=\"a\"}");
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), "min");
    ck_assert(web_last_has(&web, "query=up&start="));
}
END_TEST

START_TEST(later_points_are_appended)
{
    int64_t first, last;

    put_source(web.url, "sum(rate(x[5m])) + 1", "\"step\":\"1m\",\"range\":\"1d\"", 201);
    ck_assert(web_last_has(&web, "query=sum%28rate%28x%5B5m%5D%29%29%20%2B%201&"));
    first = asked.first;
    last = asked.last;
    ck_assert_int_eq((int)((last - first) / STEP), 1440);
    /* As if the last fetch had been an hour ago: the same source again goes on from there. */
    asked.pages = 0;
    post(&r, &d, "/v1/datasets/p/fetch", "", 200);
    if (asked.pages > 0) { /* a minute has begun meanwhile */
        ck_assert_int_eq((int)(asked.first - last), STEP);
        ck_assert_int_gt((int)number_at(r.json, "series.0.length"), 1441);
    } else {
        ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 1441);
    }
}
END_TEST

START_TEST(what_the_server_refuses_is_told)
{
    asked.refuses = true;
    put_source(web.url, "up{", "\"step\":\"1m\"", 422);
    says("refuses the query: unexpected end");
    asked.refuses = false;
    asked.empty = true;
    put_source(web.url, "none", "\"step\":\"1m\",\"range\":\"1h\"", 422);
    says("returns nothing");
    get(&r, &d, "/v1/datasets/p", 404);
}
END_TEST

/* ---- Debian's prometheus ---- */

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    return ntohs(at.sin_port);
}

/* Starts it with itself as its only target; 0: it is not installed. */
static pid_t start_prometheus(int port)
{
    char config[128], storage[160], listen[64], file[160], log[128];
    char *argv[] = {"prometheus", file, storage, listen, NULL};
    posix_spawn_file_actions_t to;
    FILE *f;
    pid_t pid = 0;

    (void)snprintf(config, sizeof config, "%s/prometheus.yml", d.dir);
    (void)snprintf(log, sizeof log, "%s/prometheus.log", d.dir);
    (void)snprintf(file, sizeof file, "--config.file=%s", config);
    (void)snprintf(storage, sizeof storage, "--storage.tsdb.path=%s/tsdb", d.dir);
    (void)snprintf(listen, sizeof listen, "--web.listen-address=127.0.0.1:%d", port);
    f = fopen(config, "w");
    ck_assert_ptr_nonnull(f);
    fprintf(f,
            "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: self\n  static_configs:\n"
            "  - targets: ['127.0.0.1:%d']\n",
            port);
    ck_assert_int_eq(fclose(f), 0);
    posix_spawn_file_actions_init(&to);
    posix_spawn_file_actions_addopen(&to, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (posix_spawnp(&pid, "prometheus", &to, NULL, argv, environ) != 0)
        pid = 0;
    posix_spawn_file_actions_destroy(&to);
    return pid;
}

START_TEST(a_real_prometheus_is_a_source)
{
    int port = free_port();
    pid_t pid = start_prometheus(port);
    int64_t until = now_ms() + DEADLINE_MS;
    char url[64], before[64];

    if (pid == 0) {
        fprintf(stderr,
                "SKIPPED: prometheus is not installed (make deps-dev), so no real server was "
                "a source\n");
        return;
    }
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    (void)snprintf(body, sizeof body,
                   "{\"source\":{\"prometheus\":\"%s\",\"query\":\"up\",\"step\":\"1s\",\"every\":"
                   "\"5s\",\"range\":\"1m\"}}",
                   url);
    do { /* until it has started and scraped itself */
        http_send(&r, &d,
                  &(struct request){.method = "PUT",
                                    .path = "/v1/datasets/p",
                                    .type = "application/json",
                                    .body = body});
        if (r.status != 201)
            poll(NULL, 0, 100);
    } while (r.status != 201 && now_ms() < until);
    expect_status(&r, 201, r.body);
    (void)snprintf(before, sizeof before, "%s", text_at(r.json, "series.0.end"));
    says("up{instance=\\\"127.0.0.1:");
    do { /* the schedule appends */
        poll(NULL, 0, 100);
        get(&r, &d, "/v1/datasets/p", 200);
    } while (strcmp(text_at(r.json, "series.0.end"), before) == 0 && now_ms() < until);
    ck_assert_str_gt(text_at(r.json, "series.0.end"), before);
    ck_assert(cJSON_IsNull(at(r.json, "source.last_error")));
    put_source(url, "sum(", "\"step\":\"1s\",\"range\":\"1m\"", 422);
    says("refuses the query");
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prometheus_source");
    TCase *t = tcase_create("prometheus_source");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_long_range_is_asked_in_pages);
    tcase_add_test(t, later_points_are_appended);
    tcase_add_test(t, what_the_server_refuses_is_told);
    tcase_add_test(t, a_real_prometheus_is_a_source);
    suite_add_tcase(s, t);
    return suite_run(s);
}
