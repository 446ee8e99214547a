/* go_on.c - see go_on.h, and http_go_on() of http.h. */
#include "server/http/go_on.h"

#include "server/base/clock.h"
#include "server/http/daemon.h"
#include "server/http/http.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
    LOOK_MS = 100, /* between two checks of the client's connection */
    GONE_MS = 1000 /* after the end of input, before a probe; most responses take less */
};

struct spool *go_on_spool(const struct http_work *w)
{
    return &w->http->spool;
}

/* Sends an interim response, when everything sent before has arrived: then the socket takes it
 * whole. libmicrohttpd sends nothing while the connection is suspended. */
static void probe_client(struct http_work *w)
{
    static const char probe[] = "HTTP/1.1 100 Continue\r\n\r\n";
    int unsent = 0;

    if (ioctl(w->fd, SIOCOUTQ, &unsent) || unsent > 0)
        return;
    (void)send(w->fd, probe, sizeof(probe) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    w->probed = true;
}

/* The fd is open, since the connection is suspended. The end of input may come from a client that
 * has closed its connection, or from one that has shut down its sending side and waits for the
 * response. Only a probe distinguishes them: the system of a client that has closed replies to it
 * with a reset, which the next check sees as POLLERR or POLLHUP. */
static bool client_gone(struct http_work *w, int64_t now_ms)
{
    struct pollfd p = {.fd = w->fd, .events = POLLRDHUP};

    if (poll(&p, 1, 0) <= 0)
        return false;
    if (p.revents & (POLLHUP | POLLERR))
        return true;
    if (w->ended_ms == 0)
        w->ended_ms = now_ms;
    if (w->probed || now_ms - w->ended_ms < GONE_MS)
        return false;
    if (!w->old)
        probe_client(w);
    return w->old;
}

enum status http_go_on(const struct http_req *rq, struct err *e)
{
    struct http_work *w = rq->work;
    int64_t now = w ? clock_monotonic_ms() : 0;

    if (!w || now < w->next_look_ms)
        return ST_OK;
    w->next_look_ms = now + LOOK_MS;
    if (atomic_load(&w->http->hurry))
        return err_set(e, ST_BUSY, "the server is shutting down; ask again");
    if (rq->lane < HTTP_INLINE && client_gone(w, now))
        return err_set(e, ST_CANCELLED, "the client closed its connection");
    if (now < w->deadline_ms)
        return ST_OK;
    return err_set(
        e, ST_BUSY,
        "the answer was not ready within %u seconds (request_work_seconds); ask for less "
        "at once",
        w->http->config.limits.work_seconds);
}

bool go_on_lost(struct http_work *w, int64_t now_ms)
{
    if (now_ms < w->next_look_ms)
        return false;
    w->next_look_ms = now_ms + LOOK_MS;
    return client_gone(w, now_ms);
}
