/* test_origins.c - what pages of other origins can do to a daemon on this machine, from a real
 * browser. The other origins are a second daemon, whose pages the scripts run in: under another
 * name (cross-site) and under another port (same-site); and a page without an origin. */
#include "tests/browser/webdriver.h"
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

static struct daemon victim, other;
static struct browser b;
static struct reply r;
static char job[64];

static const char *port_of(const struct daemon *d)
{
    return strrchr(d->url, ':') + 1;
}

static void setup(void)
{
    static const char long_job[] =
        "{\"task\":\"forecast\",\"dataset\":\"keep\",\"model\":\"m\",\"recipe\":"
        "\"tutorial-flights\",\"params\":{\"epochs\":100000}}";
    char *text = example("airpassengers.csv");

    daemon_init(&victim);
    daemon_init(&other);
    daemon_start(&victim, NULL);
    daemon_start(&other, (const char *const[]){"--allowed-hosts", "evil.test", NULL});
    put(&r, &victim, "/v1/datasets/keep", "text/csv", text, 201);
    free(text);
    post(&r, &victim, "/v1/jobs", long_job, 202);
    (void)snprintf(job, sizeof(job), "%s", text_at(r.json, "id"));
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&victim);
    daemon_free(&other);
}

/* One browser for all tests; it starts slowly. */
static void start_browser(void)
{
    browser_start(&b, "MAP evil.test 127.0.0.1");
}

static void stop_browser(void)
{
    browser_stop(&b);
}

/* Fails when a stranger changed something. */
static void check_untouched(const char *who)
{
    char path[128];

    get(&r, &victim, "/v1/datasets", 200);
    ck_assert_msg(cJSON_GetArraySize(at(r.json, "items")) == 1, "%s: %s", who, r.body);
    get(&r, &victim, "/v1/datasets/keep", 200);
    ck_assert_msg(number_at(r.json, "series.0.length") == 144, "%s: %s", who, r.body);
    get(&r, &victim, "/v1/jobs", 200);
    ck_assert_msg(cJSON_GetArraySize(at(r.json, "items")) == 1, "%s: %s", who, r.body);
    (void)snprintf(path, sizeof(path), "/v1/jobs/%s", job);
    get(&r, &victim, path, 200);
    ck_assert_msg(strcmp(text_at(r.json, "state"), "cancelled") != 0, "%s: cancelled", who);
}

/* How many answers with this status the victim's log has. */
static int answers(const char *method, const char *path, int status)
{
    FILE *f = fopen(victim.log, "r");
    char line[8192], where[300], what[40];
    int n = 0;

    ck_assert_ptr_nonnull(f);
    (void)snprintf(where, sizeof(where), "\"method\":\"%s\",\"path\":\"%s\"", method, path);
    (void)snprintf(what, sizeof(what), "\"status\":%d", status);
    while (fgets(line, sizeof(line), f))
        n += strstr(line, where) && strstr(line, what);
    fclose(f);
    return n;
}

/* The log follows the answers. */
static void wait_for_answers(const char *method, const char *path, int status, int count)
{
    int64_t deadline = now_ms() + 20000;

    while (answers(method, path, status) < count)
        ck_assert_msg(now_ms() < deadline, "%s %s was answered %d %d times, not %d times", method,
                      path, status, answers(method, path, status), count);
}

/* ---- strangers ---- */

static const char attacks[] =
    "const url = 'http://127.0.0.1:%s', job = '%s';"
    "const body = '{\"task\":\"forecast\",\"dataset\":\"keep\",\"model\":\"evil\"}';"
    "const rows = 'month,passengers\\n1961-01,1\\n';"
    "const blind = (path, body) => fetch(url + path, {method: 'POST', mode: 'no-cors', body})"
    "  .catch(() => 0);"
    /* plain text, no type at all, no body: the browser sends no preflight for these */
    "await blind('/v1/jobs', body);"
    "await blind('/v1/datasets/keep/rows', new Blob([rows]));"
    "await blind('/v1/datasets/keep/rows', new Blob([rows], {type: 'text/plain'}));"
    "await blind('/v1/jobs/' + job + '/cancel');"
    "await blind('/v1/models/m/forecast', '{}');"
    "navigator.sendBeacon(url + '/v1/jobs', body);"
    /* for these it sends a preflight, whose response does not allow them */
    "let asked = 0;"
    "for (const method of ['PUT', 'DELETE'])"
    "  await fetch(url + '/v1/datasets/keep', {method}).catch(() => asked++);"
    "await fetch(url + '/v1/jobs', {method: 'POST', body,"
    "  headers: {'Content-Type': 'application/json'}}).catch(() => asked++);"
    /* no response can be read */
    "let read = 0;"
    "await fetch(url + '/v1/datasets').then(() => read++, () => 0);"
    "await fetch(url + '/v1/datasets', {mode: 'no-cors'}).then(() => read++, () => 0);"
    /* a form whose response is shown in a frame */
    "const frame = document.createElement('iframe'); frame.name = 'f';"
    "document.documentElement.append(frame);"
    "const form = document.createElement('form');"
    "Object.assign(form, {method: 'POST', action: url + '/v1/jobs', enctype: 'text/plain',"
    "  target: 'f'});"
    "const field = document.createElement('textarea');"
    "field.name = '{\"task\":\"forecast\",\"dataset\":\"keep\",\"model\":\"evil\",\"recipe'"
    "  + '\":\"'; field.value = 'default\"}'; form.append(field);"
    "document.documentElement.append(form);"
    "const loaded = new Promise(go => { frame.onload = go; });"
    "form.submit(); await loaded;"
    "return {origin: self.origin, asked, read};";

/* The same from a frame that has no origin (Origin: null), which a page may make of itself. */
static const char sandbox[] =
    "const attack = async () => { %s };"
    "const heard = new Promise(go => addEventListener('message', m => go(m.data)));"
    "const box = document.createElement('iframe'); box.sandbox = 'allow-scripts allow-forms';"
    "box.srcdoc = '<body><script>(' + attack + ')().then(v => parent.postMessage(v, \"*\"),'"
    "  + ' e => parent.postMessage({origin: String(e)}, \"*\"))<' + '/script>';"
    "document.documentElement.append(box);"
    "return await heard;";

/* Runs the attacks in page (boxed: in a frame without an origin); they must have run under
 * origin. */
static void attack_from(const char *page, const char *origin, bool boxed)
{
    char script[8192], framed[9000], cancel[128];
    cJSON *seen;

    browser_open(&b, page);
    (void)snprintf(script, sizeof(script), attacks, port_of(&victim), job);
    (void)snprintf(framed, sizeof(framed), sandbox, script);
    seen = browser_run(&b, boxed ? framed : script);
    ck_assert_str_eq(text_at(seen, "origin"), origin);
    ck_assert_int_eq((int)number_at(seen, "asked"), 3);
    ck_assert_int_eq((int)number_at(seen, "read"), 0);
    cJSON_Delete(seen);
    /* fetch, beacon and form came to the daemon and were refused */
    wait_for_answers("POST", "/v1/jobs", 403, 3);
    wait_for_answers("POST", "/v1/datasets/keep/rows", 403, 2);
    (void)snprintf(cancel, sizeof(cancel), "/v1/jobs/%s/cancel", job);
    wait_for_answers("POST", cancel, 403, 1);
    wait_for_answers("POST", "/v1/models/m/forecast", 403, 1);
    check_untouched(page);
}

START_TEST(a_page_of_another_site_changes_nothing)
{
    char page[128], origin[128];

    (void)snprintf(origin, sizeof(origin), "http://evil.test:%s", port_of(&other));
    (void)snprintf(page, sizeof(page), "%.100s/openapi.json", origin);
    attack_from(page, origin, false);
}
END_TEST

START_TEST(a_page_of_another_port_changes_nothing)
{
    char page[128];

    (void)snprintf(page, sizeof(page), "%s/openapi.json", other.url);
    attack_from(page, other.url, false);
}
END_TEST

START_TEST(a_page_without_an_origin_changes_nothing)
{
    char page[128];

    (void)snprintf(page, sizeof(page), "http://evil.test:%s/openapi.json", port_of(&other));
    attack_from(page, "null", true);
}
END_TEST

/* localhost and 127.0.0.1 are the same daemon, but not the same origin. */
START_TEST(a_page_under_the_other_name_of_loopback_changes_nothing)
{
    char page[128], origin[128];

    (void)snprintf(origin, sizeof(origin), "http://localhost:%s", port_of(&victim));
    (void)snprintf(page, sizeof(page), "%.100s/openapi.json", origin);
    attack_from(page, origin, false);
}
END_TEST

/* ---- what a stranger can tell ---- */

/* Checks what the page learns of two pictures of the other daemon: one that exists, and one that
 * does not. */
static void look_from(const char *page, const char *there, const char *gone)
{
    static const char look[] =
        "const load = path => new Promise(go => {"
        "  const image = new Image();"
        "  image.onload = () => go('load'); image.onerror = () => go('error');"
        "  image.src = 'http://127.0.0.1:%s/v1/models/' + path + '/forecast?format=svg';"
        "});"
        "return {there: await load('flights'), gone: await load('nothing')};";
    char script[1024];
    cJSON *seen;

    (void)snprintf(script, sizeof(script), look, port_of(&other));
    browser_open(&b, page);
    seen = browser_run(&b, script);
    ck_assert_msg(strcmp(text_at(seen, "there"), there) == 0, "%s: %s", page,
                  text_at(seen, "there"));
    ck_assert_str_eq(text_at(seen, "gone"), gone);
    cJSON_Delete(seen);
}

START_TEST(a_picture_tells_a_stranger_nothing)
{
    char *text = example("airpassengers.csv"), page[128];

    put(&r, &other, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
    run_job(&r, &other,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":1}}",
            "succeeded");
    (void)snprintf(page, sizeof(page), "%s/openapi.json", other.url);
    look_from(page, "load", "error");
    (void)snprintf(page, sizeof(page), "%s/openapi.json", victim.url);
    look_from(page, "error", "error");
    (void)snprintf(page, sizeof(page), "http://evil.test:%s/openapi.json", port_of(&other));
    look_from(page, "error", "error");
}
END_TEST

/* ---- rebinding ---- */

START_TEST(a_name_that_points_here_reads_and_deletes_nothing)
{
    char page[128];
    cJSON *seen;

    (void)snprintf(page, sizeof(page), "http://evil.test:%s/v1/datasets", port_of(&victim));
    browser_open(&b, page);
    seen = browser_run(
        &b, "const list = await fetch('/v1/datasets');"
            "const gone = await fetch('/v1/datasets/keep', {method: 'DELETE'});"
            "const put = await fetch('/v1/datasets/new', {method: 'PUT', body: '{\"values\":[1]}',"
            "  headers: {'Content-Type': 'application/json'}});"
            "return {page: document.body.innerText, origin: self.origin, list: list.status,"
            "  text: await list.text(), gone: gone.status, put: put.status};");
    ck_assert_ptr_nonnull(strstr(text_at(seen, "page"), "allowed_hosts"));
    ck_assert_ptr_null(strstr(text_at(seen, "page"), "keep"));
    ck_assert_ptr_null(strstr(text_at(seen, "text"), "keep"));
    ck_assert_int_eq((int)number_at(seen, "list"), 421);
    ck_assert_int_eq((int)number_at(seen, "gone"), 421);
    ck_assert_int_eq((int)number_at(seen, "put"), 421);
    cJSON_Delete(seen);
    check_untouched(page);
}
END_TEST

/* ---- pages that are listed ---- */

/* Runs in page: how many of three requests to the daemon of cors_origins went through, and the
 * ETag that the page could read. */
static cJSON *use_from(const char *page, const struct daemon *listed)
{
    static const char use[] =
        "const url = 'http://127.0.0.1:%s', Authorization = 'Bearer secret';"
        "let done = 0, etag = '', refused = 0;"
        "const body = '{\"values\":[1,2,3]}', type = 'application/json';"
        "await fetch(url + '/v1/datasets/shop', {method: 'PUT', body,"
        "  headers: {Authorization, 'Content-Type': type}}).then(a => done += a.ok, () => 0);"
        "await fetch(url + '/v1/datasets/shop', {headers: {Authorization}})"
        "  .then(a => { done += a.ok; etag = a.headers.get('ETag') || ''; }, () => 0);"
        "await fetch(url + '/v1/datasets/shop').then(a => refused = a.status, () => 0);"
        "await fetch(url + '/v1/datasets/shop', {method: 'DELETE', headers: {Authorization}})"
        "  .then(a => done += a.ok, () => 0);"
        "return {done, etag, refused};";
    char script[2048];

    (void)snprintf(script, sizeof(script), use, port_of(listed));
    browser_open(&b, page);
    return browser_run(&b, script);
}

START_TEST(a_listed_page_reads_and_changes_with_its_key)
{
    struct daemon listed;
    char page[128], origin[128];
    cJSON *seen;

    (void)snprintf(origin, sizeof(origin), "http://evil.test:%s", port_of(&other));
    daemon_init(&listed);
    daemon_start(&listed,
                 (const char *const[]){"--api-key", "secret", "--cors-origins", origin, NULL});
    (void)snprintf(page, sizeof(page), "%.100s/openapi.json", origin);
    seen = use_from(page, &listed);
    ck_assert_int_eq((int)number_at(seen, "done"), 3);
    ck_assert_int_eq((int)number_at(seen, "refused"), 401);
    ck_assert_str_ne(text_at(seen, "etag"), "");
    cJSON_Delete(seen);
    (void)snprintf(page, sizeof(page), "%s/openapi.json", other.url); /* is not listed */
    seen = use_from(page, &listed);
    ck_assert_int_eq((int)number_at(seen, "done"), 0);
    ck_assert_int_eq((int)number_at(seen, "refused"), 0);
    cJSON_Delete(seen);
    daemon_free(&listed);
}
END_TEST

/* ---- our own pages ---- */

static void own_page_works(const char *origin)
{
    char page[128];
    cJSON *seen;

    (void)snprintf(page, sizeof(page), "%.100s/openapi.json", origin);
    browser_open(&b, page);
    seen = browser_run(
        &b, "const headers = {'Content-Type': 'application/json'};"
            "const put = await fetch('/v1/datasets/own', {method: 'PUT', headers,"
            "  body: '{\"values\":[1,2,3]}'});"
            "const more = await fetch('/v1/datasets/own/rows', {method: 'POST', headers,"
            "  body: '{\"values\":[4]}'});"
            "const get = await fetch('/v1/datasets/own');"
            "const gone = await fetch('/v1/datasets/own', {method: 'DELETE'});"
            "return {put: put.status, more: more.status, get: get.status, gone: gone.status,"
            "  text: await more.text()};");
    ck_assert_int_eq((int)number_at(seen, "put"), 201);
    ck_assert_msg((int)number_at(seen, "more") == 200, "%s", text_at(seen, "text"));
    ck_assert_int_eq((int)number_at(seen, "get"), 200);
    ck_assert_int_eq((int)number_at(seen, "gone"), 204);
    cJSON_Delete(seen);
}

START_TEST(a_page_of_ours_reads_and_writes)
{
    char origin[128];

    own_page_works(victim.url);
    (void)snprintf(origin, sizeof(origin), "http://localhost:%s", port_of(&victim));
    own_page_works(origin);
    (void)snprintf(origin, sizeof(origin), "http://evil.test:%s",
                   port_of(&other)); /* is listed there */
    own_page_works(origin);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("origins");
    TCase *t = tcase_create("origins");

    if (!browser_there()) {
        printf("SKIPPED: chromium and chromedriver are not installed (make deps-browser)\n");
        return EXIT_SUCCESS;
    }
    tcase_add_unchecked_fixture(t, start_browser, stop_browser);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_page_of_another_site_changes_nothing);
    tcase_add_test(t, a_page_of_another_port_changes_nothing);
    tcase_add_test(t, a_page_without_an_origin_changes_nothing);
    tcase_add_test(t, a_page_under_the_other_name_of_loopback_changes_nothing);
    tcase_add_test(t, a_picture_tells_a_stranger_nothing);
    tcase_add_test(t, a_name_that_points_here_reads_and_deletes_nothing);
    tcase_add_test(t, a_listed_page_reads_and_changes_with_its_key);
    tcase_add_test(t, a_page_of_ours_reads_and_writes);
    suite_add_tcase(s, t);
    return suite_run(s);
}
