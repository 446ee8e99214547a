/* adapter.c - starts libmicrohttpd, and has the callbacks that it calls. */
#include "server/base/log.h"
#include "server/http/conn_table.h"
#include "server/http/request.h"
#include "server/http/tls.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    /* Besides the header itself: its parsed form, the header of our response, and a read buffer. */
    MEMORY_BESIDE_HEADER = 16 * 1024,
    /* Connections that are accepted only to tell them that there are too many. */
    CONNECTIONS_BESIDE = 64
};

static struct conn *conn_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *h = ctx;
    const union MHD_ConnectionInfo *info;
    const struct sockaddr *client;
    struct conn *c;
    int fd;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*socket_context)
            ((struct conn *)*socket_context)->session = NULL; /* the TLS session has ended */
        if (*socket_context)
            request_missed(h, *socket_context);
        if (*socket_context)
            conns_remove(&h->conns, *socket_context);
        *socket_context = NULL;
        return;
    }
    /* Version 1.0 returns all results of this call in the same storage: use one before the next. */
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    client = info ? info->client_addr : NULL;
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    fd = info ? info->connect_fd : -1;
    *socket_context = c = fd >= 0 ? conns_add(&h->conns, h, fd, client, h->tls) : NULL;
    if (fd >= 0 && !c)
        (void)shutdown(fd, SHUT_RDWR);
    if (c && h->tls) {
        info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
        c->session = info ? info->tls_session : NULL;
    }
    if (c && c->first)
        ticker_wake(h);
}

/* Called when the request line is complete; uri is the target as the client wrote it. */
static void *on_target(void *ctx, const char *uri, struct MHD_Connection *connection)
{
    struct conn *c = conn_of(connection);

    return c ? request_new(ctx, c, connection, uri) : NULL;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **request)
{
    struct request *r = *request;
    const struct http *h = ctx;
    enum MHD_Result result;

    (void)url;
    if (!r)
        return real_queue_response()(connection, 503, h->no_memory);
    if (!r->begun)
        return request_begin(r, method, version);
    if (*size == 0)
        return request_finish(r);
    result = request_feed(r, data, *size);
    *size = 0;
    return result;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode why)
{
    struct http *h = ctx;
    struct conn *c = conn_of(connection);

    (void)why;
    if (*request)
        request_end(*request);
    *request = NULL;
    if (c)
        conn_idle(&h->conns, c);
}

/* Most of these messages are caused by clients, so they go only to the debug log. */
static void on_log(void *ctx, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
static void on_log(void *ctx, const char *fmt, va_list ap)
{
    char text[512];

    (void)ctx;
    if (!log_enabled(LOG_DEBUG) || vsnprintf(text, sizeof(text), fmt, ap) < 0)
        return;
    text[strcspn(text, "\n")] = '\0';
    log_msg(LOG_DEBUG, "libmicrohttpd", "%s", text);
}

/* Does nothing: target_parse() decodes escapes, from what on_target() received. */
static size_t keep_escapes(void *ctx, struct MHD_Connection *connection, char *s)
{
    (void)ctx;
    (void)connection;
    return strlen(s);
}

/* Called by GnuTLS for the certificate of a new connection. */
static int choose_certificate(gnutls_session_t session, const gnutls_datum_t *issuers,
                              int num_issuers, const gnutls_pk_algorithm_t *algorithms,
                              int num_algorithms, gnutls_pcert_st **chain, unsigned *length,
                              gnutls_privkey_t *key)
{
    struct conn *c = conn_table_find(gnutls_transport_get_int(session));

    (void)issuers;
    (void)num_issuers;
    (void)algorithms;
    (void)num_algorithms;
    if (!c)
        return -1;
    tls_current(c->http->tls, chain, length, key);
    return 0;
}

/* ISO C has no cast from function to object pointer. */
static void *as_pointer(gnutls_certificate_retrieve_function2 *function)
{
    void *p;

    memcpy(&p, &function, sizeof(p));
    return p;
}

static struct MHD_Daemon *start(struct http *h, unsigned flags)
{
    static char priorities[] = TLS_PRIORITIES;
    const struct http_limits *l = &h->config.limits;
    unsigned threads = h->config.threads > 1 ? h->config.threads : 1;
    unsigned connections =
        (l->max_connections + CONNECTIONS_BESIDE + threads - 1) / threads * threads;
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem several[] = {{MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL},
                                             {MHD_OPTION_END, 0, NULL}};
    /* libmicrohttpd refuses a pool of one thread. */
    const struct MHD_OptionItem *pool = threads == 1 ? none : several;
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, as_pointer(choose_certificate)},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
        {MHD_OPTION_END, 0, NULL}};

    if (h->tls)
        flags |= MHD_USE_TLS;
    flags |= MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG | MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, h->listener.fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT,
        l->idle_timeout_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        l->max_header_bytes + MEMORY_BESIDE_HEADER, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_ARRAY, pool, MHD_OPTION_ARRAY,
        h->tls ? tls : none, MHD_OPTION_END);
}

/* poll(2) is used, not epoll: with epoll, version 0.9.75 misses the end of a connection whose last
 * bytes and close arrive together, and keeps it until the timeout. Each thread of the pool polls
 * only its share of max_connections, so the cost is small. Turbo leaves the shutdown of a socket to
 * us, which on_connection() and the lingering need. */
enum status adapter_start(struct http *h, struct err *e)
{
    h->mhd = start(h, MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_TURBO);
    if (!h->mhd)
        return err_set(e, ST_IO, "cannot serve on %s: libmicrohttpd does not start (threads: %u)",
                       h->config.listen, h->config.threads);
    return ST_OK;
}
