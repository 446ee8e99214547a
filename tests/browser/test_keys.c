/* test_keys.c - the page of a daemon that needs keys: it asks for one, and offers only what that
 * key may do. */
#include "tests/browser/page.h"
#include "tests/browser/screens.h"

#include <stdio.h>

static void log_in(const char *key)
{
    char script[300];

    page_until("document.querySelector('form.key')");
    (void)snprintf(script, sizeof(script),
                   "document.querySelector('form.key input').value = '%s';"
                   "document.querySelector('form.key button').click();",
                   key);
    cJSON_Delete(browser_run(&page.b, script));
}

START_TEST(a_key_is_asked_for_and_kept_out_of_addresses)
{
    daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "full", "--read-key", "read", NULL});
    page_open("#/data");
    log_in("wrong");
    page_until("document.querySelector('form.key p')?.innerText.length > 0");
    log_in("read");
    page_until("document.querySelector('main h1')?.innerText === 'Data'");
    ck_assert(!page_is("document.querySelector('.drop')")); /* nothing that writes is offered */
    ck_assert(!page_is("performance.getEntriesByType('resource').some(e => /key|read/.test(new "
                       "URL(e.name).search))"));
    page_open("#/");
    page_until("document.querySelector('main h1')?.innerText === 'Home'");
    ck_assert(!page_is("document.querySelector('.card, .drop')"));
    cJSON_Delete(browser_run(&page.b, "sessionStorage.clear();"));
    page_open("#/data");
    log_in("full");
    page_until("document.querySelector('.drop')");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.clear();"));
}
END_TEST

/* A screen offers what the scopes of the key allow, and asks nothing that they do not. */
START_TEST(what_a_scope_does_not_allow_is_not_offered)
{
    static const char use[] = "sessionStorage.setItem('lstmd.key', '%s');";
    char script[200];

    screens_fill();
    daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "full", NULL});
    http_send(&page.r, &page.d,
              &(struct request){.method = "POST",
                                .path = "/v1/keys",
                                .type = "application/json",
                                .body = "{\"name\":\"viewer\",\"scopes\":[\"read\"]}",
                                .headers = {"Authorization: Bearer full"}});
    expect_status(&page.r, 201, "a key");
    (void)snprintf(script, sizeof(script), use, text_at(page.r.json, "key"));
    page_open("#/nothing");
    cJSON_Delete(browser_run(&page.b, script));
    page_open("#/models/flights");
    page_until("document.querySelector('.note')?.innerText.includes('may not forecast')");
    ck_assert(!page_is("[...document.querySelectorAll('button')].some(b => "
                       "['Look for anomalies', 'Delete'].includes(b.textContent))"));
    page_open("#/data/flights");
    page_until("document.querySelector('.plot canvas')");
    ck_assert(!page_is("document.querySelector('button.danger, button.primary')"));
    page_open("#/system");
    page_until("document.body.innerText.includes('The key viewer is sent; it may read.')");
    ck_assert(!page_is("document.querySelector('.config')"));
    page_clean();
    cJSON_Delete(browser_run(&page.b, "sessionStorage.clear();"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_key_is_asked_for_and_kept_out_of_addresses,
        what_a_scope_does_not_allow_is_not_offered,
    };

    return page_suite("keys", tests, sizeof(tests) / sizeof(tests[0]));
}
