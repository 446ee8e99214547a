/* listen.h - makes the listening socket, instead of libmicrohttpd, so that every form of address
 * works and errors can be explained. Private to http/. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "server/http/http_types.h"

enum { LISTEN_URL_MAX = 300, LISTEN_PATH_MAX = 107 };

/* Where to listen: a host in digits ("" is every interface) and a port, or the path of a socket. */
struct listen_address {
    char host[64];
    char port[8];
    char path[LISTEN_PATH_MAX + 1]; /* "": host and port are used */
};

/* Accepts "127.0.0.1:8080", "[::1]:0", "localhost:80" (127.0.0.1), ":8080" and "*:8080" (every
 * interface), and "unix:/run/lstmd/lstmd.sock". Other names are not resolved, so that the address
 * is exactly the one that is written. ST_INVALID. */
enum status listen_parse(struct listen_address *a, const char *text, struct err *e);

struct listener {
    int fd;   /* -1: none */
    int port; /* 0 for the path of a socket */
    /* URL for clients on this machine: "http://127.0.0.1:8080", with TLS "https://...", or
     * "unix:/path". */
    char url[LISTEN_URL_MAX];
    char path[LISTEN_PATH_MAX + 1]; /* made here, and removed on closing; "": none */
};

/* Opens a listening socket (close-on-exec, non-blocking). If a service manager passes one
 * (LISTEN_PID and LISTEN_FDS, see sd_listen_fds(3)), that is used, and text is ignored. The path of
 * a socket gets the mode 0660; one that a dead process left is replaced. ST_INVALID as above, or
 * when anything else than one listening stream socket was passed; ST_IO names the address and the
 * reason. */
enum status listen_open(struct listener *l, const char *text, bool tls, struct err *e);
/* Closes it, unless fd is -1, and removes its path. */
void listen_close(struct listener *l);
/* Whether fd, of listen_open(), accepts connections only from this machine. */
bool listen_is_local(int fd);

#endif
