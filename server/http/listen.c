/* listen.c - see listen.h. */
#include "server/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum status listen_parse(struct listen_address *a, const char *text, struct err *e)
{
    const char *host = text, *colon = strrchr(text, ':'), *port = colon ? colon + 1 : "";
    size_t n = colon ? (size_t)(colon - text) : 0, digits = strspn(port, "0123456789");
    long number = digits > 0 && digits <= 5 ? strtol(port, NULL, 10) : -1;

    if (n >= 2 && host[0] == '[' && host[n - 1] == ']') {
        host++;
        n -= 2;
    } else if (memchr(host, ':', n)) {
        number = -1; /* an IPv6 address without brackets */
    }
    if (n == 1 && host[0] == '*')
        n = 0;
    if (!colon || port[digits] != '\0' || number < 0 || number > 65535 || n >= sizeof(a->host))
        return err_set(e, ST_INVALID,
                       "listen is '%.200s'; it must be an address and a port from 0 to 65535, such "
                       "as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080",
                       text);
    memcpy(a->host, host, n);
    a->host[n] = '\0';
    memcpy(a->port, port, digits + 1);
    return ST_OK;
}

/* The socket, or -1 with errno. */
static int open_one(const struct addrinfo *ai)
{
    int yes = 1, saved;
    int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    saved = errno;
    (void)close(fd);
    errno = saved;
    return -1;
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Fills port and url from the address that fd is bound to. False with errno. */
static bool describe(int *port, char url[LISTEN_URL_MAX], int fd, const char *host, bool tls)
{
    union address s = {.v6 = {0}};
    socklen_t len = sizeof(s);

    if (getsockname(fd, &s.any, &len))
        return false;
    *port = ntohs(s.any.sa_family == AF_INET6 ? s.v6.sin6_port : s.v4.sin_port);
    if (!host[0] || strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    (void)snprintf(url, LISTEN_URL_MAX, strchr(host, ':') ? "http%s://[%s]:%d" : "http%s://%s:%d",
                   tls ? "s" : "", host, *port);
    return true;
}

enum status listen_open(int *fd, int *port, char url[LISTEN_URL_MAX], const char *text, bool tls,
                        struct err *e)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_protocol = IPPROTO_TCP};
    struct addrinfo *found = NULL;
    struct listen_address a = {0};
    int r, reason = EADDRNOTAVAIL;
    enum status st = listen_parse(&a, text, e);

    if (st)
        return st;
    r = getaddrinfo(a.host[0] ? a.host : "0.0.0.0", a.port, &hints, &found);
    if (r)
        return err_set(e, ST_IO, "cannot listen on %s: %s", text,
                       r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
    *fd = -1;
    for (const struct addrinfo *ai = found; ai && *fd < 0; ai = ai->ai_next) {
        *fd = open_one(ai);
        if (*fd < 0)
            reason = errno;
    }
    freeaddrinfo(found);
    if (*fd >= 0 && describe(port, url, *fd, a.host, tls))
        return ST_OK;
    if (*fd >= 0) {
        reason = errno;
        (void)close(*fd);
    }
    return err_set(e, ST_IO, "cannot listen on %s: %s", text, strerror(reason));
}

bool listen_is_local(int fd)
{
    union address s = {.v6 = {0}};
    socklen_t len = sizeof(s);
    const unsigned char *six = s.v6.sin6_addr.s6_addr;

    if (getsockname(fd, &s.any, &len))
        return false;
    if (s.any.sa_family == AF_INET)
        return ntohl(s.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    if (IN6_IS_ADDR_V4MAPPED(&s.v6.sin6_addr))
        return six[12] == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&s.v6.sin6_addr);
}
