/* test_address_rules.c - which addresses are public, and the operator's list, row by row. */
#include "server/client/address_rules.h"

#include "tests/unit/suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

/* The text as an address. */
static const struct sockaddr *address(const char *text)
{
    static struct sockaddr_in four;
    static struct sockaddr_in6 six;

    four = (struct sockaddr_in){.sin_family = AF_INET};
    six = (struct sockaddr_in6){.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return (const struct sockaddr *)&four;
    ck_assert_msg(inet_pton(AF_INET6, text, &six.sin6_addr) == 1, "%s is no address", text);
    return (const struct sockaddr *)&six;
}

static const char *const not_public[] = {
    /* IPv4, first and last of each range */
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    /* IPv6 */
    "::",
    "::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "fc00::1",
    "fdff::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2001:1ff::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "4000::1",
    "e000::1",
    /* IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, ISATAP */
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::10.0.0.1",
    "::8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::192.168.1.1",
    "64:ff9b:1::8.8.8.8",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "2002:c0a8:101::1",
    "2002:a9fe:a9fe::1",
    "2a00:1450::5efe:10.0.0.1",
    "2a00:1450::200:5efe:192.168.0.1",
    "::ffff:0:10.0.0.1",
};

static const char *const public_ones[] = {
    "1.0.0.0",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2a00:1450::1",
    "2606:4700::1111",
    "3ffe::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2a00:1450::5efe:8.8.8.8",
};

START_TEST(an_address_is_not_public)
{
    ck_assert_msg(!address_is_public(address(not_public[_i])), "%s counts as public",
                  not_public[_i]);
    ck_assert(!address_is_listed(address(not_public[_i]), ""));
}
END_TEST

START_TEST(an_address_is_public)
{
    ck_assert_msg(address_is_public(address(public_ones[_i])), "%s does not count as public",
                  public_ones[_i]);
}
END_TEST

START_TEST(another_family_is_not_public)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/run/x"};

    ck_assert(!address_is_public((const struct sockaddr *)&un));
    ck_assert(!address_is_listed((const struct sockaddr *)&un, "0.0.0.0/0, ::/0"));
}
END_TEST

static const struct listed {
    const char *address, *allow;
    bool listed;
} addresses[] = {
    {"10.1.2.3", "10.0.0.0/8", true},
    {"11.1.2.3", "10.0.0.0/8", false},
    {"10.1.2.3", "192.168.0.0/16,10.0.0.0/8", true},
    {"10.1.2.3", "10.1.2.3", true},
    {"10.1.2.4", "10.1.2.3", false},
    {"10.1.2.3", "10.1.2.2/31", true},
    {"10.1.2.4", "10.1.2.2/31", false},
    {"10.1.2.3", "0.0.0.0/0", true},
    {"fd00::1", "0.0.0.0/0", false},
    {"fd00::1", "fd00::/8", true},
    {"fd00::1", "::/0", true},
    {"10.1.2.3", "host.internal", false},
    {"127.0.0.1", "localhost", false},
    {"::ffff:10.1.2.3", "10.0.0.0/8", true},
    {"64:ff9b::10.1.2.3", "10.0.0.0/8", true},
    {"64:ff9b::10.1.2.3", "11.0.0.0/8", false},
    {"2002:a01:203::1", "10.0.0.0/8", true},
};

START_TEST(an_address_is_listed_or_not)
{
    const struct listed *row = &addresses[_i];

    ck_assert_msg(address_is_listed(address(row->address), row->allow) == row->listed, "%s in '%s'",
                  row->address, row->allow);
}
END_TEST

static const struct listed hosts[] = {
    {"prom.internal", "prom.internal", true},  {"PROM.internal.", "prom.Internal", true},
    {"prom.internal", "prom.internal.", true}, {"prom.internal", "10.0.0.0/8, prom.internal", true},
    {"prom.internal", "rom.internal", false},  {"rom.internal", "prom.internal", false},
    {"prom.internal", "prom", false},          {"prom", "prom.internal", false},
    {"localhost", "localhost", true},          {"", "localhost", false},
    {"10.0.0.1", "10.0.0.0/8", false},
};

START_TEST(a_host_is_listed_or_not)
{
    const struct listed *row = &hosts[_i];

    ck_assert_msg(host_is_listed(row->address, row->allow) == row->listed, "%s in '%s'",
                  row->address, row->allow);
}
END_TEST

static const char *const good[] = {
    "",
    " ",
    "10.0.0.0/8",
    "10.0.0.1",
    "::1",
    "fd00::/8, 10.0.0.0/8",
    "a",
    "prom.internal",
    "my_host",
    "a-b.c.",
    "10.0.0.0/8\tlocalhost",
    "0.0.0.0/0",
    "1a.2b",
};

static const char *const bad[] = {
    "10.0.0.0/33", "10.0.0.0/",  "10.0.0.0/x", "10.0.0.0/-1", "::/129",     "10.0.0",
    "10.0.0.256",  "a..b",       ".a",         "http://a",    "a:80",       "[::1]",
    "*",           "*.internal", "a/8",        "1.2.3.4.5",   "fd00::/8/8",
};

START_TEST(a_list_is_right)
{
    ck_assert_msg(address_list_ok(good[_i]), "'%s' is refused", good[_i]);
}
END_TEST

START_TEST(a_list_is_wrong)
{
    ck_assert_msg(!address_list_ok(bad[_i]), "'%s' is taken", bad[_i]);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

int main(void)
{
    Suite *s = suite_create("address_rules");
    TCase *t = tcase_create("address_rules");

    tcase_add_loop_test(t, an_address_is_not_public, 0, ROWS(not_public));
    tcase_add_loop_test(t, an_address_is_public, 0, ROWS(public_ones));
    tcase_add_test(t, another_family_is_not_public);
    tcase_add_loop_test(t, an_address_is_listed_or_not, 0, ROWS(addresses));
    tcase_add_loop_test(t, a_host_is_listed_or_not, 0, ROWS(hosts));
    tcase_add_loop_test(t, a_list_is_right, 0, ROWS(good));
    tcase_add_loop_test(t, a_list_is_wrong, 0, ROWS(bad));
    suite_add_tcase(s, t);
    return suite_run(s);
}
