/* proxy.c - see proxy.h. */
#include "server/http/proxy.h"

#include "server/http/http.h"
#include "server/http/origin.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char separators[] = ", \t";

/* ---- networks ---- */

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

struct network {
    unsigned char address[PROXY_ADDRESS_BYTES];
    int bits; /* number of leading bits that count */
    bool local;
};

bool proxy_parse(unsigned char out[PROXY_ADDRESS_BYTES], const char *text)
{
    memcpy(out, mapped, sizeof(mapped));
    return inet_pton(AF_INET, text, out + 12) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

bool proxy_is_mapped(const unsigned char address[PROXY_ADDRESS_BYTES])
{
    return memcmp(address, mapped, sizeof(mapped)) == 0;
}

static bool parse_bits(int *bits, const char *text, bool four)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (!isdigit((unsigned char)*text) || *end || n > (four ? 32 : 128))
        return false;
    *bits = (int)n + (four ? 96 : 0);
    return true;
}

static bool parse_network(struct network *out, const char *entry, size_t n)
{
    char text[PROXY_ADDRESS_MAX + 4], *slash;

    *out = (struct network){.bits = 128};
    out->local = n == 4 && strncmp(entry, "unix", n) == 0;
    if (out->local || n >= sizeof(text))
        return out->local;
    memcpy(text, entry, n);
    text[n] = '\0';
    slash = strchr(text, '/');
    if (slash)
        *slash = '\0';
    return proxy_parse(out->address, text) &&
           (!slash || parse_bits(&out->bits, slash + 1, !strchr(text, ':')));
}

static bool contains(const struct network *net, const unsigned char address[PROXY_ADDRESS_BYTES])
{
    int whole = net->bits / 8, rest = net->bits % 8;
    unsigned mask = 0xffU << (8 - rest) & 0xffU;

    return memcmp(net->address, address, (size_t)whole) == 0 &&
           (rest == 0 || ((net->address[whole] ^ address[whole]) & mask) == 0);
}

bool http_proxies_ok(const char *list)
{
    const char *at = list, *entry;
    struct network net;
    size_t n;

    while ((entry = list_next(&at, &n)))
        if (!parse_network(&net, entry, n))
            return false;
    return true;
}

bool proxy_trusted(const char *address, const char *list)
{
    const char *at = list ? list : "", *entry;
    unsigned char bytes[PROXY_ADDRESS_BYTES];
    struct network net;
    size_t n;

    if (address[0] && !proxy_parse(bytes, address))
        return false;
    while ((entry = list_next(&at, &n))) {
        if (!parse_network(&net, entry, n))
            continue;
        if (address[0] ? !net.local && contains(&net, bytes) : net.local)
            return true;
    }
    return false;
}

/* ---- the client ---- */

/* Reads the address in the n bytes at text, which may have quotes, brackets and a port: 192.0.2.1,
 * 192.0.2.1:80, "[2001:db8::1]:80". Returns false when there is none. */
static bool read_address(char out[PROXY_ADDRESS_MAX], const char *text, size_t n)
{
    unsigned char bytes[PROXY_ADDRESS_BYTES];
    const char *end;
    char copy[PROXY_ADDRESS_MAX];

    if (n > 1 && text[0] == '"' && text[n - 1] == '"')
        text++, n -= 2;
    if (n > 1 && text[0] == '[') {
        end = memchr(text, ']', n);
        text++;
        n = end ? (size_t)(end - text) : 0;
    } else if ((end = memchr(text, ':', n)) &&
               !memchr(end + 1, ':', n - 1 - (size_t)(end - text))) {
        n = (size_t)(end - text);
    }
    if (n == 0 || n >= sizeof(copy))
        return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (!proxy_parse(bytes, copy))
        return false;
    if (inet_pton(AF_INET, copy, bytes) == 1)
        return inet_ntop(AF_INET, bytes, out, PROXY_ADDRESS_MAX) != NULL;
    return inet_ntop(AF_INET6, bytes, out, PROXY_ADDRESS_MAX) != NULL;
}

/* Narrows an element of Forwarded, "proto=https;for=192.0.2.1", to the value of `for`. */
static bool find_for(const char **text, size_t *n)
{
    const char *at = *text, *end = *text + *n;

    while (at < end) {
        const char *next = memchr(at, ';', (size_t)(end - at));
        const char *stop = next ? next : end;

        while (at < stop && (*at == ' ' || *at == '\t'))
            at++;
        if (stop - at > 4 && strncasecmp(at, "for=", 4) == 0) {
            *text = at + 4;
            *n = (size_t)(stop - at - 4);
            return true;
        }
        at = stop + 1;
    }
    return false;
}

/* Returns the last element of the first *n bytes of a list, without blanks around it. *n becomes
 * the length of what precedes it. */
static const char *last_element(const char *list, size_t *n, size_t *length)
{
    size_t end = *n, begin;

    while (end > 0 && strchr(separators, list[end - 1]))
        end--;
    begin = end;
    while (begin > 0 && list[begin - 1] != ',')
        begin--;
    *n = begin;
    while (begin < end && strchr(separators, list[begin]))
        begin++;
    *length = end - begin;
    return list + begin;
}

/* Continues from the address in out, through one line of the header. Returns false when the search
 * is over. */
static bool read_line(char out[PROXY_ADDRESS_MAX], const char *line, bool rfc7239, const char *list)
{
    size_t n = strlen(line), length;

    while (n > 0) {
        const char *element = last_element(line, &n, &length);

        if (length == 0 && n == 0)
            break;
        if ((rfc7239 && !find_for(&element, &length)) || !read_address(out, element, length) ||
            !proxy_trusted(out, list))
            return false;
    }
    return true;
}

void proxy_client(char out[PROXY_ADDRESS_MAX], const char *peer, const struct http_fields *fields,
                  bool rfc7239, const char *list)
{
    const char *name = rfc7239 ? "Forwarded" : "X-Forwarded-For";
    bool more = proxy_trusted(peer, list);

    memcpy(out, peer, strnlen(peer, PROXY_ADDRESS_MAX - 1) + 1);
    for (int i = fields->count - 1; more && i >= 0; i--)
        if (strcasecmp(fields->list[i].name, name) == 0)
            more = read_line(out, fields->list[i].value, rfc7239, list);
}

/* ---- the path prefix ---- */

bool http_prefix_ok(const char *text)
{
    size_t n = strlen(text);

    if (n == 0)
        return true;
    if (n > PROXY_PREFIX_MAX || text[0] != '/' || text[n - 1] == '/' || strstr(text, "//") ||
        strstr(text, "/."))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("/-._~", text[i]))
            return false;
    return true;
}
