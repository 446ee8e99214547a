/* daemon.c - see daemon.h. */
#include "tests/integration/daemon.h"

#include "tests/contract/contract.h"
#include "tests/sanitizer.h"

#include <check.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_DEADLINE_MS = 20000, JOB_DEADLINE_MS = 300000, ARGS_MAX = 32 };

int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *binary(void)
{
    const char *b = getenv("LSTMD_BIN");

    return b && *b ? b : "build/lstmd";
}

static void tick(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* ---- process ---- */

void daemon_init(struct daemon *d)
{
    *d = (struct daemon){0};
    snprintf(d->dir, sizeof(d->dir), "%s/lstmd-test-XXXXXX", "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(d->dir));
    snprintf(d->db, sizeof(d->db), "%s/lstmd.db", d->dir);
    snprintf(d->log, sizeof(d->log), "%s/log", d->dir);
}

static void exec_lstmd(const char *const *args, int out)
{
    char *argv[ARGS_MAX + 2];
    int n = 0;

    argv[n++] = (char *)binary();
    while (args && args[n - 1] && n <= ARGS_MAX) {
        argv[n] = (char *)args[n - 1];
        n++;
    }
    argv[n] = NULL;
    dup2(out, 1);
    dup2(out, 2);
    execv(binary(), argv);
    fprintf(stderr, "cannot run %s: %s\n", binary(), strerror(errno));
    _exit(127);
}

static char *read_file(const char *path, long from)
{
    FILE *f = fopen(path, "rb");
    char *text;
    size_t n;
    long size;

    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    size = ftell(f) - from;
    if (size < 0)
        size = 0;
    fseek(f, from, SEEK_SET);
    text = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(text);
    n = fread(text, 1, (size_t)size, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

bool daemon_log_has(const struct daemon *d, const char *text)
{
    char *log = read_file(d->log, 0);
    bool has = log && strstr(log, text);

    free(log);
    return has;
}

/* Finds the daemon's address in its log; with port 0 the kernel chooses the port. */
static bool find_url(struct daemon *d)
{
    char *log = read_file(d->log, d->log_from);
    const char *at = log ? strstr(log, "http://127.0.0.1:") : NULL;
    bool found = false, tls = false;

    if (log && !at)
        at = strstr(log, "http://0.0.0.0:"); /* every address, so 127.0.0.1 too */
    if (log && !at) {
        at = strstr(log, "https://127.0.0.1:");
        tls = at != NULL;
    }
    if (log && !at && (at = strstr(log, "unix:/"))) {
        size_t n = strcspn(at, "\"' \n\r");

        found = at[n] != '\0';
        snprintf(d->path, sizeof(d->path), "%.*s", (int)n - 5, at + 5);
        snprintf(d->url, sizeof(d->url), "http://localhost");
    } else if (at) {
        const char *port = strchr(strchr(at, '/'), ':');
        size_t n = 1 + strspn(port + 1, "0123456789");

        found = port[n] && strchr("\"' \n\r", port[n]);
        snprintf(d->url, sizeof(d->url), "http%s://127.0.0.1%.*s", tls ? "s" : "", (int)n, port);
    }
    free(log);
    return found;
}

static void fail_with_log(const struct daemon *d, const char *what)
{
    char *log = read_file(d->log, d->log_from);

    size_t n = log ? strlen(log) : 0; /* Check shows at most a page of text */

    ck_abort_msg("%s; its log:\n%s", what, n > 3000 ? log + n - 3000 : (log ? log : "(none)"));
}

static void check_running(struct daemon *d)
{
    int status;

    if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
        d->pid = 0;
        fail_with_log(d, "lstmd ended while starting");
    }
}

/* Runs in the child: passes a socket as sd_listen_fds(3) describes. */
static void hand_over(int fd)
{
    char pid[24];

    snprintf(pid, sizeof(pid), "%ld", (long)getpid());
    if (dup2(fd, 3) < 0 || setenv("LISTEN_PID", pid, 1) || setenv("LISTEN_FDS", "1", 1))
        _exit(127);
}

static void launch(struct daemon *d, const char *const *args)
{
    /* x: the Host of raw requests in the tests */
    const char *argv[ARGS_MAX] = {"serve",           "--listen", "127.0.0.1:0", "--database", d->db,
                                  "--allowed-hosts", "x"};
    int n = 7, out = open(d->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    ck_assert_int_ge(out, 0);
    if (THREAD_SANITIZER) { /* otherwise training gets no time beside any other load */
        argv[n++] = "--training-priority";
        argv[n++] = "0";
    }
    for (int i = 0; args && args[i] && n < ARGS_MAX - 1; i++)
        argv[n++] = args[i];
    d->log_from = (long)lseek(out, 0, SEEK_END);
    d->pid = fork();
    ck_assert_int_ge(d->pid, 0);
    if (d->pid == 0 && d->hand_over)
        hand_over(d->hand_over);
    if (d->pid == 0)
        exec_lstmd(argv, out);
    close(out);
}

void daemon_start_unready(struct daemon *d, const char *const *args)
{
    int64_t deadline = now_ms() + START_DEADLINE_MS;

    launch(d, args);
    while (!find_url(d)) {
        check_running(d);
        if (now_ms() > deadline)
            fail_with_log(d, "lstmd did not say where it listens");
        tick();
    }
}

void daemon_start(struct daemon *d, const char *const *args)
{
    const struct request ready = {.method = "GET", .path = "/readyz"};
    int64_t deadline = now_ms() + START_DEADLINE_MS;
    struct reply r = {0};

    daemon_start_unready(d, args);
    while (!http_try(&r, d, &ready) || r.status != 200) {
        check_running(d);
        if (now_ms() > deadline)
            fail_with_log(d, "lstmd did not become ready");
        tick();
    }
    reply_release(&r);
}

void daemon_kill(struct daemon *d)
{
    if (!d->pid)
        return;
    kill(d->pid, SIGKILL);
    waitpid(d->pid, NULL, 0);
    d->pid = 0;
}

int daemon_stop(struct daemon *d, int deadline_s)
{
    kill(d->pid, SIGTERM);
    return daemon_wait(d, deadline_s);
}

int daemon_wait(struct daemon *d, int deadline_s)
{
    int64_t deadline = now_ms() + (int64_t)deadline_s * 1000;
    int status = 0;

    while (waitpid(d->pid, &status, WNOHANG) == 0) {
        if (now_ms() > deadline)
            fail_with_log(d, "lstmd did not end in time after SIGTERM");
        tick();
    }
    d->pid = 0;
    if (WIFSIGNALED(status))
        fail_with_log(d, "lstmd was ended by a signal");
    return WEXITSTATUS(status);
}

int daemon_ends(struct daemon *d, const char *const *args, int deadline_s)
{
    launch(d, args);
    return daemon_wait(d, deadline_s);
}

static atomic_int bad_ends; /* also bad responses outside the thread of the test */

int daemon_bad_ends(void)
{
    return atomic_load(&bad_ends);
}

/* Stops the daemon in an orderly way, so that a sanitizer can report a leak or a race of the
 * shutdown. In many tests Check does not notice failures of a teardown, so they are counted. */
static void end(struct daemon *d)
{
    int64_t deadline = now_ms() + 20000;
    int status = 0;
    char *log;

    kill(d->pid, SIGTERM);
    while (waitpid(d->pid, &status, WNOHANG) == 0 && now_ms() < deadline)
        tick();
    if (now_ms() >= deadline)
        daemon_kill(d);
    d->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && now_ms() < deadline)
        return;
    atomic_fetch_add(&bad_ends, 1);
    log = read_file(d->log, d->log_from);
    printf("lstmd did not end well after the tests (status %d); its log:\n%s\n", status,
           log ? log : "(none)");
    free(log);
}

void daemon_free(struct daemon *d)
{
    char command[128];

    if (d->pid)
        end(d);
    snprintf(command, sizeof(command), "rm -rf '%s'", d->dir);
    atomic_fetch_add(&bad_ends, system(command) != 0);
}

int daemon_run(char *out, size_t cap, const char *const *args)
{
    int fd[2], status = 0;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    ck_assert_int_eq(pipe(fd), 0);
    pid = fork();
    if (pid == 0)
        exec_lstmd(args, fd[1]);
    close(fd[1]);
    while (n + 1 < cap && (got = read(fd[0], out + n, cap - 1 - n)) > 0)
        n += (size_t)got;
    out[n] = '\0';
    close(fd[0]);
    waitpid(pid, &status, 0);
    ck_assert_msg(WIFEXITED(status), "lstmd %s was ended by a signal: %s", args[0], out);
    return WEXITSTATUS(status);
}

/* ---- HTTP ---- */

struct sink {
    char *data;
    size_t len;
};

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct sink *s = ctx;
    char *grown = realloc(s->data, s->len + size * n + 1);

    if (!grown)
        return 0;
    s->data = grown;
    memcpy(s->data + s->len, p, size * n);
    s->len += size * n;
    s->data[s->len] = '\0';
    return size * n;
}

static struct curl_slist *header_list(const struct request *q)
{
    struct curl_slist *h = curl_slist_append(NULL, "Expect:");
    char line[256];

    if (q->type && !q->type[0]) {
        /* curl's own default type */
    } else if (q->type) {
        snprintf(line, sizeof(line), "Content-Type: %s", q->type);
        h = curl_slist_append(h, line);
    } else {
        h = curl_slist_append(h, "Content-Type:");
    }
    for (int i = 0; i < 8 && q->headers[i]; i++)
        h = curl_slist_append(h, q->headers[i]);
    return h;
}

static bool asks_for_gzip(const struct request *q)
{
    for (int i = 0; i < 8 && q->headers[i]; i++)
        if (strncmp(q->headers[i], "Accept-Encoding: gzip", 21) == 0)
            return true;
    return false;
}

/* Every exchange of every test is compared with config/openapi.json. Only the thread that runs a
 * test can fail it; faults in other threads are printed and counted, and make the program fail at
 * its end. */
static void check_contract(const struct reply *r, const struct request *q)
{
    const struct exchange x = {.method = q->method,
                               .path = q->path,
                               .request_type = q->type,
                               .request_body = q->body,
                               .request_len = q->len ? q->len : (q->body ? strlen(q->body) : 0),
                               .status = r->status,
                               .headers = r->headers,
                               .body = r->body,
                               .len = r->len};
    char fault[CONTRACT_FAULT_SIZE];

    ck_assert_msg(contract_document() != NULL, "config/openapi.json is not there, or is not JSON");
    if (contract_check(fault, contract_document(), &x))
        return;
    if (gettid() == getpid())
        ck_abort_msg("%s", fault);
    printf("%s\n", fault);
    atomic_fetch_add(&bad_ends, 1);
}

bool http_try(struct reply *r, const struct daemon *d, const struct request *q)
{
    CURL *c = curl_easy_init();
    struct curl_slist *headers = header_list(q);
    struct sink body = {0}, head = {0};
    char url[4096];
    CURLcode rc;

    reply_release(r);
    ck_assert_ptr_nonnull(c);
    snprintf(url, sizeof(url), "%s%s", d->url, q->path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 330L);
    if (d->path[0])
        curl_easy_setopt(c, CURLOPT_UNIX_SOCKET_PATH, d->path);
    if (d->ca[0])
        curl_easy_setopt(c, CURLOPT_CAINFO, d->ca);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &head);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    if (q->body || strcmp(q->method, "POST") == 0 || strcmp(q->method, "PUT") == 0) {
        size_t n = q->len ? q->len : (q->body ? strlen(q->body) : 0);

        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body ? q->body : "");
    }
    if (strcmp(q->method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q->method);
    if (asks_for_gzip(q))
        curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip"); /* curl then decompresses the body */
    rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    r->body = body.data ? body.data : strdup("");
    r->len = body.len;
    r->headers = head.data ? head.data : strdup("");
    r->json = cJSON_ParseWithLength(r->body, r->len);
    if (rc == CURLE_OK && !d->other_release)
        check_contract(r, q);
    return rc == CURLE_OK;
}

void http_send(struct reply *r, const struct daemon *d, const struct request *q)
{
    if (!http_try(r, d, q))
        fail_with_log(d, q->path);
}

void reply_release(struct reply *r)
{
    free(r->body);
    free(r->headers);
    cJSON_Delete(r->json);
    *r = (struct reply){0};
}

const char *reply_header(char *out, size_t cap, const struct reply *r, const char *name)
{
    return header_value(out, cap, r->headers, name);
}

void expect_status(const struct reply *r, long expect, const char *what)
{
    ck_assert_msg(r->status == expect, "%s: status %ld, expected %ld: %.600s", what, r->status,
                  expect, r->body);
}

void get(struct reply *r, const struct daemon *d, const char *path, long expect)
{
    http_send(r, d, &(struct request){.method = "GET", .path = path});
    expect_status(r, expect, path);
}

void get_keyed(struct reply *r, const struct daemon *d, const char *key, const char *path,
               long expect)
{
    char header[160];

    snprintf(header, sizeof(header), "Authorization: Bearer %s", key);
    http_send(
        r, d,
        &(struct request){.method = "GET", .path = path, .headers = {key[0] ? header : NULL}});
    expect_status(r, expect, path);
}

void put(struct reply *r, const struct daemon *d, const char *path, const char *type,
         const char *body, long expect)
{
    http_send(r, d, &(struct request){.method = "PUT", .path = path, .type = type, .body = body});
    expect_status(r, expect, path);
}

void post(struct reply *r, const struct daemon *d, const char *path, const char *json, long expect)
{
    http_send(r, d,
              &(struct request){
                  .method = "POST", .path = path, .type = "application/json", .body = json});
    expect_status(r, expect, path);
}

void del(struct reply *r, const struct daemon *d, const char *path, long expect)
{
    http_send(r, d, &(struct request){.method = "DELETE", .path = path});
    expect_status(r, expect, path);
}

/* ---- JSON ---- */

const cJSON *at(const cJSON *json, const char *path)
{
    const cJSON *here = json;
    char name[128];

    for (const char *p = path; *p;) {
        size_t n = strcspn(p, ".");

        snprintf(name, sizeof(name), "%.*s", (int)n, p);
        here = cJSON_IsArray(here) ? cJSON_GetArrayItem(here, (int)strtol(name, NULL, 10))
                                   : cJSON_GetObjectItemCaseSensitive(here, name);
        if (!here) {
            char *text = json ? cJSON_Print(json) : NULL;

            ck_abort_msg("no member %s in %.2000s", path, text ? text : "(not JSON)");
        }
        p += n + (p[n] == '.');
    }
    return here;
}

double number_at(const cJSON *json, const char *path)
{
    const cJSON *v = at(json, path);

    ck_assert_msg(cJSON_IsNumber(v), "%s is not a number", path);
    return v->valuedouble;
}

const char *text_at(const cJSON *json, const char *path)
{
    const cJSON *v = at(json, path);

    ck_assert_msg(cJSON_IsString(v), "%s is not a string", path);
    return v->valuestring;
}

/* ---- jobs ---- */

void wait_job(struct reply *r, const struct daemon *d, const char *id)
{
    int64_t deadline = now_ms() + JOB_DEADLINE_MS;
    char path[128];

    snprintf(path, sizeof(path), "/v1/jobs/%s?wait=20", id);
    do {
        get(r, d, path, 200);
        ck_assert_msg(now_ms() < deadline, "job %s does not end: %s", id, r->body);
    } while (strcmp(text_at(r->json, "state"), "queued") == 0 ||
             strcmp(text_at(r->json, "state"), "running") == 0);
}

void run_job(struct reply *r, const struct daemon *d, const char *json, const char *state)
{
    char id[64];

    post(r, d, "/v1/jobs", json, 202);
    snprintf(id, sizeof(id), "%s", text_at(r->json, "id"));
    wait_job(r, d, id);
    ck_assert_msg(strcmp(text_at(r->json, "state"), state) == 0, "expected %s: %s", state, r->body);
}

char *example(const char *name)
{
    char path[256];
    char *text;

    snprintf(path, sizeof(path), "config/examples/%s", name);
    text = read_file(path, 0);
    ck_assert_msg(text != NULL, "%s is not there (run from the project's root)", path);
    return text;
}
