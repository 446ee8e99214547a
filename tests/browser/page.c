/* page.c - see page.h. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

struct page page;

/* Waits until no request of an earlier page is running, and empties the console. */
static void leave(void)
{
    browser_open(&page.b, "about:blank");
    cJSON_Delete(browser_console(&page.b));
}

static void setup(void)
{
    daemon_init(&page.d);
    daemon_start(&page.d, NULL);
    browser_screen(&page.b, 1280, 900, false);
    leave();
}

static void teardown(void)
{
    reply_release(&page.r);
    daemon_free(&page.d);
}

static void start_browser(void)
{
    browser_start(&page.b, "MAP evil.test 127.0.0.1");
}

static void stop_browser(void)
{
    browser_stop(&page.b);
}

int page_suite(const char *name, const TTest *const *tests, size_t n)
{
    Suite *s = suite_create(name);
    TCase *t = tcase_create(name);

    if (!browser_there()) {
        printf("SKIPPED: chromium and chromedriver are not installed (make deps-browser)\n");
        suite_add_tcase(s, t);
        return suite_run(s);
    }
    tcase_add_unchecked_fixture(t, start_browser, stop_browser);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 300);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(t, tests[i]);
    suite_add_tcase(s, t);
    return suite_run(s);
}

void page_open(const char *hash)
{
    char url[512];

    leave();
    (void)snprintf(url, sizeof(url), "%s/ui/%s", page.d.url, hash);
    browser_open(&page.b, url);
}

cJSON *page_value(const char *expression)
{
    char script[4096];

    ck_assert_int_lt(snprintf(script, sizeof(script), "return (%s);", expression),
                     (int)sizeof(script));
    return browser_run(&page.b, script);
}

bool page_is(const char *expression)
{
    char script[4096];
    cJSON *value;
    bool is;

    (void)snprintf(script, sizeof(script), "!!(%.4000s)", expression);
    value = page_value(script);
    is = cJSON_IsTrue(value);
    cJSON_Delete(value);
    return is;
}

void page_until(const char *expression)
{
    static const char wait[] = "const end = Date.now() + 20000;"
                               "while (!(%s)) {"
                               "  if (Date.now() > end) return document.body.innerText;"
                               "  await new Promise(go => setTimeout(go, 20));"
                               "}"
                               "return null;";
    char script[4096];
    cJSON *text;

    ck_assert_int_lt(snprintf(script, sizeof(script), wait, expression), (int)sizeof(script));
    text = browser_run(&page.b, script);
    ck_assert_msg(!cJSON_IsString(text), "never: %s; the page shows: %.1500s", expression,
                  cJSON_IsString(text) ? text->valuestring : "");
    cJSON_Delete(text);
}

void page_click(const char *selector, const char *text)
{
    char found[512], script[1100];

    (void)snprintf(found, sizeof(found),
                   "[...document.querySelectorAll(`%s`)]"
                   ".find(e => %s || e.textContent.trim() === `%s`)",
                   selector, text ? "false" : "true", text ? text : "");
    page_until(found);
    (void)snprintf(script, sizeof(script), "%s.click();", found);
    cJSON_Delete(browser_run(&page.b, script));
}

void page_clean(void)
{
    cJSON *log = browser_console(&page.b), *entry, *strangers;

    cJSON_ArrayForEach(entry, log)
        ck_assert_msg(strcmp(text_at(entry, "level"), "SEVERE") != 0 &&
                          strcmp(text_at(entry, "level"), "WARNING") != 0,
                      "console: %s", text_at(entry, "message"));
    cJSON_Delete(log);
    strangers = page_value("performance.getEntriesByType('resource').map(e => e.name)"
                           ".filter(u => new URL(u).origin !== location.origin)");
    ck_assert_msg(cJSON_GetArraySize(strangers) == 0, "the page asks another host: %s",
                  cJSON_GetArraySize(strangers) ? cJSON_GetArrayItem(strangers, 0)->valuestring
                                                : "");
    cJSON_Delete(strangers);
}

void page_example(const char *name, const char *file, const char *type)
{
    char path[128], *text = example(file);

    (void)snprintf(path, sizeof(path), "/v1/datasets/%s", name);
    put(&page.r, &page.d, path, type, text, 201);
    free(text);
}
