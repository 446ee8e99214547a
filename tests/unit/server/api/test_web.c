/* test_web.c - the page: its files, what a browser may keep of them, and the ways there. */
#include "server/api/web.h"

#include "server/base/embedded.h"
#include "tests/unit/server/api/handler.h"

#include <string.h>

#define BROWSER "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
#define GZIP                                                                                       \
    {                                                                                              \
        "Accept-Encoding", "gzip"                                                                  \
    }

static const char *hash(void)
{
    return (const char *)embedded_find("web/hash")->data;
}

static const char *header(const struct reply *r, const char *name)
{
    const char *value = http_res_get_header(r->res, name);

    return value ? value : "";
}

START_TEST(a_browser_is_led_to_the_page)
{
    const struct reply *r =
        expect(303, &(struct call){.handler = api_root, .header = {{"Accept", BROWSER}}});

    ck_assert_str_eq(header(r, "Location"), "ui/");
    ck_assert_str_eq(header(r, "Vary"), "Accept");
    r = expect(303, &(struct call){.handler = api_web_folder});
    ck_assert_str_eq(header(r, "Location"), "ui/");
}
END_TEST

START_TEST(other_clients_get_the_links)
{
    static const char *const accepts[] = {"*/*", "application/json", "text/csv",
                                          "text/html;q=0.5, application/json", "text/*;q=0"};
    const struct reply *r = expect(200, &(struct call){.handler = api_root});

    ck_assert_str_eq(header(r, "Location"), "");
    for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++) {
        r = expect(200, &(struct call){.handler = api_root, .header = {{"Accept", accepts[i]}}});
        ck_assert_str_eq(header(r, "Location"), "");
        ck_assert_str_eq(text("links/jobs"), "/v1/jobs");
    }
}
END_TEST

/* The Content-Security-Policy allows everything that the page needs, and no script that a user
 * typed. */
START_TEST(the_page_runs_only_its_own_files)
{
    const struct reply *r = expect(200, &(struct call){.handler = api_web_index});
    const char *policy = header(r, "Content-Security-Policy");

    ck_assert_str_eq(r->type, "text/html; charset=utf-8");
    ck_assert_str_eq(header(r, "Cache-Control"), "no-cache");
    ck_assert_str_eq(header(r, "Referrer-Policy"), "same-origin");
    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
    ck_assert_ptr_null(strstr(policy, "unsafe"));
    ck_assert_ptr_nonnull(strstr(r->body, "<!doctype html>"));
    ck_assert_ptr_nonnull(strstr(r->body, hash()));
    ck_assert_ptr_null(strstr(r->body, "@HASH@"));
    ck_assert_ptr_null(strstr(r->body, "<style"));
    ck_assert_ptr_null(strstr(r->body, "style="));
}
END_TEST

START_TEST(files_are_kept_for_ever)
{
    static const char *const files[][2] = {
        {"app.js", "text/javascript; charset=utf-8"},
        {"style.css", "text/css; charset=utf-8"},
        {"icon.svg", "image/svg+xml"},
        {"dygraphs.js", "text/javascript; charset=utf-8"},
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const struct reply *r =
            expect(200, &(struct call){.handler = api_web_file, .param = {hash(), files[i][0]}});

        ck_assert_str_eq(r->type, files[i][1]);
        ck_assert_ptr_nonnull(strstr(header(r, "Cache-Control"), "immutable"));
        ck_assert_uint_gt(r->len, 0);
    }
    expect(200, &(struct call){.handler = api_web_screen, .param = {hash(), "home.js"}});
}
END_TEST

START_TEST(a_client_that_reads_gzip_gets_the_bytes_of_the_binary)
{
    const struct embedded_file *f = embedded_find("web/app.js.gz");
    const struct reply *r = expect(
        200,
        &(struct call){.handler = api_web_file, .param = {hash(), "app.js"}, .header = {GZIP}});
    char tag[64] = "";

    ck_assert_str_eq(header(r, "Content-Encoding"), "gzip");
    ck_assert_str_eq(header(r, "Vary"), "Accept-Encoding");
    ck_assert_uint_eq(r->len, f->size);
    ck_assert_ptr_eq(r->body, (const char *)f->data);
    strncpy(tag, header(r, "ETag"), sizeof(tag) - 1);
    ck_assert_ptr_nonnull(strstr(tag, HTTP_ETAG_GZIP "\""));
    expect(304, &(struct call){.handler = api_web_index, .header = {GZIP, {"If-None-Match", tag}}});
    /* the plain one is another representation */
    expect(200, &(struct call){.handler = api_web_index, .header = {{"If-None-Match", tag}}});
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
    static const char *const names[] = {"none.js", "index.html.gz", "hash", "../hash",
                                        "screens/home.js/.."};
    char longer[600];

    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_problem(404, NULL,
                       &(struct call){.handler = api_web_file, .param = {hash(), names[i]}});
        expect_problem(404, NULL,
                       &(struct call){.handler = api_web_screen, .param = {hash(), names[i]}});
    }
    expect_problem(404, NULL, &(struct call){.handler = api_web_file, .param = {hash(), longer}});
    expect_problem(404, NULL, &(struct call){.handler = api_web_screen, .param = {hash(), longer}});
    expect_problem(404, NULL, &(struct call){.handler = api_web_file, .param = {"0", "app.js"}});
}
END_TEST

START_TEST(the_page_can_be_switched_off)
{
    const struct reply *r;

    handler_app()->ui = false;
    expect_problem(404, NULL, &(struct call){.handler = api_web_index});
    expect_problem(404, NULL, &(struct call){.handler = api_web_folder});
    expect_problem(404, NULL, &(struct call){.handler = api_web_file, .param = {hash(), "app.js"}});
    expect_problem(404, NULL,
                   &(struct call){.handler = api_web_screen, .param = {hash(), "home.js"}});
    r = expect(200, &(struct call){.handler = api_root, .header = {{"Accept", BROWSER}}});
    ck_assert_str_eq(header(r, "Location"), "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_browser_is_led_to_the_page,
        other_clients_get_the_links,
        the_page_runs_only_its_own_files,
        files_are_kept_for_ever,
        a_client_that_reads_gzip_gets_the_bytes_of_the_binary,
        what_is_not_there_is_not_found,
        the_page_can_be_switched_off,
    };

    return handler_run(suite_create("web"), tests, sizeof(tests) / sizeof(tests[0]));
}
