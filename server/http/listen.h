/* listen.h - the listening socket, made here and not by libmicrohttpd, so that every form of
 * address works and trouble can be told. Private to http/. */
#ifndef SERVER_HTTP_LISTEN_H
#define SERVER_HTTP_LISTEN_H

#include "server/http/http_types.h"

enum { LISTEN_URL_MAX = 300 };

struct listen_address {
    char host[256]; /* "" for every interface */
    char port[8];
};

/* "127.0.0.1:8080", "[::1]:0", "localhost:80", ":8080", "*:8080". ST_INVALID. */
enum status listen_parse(struct listen_address *a, const char *text, struct err *e);
/* A socket that listens (close-on-exec, non-blocking), its port, and the URL that reaches it from
 * this machine, with https where tls is. ST_INVALID as above; ST_IO names the address and the
 * reason. */
enum status listen_open(int *fd, int *port, char url[LISTEN_URL_MAX], const char *text, bool tls,
                        struct err *e);
/* Whether fd, of listen_open(), takes connections of this machine alone. */
bool listen_is_local(int fd);

#endif
