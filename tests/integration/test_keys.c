/* test_keys.c - lstmd key while a daemon runs: its output, and its effect on the daemon. */
#include "tests/integration/daemon.h"
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static struct daemon d;
static char out[1 << 16];

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    daemon_free(&d);
}

static long ask(const char *path, const char *key)
{
    char header[120];
    struct request q = {.method = "GET", .path = path};
    struct reply r = {0};
    long status;

    (void)snprintf(header, sizeof(header), "Authorization: Bearer %s", key);
    q.headers[0] = key[0] ? header : NULL;
    http_send(&r, &d, &q);
    status = r.status;
    reply_release(&r);
    return status;
}

/* Asks for two seconds until the expected status comes; returns the last status. */
static long wait_for(const char *path, const char *key, long want)
{
    long status = 0;

    for (int i = 0; i < 200 && status != want; i++) {
        status = ask(path, key);
        if (status != want)
            poll(NULL, 0, 10);
    }
    return status;
}

static int run(const char *a, const char *b, const char *c, const char *scopes)
{
    const char *args[] = {"key", "--database", d.db, a, b, c, scopes, NULL};

    return daemon_run(out, sizeof(out), args);
}

/* The key in the output. */
static void take_key(char key[64])
{
    const char *at = strstr(out, "lstmd_");

    ck_assert_msg(at != NULL, "%s", out);
    (void)snprintf(key, 64, "%.*s", (int)strcspn(at, "\n"), at);
    ck_assert_uint_eq(strlen(key), 49);
}

START_TEST(keys_are_made_and_revoked_beside_a_daemon)
{
    char key[64], other[64];

    daemon_start(&d, NULL);
    ck_assert_int_eq((int)ask("/v1/models", ""), 200);
    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(key);
    ck_assert_ptr_nonnull(strstr(out, "from now on every request needs a key"));
    ck_assert_int_eq((int)wait_for("/v1/models", "", 401), 401);
    ck_assert_int_eq((int)ask("/v1/models", key), 200);
    ck_assert_int_eq(run("add", "look", "--scopes", "read"), 0);
    take_key(other);
    ck_assert_int_eq((int)wait_for("/v1/models", other, 200), 200);
    ck_assert_int_eq((int)ask("/v1/keys", other), 403);
    ck_assert_int_eq(run("list", NULL, NULL, NULL), 0);
    ck_assert(strstr(out, "root") && strstr(out, "look") && !strstr(out, "lstmd_"));
    ck_assert_int_eq(run("revoke", "look", NULL, NULL), 0);
    ck_assert_int_eq((int)wait_for("/v1/models", other, 401), 401);
    ck_assert_int_eq((int)ask("/v1/models", key), 200);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    ck_assert(daemon_log_has(&d, "\"key\":\"root\""));
    ck_assert(!daemon_log_has(&d, key) && !daemon_log_has(&d, other));
    daemon_start(&d, (const char *const[]){"--api-key", "given", NULL});
    ck_assert_int_eq((int)ask("/v1/models", key), 200); /* it is in the database */
    ck_assert_int_eq((int)ask("/v1/models", "given"), 200);
    ck_assert_int_eq((int)ask("/v1/models", other), 401);
}
END_TEST

/* The first entry that the query finds, into line: its action, key, resource and status. */
static void first_of_audit(char line[200], const char *path, const char *key)
{
    char header[120];
    struct request q = {.method = "GET", .path = path, .headers = {header}};
    struct reply r = {0};
    const cJSON *item, *status;

    (void)snprintf(header, sizeof(header), "Authorization: Bearer %s", key);
    http_send(&r, &d, &q);
    expect_status(&r, 200, path);
    item = cJSON_GetArrayItem(at(r.json, "items"), 0);
    (void)snprintf(line, 200, "%s", "");
    status = cJSON_GetObjectItem(item, "status"); /* null of a command */
    if (item)
        (void)snprintf(line, 200, "%s %s %s %d", text_at(item, "action"), text_at(item, "key"),
                       text_at(item, "resource"), cJSON_IsNumber(status) ? status->valueint : 0);
    ck_assert_ptr_null(strstr(r.body, "lstmd_"));
    reply_release(&r);
}

START_TEST(the_audit_has_commands_changes_and_refusals)
{
    char key[64], line[200] = "";

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(key);
    daemon_start(&d, NULL);
    ck_assert_int_eq(run("add", "look", "--scopes", "read"), 0);
    ck_assert_int_eq(run("revoke", "look", NULL, NULL), 0);
    first_of_audit(line, "/v1/audit?key=command-line", key);
    ck_assert_int_eq(strncmp(line, "lstmd key revoke command-line /v1/keys/look", 43), 0);
    first_of_audit(line, "/v1/audit?action=lstmd&limit=1", key);
    ck_assert_int_eq(strncmp(line, "lstmd key revoke", 16), 0);
    ck_assert_int_eq((int)ask("/v1/models", ""), 401);
    for (int i = 0; i < 200 && strcmp(line, "GET /v1/models anonymous /v1/models 401") != 0; i++) {
        first_of_audit(line, "/v1/audit?status=401", key);
        poll(NULL, 0, 10);
    }
    ck_assert_str_eq(line, "GET /v1/models anonymous /v1/models 401");
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    daemon_start(&d, NULL); /* it outlives the process */
    first_of_audit(line, "/v1/audit?status=401", key);
    ck_assert_str_eq(line, "GET /v1/models anonymous /v1/models 401");
}
END_TEST

START_TEST(a_key_sends_so_many_requests_a_minute_and_others_go_on)
{
    const char *args[] = {
        "key", "--database", d.db, "add", "few", "--scopes=read", "--requests-per-minute",
        "5",   NULL};
    char root[64], few[64], header[120], text[80];
    struct request q = {.method = "GET", .path = "/v1/models", .headers = {header}};
    struct reply r = {0};

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(root);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    take_key(few);
    daemon_start(&d, NULL);
    (void)snprintf(header, sizeof(header), "X-Api-Key: %s", few);
    for (int i = 0; i < 5; i++) {
        http_send(&r, &d, &q);
        expect_status(&r, 200, "within the limit");
    }
    ck_assert_str_eq(reply_header(text, sizeof(text), &r, "RateLimit-Policy"),
                     "\"requests\";q=5;w=60");
    ck_assert_int_eq(
        strncmp(reply_header(text, sizeof(text), &r, "RateLimit"), "\"requests\";r=0;t=", 17), 0);
    http_send(&r, &d, &q);
    expect_status(&r, 429, "beyond it");
    ck_assert_str_eq(text_at(r.json, "type"), "/problems/quota-exceeded");
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "'few' may send 5 requests"));
    ck_assert_int_ge((int)strtol(reply_header(text, sizeof(text), &r, "Retry-After"), NULL, 10), 1);
    ck_assert_int_le((int)strtol(text, NULL, 10), 12);
    ck_assert_int_eq((int)ask("/healthz", few), 200); /* open to everybody */
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq((int)ask("/v1/models", root), 200);
    (void)snprintf(header, sizeof(header), "X-Api-Key: %s", root);
    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(text, sizeof(text), &r, "RateLimit"), "");
    q.path = "/metrics";
    http_send(&r, &d, &q);
    ck_assert_ptr_nonnull(strstr(r.body, "key_failures_total{reason=\"quota\"} 1\n"));
    reply_release(&r);
}
END_TEST

/* POSTs or PUTs with a key; r has the answer. */
static void send_with(struct reply *r, const char *method, const char *path, const char *type,
                      const char *body, const char *key, long expect)
{
    char header[120];
    struct request q = {
        .method = method, .path = path, .type = type, .body = body, .headers = {header}};

    (void)snprintf(header, sizeof(header), "X-Api-Key: %s", key);
    http_send(r, &d, &q);
    expect_status(r, expect, path);
}

START_TEST(many_jobs_of_one_key_do_not_starve_one_of_another)
{
    static const char many[] = "{\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"many\","
                               "\"params\":{\"hidden_size\":16,\"epochs\":30}}",
                      one[] = "{\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"one\","
                              "\"params\":{\"hidden_size\":16,\"epochs\":30}}";
    char root[64], a[64], b[64], path[80], *csv = example("airpassengers.csv");
    struct reply r = {0};

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(root);
    ck_assert_int_eq(run("add", "a", "--scopes", "read,train"), 0);
    take_key(a);
    ck_assert_int_eq(run("add", "b", "--scopes", "read,train"), 0);
    take_key(b);
    daemon_start(&d, (const char *const[]){"--workers", "1", "--max-queue", "40", NULL});
    send_with(&r, "PUT", "/v1/datasets/x", "text/csv", csv, root, 201);
    for (int i = 0; i < 40; i++)
        send_with(&r, "POST", "/v1/jobs", "application/json", many, a, 202);
    for (long status = 202; status == 202;) { /* until it is full */
        struct request q = {.method = "POST",
                            .path = "/v1/jobs",
                            .type = "application/json",
                            .body = many,
                            .headers = {path}};

        (void)snprintf(path, sizeof(path), "X-Api-Key: %s", a);
        http_send(&r, &d, &q);
        status = r.status;
    }
    expect_status(&r, 503, "a full queue");
    send_with(&r, "POST", "/v1/jobs", "application/json", one, b, 202);
    (void)snprintf(path, sizeof(path), "/v1/jobs/%s?wait=280", text_at(r.json, "id"));
    send_with(&r, "GET", path, NULL, NULL, b, 200);
    ck_assert_str_eq(text_at(r.json, "state"), "succeeded");
    send_with(&r, "GET", "/v1/jobs?state=queued&model=many", NULL, NULL, a, 200);
    ck_assert_int_ge(cJSON_GetArraySize(at(r.json, "items")), 30);
    reply_release(&r);
    free(csv);
}
END_TEST

START_TEST(a_key_stores_so_many_bytes_and_a_restart_does_not_forget_them)
{
    static const char csv[] = "y\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"; /* 80 bytes as stored */
    const char *args[] = {
        "key", "--database", d.db, "add", "few", "--scopes=read,train", "--stored-bytes",
        "200", NULL};
    char root[64], few[64];
    struct reply r = {0};

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(root);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    take_key(few);
    daemon_start(&d, NULL);
    send_with(&r, "PUT", "/v1/datasets/a", "text/csv", csv, few, 201);
    send_with(&r, "PUT", "/v1/datasets/b", "text/csv", csv, few, 201);
    send_with(&r, "PUT", "/v1/datasets/a", "text/csv", csv, few, 200); /* in the place of it */
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    daemon_start(&d, NULL);
    send_with(&r, "PUT", "/v1/datasets/c", "text/csv", csv, few, 413);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "'few' may store 200 bytes"));
    send_with(&r, "POST", "/v1/datasets/b/rows", "text/csv", csv, few, 413);
    send_with(&r, "GET", "/v1/datasets/c", NULL, NULL, few, 404);
    send_with(&r, "PUT", "/v1/datasets/c", "text/csv", csv, root, 201);
    send_with(&r, "GET", "/v1/keys/few", NULL, NULL, root, 200);
    ck_assert_int_eq((int)number_at(r.json, "stored_bytes"), 160);
    ck_assert_int_eq((int)number_at(r.json, "limits.stored_bytes"), 200);
    send_with(&r, "DELETE", "/v1/datasets/a", NULL, NULL, few, 204);
    send_with(&r, "PUT", "/v1/datasets/d", "text/csv", csv, few, 201);
    reply_release(&r);
}
END_TEST

enum { TRAINED_MOST = 400, AHEAD = 3 };

/* Submits the job; false when the key has used up its training. */
static bool submit_job(char id[40], const char *job, const char *key)
{
    char header[120];
    struct request q = {.method = "POST",
                        .path = "/v1/jobs",
                        .type = "application/json",
                        .body = job,
                        .headers = {header}};
    struct reply r = {0};
    bool taken;

    (void)snprintf(header, sizeof(header), "X-Api-Key: %s", key);
    http_send(&r, &d, &q);
    taken = r.status == 202;
    if (taken) {
        (void)snprintf(id, 40, "%s", text_at(r.json, "id"));
    } else {
        expect_status(&r, 429, "a job beyond the limit");
        ck_assert_str_eq(text_at(r.json, "type"), "/problems/quota-exceeded");
        ck_assert_str_eq(reply_header(header, sizeof(header), &r, "Retry-After"), "60");
    }
    reply_release(&r);
    return taken;
}

static void check_job(const char *id, const char *query, const char *key, const char *state)
{
    struct reply r = {0};
    char path[80];

    (void)snprintf(path, sizeof(path), "/v1/jobs/%s%s", id, query);
    send_with(&r, "GET", path, NULL, NULL, key, 200);
    ck_assert_str_eq(text_at(r.json, "state"), state);
    reply_release(&r);
}

/* The key has one second of training. However fast the machine is, its jobs need more in the end.
 * Some jobs are always queued: when the second is used up, the last of them stays queued. */
START_TEST(a_key_trains_so_many_seconds_an_hour_and_others_go_on)
{
    static const char job[] = "{\"task\":\"forecast\",\"dataset\":\"x\",\"model\":\"m\","
                              "\"params\":{\"hidden_size\":16,\"epochs\":10}}";
    const char *args[] = {"key",
                          "--database",
                          d.db,
                          "add",
                          "few",
                          "--scopes=read,train",
                          "--training-seconds-per-hour",
                          "1",
                          NULL};
    char root[64], few[64], other[40], *csv = example("airpassengers.csv");
    static char ids[TRAINED_MOST][40];
    struct reply r = {0};
    int sent = 0;

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(root);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    take_key(few);
    daemon_start(&d, (const char *const[]){"--workers", "1", NULL});
    send_with(&r, "PUT", "/v1/datasets/x", "text/csv", csv, root, 201);
    while (submit_job(ids[sent], job, few)) {
        if (++sent > AHEAD)
            check_job(ids[sent - 1 - AHEAD], "?wait=280", few, "succeeded");
        ck_assert_int_lt(sent, TRAINED_MOST);
    }
    ck_assert_int_gt(sent, 1); /* one that may run, and one behind it */
    ck_assert(submit_job(other, job, root));
    check_job(other, "?wait=280", root, "succeeded");
    check_job(ids[sent - 1], "", few, "queued");
    reply_release(&r);
    free(csv);
}
END_TEST

/* A client in a process of its own that never stops asking. */
static pid_t flood(const char *key)
{
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    while (pid == 0)
        (void)ask("/v1/models", key);
    return pid;
}

START_TEST(a_flood_of_one_key_leaves_the_answers_of_another)
{
    const char *args[] = {
        "key", "--database", d.db, "add", "few", "--scopes=read", "--requests-per-minute",
        "5",   NULL};
    char root[64], few[64], header[120];
    struct request q = {.method = "GET", .path = "/metrics", .headers = {header}};
    struct reply r = {0};
    int64_t longest = 0;
    const char *count = NULL;
    pid_t floods[4];

    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(root);
    ck_assert_int_eq(daemon_run(out, sizeof(out), args), 0);
    take_key(few);
    daemon_start(&d, NULL);
    for (int i = 0; i < 4; i++)
        floods[i] = flood(few);
    for (int i = 0; i < 300; i++) {
        int64_t start = now_ms(), ms;

        ck_assert_int_eq((int)ask("/v1/models", root), 200);
        ms = now_ms() - start;
        if (ms > longest)
            longest = ms;
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(kill(floods[i], SIGKILL), 0);
        ck_assert_int_eq(waitpid(floods[i], NULL, 0), floods[i]);
    }
    ck_assert_msg(longest < 5000, "%lld ms", (long long)longest);
    (void)snprintf(header, sizeof(header), "X-Api-Key: %s", root);
    http_send(&r, &d, &q);
    count = strstr(r.body, "key_failures_total{reason=\"quota\"} ");
    ck_assert_ptr_nonnull(count);
    ck_assert_int_ge((int)strtol(strchr(count, ' ') + 1, NULL, 10), 100);
    reply_release(&r);
}
END_TEST

/* The text of /proc/PID/cmdline, its NULs as blanks. */
static const char *command_line(void)
{
    static char text[4096];
    char path[64];
    FILE *file;
    size_t n;

    (void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)d.pid);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    n = fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    for (size_t i = 0; i < n; i++)
        if (!text[i])
            text[i] = ' ';
    text[n] = '\0';
    return text;
}

/* Sends a request with each header of a key and appends the responses to all. */
static void gather_answers(struct buf *all, const char *secret)
{
    static const char *const paths[] = {
        "/",        "/v1/key", "/v1/keys",     "/v1/config",  "/v1/audit",         "/metrics",
        "/version", "/readyz", "/v1/datasets", "/v1/nothing", "/v1/models?limit=x"};
    static const char *const forms[] = {"X-Api-Key: %s", "Authorization: Bearer %s",
                                        "Authorization: Basic %s"};
    char header[120];
    struct request q = {.method = "GET", .headers = {header}};
    struct reply r = {0};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
            q.path = paths[i];
            (void)snprintf(header, sizeof(header), "%.*s%s", (int)strcspn(forms[k], "%"), forms[k],
                           secret);
            http_send(&r, &d, &q);
            buf_add(all, r.headers, strlen(r.headers));
            buf_add(all, r.body, r.len);
        }
    reply_release(&r);
}

/* No log, list of processes, response, metric or file contains a key: of the configuration, a new
 * one, or a wrong one. */
START_TEST(keys_are_seen_nowhere)
{
    static const char *const given[] = {"configured-full-key", "configured-read-key"};
    char made[64], sql[160], *bytes;
    const char *secrets[] = {given[0], given[1], made, "lstmd_a-wrong-key-of-a-client"};
    struct buf all;
    FILE *file;

    buf_init(&all, 64 << 20);
    daemon_start(&d, (const char *const[]){"--api-key", given[0], "--read-key=configured-read-key",
                                           "--log-level", "debug", NULL});
    ck_assert_int_eq(run("add", "made", "--scopes", "admin"), 0);
    take_key(made);
    ck_assert_int_eq((int)wait_for("/v1/keys", made, 200), 200);
    ck_assert_ptr_nonnull(strstr(command_line(), "--api-key ***"));
    buf_puts(&all, command_line());
    for (int i = 0; i < 3; i++)
        gather_answers(&all, secrets[i]);
    ck_assert_int_eq((int)ask("/v1/keys", secrets[3]), 401);
    ck_assert_int_eq(run("list", NULL, NULL, NULL), 0);
    buf_puts(&all, out);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    ck_assert_int_eq(buf_status(&all, NULL), ST_OK);
    (void)snprintf(sql, sizeof(sql), "%s", d.db);
    file = fopen(sql, "r");
    ck_assert_ptr_nonnull(file);
    bytes = calloc(1, 8 << 20);
    ck_assert_ptr_nonnull(bytes);
    buf_add(&all, bytes, fread(bytes, 1, 8 << 20, file));
    free(bytes);
    (void)fclose(file);
    for (int i = 0; i < 4; i++) {
        ck_assert_msg(!memmem(all.data, all.len, secrets[i], strlen(secrets[i])), "%s", secrets[i]);
        ck_assert_msg(!daemon_log_has(&d, secrets[i]), "%s", secrets[i]);
    }
    buf_release(&all);
}
END_TEST

START_TEST(a_first_key_makes_the_database)
{
    char key[64];

    ck_assert_int_eq(run("add", "root", "--scope", "admin"), 0);
    take_key(key);
    daemon_start(&d, NULL);
    ck_assert_int_eq((int)ask("/v1/models", key), 200);
    ck_assert_int_eq((int)ask("/v1/models", ""), 401);
}
END_TEST

static const struct {
    const char *args[8];
    const char *words; /* of the message */
    int code;
} refusals[] = {
    {{"key"}, "add, list or revoke", 2},
    {{"key", "show"}, "add, list or revoke", 2},
    {{"key", "add"}, "needs the key's name", 2},
    {{"key", "add", "a"}, "needs --scopes", 2},
    {{"key", "add", "a", "--scopes", "write"}, "'write' is no scope", 2},
    {{"key", "add", "A", "--scopes", "read"}, "cannot be the name", 2},
    {{"key", "add", "api_key", "--scopes", "read"}, "a key of the configuration", 2},
    {{"key", "add", "a", "--scopes", "read", "--names", "[x]"}, "no pattern", 2},
    {{"key", "add", "a", "--scopes", "admin", "--names", "x*"}, "cannot be bound", 2},
    {{"key", "add", "a", "--scopes", "read", "--expires", "2001-01-01"}, "lies ahead", 2},
    {{"key", "add", "a", "--scopes=read", "--requests-per-minute", "0"}, "from 1 to", 2},
    {{"key", "add", "a", "--scopes=read", "--requests-per-minute", "5x"}, "whole number", 2},
    {{"key", "add", "a", "--scopes=read", "--stored-bytes", "5T"}, "such as 500M", 2},
    {{"key", "list", "a"}, "takes no name", 2},
    {{"key", "list", "--database", "/nonexistent/x.db"}, "there is no database", 1},
    {{"migrate", "--scopes", "read"}, "belong to lstmd key add", 2},
};

/* A service that listens to other machines, as in a container, needs no key in its configuration:
 * one in the database is enough. */
START_TEST(keys_of_the_database_are_enough_beyond_loopback)
{
    const char *const open[] = {"--listen", "0.0.0.0:0", NULL};
    const char *check[] = {"serve", "--check-config", "--listen", "0.0.0.0:0", "--database", d.db,
                           NULL};
    char key[64];

    ck_assert_int_eq(daemon_ends(&d, open, 60), 2);
    ck_assert(daemon_log_has(&d, "make a key with lstmd key add"));
    ck_assert_int_eq(daemon_run(out, sizeof(out), check), 2);
    ck_assert_int_eq(run("add", "root", "--scopes", "admin"), 0);
    take_key(key);
    ck_assert_int_eq(daemon_run(out, sizeof(out), check), 0);
    daemon_start(&d, open);
    ck_assert_int_eq((int)ask("/v1/models", ""), 401);
    ck_assert_int_eq((int)ask("/v1/models", key), 200);
    ck_assert_int_eq(run("revoke", "root", NULL, NULL), 0); /* nobody gets in any more */
    ck_assert_int_eq((int)wait_for("/v1/models", key, 401), 401);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    daemon_start(&d, open);
    ck_assert_int_eq((int)ask("/v1/models", ""), 401);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    (void)setenv("LSTMD_DATABASE", d.db, 1);
    ck_assert_int_eq(daemon_run(out, sizeof(out), refusals[_i].args), refusals[_i].code);
    (void)unsetenv("LSTMD_DATABASE");
    ck_assert_msg(strstr(out, refusals[_i].words) != NULL, "%s", out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keys");
    TCase *t = tcase_create("keys");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_test(t, keys_are_made_and_revoked_beside_a_daemon);
    tcase_add_test(t, the_audit_has_commands_changes_and_refusals);
    tcase_add_test(t, a_key_sends_so_many_requests_a_minute_and_others_go_on);
    tcase_add_test(t, many_jobs_of_one_key_do_not_starve_one_of_another);
    tcase_add_test(t, a_key_stores_so_many_bytes_and_a_restart_does_not_forget_them);
    tcase_add_test(t, a_key_trains_so_many_seconds_an_hour_and_others_go_on);
    tcase_add_test(t, a_flood_of_one_key_leaves_the_answers_of_another);
    tcase_add_test(t, keys_are_seen_nowhere);
    tcase_add_test(t, a_first_key_makes_the_database);
    tcase_add_test(t, keys_of_the_database_are_enough_beyond_loopback);
    tcase_add_loop_test(t, what_makes_no_sense_is_refused, 0,
                        sizeof(refusals) / sizeof(refusals[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
