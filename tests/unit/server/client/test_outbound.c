/* test_outbound.c - requests by a client's URL, against a server of the test: what is kept of a
 * reply, every limit, every redirect, and that nothing private is reached. */
#include "server/client/outbound.h"

#include "tests/unit/server/client/web_server.h"
#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define OPEN                                                                                       \
    {                                                                                              \
        .http = true, .allow = "127.0.0.0/8"                                                       \
    }

static struct web_server web, other;
static struct outbound_rules rules;
static struct outbound_reply reply;
static struct err e;
static char folder[] = "/tmp/test_outbound.XXXXXX", url[OUTBOUND_URL_MAX + 100];

static void put_gzip(struct buf *out, size_t zeros)
{
    static unsigned char block[65536], packed[65536];
    z_stream z = {0};

    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    for (int flush = Z_NO_FLUSH; flush != Z_FINISH;) {
        size_t n = zeros < sizeof block ? zeros : sizeof block;

        zeros -= n;
        flush = zeros ? Z_NO_FLUSH : Z_FINISH;
        z.next_in = block;
        z.avail_in = (unsigned)n;
        do {
            z.next_out = packed;
            z.avail_out = sizeof packed;
            (void)deflate(&z, flush);
            buf_add(out, packed, sizeof packed - z.avail_out);
        } while (z.avail_out == 0);
    }
    deflateEnd(&z);
}

static void redirect(struct web_exchange *x, const char *status, const char *to)
{
    char field[2200];

    (void)snprintf(field, sizeof field, "Location: %s\r\n", to);
    web_answer(x, status, field, "moved");
}

/* ---- what the server does, by its path ---- */

static bool redirects(struct web_exchange *x)
{
    static const struct {
        const char *path, *status, *to;
    } table[] = {
        {"/relative", "302 Found", "/plain"},
        {"/loop", "302 Found", "/loop"},
        {"/file", "301 Moved", "file:///etc/passwd"},
        {"/gopher", "301 Moved", "gopher://127.0.0.1/"},
        {"/private", "302 Found", "http://10.0.0.1/"},
        {"/mapped", "307 Temporary", "http://[::ffff:169.254.169.254]/latest/meta-data"},
        {"/number", "302 Found", "http://0x7f000001:1/"},
        {"/user", "302 Found", "http://name:secret@127.0.0.1/"},
        {"/see", "303 See Other", "/plain"},
        {"/again", "308 Permanent", "/plain"},
        {"/nowhere", "302 Found", ""},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(x->path, table[i].path) == 0) {
            redirect(x, table[i].status, table[i].to);
            return true;
        }
    if (strncmp(x->path, "/to?", 4) == 0)
        redirect(x, "307 Temporary", x->path + 4);
    return strncmp(x->path, "/to?", 4) == 0;
}

static bool misbehaves(struct web_exchange *x)
{
    if (strcmp(x->path, "/silent") == 0) {
        x->stall = true;
    } else if (strcmp(x->path, "/drip") == 0) {
        web_answer(x, "200 OK", "", "0123456789012345678901234567890123456789");
        x->drip_ms = 100;
    } else if (strcmp(x->path, "/short") == 0) {
        buf_puts(&x->answer, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    } else if (strcmp(x->path, "/garbage") == 0) {
        buf_puts(&x->answer, "SSH-2.0-OpenSSH_9.2\r\n");
    } else if (strcmp(x->path, "/fields") == 0) {
        buf_puts(&x->answer, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 2000; i++)
            buf_printf(&x->answer, "X-Field-%d: 0123456789012345678901234567890123456789\r\n", i);
        buf_puts(&x->answer, "Content-Length: 0\r\n\r\n");
    } else {
        return false;
    }
    return true;
}

static void respond(void *ctx, struct web_exchange *x)
{
    (void)ctx;
    if (redirects(x) || misbehaves(x))
        return;
    if (strcmp(x->path, "/plain") == 0) {
        web_answer(x, "200 OK",
                   "Content-Type: text/csv; charset=utf-8\r\nETag: \"v1\"\r\n"
                   "Last-Modified: Mon, 30 Nov 2026 09:00:00 GMT\r\n",
                   "a,b\n1,2\n");
    } else if (strcmp(x->path, "/busy") == 0) {
        web_answer(x, "503 Busy", "Retry-After: 17\r\nETag: \"with a \x01\"\r\n", "later");
    } else if (strcmp(x->path, "/unchanged") == 0) {
        web_answer(x, "304 Not Modified", "", "");
    } else if (strcmp(x->path, "/big") == 0) {
        buf_puts(&x->answer, "HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 1000; i++)
            buf_puts(&x->answer, "0123456789");
    } else if (strcmp(x->path, "/bomb") == 0) {
        buf_puts(&x->answer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        put_gzip(&x->answer, 100 << 20);
    } else if (strcmp(x->path, "/gzip") == 0) {
        buf_puts(&x->answer, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        put_gzip(&x->answer, 1000);
    } else {
        web_answer(x, "404 Not Found", "", "no such page");
    }
}

static void setup(void)
{
    web = other = (struct web_server){.respond = respond};
    web_server_start(&web, NULL);
    rules = (struct outbound_rules)OPEN;
    ck_assert_int_eq(outbound_start(&e), ST_OK);
}

static void teardown(void)
{
    outbound_release(&reply);
    outbound_stop();
    web_server_stop(&web);
    web_server_stop(&other);
}

static const char *on(const struct web_server *s, const char *path)
{
    (void)snprintf(url, sizeof url, "%s%s", s->url, path);
    return url;
}

static enum status fetch(const char *to)
{
    return outbound_send(&reply,
                         &(struct outbound_request){.url = to, .method = "GET", .max_bytes = 5000},
                         &rules, &e);
}

static void says(const char *text)
{
    ck_assert_msg(strstr(e.message, text) != NULL, "'%s' does not say '%s'", e.message, text);
}

/* ---- replies ---- */

START_TEST(a_reply_has_its_body_and_its_fields)
{
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_OK);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_str_eq(reply.body.data, "a,b\n1,2\n");
    ck_assert_str_eq(reply.type, "text/csv; charset=utf-8");
    ck_assert_str_eq(reply.etag, "\"v1\"");
    ck_assert_str_eq(reply.last_modified, "Mon, 30 Nov 2026 09:00:00 GMT");
    ck_assert(web_last_has(&web, "GET /plain HTTP/1.1\r\n"));
    ck_assert(web_last_has(&web, "User-Agent: lstmd/"));
    ck_assert(!web_last_has(&web, "Cookie"));
}
END_TEST

START_TEST(a_post_has_its_headers_and_its_body)
{
    static const char *const headers[] = {"Content-Type: application/json", "webhook-id: 17", NULL};
    const struct outbound_request q = {.url = on(&web, "/busy"),
                                       .method = "POST",
                                       .headers = headers,
                                       .body = "{\"a\":1}",
                                       .len = 7,
                                       .max_bytes = 3,
                                       .cut = true};

    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert_int_eq(reply.status, 503);
    ck_assert_int_eq((int)reply.retry_after, 17);
    ck_assert_str_eq(reply.etag, "");
    ck_assert_str_eq(reply.body.data, "lat");
    ck_assert(web_last_has(&web, "POST /busy HTTP/1.1\r\n"));
    ck_assert(web_last_has(&web, "\r\nContent-Type: application/json\r\n"));
    ck_assert(web_last_has(&web, "\r\nwebhook-id: 17\r\n"));
    ck_assert(web_last_has(&web, "\r\n\r\n{\"a\":1}"));
}
END_TEST

START_TEST(other_statuses_are_replies_too)
{
    ck_assert_int_eq(fetch(on(&web, "/unchanged")), ST_OK);
    ck_assert_int_eq(reply.status, 304);
    outbound_release(&reply);
    ck_assert_int_eq(fetch(on(&web, "/none")), ST_OK);
    ck_assert_int_eq(reply.status, 404);
    ck_assert_str_eq(reply.body.data, "no such page");
}
END_TEST

START_TEST(a_compressed_body_is_decompressed)
{
    ck_assert_int_eq(fetch(on(&web, "/gzip")), ST_OK);
    ck_assert_uint_eq(reply.body.len, 1000);
}
END_TEST

/* ---- limits ---- */

START_TEST(a_body_over_the_limit_is_refused)
{
    ck_assert_int_eq(fetch(on(&web, "/big")), ST_TOO_LARGE);
    says("more than 5000 bytes");
    ck_assert_int_eq(fetch(on(&web, "/bomb")), ST_TOO_LARGE);
    ck_assert_uint_eq(reply.body.cap, 0);
    ck_assert_int_eq(fetch(on(&web, "/fields")), ST_TOO_LARGE);
    says("header fields");
}
END_TEST

START_TEST(broken_answers_are_errors)
{
    ck_assert_int_eq(fetch(on(&web, "/short")), ST_IO);
    says("127.0.0.1");
    ck_assert_int_eq(fetch(on(&web, "/garbage")), ST_IO);
    web_server_stop(&web);
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_IO);
}
END_TEST

START_TEST(a_slow_server_is_given_up)
{
    struct outbound_request q = {
        .url = on(&web, "/silent"), .method = "GET", .max_bytes = 100, .all_ms = 300};

    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_IO);
    says("timed out");
    q.url = on(&web, "/drip");
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_IO);
}
END_TEST

static bool asked(void *ctx)
{
    return ++*(int *)ctx > 1;
}

START_TEST(a_request_can_be_given_up)
{
    int times = 0;
    const struct outbound_request q = {.url = on(&web, "/silent"),
                                       .method = "GET",
                                       .max_bytes = 100,
                                       .give_up = asked,
                                       .ctx = &times};

    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_CANCELLED);
}
END_TEST

/* ---- where requests may go ---- */

START_TEST(an_address_that_is_not_allowed_is_not_connected_to)
{
    rules.allow = "";
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_FORBIDDEN);
    says("127.0.0.1");
    says("fetch_allow");
    (void)snprintf(url, sizeof url, "http://localhost:%s/plain", strrchr(web.url, ':') + 1);
    ck_assert_int_eq(fetch(url), ST_FORBIDDEN);
    says("localhost leads to");
    (void)snprintf(url, sizeof url, "http://2130706433:%s/plain", strrchr(web.url, ':') + 1);
    ck_assert_int_eq(fetch(url), ST_FORBIDDEN);
    ck_assert_int_eq(web_requests(&web), 0);
}
END_TEST

START_TEST(a_listed_host_may_have_any_address)
{
    rules.allow = "localhost";
    (void)snprintf(url, sizeof url, "http://localhost:%s/plain", strrchr(web.url, ':') + 1);
    ck_assert_int_eq(fetch(url), ST_OK);
    outbound_release(&reply);
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_FORBIDDEN);
}
END_TEST

START_TEST(proxies_of_the_environment_are_not_used)
{
    setenv("http_proxy", "http://127.0.0.1:9/", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:9/", 1);
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_OK);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}
END_TEST

static const struct {
    const char *url;
    enum status st;
    const char *says;
} urls[] = {
    {"https://example.com/a.csv", ST_OK, ""},
    {"http://example.com", ST_OK, ""},
    {"https://[2001:db8::1]:8443/?q=1#x", ST_OK, ""},
    {"", ST_INVALID, "1 to 2000 bytes"},
    {"example.com/a.csv", ST_INVALID, "https://"},
    {"file:///etc/passwd", ST_INVALID, "not with file://"},
    {"ftp://example.com/", ST_INVALID, "not with ftp://"},
    {"dict://127.0.0.1:6379/", ST_INVALID, "not with dict://"},
    {"https://a:b@example.com/", ST_INVALID, "password"},
    {"https://a@example.com/", ST_INVALID, "user name"},
    {"https://exa mple.com/", ST_INVALID, "blank"},
    {"https://example.com/\r\nHost: x", ST_INVALID, "control"},
    {"https://example.com/\xc3\xa4", ST_INVALID, "%C3"},
    {"https://example.com:99999/", ST_INVALID, ""},
};

START_TEST(a_url_is_checked)
{
    ck_assert_msg(outbound_check_url(urls[_i].url, &rules, &e) == urls[_i].st, "%s: %s",
                  urls[_i].url, e.message);
    if (urls[_i].st)
        says(urls[_i].says);
}
END_TEST

START_TEST(http_is_refused_unless_it_is_allowed)
{
    rules.http = false;
    ck_assert_int_eq(outbound_check_url("http://example.com/", &rules, &e), ST_FORBIDDEN);
    says("fetch_http");
    ck_assert_int_eq(outbound_check_url("https://example.com/", &rules, &e), ST_OK);
    ck_assert_int_eq(fetch(on(&web, "/plain")), ST_FORBIDDEN);
    ck_assert_int_eq(web_requests(&web), 0);
}
END_TEST

/* ---- redirects ---- */

START_TEST(redirects_are_followed)
{
    ck_assert_int_eq(fetch(on(&web, "/relative")), ST_OK);
    ck_assert_int_eq(reply.status, 200);
    ck_assert_str_eq(reply.body.data, "a,b\n1,2\n");
}
END_TEST

static const struct {
    const char *path;
    enum status st;
    const char *says;
} leads[] = {
    {"/loop", ST_IO, "more than 5 times"},        {"/file", ST_INVALID, "file://"},
    {"/gopher", ST_INVALID, "gopher://"},         {"/private", ST_FORBIDDEN, "10.0.0.1"},
    {"/mapped", ST_FORBIDDEN, "169.254.169.254"}, {"/user", ST_INVALID, "password"},
};

START_TEST(a_redirect_is_checked_like_the_first_url)
{
    ck_assert_int_eq(fetch(on(&web, leads[_i].path)), leads[_i].st);
    says(leads[_i].says);
}
END_TEST

START_TEST(a_redirect_to_this_machine_is_refused)
{
    char first[100];

    rules.allow = "localhost"; /* as if it were a public host */
    (void)snprintf(first, sizeof first, "http://localhost:%s/to?%s/plain",
                   strrchr(web.url, ':') + 1, web.url);
    ck_assert_int_eq(fetch(first), ST_FORBIDDEN);
    ck_assert_int_eq(web_requests(&web), 1);
    (void)snprintf(first, sizeof first, "http://localhost:%s/number", strrchr(web.url, ':') + 1);
    ck_assert_int_eq(fetch(first), ST_FORBIDDEN);
}
END_TEST

START_TEST(another_server_gets_no_headers_of_the_first)
{
    static const char *const headers[] = {"Authorization: Bearer s3cret", "X-Api-Key: s3cret",
                                          "Accept: text/csv", "If-None-Match: \"v0\"", NULL};
    char to[200];
    struct outbound_request q = {.url = to, .method = "GET", .headers = headers, .max_bytes = 5000};

    web_server_start(&other, NULL);
    (void)snprintf(to, sizeof to, "%s/to?%s/plain", web.url, other.url);
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert(web_last_has(&web, "Bearer s3cret"));
    ck_assert(!web_last_has(&other, "s3cret"));
    ck_assert(web_last_has(&other, "\r\nAccept: text/csv\r\n"));
    ck_assert(web_last_has(&other, "\r\nIf-None-Match: \"v0\"\r\n"));
    outbound_release(&reply);
    q.url = on(&web, "/relative");
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert(web_last_has(&web, "Bearer s3cret"));
}
END_TEST

START_TEST(a_post_follows_redirects_on_its_own_server_only)
{
    char to[200];
    struct outbound_request q = {
        .url = to, .method = "POST", .body = "secret", .len = 6, .max_bytes = 5000};

    web_server_start(&other, NULL);
    (void)snprintf(to, sizeof to, "%s/to?%s/plain", web.url, other.url);
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_FORBIDDEN);
    ck_assert_int_eq(web_requests(&other), 0);
    q.url = on(&web, "/again");
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert(web_last_has(&web, "POST /plain"));
    ck_assert(web_last_has(&web, "\r\n\r\nsecret"));
    outbound_release(&reply);
    q.url = on(&web, "/see");
    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert(web_last_has(&web, "GET /plain"));
    ck_assert(!web_last_has(&web, "secret"));
}
END_TEST

START_TEST(redirects_can_be_switched_off)
{
    const struct outbound_request q = {
        .url = on(&web, "/relative"), .method = "GET", .max_bytes = 100, .no_redirects = true};

    ck_assert_int_eq(outbound_send(&reply, &q, &rules, &e), ST_OK);
    ck_assert_int_eq(reply.status, 302);
    ck_assert_int_eq(web_requests(&web), 1);
}
END_TEST

START_TEST(https_is_checked_and_never_left)
{
    struct certificate c;
    char to[200];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    certificate_make(&c, folder, "peer", 10, NULL);
    web_server_start(&other, &c);
    ck_assert_int_eq(fetch(on(&other, "/plain")), ST_IO);
    says("ertificate");
    rules.cacert = c.certificate;
    ck_assert_msg(fetch(on(&other, "/plain")) == ST_OK, "%s", e.message);
    outbound_release(&reply);
    (void)snprintf(to, sizeof to, "%s/to?%s/plain", other.url, web.url);
    ck_assert_int_eq(fetch(to), ST_FORBIDDEN);
    says("from https:// to http://");
    ck_assert_int_eq(web_requests(&web), 0);
    unlink(c.certificate);
    unlink(c.key);
    rmdir(folder);
}
END_TEST

static void add_places(TCase *t)
{
    tcase_add_test(t, an_address_that_is_not_allowed_is_not_connected_to);
    tcase_add_test(t, a_listed_host_may_have_any_address);
    tcase_add_test(t, proxies_of_the_environment_are_not_used);
    tcase_add_loop_test(t, a_url_is_checked, 0, (int)(sizeof urls / sizeof urls[0]));
    tcase_add_test(t, http_is_refused_unless_it_is_allowed);
    tcase_add_test(t, redirects_are_followed);
    tcase_add_loop_test(t, a_redirect_is_checked_like_the_first_url, 0,
                        (int)(sizeof leads / sizeof leads[0]));
    tcase_add_test(t, a_redirect_to_this_machine_is_refused);
    tcase_add_test(t, another_server_gets_no_headers_of_the_first);
    tcase_add_test(t, a_post_follows_redirects_on_its_own_server_only);
    tcase_add_test(t, redirects_can_be_switched_off);
    tcase_add_test(t, https_is_checked_and_never_left);
}

int main(void)
{
    Suite *s = suite_create("outbound");
    TCase *t = tcase_create("outbound");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_reply_has_its_body_and_its_fields);
    tcase_add_test(t, a_post_has_its_headers_and_its_body);
    tcase_add_test(t, other_statuses_are_replies_too);
    tcase_add_test(t, a_compressed_body_is_decompressed);
    tcase_add_test(t, a_body_over_the_limit_is_refused);
    tcase_add_test(t, broken_answers_are_errors);
    tcase_add_test(t, a_slow_server_is_given_up);
    tcase_add_test(t, a_request_can_be_given_up);
    add_places(t);
    suite_add_tcase(s, t);
    return suite_run(s);
}
