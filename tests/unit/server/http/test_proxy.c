/* test_proxy.c - trusted proxies, the clients that they report, and the path under which they serve
 * the daemon. */
#include "server/http/proxy.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LIST     "10.0.0.0/8, 192.0.2.7 2001:db8::/33 unix"

static const struct {
    const char *address;
    bool trusted;
} addresses[] = {
    {"10.0.0.1", true},         {"10.255.255.255", true},
    {"11.0.0.1", false},        {"192.0.2.7", true},
    {"192.0.2.8", false},       {"::ffff:10.1.1.1", true},
    {"2001:db8::1", true},      {"2001:db8:7fff::", true},
    {"2001:db8:8000::", false}, {"", true},
    {"nonsense", false},        {"0.0.0.0", false},
};

START_TEST(networks_are_compared_by_their_bits)
{
    ck_assert_msg(proxy_trusted(addresses[_i].address, LIST) == addresses[_i].trusted, "%s",
                  addresses[_i].address);
    ck_assert(!proxy_trusted(addresses[_i].address, ""));
    ck_assert(!proxy_trusted(addresses[_i].address, NULL));
}
END_TEST

START_TEST(every_address_is_in_a_network_without_bits)
{
    ck_assert(proxy_trusted("203.0.113.9", "0.0.0.0/0"));
    ck_assert(!proxy_trusted("2001:db8::1", "0.0.0.0/0"));
    ck_assert(proxy_trusted("203.0.113.9", "::/0"));
    ck_assert(!proxy_trusted("", "::/0"));
}
END_TEST

START_TEST(lists_and_prefixes_are_checked)
{
    static const char *const good[] = {"", LIST, "::1/128", "127.0.0.1/32"};
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/",   "10.0.0", "a.example.com",
                                      "::1/129",     "10.0.0.0/-1", "[::1]",  "10.0.0.0/8x"};
    static const char *const prefix[] = {"", "/a", "/apps/lstmd-1", "/~u/x.y"};
    static const char *const no_prefix[] = {"a",    "/",     "/a/",  "/a//b",
                                            "/a b", "/../a", "/a?b", "/%41"};

    for (size_t i = 0; i < COUNT(good); i++)
        ck_assert_msg(http_proxies_ok(good[i]), "%s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        ck_assert_msg(!http_proxies_ok(bad[i]), "%s", bad[i]);
    for (size_t i = 0; i < COUNT(prefix); i++)
        ck_assert_msg(http_prefix_ok(prefix[i]), "%s", prefix[i]);
    for (size_t i = 0; i < COUNT(no_prefix); i++)
        ck_assert_msg(!http_prefix_ok(no_prefix[i]), "%s", no_prefix[i]);
}
END_TEST

static const struct {
    const char *peer, *header, *client;
    bool rfc7239;
} clients[] = {
    {"10.0.0.1", NULL, "10.0.0.1", false},
    {"10.0.0.1", "", "10.0.0.1", false},
    {"10.0.0.1", "203.0.113.9", "203.0.113.9", false},
    {"10.0.0.1", "203.0.113.9:4711", "203.0.113.9", false},
    {"10.0.0.1", "2001:DB8:8000::1", "2001:db8:8000::1", false},
    {"10.0.0.1", "[2001:db8:8000::1]:443", "2001:db8:8000::1", false},
    {"10.0.0.1", "203.0.113.9, 10.0.0.2,192.0.2.7", "203.0.113.9", false},
    /* what the client made up stands before what the first trusted proxy wrote */
    {"10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9", false},
    {"10.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9", false},
    {"10.0.0.1", "unknown", "10.0.0.1", false},
    {"10.0.0.1", "203.0.113.9, unknown", "10.0.0.1", false},
    {"10.0.0.1", " , ,", "10.0.0.1", false},
    {"", "203.0.113.9", "203.0.113.9", false},
    {"203.0.113.1", "127.0.0.1", "203.0.113.1", false}, /* nobody's proxy */
    {"10.0.0.1", "for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9", true},
    {"10.0.0.1", "proto=https; For=\"[2001:db8:8000::1]:80\"", "2001:db8:8000::1", true},
    {"10.0.0.1", "for=203.0.113.9, for=10.0.0.2", "203.0.113.9", true},
    {"10.0.0.1", "for=_hidden, for=10.0.0.2", "10.0.0.2", true},
    {"10.0.0.1", "proto=https", "10.0.0.1", true},
    {"10.0.0.1", "203.0.113.9", "10.0.0.1", true},
};

START_TEST(the_first_address_that_is_not_trusted_is_the_client)
{
    const struct http_pair line = {clients[_i].rfc7239 ? "forwarded" : "X-FORWARDED-FOR",
                                   clients[_i].header};
    const struct http_fields fields = {.list = &line, .count = clients[_i].header != NULL};
    char out[PROXY_ADDRESS_MAX];

    proxy_client(out, clients[_i].peer, &fields, clients[_i].rfc7239, LIST);
    ck_assert_msg(strcmp(out, clients[_i].client) == 0, "%s behind %s: %s",
                  clients[_i].header ? clients[_i].header : "(none)", clients[_i].peer, out);
}
END_TEST

/* HAProxy appends a line of its own: what the client made up stands in the one before. */
START_TEST(the_last_line_comes_first)
{
    struct http_pair lines[] = {{"X-Forwarded-For", "127.0.0.1"},
                                {"Forwarded", "for=192.0.2.99"},
                                {"X-Forwarded-For", "203.0.113.9, 10.0.0.3"},
                                {"X-Forwarded-For", "10.0.0.2"}};
    struct http_fields fields = {.list = lines, .count = 4};
    char out[PROXY_ADDRESS_MAX];

    proxy_client(out, "10.0.0.1", &fields, false, LIST);
    ck_assert_str_eq(out, "203.0.113.9");
    lines[3].value = "unknown"; /* nothing before it counts */
    proxy_client(out, "10.0.0.1", &fields, false, LIST);
    ck_assert_str_eq(out, "10.0.0.1");
}
END_TEST

/* ---- from a server ---- */

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

static void setup(void)
{
    toy_init(&toy);
}

static void teardown(void)
{
    toy_stop(&toy);
}

#define END "Host: x\r\nConnection: close\r\n\r\n"

static bool ask(const char *request, const char *has)
{
    (void)toy_ask(&toy, answer, sizeof(answer), request);
    return strstr(answer, has) != NULL;
}

START_TEST(places_get_the_prefix_of_a_trusted_proxy)
{
    toy.config.trusted_proxies = "127.0.0.1";
    toy_start(&toy);
    ck_assert(ask("GET /place HTTP/1.1\r\nX-Forwarded-Prefix: /apps/lstmd\r\n" END,
                  "\r\nLocation: /apps/lstmd/hello\r\n"));
    ck_assert(ask("GET /place HTTP/1.1\r\nX-Forwarded-Prefix: //evil.test\r\n" END,
                  "\r\nLocation: /hello\r\n"));
    ck_assert(ask("GET /place HTTP/1.1\r\n" END, "\r\nLocation: /hello\r\n"));
}
END_TEST

START_TEST(strangers_give_no_prefix)
{
    toy_start(&toy);
    ck_assert(ask("GET /place HTTP/1.1\r\nX-Forwarded-Prefix: /apps/lstmd\r\n" END,
                  "\r\nLocation: /hello\r\n"));
}
END_TEST

START_TEST(a_prefix_of_the_configuration_is_taken_off_and_put_on)
{
    toy.config.path_prefix = "/apps/lstmd";
    toy_start(&toy);
    ck_assert(ask("GET /apps/lstmd/place HTTP/1.1\r\n" END, "\r\nLocation: /apps/lstmd/hello\r\n"));
    ck_assert(ask("GET /apps/lstmd/echo/a?a=1 HTTP/1.1\r\n" END, "path /echo/a\n"));
    ck_assert(ask("GET /hello HTTP/1.1\r\n" END, "HTTP/1.1 200")); /* the proxy took it off */
    ck_assert(ask("GET /apps/lstmdx/hello HTTP/1.1\r\n" END, "HTTP/1.1 404"));
    ck_assert(ask("GET http://x/apps/lstmd/hello HTTP/1.1\r\n" END, "HTTP/1.1 200"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http proxy");
    TCase *t = tcase_create("http proxy"), *real = tcase_create("http proxy server");

    tcase_add_loop_test(t, networks_are_compared_by_their_bits, 0, (int)COUNT(addresses));
    tcase_add_test(t, every_address_is_in_a_network_without_bits);
    tcase_add_test(t, lists_and_prefixes_are_checked);
    tcase_add_loop_test(t, the_first_address_that_is_not_trusted_is_the_client, 0,
                        (int)COUNT(clients));
    tcase_add_test(t, the_last_line_comes_first);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(real, setup, teardown);
    tcase_add_test(real, places_get_the_prefix_of_a_trusted_proxy);
    tcase_add_test(real, strangers_give_no_prefix);
    tcase_add_test(real, a_prefix_of_the_configuration_is_taken_off_and_put_on);
    suite_add_tcase(s, real);
    return suite_run(s);
}
