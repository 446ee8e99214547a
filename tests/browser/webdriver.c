/* webdriver.c - see webdriver.h. Source: W3C WebDriver, sections 8, 10.1 and 13.2. */
#include "tests/browser/webdriver.h"

#include "tests/integration/daemon.h"

#include <check.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_DEADLINE_MS = 60000, SCRIPT_DEADLINE_MS = 60000 };

static const char *const flags[] = {
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--no-proxy-server",
    "--disable-component-update",
    "--disable-dev-shm-usage",
};

static const char *const chromium_at = "/usr/bin/chromium";
static const char *const driver_at = "/usr/bin/chromedriver";

bool browser_there(void)
{
    return access(chromium_at, X_OK) == 0 && access(driver_at, X_OK) == 0;
}

/* ---- one exchange with chromedriver ---- */

struct answer {
    char *text;
    size_t len;
};

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct answer *a = ctx;
    char *grown = realloc(a->text, a->len + size * n + 1);

    if (!grown)
        return 0;
    a->text = grown;
    memcpy(a->text + a->len, p, size * n);
    a->len += size * n;
    a->text[a->len] = '\0';
    return size * n;
}

/* Returns the member "value" of the response; the caller frees it. body is consumed; NULL:
 * DELETE. */
static cJSON *command(const struct browser *b, const char *path, cJSON *body)
{
    struct curl_slist *type = curl_slist_append(NULL, "Content-Type: application/json");
    char *text = body ? cJSON_PrintUnformatted(body) : NULL;
    struct answer a = {0};
    CURL *c = curl_easy_init();
    cJSON *whole, *value;
    char url[512];
    long status = 0;
    CURLcode rc;

    ck_assert(c && (text || !body));
    (void)snprintf(url, sizeof(url), "%s/session%s", b->url, path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)START_DEADLINE_MS + SCRIPT_DEADLINE_MS);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, type);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &a);
    if (text)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "DELETE");
    rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    ck_assert_msg(rc == CURLE_OK && status == 200, "chromedriver: %s, status %ld: %.1500s",
                  curl_easy_strerror(rc), status, a.text ? a.text : "");
    whole = cJSON_Parse(a.text);
    value = cJSON_DetachItemFromObject(whole, "value");
    cJSON_Delete(whole);
    cJSON_Delete(body);
    cJSON_free(text);
    free(a.text);
    curl_slist_free_all(type);
    curl_easy_cleanup(c);
    return value;
}

/* ---- start and stop ---- */

static void exec_driver(const struct browser *b, int out)
{
    (void)setenv("HOME", b->home, 1);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(out, STDERR_FILENO);
    (void)execl(driver_at, "chromedriver", "--port=0", (char *)NULL);
    _exit(127);
}

/* Reads the output of chromedriver until it prints its port. */
static int read_port(int fd)
{
    static const char mark[] = "on port ";
    int64_t deadline = now_ms() + START_DEADLINE_MS;
    char text[4096] = "";
    size_t n = 0;

    while (n + 1 < sizeof(text)) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        const char *at;
        ssize_t got;

        ck_assert_msg(now_ms() < deadline && poll(&p, 1, 1000) >= 0, "no port in: %s", text);
        if (p.revents == 0)
            continue;
        got = read(fd, text + n, sizeof(text) - 1 - n);
        ck_assert_msg(got > 0, "chromedriver ended: %s", text);
        n += (size_t)got;
        text[n] = '\0';
        for (at = text; (at = strstr(at, mark)) != NULL; at += sizeof(mark) - 1) {
            long port = strtol(at + sizeof(mark) - 1, NULL, 10);

            if (port > 0 && strchr(at, '\n'))
                return (int)port;
        }
    }
    ck_abort_msg("no port in: %s", text);
    return 0;
}

static void new_session(struct browser *b, const char *host_rules)
{
    cJSON *body = cJSON_CreateObject(), *value;
    cJSON *match =
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(body, "capabilities"), "alwaysMatch");
    cJSON *options = cJSON_AddObjectToObject(match, "goog:chromeOptions");
    cJSON *args = cJSON_AddArrayToObject(options, "args");
    char text[200];

    cJSON_AddStringToObject(cJSON_AddObjectToObject(match, "goog:loggingPrefs"), "browser", "ALL");
    cJSON_AddStringToObject(options, "binary", chromium_at);
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        cJSON_AddItemToArray(args, cJSON_CreateString(flags[i]));
    (void)snprintf(text, sizeof(text), "--host-resolver-rules=%.150s", host_rules);
    cJSON_AddItemToArray(args, cJSON_CreateString(text));
    (void)snprintf(text, sizeof(text), "--user-data-dir=%s/profile", b->home);
    cJSON_AddItemToArray(args, cJSON_CreateString(text));
    value = command(b, "", body);
    (void)snprintf(b->session, sizeof(b->session), "/%.90s", text_at(value, "sessionId"));
    cJSON_Delete(value);
}

void browser_start(struct browser *b, const char *host_rules)
{
    int fd[2];

    *b = (struct browser){0};
    (void)snprintf(b->home, sizeof(b->home), "/tmp/lstmd-browser-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(b->home));
    ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
    b->driver = fork();
    ck_assert_int_ge(b->driver, 0);
    if (b->driver == 0)
        exec_driver(b, fd[1]);
    close(fd[1]);
    (void)snprintf(b->url, sizeof(b->url), "http://127.0.0.1:%d", read_port(fd[0]));
    /* later output fits into the pipe, or is lost when the reading end is closed */
    (void)fcntl(fd[0], F_SETPIPE_SZ, 1 << 20);
    new_session(b, host_rules);
}

void browser_stop(struct browser *b)
{
    char line[128];

    if (!b->driver)
        return;
    if (b->session[0])
        cJSON_Delete(command(b, b->session, NULL));
    (void)kill(b->driver, SIGTERM);
    (void)waitpid(b->driver, NULL, 0);
    (void)snprintf(line, sizeof(line), "rm -rf '%s'", b->home);
    ck_assert_int_eq(system(line), 0);
    *b = (struct browser){0};
}

/* ---- pages ---- */

void browser_open(struct browser *b, const char *url)
{
    cJSON *body = cJSON_CreateObject();
    char path[128];

    cJSON_AddStringToObject(body, "url", url);
    (void)snprintf(path, sizeof(path), "%s/url", b->session);
    cJSON_Delete(command(b, path, body));
}

cJSON *browser_run(struct browser *b, const char *script)
{
    static const char frame[] =
        "const done = arguments[arguments.length - 1];"
        "(async () => { %s })().then(v => done({value: v}), e => done({error: String(e)}));";
    cJSON *body = cJSON_CreateObject(), *outcome, *value;
    char path[128], text[16384];
    int n = snprintf(text, sizeof(text), frame, script);

    ck_assert_int_lt(n, (int)sizeof(text));
    cJSON_AddStringToObject(body, "script", text);
    (void)cJSON_AddArrayToObject(body, "args");
    (void)snprintf(path, sizeof(path), "%s/execute/async", b->session);
    outcome = command(b, path, body);
    value = cJSON_DetachItemFromObject(outcome, "error");
    ck_assert_msg(!value, "the script throws: %s", value ? value->valuestring : "");
    value = cJSON_DetachItemFromObject(outcome, "value");
    cJSON_Delete(outcome);
    return value;
}

void browser_run_file(struct browser *b, const char *file)
{
    cJSON *body = cJSON_CreateObject();
    FILE *in = fopen(file, "rb");
    char path[128], *text = NULL;
    size_t size = 0;
    ssize_t n;

    ck_assert_msg(in != NULL, "cannot read %s", file);
    n = getdelim(&text, &size, '\0', in);
    ck_assert_msg(n > 0, "%s is empty", file);
    (void)fclose(in);
    cJSON_AddStringToObject(body, "script", text);
    (void)cJSON_AddArrayToObject(body, "args");
    free(text);
    (void)snprintf(path, sizeof(path), "%s/execute/sync", b->session);
    cJSON_Delete(command(b, path, body));
}

cJSON *browser_console(struct browser *b)
{
    cJSON *body = cJSON_CreateObject();
    char path[128];

    cJSON_AddStringToObject(body, "type", "browser");
    (void)snprintf(path, sizeof(path), "%s/se/log", b->session);
    return command(b, path, body);
}

/* ---- Chromium's own protocol, for commands that WebDriver does not have ---- */

/* params is consumed; the caller frees the result. */
static cJSON *devtools(struct browser *b, const char *name, cJSON *params)
{
    cJSON *body = cJSON_CreateObject();
    char path[128];

    cJSON_AddStringToObject(body, "cmd", name);
    cJSON_AddItemToObject(body, "params", params);
    (void)snprintf(path, sizeof(path), "%s/goog/cdp/execute", b->session);
    return command(b, path, body);
}

void browser_forget(struct browser *b)
{
    cJSON_Delete(devtools(b, "Network.clearBrowserCache", cJSON_CreateObject()));
}

static void set_size(struct browser *b, int width, int height)
{
    cJSON *params = cJSON_CreateObject();

    cJSON_AddNumberToObject(params, "width", width);
    cJSON_AddNumberToObject(params, "height", height);
    cJSON_AddNumberToObject(params, "deviceScaleFactor", 1);
    cJSON_AddBoolToObject(params, "mobile", false);
    cJSON_Delete(devtools(b, "Emulation.setDeviceMetricsOverride", params));
}

void browser_screen(struct browser *b, int width, int height, bool dark)
{
    cJSON *params = cJSON_CreateObject(), *feature = cJSON_CreateObject();

    set_size(b, width, height);
    cJSON_AddStringToObject(feature, "name", "prefers-color-scheme");
    cJSON_AddStringToObject(feature, "value", dark ? "dark" : "light");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(params, "features"), feature);
    cJSON_Delete(devtools(b, "Emulation.setEmulatedMedia", params));
}

/* Decodes Base64 (RFC 4648) in place; returns the number of bytes. */
static size_t decode(char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned value = 0;
    size_t n = 0;
    int bits = 0;

    for (const char *s = text; *s && *s != '='; s++) {
        const char *digit = strchr(digits, *s);

        ck_assert_ptr_nonnull(digit);
        value = (value << 6 | (unsigned)(digit - digits)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            text[n++] = (char)(value >> bits);
        }
    }
    return n;
}

void browser_picture(struct browser *b, const char *file)
{
    cJSON *params = cJSON_CreateObject(), *size, *answer, *data;
    FILE *out = fopen(file, "wb");
    size_t n;

    ck_assert_msg(out != NULL, "cannot write %s", file);
    size = browser_run(b, "return [innerWidth, document.documentElement.scrollHeight];");
    set_size(b, cJSON_GetArrayItem(size, 0)->valueint, cJSON_GetArrayItem(size, 1)->valueint);
    cJSON_Delete(browser_run(b, "await new Promise(go => setTimeout(go, 300));"));
    cJSON_Delete(size);
    cJSON_AddStringToObject(params, "format", "png");
    answer = devtools(b, "Page.captureScreenshot", params);
    data = cJSON_GetObjectItem(answer, "data");
    ck_assert(cJSON_IsString(data));
    n = decode(data->valuestring);
    ck_assert_uint_eq(fwrite(data->valuestring, 1, n, out), n);
    ck_assert_int_eq(fclose(out), 0);
    cJSON_Delete(answer);
}
