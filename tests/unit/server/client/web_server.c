/* web_server.c - see web_server.h. */
#include "tests/unit/server/client/web_server.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    struct web_server *server;
    int fd;
    gnutls_session_t session; /* NULL: no TLS */
};

static ssize_t receive(struct connection *c, char *to, size_t n)
{
    return c->session ? gnutls_record_recv(c->session, to, n) : read(c->fd, to, n);
}

static bool send_all(struct connection *c, const char *from, size_t n)
{
    while (n > 0) {
        ssize_t sent = c->session ? gnutls_record_send(c->session, from, n)
                                  : send(c->fd, from, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        from += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Waits until the server stops or the client closes, for at most ms; true: the server stops. */
static bool stops(const struct connection *c, int ms)
{
    struct pollfd p[2] = {{.fd = c->server->stop[0], .events = POLLIN},
                          {.fd = c->fd, .events = POLLRDHUP}};

    return poll(p, 2, ms) > 0;
}

static size_t body_length(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length:");

    return at ? strtoul(at + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

static bool read_request(struct connection *c, char *text)
{
    size_t n = 0, want = WEB_REQUEST_MAX;

    while (n < want) {
        ssize_t got = receive(c, text + n, WEB_REQUEST_MAX - 1 - n);
        const char *end;

        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        end = strstr(text, "\r\n\r\n");
        if (end)
            want = (size_t)(end + 4 - text) + body_length(text);
    }
    return true;
}

static void send_slowly(struct connection *c, const struct web_exchange *x)
{
    for (size_t i = 0; i < x->answer.len; i++)
        if (!send_all(c, x->answer.data + i, 1) || stops(c, (int)x->drip_ms))
            return;
}

static void serve(struct connection *c)
{
    struct web_server *s = c->server;
    char *text = calloc(1, WEB_REQUEST_MAX);
    struct web_exchange x = {.request = text};

    buf_init(&x.answer, SIZE_MAX / 2);
    if (text && read_request(c, text)) {
        (void)sscanf(text, "%*s %2047s", x.path);
        pthread_mutex_lock(&s->lock);
        s->requests++;
        memcpy(s->last, text, strlen(text) + 1);
        s->respond(s->ctx, &x);
        pthread_mutex_unlock(&s->lock);
        if (x.drip_ms)
            send_slowly(c, &x);
        else if (send_all(c, x.answer.data, x.answer.len) && x.stall)
            (void)stops(c, -1);
    }
    buf_release(&x.answer);
    free(text);
}

static void *run_connection(void *connection)
{
    struct connection *c = connection;

    if (c->server->credentials) {
        gnutls_init(&c->session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
        gnutls_set_default_priority(c->session);
        gnutls_credentials_set(c->session, GNUTLS_CRD_CERTIFICATE, c->server->credentials);
        gnutls_transport_set_int(c->session, c->fd);
        if (gnutls_handshake(c->session) == 0) {
            serve(c);
            gnutls_bye(c->session, GNUTLS_SHUT_WR);
        }
        gnutls_deinit(c->session);
    } else {
        serve(c);
    }
    close(c->fd);
    free(c);
    return NULL;
}

static void *accept_all(void *server)
{
    struct web_server *s = server;
    struct pollfd p[2] = {{.fd = s->stop[0], .events = POLLIN},
                          {.fd = s->listener, .events = POLLIN}};

    while (poll(p, 2, -1) > 0 && !p[0].revents && s->num < WEB_CONNECTIONS_MAX) {
        struct connection *c = calloc(1, sizeof *c);

        if (!c)
            break;
        c->server = s;
        c->fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
        if (c->fd < 0 || pthread_create(&s->of[s->num], NULL, run_connection, c) != 0) {
            free(c);
            break;
        }
        s->num++;
    }
    return NULL;
}

static void use_tls(struct web_server *s, const struct certificate *tls)
{
    gnutls_certificate_credentials_t credentials;

    ck_assert_int_eq(gnutls_certificate_allocate_credentials(&credentials), 0);
    ck_assert_int_ge(gnutls_certificate_set_x509_key_file(credentials, tls->certificate, tls->key,
                                                          GNUTLS_X509_FMT_PEM),
                     0);
    s->credentials = credentials;
}

void web_server_start(struct web_server *s, const struct certificate *tls)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;

    signal(SIGPIPE, SIG_IGN);
    pthread_mutex_init(&s->lock, NULL);
    ck_assert_int_eq(pipe2(s->stop, O_CLOEXEC), 0);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(s->listener, 0);
    ck_assert_int_eq(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(s->listener, 16), 0);
    ck_assert_int_eq(getsockname(s->listener, (struct sockaddr *)&at, &len), 0);
    (void)snprintf(s->url, sizeof s->url, "%s://127.0.0.1:%d", tls ? "https" : "http",
                   ntohs(at.sin_port));
    if (tls)
        use_tls(s, tls);
    ck_assert_int_eq(pthread_create(&s->thread, NULL, accept_all, s), 0);
}

void web_server_stop(struct web_server *s)
{
    if (!s->listener)
        return;
    close(s->stop[1]);
    pthread_join(s->thread, NULL);
    for (int i = 0; i < s->num; i++)
        pthread_join(s->of[i], NULL);
    close(s->stop[0]);
    close(s->listener);
    if (s->credentials)
        gnutls_certificate_free_credentials(s->credentials);
    pthread_mutex_destroy(&s->lock);
    s->listener = s->num = 0;
    s->credentials = NULL;
}

void web_answer(struct web_exchange *x, const char *status, const char *fields, const char *body)
{
    buf_printf(&x->answer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
               status, strlen(body), fields);
    buf_puts(&x->answer, body);
}

int web_requests(struct web_server *s)
{
    int n;

    pthread_mutex_lock(&s->lock);
    n = s->requests;
    pthread_mutex_unlock(&s->lock);
    return n;
}

bool web_last_has(struct web_server *s, const char *text)
{
    bool has;

    pthread_mutex_lock(&s->lock);
    has = strstr(s->last, text) != NULL;
    pthread_mutex_unlock(&s->lock);
    return has;
}
