/* test_origin.c - hosts and senders that belong to this server, as a table and with a real
 * server. */
#include "server/http/origin.h"
#include "tests/unit/server/http/toy_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* ---- Host ---- */

#define NAMES "lstm.example.com, other.test:8443 [2001:db8::1]:9"

static const struct {
    const char *host, *allowed;
    bool ours;
} hosts[] = {
    {"127.0.0.1", NULL, true},
    {"127.0.0.1:8080", "", true},
    {"127.0.0.1:", NULL, true},
    {"192.0.2.7:8080", NULL, true},
    {"[::1]", NULL, true},
    {"[::1]:8080", NULL, true},
    {"[0:0:0:0:0:0:0:1]:8080", NULL, true},
    {"[::ffff:127.0.0.1]:80", NULL, true},
    {"localhost", NULL, true},
    {"localhost:8080", NULL, true},
    {"LocalHost:8080", NULL, true},
    {"localhost.", NULL, true},
    {"localhost.:8080", NULL, true},
    {"", NULL, false},
    {":8080", NULL, false},
    {".", NULL, false},
    {"localhost..", NULL, false},
    {".localhost", NULL, false},
    {"localhost.evil.com", NULL, false},
    {"evil.localhost", NULL, false},
    {"127.0.0.1.evil.com:8080", NULL, false},
    {"127.0.0.1.nip.io", NULL, false},
    {"user@localhost", NULL, false},
    {"user:pw@127.0.0.1:8080", NULL, false},
    {"localhost:8080@evil.com", NULL, false},
    {"evil.com:80 localhost", NULL, false},
    {"evil.com,localhost", NULL, false},
    {"localhost/evil.com", NULL, false},
    {"localhost#evil", NULL, false},
    {"http://localhost", NULL, false},
    {"2130706433", NULL, false},
    {"0x7f000001", NULL, false},
    {"0177.0.0.1", NULL, false},
    {"127.1", NULL, false},
    {"127.0.0.1.", NULL, false},
    {"127.0.0.256", NULL, false},
    {"127.0.0.1:65536", NULL, false},
    {"127.0.0.1:-1", NULL, false},
    {"127.0.0.1:8080x", NULL, false},
    {"127.0.0.1:80:80", NULL, false},
    {"127.0.0.1:00000080", NULL, false},
    {"::1", NULL, false},
    {"[::1", NULL, false},
    {"[]", NULL, false},
    {"[::1]x", NULL, false},
    {"[::1]evil.com", NULL, false},
    {"[localhost]", NULL, false},
    {"[127.0.0.1]", NULL, false},
    {"[fe80::1%25eth0]", NULL, false},
    {"evil.test", NAMES, false},
    {"lstm.example.com", NAMES, true},
    {"LSTM.Example.com.:8080", NAMES, true},
    {"lstm.example.com:443", NAMES, true},
    {"xlstm.example.com", NAMES, false},
    {"lstm.example.com.evil.test", NAMES, false},
    {"example.com", NAMES, false},
    {"other.test:8443", NAMES, true},
    {"other.test:8080", NAMES, false},
    {"other.test", NAMES, false},
    {"other.test", "other.test:443", true},
    {"other.test", "other.test:80", true},
    {"other.test:80", "other.test:443", false},
};

START_TEST(hosts_are_told_from_strangers)
{
    bool is = host_is_ours(hosts[_i].host, hosts[_i].allowed);

    ck_assert_msg(is == hosts[_i].ours, "'%s' with allowed_hosts '%s': %d", hosts[_i].host,
                  hosts[_i].allowed ? hosts[_i].allowed : "", is);
}
END_TEST

START_TEST(a_name_has_a_limit)
{
    char name[AUTHORITY_NAME_MAX + 20];
    struct authority a;

    memset(name, 'a', sizeof(name));
    ck_assert(authority_parse(&a, name, AUTHORITY_NAME_MAX));
    ck_assert(!authority_parse(&a, name, AUTHORITY_NAME_MAX + 1));
    memcpy(name + AUTHORITY_NAME_MAX, ":65535", 7);
    ck_assert(authority_parse(&a, name, strlen(name)));
    ck_assert_int_eq(a.port, 65535);
    name[3] = '\0'; /* a NUL inside */
    ck_assert(!authority_parse(&a, name, AUTHORITY_NAME_MAX));
}
END_TEST

static const struct {
    const char *text;
    bool ok;
} lists[] = {
    {"", true},          {" , ,", true},
    {"a.test", true},    {"a.test,b.test:80\t[::1]:9", true},
    {"a.test:x", false}, {"*", false},
    {"*.a.test", false}, {"http://a.test", false},
    {"a.test/", false},  {"a.test, user@b.test", false},
    {"::1", false},
};

START_TEST(lists_are_checked)
{
    ck_assert_msg(http_hosts_ok(lists[_i].text) == lists[_i].ok, "'%s'", lists[_i].text);
}
END_TEST

/* ---- Origin and Sec-Fetch-Site ---- */

#define AT "127.0.0.1:8080"

static const struct {
    const char *host, *origin, *site, *allowed;
    bool ours;
} senders[] = {
    /* no browser */
    {AT, NULL, NULL, NULL, true},
    {NULL, NULL, NULL, NULL, true},
    /* a page of ours */
    {AT, "http://" AT, NULL, NULL, true},
    {AT, "http://" AT, "same-origin", NULL, true},
    {AT, NULL, "same-origin", NULL, true},
    {AT, NULL, "none", NULL, true},
    {AT, "null", "same-origin", NULL, true}, /* with Referrer-Policy: no-referrer */
    {AT, "http://" AT, "same-site", NULL, true},
    {"localhost:8080", "http://LOCALHOST:8080", NULL, NULL, true},
    {"[::1]:8080", "http://[0::1]:8080", NULL, NULL, true},
    {"a.test", "http://a.test", NULL, NULL, true},
    {"a.test:80", "http://a.test", NULL, NULL, true},
    {"a.test", "http://a.test:80", NULL, NULL, true},
    {"a.test", "https://a.test", NULL, NULL, true}, /* a proxy takes https */
    {"a.test:443", "https://a.test", NULL, NULL, true},
    {"a.test.", "https://a.test", NULL, NULL, true},
    /* a proxy that changes Host */
    {AT, "https://lstm.example.com", "same-origin", NULL, true},
    {AT, "https://lstm.example.com", NULL, NULL, false},
    {AT, "https://lstm.example.com", NULL, NAMES, true},
    {AT, "http://lstm.example.com", NULL, NAMES, true},
    {AT, "https://lstm.example.com:3000", NULL, NAMES, false},
    {AT, "https://other.test:8443", NULL, NAMES, true},
    {AT, "https://other.test", NULL, NAMES, false},
    {AT, "https://lstm.example.com", "cross-site", NAMES, false},
    /* strangers */
    {AT, "http://evil.com", NULL, NULL, false},
    {AT, "http://evil.com", "cross-site", NULL, false},
    {AT, NULL, "cross-site", NULL, false},
    {AT, NULL, "Cross-Site", NULL, false},
    {AT, NULL, "same-site", NULL, false},
    {AT, "http://" AT, "cross-site", NULL, false},
    {AT, "http://127.0.0.1:8081", NULL, NULL, false},
    {AT, "http://127.0.0.1:8081", "same-site", NULL, false},
    {AT, "http://127.0.0.1", NULL, NULL, false},
    {AT, "http://localhost:8080", NULL, NULL, false},
    {AT, "http://[::1]:8080", NULL, NULL, false},
    {AT, "http://127.0.0.1:8080.evil.com", NULL, NULL, false},
    {AT, "http://127.0.0.1.evil.com:8080", NULL, NULL, false},
    {AT, "http://evil.com/" AT, NULL, NULL, false},
    {AT, "http://user@" AT, NULL, NULL, false},
    {AT, "http://" AT "/", NULL, NULL, false},
    {AT, "http://" AT " http://evil.com", NULL, NULL, false},
    {AT, AT, NULL, NULL, false},
    {AT, "null", NULL, NULL, false},
    {AT, "null", "same-site", NULL, false},
    {AT, "", NULL, NULL, false},
    {AT, "file://" AT, NULL, NULL, false},
    {AT, "chrome-extension://abcdef", NULL, NULL, false},
    {AT, "ws://" AT, NULL, NULL, false},
    {AT, "http://", NULL, NULL, false},
    {AT, "http:/" AT, NULL, NULL, false},
    {NULL, "http://" AT, NULL, NULL, false},
    {"", "http://", NULL, NULL, false},
    {"a.test:443", "http://a.test", NULL, NULL, false},
    {"a.test:80", "https://a.test", NULL, NULL, false},
    {AT, "http://evil.com", "brand-new", NULL,
     false}, /* a value that is not known counts as none */
    {AT, "http://" AT, "brand-new", NULL, true},
};

START_TEST(senders_are_told_from_strangers)
{
    const struct sender s = {senders[_i].host, senders[_i].origin, senders[_i].site};
    bool is = sender_is_ours(&s, senders[_i].allowed);

    ck_assert_msg(is == senders[_i].ours, "row %d: Host '%s', Origin '%s', Sec-Fetch-Site '%s': %d",
                  _i, s.host ? s.host : "-", s.origin ? s.origin : "-", s.site ? s.site : "-", is);
}
END_TEST

/* ---- from a server ---- */

static struct toy toy;
static char answer[TOY_ANSWER_MAX];

#define CLOSE "Connection: close\r\n\r\n"

static const struct {
    const char *request;
    int status;
    const char *has;
} rows[] = {
    {"GET /hello HTTP/1.1\r\nHost: evil.test\r\n" CLOSE, 421, "allowed_hosts"},
    {"GET /hello HTTP/1.1\r\nHost:\r\n" CLOSE, 421, "misdirected-request"},
    {"GET /hello HTTP/1.0\r\nHost: evil.test\r\n" CLOSE, 421, "evil.test"},
    {"GET /hello HTTP/1.0\r\n\r\n", 200, "hello\n"},
    {"GET /hello HTTP/1.1\r\nHost: localhost:1\r\n" CLOSE, 200, "hello\n"},
    {"GET /hello HTTP/1.1\r\nHost: listed.test:99\r\n" CLOSE, 200, "hello\n"},
    {"GET http://evil.test/hello HTTP/1.1\r\nHost: localhost\r\n" CLOSE, 421, "request target"},
    {"GET http://localhost/hello HTTP/1.1\r\nHost: evil.test\r\n" CLOSE, 421, "evil.test"},
    {"GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n" CLOSE, 200, "hello\n"},
    {"OPTIONS * HTTP/1.1\r\nHost: evil.test\r\n" CLOSE, 421, "allowed_hosts"},
    {"GET /nothing HTTP/1.1\r\nHost: evil.test\r\n" CLOSE, 421, "allowed_hosts"},
    {"HEAD /hello HTTP/1.1\r\nHost: evil.test\r\n" CLOSE, 421, ""},
    {"GET /hello HTTP/1.1\r\nHost: <evil \"test\r\n" CLOSE, 421, "<evil \\\"test"},
    {"PUT /echo/x HTTP/1.1\r\nHost: evil.test\r\nContent-Length: 3\r\n" CLOSE "abc", 421, "evil"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nContent-Length: 3\r\n" CLOSE
     "abc",
     403, "foreign-origin"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: null\r\n" CLOSE, 403, "allowed_hosts"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n" CLOSE, 403, "cross-site"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-site\r\n" CLOSE, 403, "same-site"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: none\r\n" CLOSE, 200, "len 0"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n" CLOSE, 200, "len 0"},
    {"PUT /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nOrigin: http://evil.test\r\n" CLOSE,
     400, "more than once"},
    {"POST /m/forecast HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\n" CLOSE, 403, "origin"},
    {"DELETE /hello HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\n" CLOSE, 403, "origin"},
    {"BREW /hello HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\n" CLOSE, 403, "origin"},
    {"GET /hello HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nSec-Fetch-Site: "
     "cross-site\r\n" CLOSE,
     200, "hello\n"},
    {"OPTIONS /echo/x HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\n"
     "Access-Control-Request-Method: PUT\r\n" CLOSE,
     204, "Allow"},
};

START_TEST(the_server_refuses_strangers)
{
    int status;

    toy_init(&toy);
    toy.config.allowed_hosts = "x listed.test";
    toy_start(&toy);
    status = toy_ask(&toy, answer, sizeof(answer), rows[_i].request);
    ck_assert_msg(status == rows[_i].status, "row %d: %d, expected %d: %.900s", _i, status,
                  rows[_i].status, answer);
    ck_assert_msg(strstr(answer, rows[_i].has) != NULL, "row %d: no '%s': %.900s", _i, rows[_i].has,
                  answer);
    ck_assert_ptr_null(strstr(answer, "Access-Control-"));
    ck_assert_int_eq(atomic_load(&toy.handled), status == 200);
    toy_stop(&toy);
}
END_TEST

/* Other machines may use names for this server that it cannot know, so every Host is accepted
 * unless allowed_hosts lists names. */
START_TEST(beyond_loopback_a_list_makes_hosts_strict)
{
    static const char request[] = "GET /hello HTTP/1.1\r\nHost: some.name\r\n" CLOSE;

    toy_init(&toy);
    toy.config.listen = "0.0.0.0:0";
    toy.config.allowed_hosts = "";
    toy_start(&toy);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), request), 200);
    toy_stop(&toy);
    toy.config.allowed_hosts = "other.name";
    toy_start(&toy);
    ck_assert_int_eq(toy_ask(&toy, answer, sizeof(answer), request), 421);
    toy_stop(&toy);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http origin");
    TCase *t = tcase_create("origin");

    tcase_add_loop_test(t, hosts_are_told_from_strangers, 0, COUNT(hosts));
    tcase_add_test(t, a_name_has_a_limit);
    tcase_add_loop_test(t, lists_are_checked, 0, COUNT(lists));
    tcase_add_loop_test(t, senders_are_told_from_strangers, 0, COUNT(senders));
    tcase_add_loop_test(t, the_server_refuses_strangers, 0, COUNT(rows));
    tcase_add_test(t, beyond_loopback_a_list_makes_hosts_strict);
    suite_add_tcase(s, t);
    return suite_run(s);
}
