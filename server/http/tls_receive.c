/* tls_receive.c - does for connections with TLS what receive.c does for others.
 *
 * libmicrohttpd reads them by gnutls_record_recv(), called through the dynamic linker, as recv()
 * is. A connection is found by its socket and confirmed by its session. Calls of other users of
 * GnuTLS in this process are passed on.
 *
 * GnuTLS deciphers one record at a time and keeps what did not fit into the buffer. The socket does
 * not show that rest, and libmicrohttpd asks for it only when its buffer was filled. So this
 * function reads until the buffer is full or nothing is left. */
#include "server/http/conn_table.h"
#include "server/http/conns.h"
#include "server/http/receive.h"
#include "server/http/tls.h"

#include <dlfcn.h>
#include <string.h>

typedef ssize_t record_receive(gnutls_session_t, void *, size_t);
static record_receive *real;

static void find_real(void)
{
    void *symbol = dlsym(RTLD_NEXT, "gnutls_record_recv");

    memcpy(&real, &symbol, sizeof(real)); /* ISO C has no cast from object to function pointer */
}

static record_receive *real_record_recv(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, find_real);
    return real;
}

static ssize_t from_session(struct conn *c, void *buf, size_t n, bool again)
{
    ssize_t got = real_record_recv()(c->session, buf, n);

    (void)again; /* the socket never waits */
    if (got > 0)
        c->heard = true;
    return got;
}

static bool session_keeps_more(const struct conn *c)
{
    return gnutls_record_check_pending(c->session) > 0;
}

/* Takes the place of GnuTLS's function. */
ssize_t gnutls_record_recv(gnutls_session_t session, void *data, size_t len)
{
    struct conn *c = conn_table_find(gnutls_transport_get_int(session));
    ssize_t got;

    if (!c || c->session != session || len == 0)
        return real_record_recv()(session, data, len);
    got = receive_through(c, from_session, session_keeps_more, data, len);
    return got == 0 && receive_is_answering(c) ? GNUTLS_E_AGAIN : got;
}
