/* load.c - see load.h. */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void give_up(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("bench_http: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

double now_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- programs ---- */

static void child(char *const *argv, int core, int out, bool errors_too)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    if (core != FREE_CORE) {
        CPU_SET((size_t)core, &set);
        (void)sched_setaffinity(0, sizeof(set), &set);
    }
    dup2(out, STDOUT_FILENO);
    if (errors_too)
        dup2(out, STDERR_FILENO);
    execvp(argv[0], argv);
    _exit(127);
}

pid_t start_program(char *const *argv, int core, const char *log)
{
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    pid_t pid = out < 0 ? -1 : fork();

    if (pid == 0)
        child(argv, core, out, true);
    if (pid < 0)
        give_up("cannot start %s", argv[0]);
    close(out);
    return pid;
}

void stop_program(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

static char *read_to_end(int fd)
{
    size_t len = 0, cap = 4096;
    char *text = malloc(cap);
    ssize_t n;

    while (text && (n = read(fd, text + len, cap - len - 1)) > 0) {
        len += (size_t)n;
        if (cap - len < 2) {
            char *more = realloc(text, cap *= 2);

            if (!more)
                free(text);
            text = more;
        }
    }
    if (text)
        text[len] = '\0';
    return text;
}

char *output_of(char *const *argv, int core)
{
    int p[2], status = 0;
    char *text;
    pid_t pid;

    if (pipe(p) || (pid = fork()) < 0)
        give_up("cannot start %s", argv[0]);
    if (pid == 0)
        child(argv, core, p[1], false);
    close(p[1]);
    text = read_to_end(p[0]);
    close(p[0]);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return text;
    free(text);
    return NULL;
}

int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) ||
        getsockname(fd, (struct sockaddr *)&a, &len))
        give_up("there is no free port");
    close(fd);
    return ntohs(a.sin_port);
}

long memory_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

/* ---- HTTP ---- */

struct body {
    char *data;
    size_t len;
};

static size_t take(char *p, size_t size, size_t n, void *ctx)
{
    struct body *b = ctx;
    char *more = realloc(b->data, b->len + size * n + 1);

    if (!more)
        return 0;
    b->data = more;
    memcpy(b->data + b->len, p, size * n);
    b->len += size * n;
    b->data[b->len] = '\0';
    return size * n;
}

/* A thread keeps its connection from one call to the next. */
static CURLcode ask(struct body *b, long *status, const char *method, const char *url,
                    const char *type, const char *text)
{
    static _Thread_local CURL *c;
    struct curl_slist *headers = NULL;
    char header[128];
    CURLcode r;

    if (!c)
        c = curl_easy_init();
    if (!c)
        give_up("libcurl does not start");
    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, b);
    if (text) {
        snprintf(header, sizeof(header), "Content-Type: %s", type);
        headers = curl_slist_append(headers, header);
        headers = curl_slist_append(headers, "Expect:");
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    }
    r = curl_easy_perform(c);
    *status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    return r;
}

static char *answer_to(long *status, const char *method, const char *url, const char *type,
                       const char *body)
{
    struct body b = {0};
    long code = 0;
    CURLcode r = ask(&b, &code, method, url, type, body);

    if (r != CURLE_OK || !b.data)
        give_up("%s: %s", url, curl_easy_strerror(r));
    if (!status && code >= 300)
        give_up("%s answers %ld: %s", url, code, b.data);
    if (status)
        *status = code;
    return b.data;
}

char *http_ask(long *status, const char *url, const char *type, const char *body)
{
    return answer_to(status, "POST", url, type, body);
}

char *http_put(long *status, const char *url, const char *type, const char *body)
{
    return answer_to(status, "PUT", url, type, body);
}

void wait_for(const char *url)
{
    double deadline = now_seconds() + 10;

    while (now_seconds() < deadline) {
        struct body b = {0};
        long status = 0;
        CURLcode r = ask(&b, &status, NULL, url, NULL, NULL);

        free(b.data);
        if (r == CURLE_OK && status == 200)
            return;
        usleep(500);
    }
    give_up("%s does not get ready", url);
}

/* ---- wrk ---- */

bool have_wrk(void)
{
    const char *path = getenv("PATH");
    char file[512];

    while (path && *path) {
        int n = (int)strcspn(path, ":");

        snprintf(file, sizeof(file), "%.*s/wrk", n, path);
        if (access(file, X_OK) == 0)
            return true;
        path += n + (path[n] == ':');
    }
    return false;
}

/* Reads the time after a label in text, as in "99%    1.23ms". */
static double milliseconds_behind(const char *text, const char *label)
{
    const char *p = strstr(text, label);
    char *end = NULL;
    double v = p ? strtod(p + strlen(label), &end) : NAN;

    if (!end)
        return NAN;
    if (strncmp(end, "us", 2) == 0)
        return v / 1000;
    return *end == 's' ? v * 1000 : v;
}

struct load run_wrk(const char *url, const char *script, int connections, int core)
{
    const char *seconds = getenv("BENCH_SECONDS");
    char c[16], d[32];
    char *argv[10] = {(char *)"wrk", (char *)"-t1", c, d, (char *)"--latency"};
    struct load l;
    const char *p;
    char *text;
    int n = 5;

    snprintf(c, sizeof(c), "-c%d", connections);
    snprintf(d, sizeof(d), "-d%ss", seconds ? seconds : "2");
    if (script) {
        argv[n++] = (char *)"-s";
        argv[n++] = (char *)script;
    }
    argv[n++] = (char *)url;
    text = output_of(argv, core);
    p = text ? strstr(text, "Requests/sec:") : NULL;
    if (!p || strstr(text, "Non-2xx") || strstr(text, "Socket errors"))
        give_up("wrk %s: %s", url, text ? text : "it does not run");
    l.per_second = strtod(p + 13, NULL);
    l.p99_ms = milliseconds_behind(text, "99%");
    free(text);
    return l;
}

void write_post_script(const char *path, const char *body)
{
    FILE *f = fopen(path, "w");

    if (!f || fprintf(f,
                      "wrk.method = \"POST\"\n"
                      "wrk.headers[\"Content-Type\"] = \"application/json\"\n"
                      "wrk.body = [==[%s]==]\n",
                      body) < 0)
        give_up("cannot write %s", path);
    fclose(f);
}

/* ---- figures ---- */

int number_of_runs(void)
{
    const char *text = getenv("BENCH_RUNS");
    long n = text ? strtol(text, NULL, 10) : 5;

    return n < 1 ? 1 : (n > RUNS_MAX ? RUNS_MAX : (int)n);
}

void runs_add(struct runs *r, double v)
{
    if (r->count < RUNS_MAX)
        r->v[r->count++] = v;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double runs_median(const struct runs *r)
{
    struct runs s = *r;

    if (s.count == 0)
        return NAN;
    qsort(s.v, (size_t)s.count, sizeof(*s.v), by_size);
    return (s.v[(s.count - 1) / 2] + s.v[s.count / 2]) / 2;
}

static FILE *csv_file;

void table_open(const char *csv)
{
    csv_file = fopen(csv, "w");
    if (!csv_file)
        give_up("cannot write %s", csv);
    fputs("measure,ours,peer,ratio,spread,unit\n", csv_file);
    printf("%-58s %12s %12s %9s  %-17s %s\n", "measure", "ours", "peer", "ratio", "spread", "unit");
}

static void spread_text(char out[32], const struct runs *r)
{
    double m = runs_median(r), low = m, high = m;

    for (int i = 0; i < r->count; i++) {
        low = fmin(low, r->v[i]);
        high = fmax(high, r->v[i]);
    }
    out[0] = '\0';
    if (r->count > 1 && m > 0)
        snprintf(out, 32, "%+.0f%% %+.0f%%", 100 * (low / m - 1), 100 * (high / m - 1));
}

void table_row(const char *measure, const struct runs *ours, const struct runs *peer, int better,
               const char *unit)
{
    double a = runs_median(ours), b = peer ? runs_median(peer) : NAN;
    int digits = a < 10 ? 3 : (a < 1000 ? 1 : 0);
    char mine[32], theirs[32] = "", ratio[32] = "", spread[32];

    snprintf(mine, sizeof(mine), "%.*f", digits, a);
    if (peer) {
        snprintf(theirs, sizeof(theirs), "%.*f", digits, b);
        snprintf(ratio, sizeof(ratio), "%.2f", better > 0 ? a / b : b / a);
    }
    spread_text(spread, ours);
    printf("%-58s %12s %12s %9s  %-17s %s\n", measure, mine, theirs, ratio, spread, unit);
    fflush(stdout);
    fprintf(csv_file, "\"%s\",%s,%s,%s,%s,%s\n", measure, mine, theirs, ratio, spread, unit);
}

void table_close(void)
{
    fclose(csv_file);
}
