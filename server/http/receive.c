/* receive.c - see receive.h.
 *
 * libmicrohttpd has no hook between its socket and its parser. It receives by recv(), called
 * through the dynamic linker, which finds a function of that name in the program first (as in
 * errorpage.c). The one here passes the bytes of known connections through wire_pass(). In a build
 * of libmicrohttpd that does not call it this way, requests are still checked by libmicrohttpd and
 * by check.c.
 *
 * A fault ends the connection: recv() fails. If complete requests came in the same call, they are
 * answered first. A line is put after them to which every version responds with its error page,
 * which errorpage.c replaces; version 1.0 does so only when the line begins like a request.
 *
 * A client may shut down its sending side and then read. libmicrohttpd reads once when a suspended
 * connection is resumed, and closes it at the end of input. So the end is held back until the
 * response is sent. This does not spin: a suspended connection is not polled, and while a response
 * is sent libmicrohttpd polls only for room to write. */
#include "server/http/receive.h"

#include "server/http/conn_table.h"
#include "server/http/request.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

typedef ssize_t receive(int, void *, size_t, int);
static receive *real;

static void find_real(void)
{
    void *symbol = dlsym(RTLD_NEXT, "recv");

    memcpy(&real, &symbol, sizeof(real)); /* ISO C has no cast from object to function pointer */
}

static receive *real_recv(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, find_real);
    return real;
}

void receive_refuse(struct conn *c)
{
    if (c->refused)
        return;
    c->refused = true;
    request_refuse_bytes(c, c->wire.fault, c->wire.detail);
}

static ssize_t from_socket_at_once(struct conn *c, void *buf, size_t n, bool again)
{
    (void)again;
    return real_recv()(c->fd, buf, n, MSG_DONTWAIT);
}

static ssize_t from_socket(struct conn *c, void *buf, size_t n, bool again)
{
    return real_recv()(c->fd, buf, n, again ? MSG_DONTWAIT : 0);
}

/* Ends the connection, because the request that began at `began` of the n bytes in out is
 * faulty. */
static ssize_t end_with_fault(struct conn *c, char *out, size_t cap, size_t began)
{
    static const char poison[WIRE_POISON] = {'G', 'E', 'T', ' ', '\n'};

    if (began > 0 && began + sizeof(poison) <= cap) {
        memcpy(out + began, poison, sizeof(poison));
        return (ssize_t)(began + sizeof(poison));
    }
    receive_refuse(c);
    errno = ECONNRESET;
    return -1;
}

/* Receives more bytes after the len bytes in out. */
static ssize_t receive_more(struct conn *c, receive_source *source, char *out, size_t len,
                            size_t room, size_t *began, size_t *passed)
{
    size_t at = SIZE_MAX;
    char *in = out + len + c->wire.held_len;
    ssize_t got = source(c, in, room, len > 0);

    if (got <= 0)
        return got;
    *passed = wire_pass(&c->wire, out + len, in, (size_t)got, &at);
    if (at != SIZE_MAX)
        *began = len + at;
    return got;
}

/* Reads as long as there may be more, because libmicrohttpd takes a short count for the end. */
ssize_t receive_through(struct conn *c, receive_source *source, receive_question *more, char *out,
                        size_t cap)
{
    struct wire *w = &c->wire;
    size_t len = 0, began = 0, passed = 0, room;
    ssize_t got;

    do {
        if (cap - len <= w->held_len && len > 0)
            return (ssize_t)len;
        if (cap - len <= w->held_len)
            wire_overflow(w);
        if (wire_broken(w))
            return end_with_fault(c, out, cap, began);
        room = cap - len - w->held_len;
        got = receive_more(c, source, out, len, room, &began, &passed);
        if (got <= 0)
            return len > 0 ? (ssize_t)len : got;
        len += passed;
        if (wire_broken(w))
            return end_with_fault(c, out, cap, began);
    } while (len == 0 || (len < cap && ((size_t)got == room || (more && more(c)))));
    return (ssize_t)len;
}

bool receive_is_answering(const struct conn *c)
{
    int phase = atomic_load(&c->phase);

    return phase == CONN_BUSY || phase == CONN_SEND;
}

/* Takes the place of the C library's function. */
ssize_t recv(int fd, void *buf, size_t len, int flags)
{
    struct conn *c = conn_table_find(fd);
    ssize_t got;

    if (!c || c->tls || len == 0 || (flags & ~MSG_DONTWAIT))
        return real_recv()(fd, buf, len, flags);
    got = receive_through(c, flags ? from_socket_at_once : from_socket, NULL, buf, len);
    if (got != 0 || !receive_is_answering(c))
        return got;
    errno = EAGAIN;
    return -1;
}
