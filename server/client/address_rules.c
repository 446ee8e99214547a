/* address_rules.c - see address_rules.h. */
#include "server/client/address_rules.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BYTES = 16, FOUR = 12 /* where the IPv4 address of a mapped one begins */ };

/* An IPv6 address, or an IPv4 address as a mapped one. */
struct address {
    unsigned char bytes[BYTES];
};

struct network {
    struct address at;
    int bits; /* number of leading bits that count */
};

/* ---- the ranges ---- */

struct range {
    const char *first;
    int bits;
};

static const struct range four_special[] = {
    {"0.0.0.0", 8},       /* this network */
    {"10.0.0.0", 8},      /* private */
    {"100.64.0.0", 10},   /* shared: carrier-grade NAT */
    {"127.0.0.0", 8},     /* loopback */
    {"169.254.0.0", 16},  /* link-local; metadata services of clouds */
    {"172.16.0.0", 12},   /* private */
    {"192.0.0.0", 24},    /* protocol assignments */
    {"192.0.2.0", 24},    /* documentation */
    {"192.88.99.0", 24},  /* 6to4 relays, withdrawn */
    {"192.168.0.0", 16},  /* private */
    {"198.18.0.0", 15},   /* benchmarks */
    {"198.51.100.0", 24}, /* documentation */
    {"203.0.113.0", 24},  /* documentation */
    {"224.0.0.0", 4},     /* multicast */
    {"240.0.0.0", 4},     /* reserved; broadcast */
};

/* Inside 2000::/3, the only range that is assigned to global unicast. */
static const struct range six_special[] = {
    {"2001::", 23},     /* protocol assignments: Teredo, ORCHID, benchmarks */
    {"2001:db8::", 32}, /* documentation */
    {"3fff::", 20},     /* documentation */
};

static const struct range six_global = {"2000::", 3}, six_to_four = {"2002::", 16},
                          nat64 = {"64:ff9b::", 96};
static const unsigned char mapped[FOUR] = {[10] = 0xff, [11] = 0xff};

/* ---- addresses and networks ---- */

static bool read_sockaddr(struct address *out, const struct sockaddr *from)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    if (from->sa_family == AF_INET) {
        memcpy(&four, from, sizeof(four));
        memcpy(out->bytes, mapped, FOUR);
        memcpy(out->bytes + FOUR, &four.sin_addr, 4);
        return true;
    }
    if (from->sa_family != AF_INET6)
        return false;
    memcpy(&six, from, sizeof(six));
    memcpy(out->bytes, &six.sin6_addr, BYTES);
    return true;
}

static bool read_text(struct address *out, const char *text)
{
    memcpy(out->bytes, mapped, FOUR);
    return inet_pton(AF_INET, text, out->bytes + FOUR) == 1 ||
           inet_pton(AF_INET6, text, out->bytes) == 1;
}

static bool contains(const struct network *net, const struct address *a)
{
    int whole = net->bits / 8, rest = net->bits % 8;
    unsigned mask = 0xffU << (8 - rest) & 0xffU;

    return memcmp(net->at.bytes, a->bytes, (size_t)whole) == 0 &&
           (rest == 0 || ((net->at.bytes[whole] ^ a->bytes[whole]) & mask) == 0);
}

static bool is_in(const struct address *a, const struct range *r)
{
    struct network net = {.bits = r->bits + (strchr(r->first, ':') ? 0 : 8 * FOUR)};

    return read_text(&net.at, r->first) && contains(&net, a);
}

static bool is_in_any(const struct address *a, const struct range *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_in(a, &list[i]))
            return true;
    return false;
}

static bool is_four(const struct address *a)
{
    return memcmp(a->bytes, mapped, FOUR) == 0;
}

/* Finds the IPv4 address that an IPv6 address carries: NAT64, 6to4, ISATAP. */
static bool read_carried(struct address *out, const struct address *a)
{
    static const unsigned char isatap[3] = {0x00, 0x5e, 0xfe}; /* after 0 or 2 */
    bool begins = is_in(a, &six_to_four);
    int at = begins ? 2 : FOUR;

    if (!begins && !is_in(a, &nat64) &&
        ((a->bytes[8] & 0xfdU) != 0 || memcmp(a->bytes + 9, isatap, sizeof(isatap)) != 0))
        return false;
    memcpy(out->bytes, mapped, FOUR);
    memcpy(out->bytes + FOUR, a->bytes + at, 4);
    return true;
}

static bool is_public(const struct address *a)
{
    struct address carried;

    if (is_four(a))
        return !is_in_any(a, four_special, sizeof(four_special) / sizeof(four_special[0]));
    if (read_carried(&carried, a) &&
        is_in_any(&carried, four_special, sizeof(four_special) / sizeof(four_special[0])))
        return false;
    return is_in(a, &nat64) ||
           (is_in(a, &six_global) &&
            !is_in_any(a, six_special, sizeof(six_special) / sizeof(six_special[0])));
}

bool address_is_public(const struct sockaddr *address)
{
    struct address a;

    return read_sockaddr(&a, address) && is_public(&a);
}

/* ---- the list ---- */

/* The next entry of the list at *at, of *n bytes; NULL at its end. */
static const char *next_entry(const char **at, size_t *n)
{
    static const char separators[] = ", \t";
    const char *entry = *at + strspn(*at, separators);

    *n = strcspn(entry, separators);
    *at = entry + *n;
    return *n ? entry : NULL;
}

static bool read_bits(int *bits, const char *text, bool four)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (!isdigit((unsigned char)*text) || *end || n > (four ? 32 : 128))
        return false;
    *bits = (int)n + (four ? 8 * FOUR : 0);
    return true;
}

static bool read_network(struct network *out, const char *entry, size_t n)
{
    char text[INET6_ADDRSTRLEN + 4], *slash;

    if (n >= sizeof(text))
        return false;
    memcpy(text, entry, n);
    text[n] = '\0';
    slash = strchr(text, '/');
    if (slash)
        *slash = '\0';
    out->bits = 8 * BYTES;
    return read_text(&out->at, text) &&
           (!slash || read_bits(&out->bits, slash + 1, !strchr(text, ':')));
}

/* Whether the entry is a host name: labels of letters, digits, '-' and '_'. A name whose last label
 * has only digits would be an address that is not one. */
static bool is_name(const char *entry, size_t n)
{
    size_t label = 0, digits = 0;

    if (n > 0 && entry[n - 1] == '.')
        n--;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)entry[i];

        if (c == '.' && label == 0)
            return false;
        if (c != '.' && !isalnum(c) && c != '-' && c != '_')
            return false;
        label = c == '.' ? 0 : label + 1;
        digits = c == '.' ? 0 : digits + (isdigit(c) ? 1 : 0);
    }
    return n <= 253 && label > 0 && digits < label;
}

bool address_list_ok(const char *allow)
{
    struct network net;
    const char *entry;
    size_t n;

    while ((entry = next_entry(&allow, &n)))
        if (!read_network(&net, entry, n) && !is_name(entry, n))
            return false;
    return true;
}

bool address_is_listed(const struct sockaddr *address, const char *allow)
{
    struct address a, carried;
    bool carries, known = read_sockaddr(&a, address);
    struct network net;
    const char *entry;
    size_t n;

    carries = known && !is_four(&a) && read_carried(&carried, &a);
    while (known && (entry = next_entry(&allow, &n)))
        if (read_network(&net, entry, n) &&
            (contains(&net, &a) || (carries && contains(&net, &carried))))
            return true;
    return false;
}

static size_t name_length(const char *name, size_t n)
{
    return n > 0 && name[n - 1] == '.' ? n - 1 : n;
}

bool host_is_listed(const char *host, const char *allow)
{
    size_t n, length = name_length(host, strlen(host));
    const char *entry;

    while ((entry = next_entry(&allow, &n)))
        if (is_name(entry, n) && name_length(entry, n) == length &&
            strncasecmp(entry, host, length) == 0)
            return true;
    return false;
}
