/* test_access.c - access control: keys and their sources, open routes, refused pages and names; a
 * key of the configuration is never ignored silently. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct daemon d;
static struct reply r;
static char file[128], out[65536];

static void setup(void)
{
    daemon_init(&d);
    (void)snprintf(file, sizeof(file), "%s/file", d.dir);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *f = fopen(file, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod(file, mode), 0);
}

static long status_with_key(const char *key)
{
    char header[200];
    struct request q = {.method = "GET", .path = "/v1/datasets"};

    (void)snprintf(header, sizeof(header), "X-API-Key: %s", key);
    q.headers[0] = key[0] ? header : NULL;
    http_send(&r, &d, &q);
    return r.status;
}

/* The log of all runs. */
static const char *log_text(void)
{
    FILE *f = fopen(d.log, "r");
    size_t n;

    ck_assert_ptr_nonnull(f);
    n = fread(out, 1, sizeof(out) - 1, f);
    out[n] = '\0';
    fclose(f);
    return out;
}

/* ---- keys ---- */

START_TEST(a_key_is_made_once_and_kept)
{
    const char *args[] = {"--api-key-file", file,        "--api-key-generate",
                          "--listen",       "0.0.0.0:0", NULL};
    static const char mark[] = "lstmd: API key: ";
    char key[64] = "";
    const char *at;
    struct stat is;

    daemon_start(&d, args);
    at = strstr(log_text(), mark);
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at + sizeof(mark) - 1, "%60[0-9a-f]", key), 1);
    ck_assert_uint_eq(strlen(key), 48);
    ck_assert_int_eq(stat(file, &is), 0);
    ck_assert_int_eq(is.st_mode & 07777, 0600);
    ck_assert_int_eq((int)status_with_key(""), 401);
    ck_assert_int_eq((int)status_with_key(key), 200);
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    daemon_start(&d, args);
    ck_assert_int_eq((int)status_with_key(key), 200);
    at = strstr(log_text(), mark);
    ck_assert_ptr_nonnull(at);
    ck_assert_ptr_null(strstr(at + 1, mark)); /* once is enough */
    ck_assert_ptr_nonnull(strstr(at, key));
    ck_assert_ptr_null(strstr(strstr(at, key) + 1, key));
}
END_TEST

START_TEST(a_key_file_is_used_and_an_exposed_one_is_told)
{
    write_file("kept-key\n", 0600);
    daemon_start(&d, (const char *const[]){"--api-key-file", file, NULL});
    ck_assert_int_eq((int)status_with_key("kept-key"), 200);
    ck_assert_int_eq((int)status_with_key("other"), 401);
    ck_assert(!daemon_log_has(&d, "key_exposed"));
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    ck_assert_int_eq(chmod(file, 0644), 0);
    daemon_start(&d, (const char *const[]){"--api-key-file", file, NULL});
    ck_assert_int_eq((int)status_with_key("kept-key"), 200);
    ck_assert(daemon_log_has(&d, "key_exposed"));
    ck_assert(!daemon_log_has(&d, "kept-key"));
}
END_TEST

/* ---- what does not start ---- */

#define FILE_OF_TEST "<file>"

static const struct {
    const char *args[6], *text; /* text: of the file */
    mode_t mode;
    const char *variable, *value;
    const char *message;
} refused[] = {
    {{"--listen", "0.0.0.0:0"}, "", 0600, NULL, NULL, "there is no key"},
    {{"--listen", "[::]:0"}, "", 0600, NULL, NULL, "--insecure"},
    {{"--config", FILE_OF_TEST}, "listen = 0.0.0.0:0\n", 0600, NULL, NULL, "there is no key"},
    {{NULL}, "", 0600, "LSTMD_LISTEN", "0.0.0.0:0", "there is no key"},
    {{"--config", "/nonexistent/lstmd.conf"}, "", 0600, NULL, NULL, "cannot be read"},
    {{"--config", "/tmp"}, "", 0600, NULL, NULL, "cannot be read"},
    {{"--config="}, "", 0600, NULL, NULL, "is empty"},
    {{NULL}, "", 0600, "LSTMD_CONFIG", "/nonexistent/lstmd.conf", "cannot be read"},
    {{NULL}, "", 0600, "LSTMD_CONFIG", "", "is empty"},
    {{"--config", FILE_OF_TEST}, "api_key = k\n", 0600, "LSTMD_API_KEY", "", "LSTMD_API_KEY is"},
    {{"--api-key="}, "", 0600, NULL, NULL, "--api_key is empty"},
    {{"--api-key-file", "/nonexistent/key"}, "", 0600, NULL, NULL, "cannot be read"},
    {{"--api-key-file", FILE_OF_TEST}, "", 0600, NULL, NULL, "is empty"},
    {{"--api-key-file", FILE_OF_TEST}, "a b\n", 0600, NULL, NULL, "without blanks"},
    {{"--api-key-file", FILE_OF_TEST}, "key\n", 0622, NULL, NULL, "every user"},
    {{"--read-key-file", FILE_OF_TEST}, "key\n", 0600, NULL, NULL, "anyone could still write"},
    {{"--api-key-generate"}, "", 0600, NULL, NULL, "api_key_file is not set"},
    {{"--api-key-generate", "--api-key-file", "/nonexistent/key"},
     "",
     0600,
     NULL,
     NULL,
     "cannot be made"},
};

START_TEST(what_would_be_open_by_mistake_does_not_start)
{
    const char *args[16] = {"serve", "--database", d.db};
    int n = 3;

    write_file(refused[_i].text, refused[_i].mode);
    for (int i = 0; i < 6 && refused[_i].args[i]; i++)
        args[n++] = strcmp(refused[_i].args[i], FILE_OF_TEST) == 0 ? file : refused[_i].args[i];
    if (refused[_i].variable)
        (void)setenv(refused[_i].variable, refused[_i].value, 1);
    ck_assert_msg(daemon_run(out, sizeof(out), args) == 2, "row %d: %s", _i, out);
    if (refused[_i].variable)
        (void)unsetenv(refused[_i].variable);
    ck_assert_msg(strstr(out, refused[_i].message) != NULL, "row %d: %s", _i, out);
    ck_assert_int_ne(access(d.db, F_OK), 0);
}
END_TEST

START_TEST(insecure_is_taken_at_its_word_and_told)
{
    daemon_start(&d, (const char *const[]){"--listen", "0.0.0.0:0", "--insecure", NULL});
    ck_assert_int_eq((int)status_with_key(""), 200);
    ck_assert(daemon_log_has(&d, "\"event\":\"insecure\""));
}
END_TEST

START_TEST(the_environment_overrides_the_file_with_a_word)
{
    write_file("max_queue = 7\napi_key = file-key\nworkers = 1\n", 0600);
    (void)setenv("LSTMD_MAX_QUEUE", "8", 1);
    (void)setenv("LSTMD_API_KEY", "env-key", 1);
    daemon_start(&d, (const char *const[]){"--config", file, NULL});
    (void)unsetenv("LSTMD_MAX_QUEUE");
    (void)unsetenv("LSTMD_API_KEY");
    ck_assert_int_eq((int)status_with_key("env-key"), 200);
    ck_assert(daemon_log_has(
        &d, "\"event\":\"overridden\",\"key\":\"max_queue\",\"by\":\"the environment\""));
    ck_assert(daemon_log_has(
        &d, "\"event\":\"overridden\",\"key\":\"api_key\",\"by\":\"the environment\""));
    ck_assert(!daemon_log_has(&d, "\"key\":\"workers\""));
    ck_assert(!daemon_log_has(&d, "env-key") && !daemon_log_has(&d, "file-key"));
}
END_TEST

/* ---- pages and names ---- */

static const struct {
    const char *method, *path, *type, *body, *headers[3];
    long status;
} strangers[] = {
    {"POST",
     "/v1/jobs",
     "application/x-www-form-urlencoded",
     "{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\"}",
     {"Origin: http://evil.test"},
     403},
    {"POST", "/v1/datasets/d/rows", NULL, "4\n5\n", {"Sec-Fetch-Site: cross-site"}, 403},
    {"POST", "/v1/jobs/x/cancel", NULL, "", {"Origin: null"}, 403},
    {"DELETE", "/v1/datasets/d", NULL, NULL, {"Origin: http://127.0.0.1:1"}, 403},
    {"PUT", "/v1/datasets/d", "text/csv", "y\n1\n", {"Sec-Fetch-Site: same-site"}, 403},
    {"PUT", "/v1/models/m/checkpoint", NULL, "x", {"Sec-Fetch-Site: cross-site"}, 403},
    {"GET", "/v1/datasets/d/data", NULL, NULL, {"Host: evil.test"}, 421},
    {"GET", "/healthz", NULL, NULL, {"Host: localhost.evil.com:8080"}, 421},
    {"DELETE", "/v1/datasets/d", NULL, NULL, {"Host: evil.test", "Origin: http://evil.test"}, 421},
    {"DELETE",
     "/v1/datasets/d",
     NULL,
     NULL,
     {"Host: evil.test", "Sec-Fetch-Site: same-origin"},
     421},
    {"GET", "/v1/datasets/d", NULL, NULL, {"Origin: http://evil.test", "Host: localhost"}, 200},
    {"PUT",
     "/v1/datasets/e",
     "text/csv",
     "y\n1\n2\n",
     {"Host: lstm.example.com", "Origin: https://lstm.example.com"},
     201},
    {"DELETE", "/v1/datasets/d", NULL, NULL, {NULL}, 204},
};

START_TEST(foreign_pages_and_names_change_nothing)
{
    daemon_start(&d, (const char *const[]){"--allowed-hosts", "lstm.example.com", NULL});
    put(&r, &d, "/v1/datasets/d", "text/csv", "y\n1\n2\n3\n", 201);
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        struct request q = {.method = strangers[i].method,
                            .path = strangers[i].path,
                            .type = strangers[i].type,
                            .body = strangers[i].body};

        memcpy(q.headers, strangers[i].headers, sizeof(strangers[i].headers));
        http_send(&r, &d, &q);
        ck_assert_msg(r.status == strangers[i].status, "row %zu: %ld %s", i, r.status, r.body);
        if (strangers[i].status == 204)
            break;
        get(&r, &d, "/v1/datasets/d", 200);
        ck_assert_int_eq((int)number_at(r.json, "series.0.length"), 3);
        get(&r, &d, "/v1/jobs", 200);
        ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 0);
    }
    get(&r, &d, "/v1/datasets/d", 404);
}
END_TEST

/* ---- wrong keys ---- */

static long ask_from(const char *address, const char *key)
{
    char from[80], header[120];
    struct request q = {.method = "GET", .path = "/metrics", .headers = {from, header}};

    (void)snprintf(from, sizeof(from), "X-Forwarded-For: %s", address);
    (void)snprintf(header, sizeof(header), "Authorization: Bearer %s", key);
    http_send(&r, &d, &q);
    return r.status;
}

START_TEST(wrong_keys_are_slow_by_address_and_leave_no_trace)
{
    int64_t start;

    daemon_start(&d, (const char *const[]){"--api-key", "the-right-key", "--trusted-proxies",
                                           "127.0.0.1", NULL});
    start = now_ms();
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq((int)ask_from("2001:db8::1", "some-wrong-key"), 401);
    ck_assert_int_ge((int)(now_ms() - start), 3100);
    ck_assert_int_eq((int)ask_from("2001:db8::2", "the-right-key"), 200);
    ck_assert_ptr_nonnull(strstr(r.body, "key_failures_total{reason=\"unknown\"} 5\n"));
    ck_assert_ptr_nonnull(strstr(r.body, "lstmd_http_wrong_key_addresses 1\n"));
    ck_assert(!strstr(r.body, "wrong-key") && !strstr(r.body, "right-key"));
    start = now_ms();
    ck_assert_int_eq((int)ask_from("2001:db8:0:1::1", "some-wrong-key"), 401);
    ck_assert_int_lt((int)(now_ms() - start), 3200); /* the sixth from the other one */
    ck_assert(!strstr(r.body, "some-wrong-key") && !strstr(r.headers, "some-wrong-key"));
    ck_assert_int_eq(daemon_stop(&d, 60), 0);
    ck_assert(daemon_log_has(&d, "\"event\":\"wrong_key\",\"client\":\"2001:db8::1\",\"count\":4"));
    ck_assert(!daemon_log_has(&d, "some-wrong-key") && !daemon_log_has(&d, "the-right-key"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("access");
    TCase *t = tcase_create("access");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_key_is_made_once_and_kept);
    tcase_add_test(t, a_key_file_is_used_and_an_exposed_one_is_told);
    tcase_add_loop_test(t, what_would_be_open_by_mistake_does_not_start, 0,
                        (int)(sizeof(refused) / sizeof(refused[0])));
    tcase_add_test(t, insecure_is_taken_at_its_word_and_told);
    tcase_add_test(t, the_environment_overrides_the_file_with_a_word);
    tcase_add_test(t, foreign_pages_and_names_change_nothing);
    tcase_add_test(t, wrong_keys_are_slow_by_address_and_leave_no_trace);
    suite_add_tcase(s, t);
    return suite_run(s);
}
