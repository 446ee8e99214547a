/* listen.h - the listening socket, made here and not by libmicrohttpd, so that every form of
 * address works and trouble can be told. Private to http/. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "server/http/http_types.h"

enum { LISTEN_URL_MAX = 300, LISTEN_PATH_MAX = 107 };

/* Where to listen: a host in digits ("" is every interface) and a port, or the path of a socket. */
struct listen_address {
    char host[64];
    char port[8];
    char path[LISTEN_PATH_MAX + 1]; /* "": host and port count */
};

/* "127.0.0.1:8080", "[::1]:0", "localhost:80" (127.0.0.1), ":8080" and "*:8080" (every interface),
 * "unix:/run/lstmd/lstmd.sock". Other names are not looked up, so that what is listened on is what
 * is written. ST_INVALID. */
enum status listen_parse(struct listen_address *a, const char *text, struct err *e);

struct listener {
    int fd;   /* -1: none */
    int port; /* 0 for the path of a socket */
    /* The URL that reaches it from this machine, "http://127.0.0.1:8080", "https://..." with TLS;
     * "unix:/path". */
    char url[LISTEN_URL_MAX];
    char path[LISTEN_PATH_MAX + 1]; /* that was made and goes with it; "": none */
};

/* A socket that listens (close-on-exec, non-blocking). A service manager that hands one over
 * (LISTEN_PID and LISTEN_FDS, see sd_listen_fds(3)) is served on that one, and text is not used.
 * The path of a socket gets the mode 0660; one that a dead process left is replaced. ST_INVALID as
 * above, or when other sockets were handed over than one stream that listens; ST_IO names the
 * address and the reason. */
enum status listen_open(struct listener *l, const char *text, bool tls, struct err *e);
/* Closes it, unless fd is -1, and removes its path. */
void listen_close(struct listener *l);
/* Whether fd, of listen_open(), takes connections of this machine alone. */
bool listen_is_local(int fd);

#endif
