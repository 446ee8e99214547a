/* listen.c - see listen.h. */
#include "server/http/listen.h"

#include "server/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Number of the first socket that a service manager passes (SD_LISTEN_FDS_START). */
enum { HANDED_OVER = 3 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

/* ---- addresses as text ---- */

static const char unix_scheme[] = "unix:";

static bool parse_path(struct listen_address *a, const char *path)
{
    size_t n = strlen(path);

    if (path[0] != '/' || n < 2 || n > LISTEN_PATH_MAX)
        return false;
    memcpy(a->path, path, n + 1);
    return true;
}

static bool parse_host(struct listen_address *a, const char *host, size_t n)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    bool six = n > 2 && host[0] == '[' && host[n - 1] == ']';

    if (n == 0 || (n == 1 && *host == '*'))
        return true;
    if (n == strlen("localhost") && strncmp(host, "localhost", n) == 0)
        host = "127.0.0.1", n = strlen(host);
    if (n - 2 * six >= sizeof(a->host))
        return false;
    memcpy(a->host, host + six, n - 2 * six);
    return inet_pton(six ? AF_INET6 : AF_INET, a->host, bytes) == 1;
}

static bool parse_port(struct listen_address *a, const char *port)
{
    size_t digits = strspn(port, "0123456789");

    if (digits == 0 || digits > 5 || port[digits] || strtol(port, NULL, 10) > 65535)
        return false;
    memcpy(a->port, port, digits + 1);
    return true;
}

enum status listen_parse(struct listen_address *a, const char *text, struct err *e)
{
    const char *colon = strrchr(text, ':');
    size_t n = sizeof(unix_scheme) - 1;
    bool ok;

    *a = (struct listen_address){0};
    if (strncmp(text, unix_scheme, n) == 0)
        ok = parse_path(a, text + n);
    else
        ok = colon && parse_host(a, text, (size_t)(colon - text)) && parse_port(a, colon + 1);
    return ok ? ST_OK
              : err_set(e, ST_INVALID, "listen is '%.200s'; it must be %s", text,
                        http_listen_forms);
}

const char http_listen_forms[] =
    "address:port with an address in digits and a port from 0 to 65535, like 127.0.0.1:8080, "
    "[::1]:8080 or :8080 for every address, or the path of a socket, like unix:/run/lstmd/sock";

bool http_listen_ok(const char *text)
{
    struct listen_address a;

    return listen_parse(&a, text, NULL) == ST_OK;
}

static bool is_loopback6(const struct in6_addr *a)
{
    if (IN6_IS_ADDR_V4MAPPED(a))
        return a->s6_addr[12] == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(a);
}

bool http_listen_local(const char *text)
{
    struct listen_address a;
    struct in6_addr six;
    struct in_addr four;

    if (listen_parse(&a, text, NULL))
        return false;
    if (a.path[0])
        return true;
    if (inet_pton(AF_INET, a.host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
    return inet_pton(AF_INET6, a.host, &six) == 1 && is_loopback6(&six);
}

/* The host by which this machine reaches itself. */
static void put_url(char url[LISTEN_URL_MAX], const char *host, const char *port, bool tls)
{
    if (!host[0] || strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    else if (strcmp(host, "::") == 0)
        host = "::1";
    (void)snprintf(url, LISTEN_URL_MAX, strchr(host, ':') ? "http%s://[%s]:%s" : "http%s://%s:%s",
                   tls ? "s" : "", host, port);
}

char *http_listen_url(const char *text, bool tls)
{
    struct listen_address a;
    char url[LISTEN_URL_MAX];

    if (listen_parse(&a, text, NULL))
        return NULL;
    if (a.path[0])
        return strdup(text);
    put_url(url, a.host, a.port, tls);
    return strdup(url);
}

/* ---- opening ---- */

/* Makes a socket. Returns -1 with errno on an error. */
static int open_one(const union address *to, socklen_t n)
{
    int yes = 1, saved;
    int fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, &to->any, n) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    saved = errno;
    (void)close(fd);
    errno = saved;
    return -1;
}

static int open_network(const struct listen_address *a)
{
    union address to = {.v6 = {0}};
    uint16_t port = htons((uint16_t)strtol(a->port, NULL, 10));

    if (strchr(a->host, ':')) {
        to.v6.sin6_family = AF_INET6;
        to.v6.sin6_port = port;
        (void)inet_pton(AF_INET6, a->host, &to.v6.sin6_addr);
        return open_one(&to, sizeof(to.v6));
    }
    to.v4.sin_family = AF_INET;
    to.v4.sin_port = port;
    (void)inet_pton(AF_INET, a->host[0] ? a->host : "0.0.0.0", &to.v4.sin_addr);
    return open_one(&to, sizeof(to.v4));
}

/* Whether the path is a socket that no process listens on any more. */
static bool is_left_over(const union address *at)
{
    struct stat is;
    bool dead;
    int fd;

    if (lstat(at->local.sun_path, &is) || !S_ISSOCK(is.st_mode)) /* a plain file is never removed */
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    dead = connect(fd, &at->any, sizeof(at->local)) != 0 && errno == ECONNREFUSED;
    (void)close(fd);
    return dead;
}

static int open_path(struct listener *l, const struct listen_address *a)
{
    union address to = {.local = {.sun_family = AF_UNIX}};
    int fd;

    memcpy(to.local.sun_path, a->path, strlen(a->path) + 1);
    fd = open_one(&to, sizeof(to.local));
    if (fd < 0 && errno == EADDRINUSE) {
        bool dead = is_left_over(&to);

        errno = EADDRINUSE;
        if (dead && unlink(a->path) == 0)
            fd = open_one(&to, sizeof(to.local));
    }
    if (fd < 0)
        return -1;
    memcpy(l->path, a->path, sizeof(l->path));
    if (chmod(a->path, 0660) == 0)
        return fd;
    (void)close(fd);
    (void)unlink(a->path);
    return -1;
}

/* Sets port and url from the address that fd is bound to. Returns false with errno. */
static bool describe(struct listener *l, bool tls)
{
    union address s = {.v6 = {0}};
    char host[INET6_ADDRSTRLEN] = "", port[8];
    socklen_t len = sizeof(s);

    if (getsockname(l->fd, &s.any, &len))
        return false;
    if (s.any.sa_family == AF_UNIX) {
        (void)snprintf(l->url, sizeof(l->url), "unix:%.*s", (int)sizeof(s.local.sun_path),
                       len > sizeof(s.any.sa_family) ? s.local.sun_path : "");
        return true;
    }
    l->port = ntohs(s.any.sa_family == AF_INET6 ? s.v6.sin6_port : s.v4.sin_port);
    if (s.any.sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &s.v6.sin6_addr, host, sizeof(host));
    else
        (void)inet_ntop(AF_INET, &s.v4.sin_addr, host, sizeof(host));
    (void)snprintf(port, sizeof(port), "%d", l->port);
    put_url(l->url, host, port, tls);
    return true;
}

/* ---- sockets of a service manager ---- */

static long number_of(const char *variable)
{
    const char *text = getenv(variable);

    return text && text[0] ? strtol(text, NULL, 10) : 0;
}

/* Number of sockets that were passed to this process. */
static long handed_over(void)
{
    return number_of("LISTEN_PID") == (long)getpid() ? number_of("LISTEN_FDS") : 0;
}

static enum status take_over(struct listener *l, long count, struct err *e)
{
    int listens = 0, type = 0, flags = fcntl(HANDED_OVER, F_GETFL);
    socklen_t n = sizeof(listens), m = sizeof(type);

    if (count != 1)
        return err_set(e, ST_INVALID, "the service manager hands over %ld sockets; one is served",
                       count);
    if (getsockopt(HANDED_OVER, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) || !listens ||
        getsockopt(HANDED_OVER, SOL_SOCKET, SO_TYPE, &type, &m) || type != SOCK_STREAM)
        return err_set(e, ST_INVALID,
                       "what the service manager hands over is no stream socket that listens "
                       "(ListenStream=, Accept=no)");
    if (flags < 0 || fcntl(HANDED_OVER, F_SETFL, flags | O_NONBLOCK) ||
        fcntl(HANDED_OVER, F_SETFD, FD_CLOEXEC))
        return err_set(e, ST_IO, "cannot use the socket that was handed over: %s", strerror(errno));
    l->fd = HANDED_OVER;
    return ST_OK;
}

/* ---- all steps ---- */

enum status listen_open(struct listener *l, const char *text, bool tls, struct err *e)
{
    struct listen_address a;
    long count = handed_over();
    enum status st;

    *l = (struct listener){.fd = -1};
    st = count ? take_over(l, count, e) : listen_parse(&a, text, e);
    if (st)
        return st;
    if (!count)
        l->fd = a.path[0] ? open_path(l, &a) : open_network(&a);
    if (l->fd >= 0 && describe(l, tls))
        return ST_OK;
    st = err_set(e, ST_IO, "cannot listen on %s: %s", text, strerror(errno));
    listen_close(l);
    return st;
}

void listen_close(struct listener *l)
{
    if (l->path[0])
        (void)unlink(l->path);
    l->path[0] = '\0';
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
}

bool listen_is_local(int fd)
{
    union address s = {.v6 = {0}};
    socklen_t len = sizeof(s);

    if (getsockname(fd, &s.any, &len))
        return false;
    if (s.any.sa_family == AF_UNIX)
        return true;
    if (s.any.sa_family == AF_INET)
        return ntohl(s.v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return is_loopback6(&s.v6.sin6_addr);
}
