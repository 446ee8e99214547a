/* conns.c - see conns.h. */
#include "server/http/conns.h"

#include "server/base/clock.h"
#include "server/http/conn_table.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/http/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    LINGER_MS = 3000,
    LINGER_READS = 64,
    LATE_AGAIN_MS =
        1000,        /* until the next look at a late request whose bytes we have not read yet */
    CRAWL_MS = 2000, /* a body that began more recently is never too slow */
    CRAWL_BYTES_PER_SECOND = 4096,
    STALLED_MS = 5000
};

enum status conns_init(struct conns *s, const struct http_limits *limits, struct err *e)
{
    memset(s, 0, sizeof(*s));
    s->limits = *limits;
    if (pthread_mutex_init(&s->lock, NULL))
        return err_nomem(e, 0);
    return ST_OK;
}

void conns_release(struct conns *s)
{
    for (int i = 0; i < s->num_lingering; i++)
        (void)close(s->lingering[i].fd);
    (void)pthread_mutex_destroy(&s->lock);
}

/* ---- making room ---- */

/* Whether bytes have come that the server has not read yet: then the client is not the slow one. */
static bool has_unread(int fd)
{
    int n = 0;

    return ioctl(fd, FIONREAD, &n) == 0 && n > 0;
}

/* Whether the client has not acknowledged a part of the response, nor anything else for a while. */
static bool stopped_reading(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    int unsent = 0;

    return ioctl(fd, SIOCOUTQ, &unsent) == 0 && unsent > 0 &&
           !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) &&
           info.tcpi_last_ack_recv >= STALLED_MS;
}

/* Whether c may be closed in this phase. */
static bool may_go(const struct conn *c, int phase, int64_t now_ms)
{
    int64_t age_ms = now_ms - atomic_load(&c->since_ms);

    if (atomic_load(&c->phase) != phase)
        return false;
    if (phase == CONN_HEAD)
        return !has_unread(c->fd);
    if (phase == CONN_BODY)
        return age_ms >= CRAWL_MS && !has_unread(c->fd) &&
               (int64_t)atomic_load(&c->body_bytes) < age_ms / 1000 * CRAWL_BYTES_PER_SECOND;
    return stopped_reading(c->fd);
}

static bool evict_locked(struct conns *s, int phase, int64_t now_ms)
{
    struct conn *oldest = NULL;
    int expected = phase;

    /* The list begins with the newest. Of several in the same tick of the clock the oldest is
     * closed: it had the most time to send, and the newest may be about to. */
    for (struct conn *c = s->head; c; c = c->next)
        if ((!oldest || atomic_load(&c->since_ms) <= atomic_load(&oldest->since_ms)) &&
            may_go(c, phase, now_ms))
            oldest = c;
    if (!oldest || !atomic_compare_exchange_strong(&oldest->phase, &expected, CONN_CUT))
        return false;
    if (phase == CONN_BODY)
        conn_answer_raw_from_outside(oldest, ST_BUSY,
                                     "the body came too slowly while others wait for a connection "
                                     "(max_connections); try again later",
                                     oldest->id);
    (void)shutdown(oldest->fd, SHUT_RDWR);
    (void)atomic_fetch_add(&s->evicted, 1);
    return true;
}

/* Shuts one connection down to make room. Returns false when none may be closed. */
static bool make_room(struct conns *s)
{
    static const int phases[] = {CONN_HEAD, CONN_BODY, CONN_SEND};
    int64_t now = clock_monotonic_coarse_ms();
    bool made = false;

    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; !made && i < sizeof(phases) / sizeof(phases[0]); i++)
        made = evict_locked(s, phases[i], now);
    (void)pthread_mutex_unlock(&s->lock);
    return made;
}

static void address_text(char out[INET6_ADDRSTRLEN], const struct sockaddr *a)
{
    if (a && a->sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, out, INET6_ADDRSTRLEN);
    else if (a && a->sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)a)->sin6_addr, out,
                        INET6_ADDRSTRLEN);
}

struct conn *conns_add(struct conns *s, struct http *h, int fd, const struct sockaddr *client,
                       bool tls)
{
    struct conn *c = calloc(1, sizeof(*c));
    unsigned before;

    if (!c)
        return NULL;
    c->http = h;
    c->fd = fd;
    c->tls = tls;
    wire_init(&c->wire, s->limits.max_header_bytes);
    if (!conn_table_put(c->fd, c)) {
        free(c);
        return NULL;
    }
    address_text(c->client, client);
    before = atomic_fetch_add(&s->count, 1);
    c->first = before == 0;
    c->over_limit = before >= s->limits.max_connections && !make_room(s);
    atomic_init(&c->phase, CONN_HEAD);
    atomic_init(&c->since_ms, clock_monotonic_coarse_ms());
    atomic_init(&c->deadline_ms,
                clock_monotonic_ms() + (int64_t)s->limits.request_deadline_seconds * 1000);
    (void)pthread_mutex_lock(&s->lock);
    c->next = s->head;
    if (c->next)
        c->next->prev = c;
    s->head = c;
    (void)pthread_mutex_unlock(&s->lock);
    return c;
}

static void linger_locked(struct conns *s, int fd)
{
    int copy;

    if (s->num_lingering == LINGER_MAX)
        return;
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return;
    (void)shutdown(copy, SHUT_WR);
    s->lingering[s->num_lingering].fd = copy;
    s->lingering[s->num_lingering++].until_ms = clock_monotonic_ms() + LINGER_MS;
}

void conn_forget_kept(struct conn *c)
{
    if (c->kept)
        MHD_destroy_response(c->kept);
    c->kept = NULL;
}

void conns_remove(struct conns *s, struct conn *c)
{
    conn_table_remove(c->fd);
    (void)pthread_mutex_lock(&s->lock);
    if (c->prev)
        c->prev->next = c->next;
    else
        s->head = c->next;
    if (c->next)
        c->next->prev = c->prev;
    if (c->linger)
        linger_locked(s, c->fd);
    (void)pthread_mutex_unlock(&s->lock);
    (void)atomic_fetch_sub(&s->count, 1);
    conn_forget_kept(c);
    free(c->spare);
    free(c);
}

/* ---- phases ---- */

/* The time at which the first line was complete is known, but not that of its first byte.
 * libmicrohttpd limits how long a keep-alive connection is idle, so the deadline can only become
 * earlier. */
void conn_begin(struct conns *s, struct conn *c)
{
    int64_t by = clock_monotonic_coarse_ms() + (int64_t)s->limits.request_deadline_seconds * 1000;

    if (by < atomic_load(&c->deadline_ms))
        atomic_store(&c->deadline_ms, by);
}

void conn_idle(struct conns *s, struct conn *c)
{
    int64_t wait = (int64_t)s->limits.idle_timeout_seconds + s->limits.request_deadline_seconds;
    int64_t now;

    if (atomic_load(&c->phase) == CONN_CUT)
        return;
    now = clock_monotonic_coarse_ms();
    atomic_store(&c->deadline_ms, now + wait * 1000);
    atomic_store(&c->since_ms, now);
    atomic_store(&c->phase, CONN_HEAD);
}

void conn_begin_body(struct conn *c)
{
    atomic_store(&c->since_ms, clock_monotonic_coarse_ms());
    atomic_store(&c->body_bytes, 0);
}

bool conn_take(struct conn *c, enum conn_phase phase)
{
    int now = atomic_load(&c->phase);

    while (now != CONN_CUT)
        if (atomic_compare_exchange_weak(&c->phase, &now, (int)phase))
            return true;
    return false;
}

void conn_answer_raw(struct conn *c, int kind, const char *detail, const char *id)
{
    char text[2048], made[REQUEST_ID_MAX + 1], date[64] = "";
    time_t now = time(NULL);
    struct tm tm;
    size_t len = 0;
    char *body;
    int n;

    if (!id[0]) {
        request_id_make(made);
        id = made;
    }
    if (gmtime_r(&now, &tm))
        (void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    body = problem_text(&len, kind, detail, NULL, NULL, id);
    n = snprintf(
        text, sizeof(text),
        "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\nContent-Type: " PROBLEM_MEDIA_TYPE
        "\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
        "X-Request-Id: %s\r\n\r\n%s",
        problem_code(kind), MHD_get_reason_phrase_for((unsigned)problem_code(kind)), date,
        body ? len : 0, id, body ? body : "");
    if (n > 0 && (size_t)n < sizeof(text) && !c->tls)
        (void)send(c->fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    else if (n > 0 && (size_t)n < sizeof(text) && c->session)
        tls_send_last(c->session, text, (size_t)n);
    free(body);
}

void conn_answer_raw_from_outside(struct conn *c, int kind, const char *detail, const char *id)
{
    if (!c->tls)
        conn_answer_raw(c, kind, detail, id);
}

bool conn_received(const struct conn *c, int64_t *silent_ms)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) || (c->tls && !c->heard))
        return false;
    *silent_ms = info.tcpi_last_data_recv;
    return info.tcpi_bytes_received > 0;
}

/* ---- called by the ticker ---- */

/* Cuts c off if it was too slow. Returns whether it did. */
static bool cut_if_late(struct conns *s, struct conn *c, int64_t now_ms)
{
    int phase = atomic_load(&c->phase);
    char detail[160];

    if ((phase != CONN_HEAD && phase != CONN_BODY) || now_ms < atomic_load(&c->deadline_ms))
        return false;
    if (has_unread(c->fd)) { /* the server is late, not the client */
        atomic_store(&c->deadline_ms, now_ms + LATE_AGAIN_MS);
        return false;
    }
    if (!atomic_compare_exchange_strong(&c->phase, &phase, CONN_CUT))
        return false;
    (void)snprintf(detail, sizeof(detail),
                   "the request was not complete within %u seconds (request_deadline_seconds)",
                   s->limits.request_deadline_seconds);
    conn_answer_raw_from_outside(c, PROBLEM_TIMEOUT, detail, phase == CONN_BODY ? c->id : "");
    (void)shutdown(c->fd, SHUT_RDWR);
    return true;
}

/* Reads and discards. Returns false when the client has closed or its time is over. */
static bool still_lingers(int fd, int64_t until_ms, int64_t now_ms)
{
    char sink[16384];

    if (now_ms >= until_ms)
        return false;
    for (int i = 0; i < LINGER_READS; i++) {
        ssize_t n = recv(fd, sink, sizeof(sink), MSG_DONTWAIT);

        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (n == 0)
            return false;
    }
    return true;
}

int64_t conns_tick(struct conns *s, int64_t now_ms)
{
    int64_t soonest = INT64_MAX;

    (void)pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->head; c; c = c->next) {
        int64_t by = atomic_load(&c->deadline_ms);

        if (!cut_if_late(s, c, now_ms) && by > now_ms && by < soonest)
            soonest = by;
    }
    for (int i = 0; i < s->num_lingering;) {
        if (still_lingers(s->lingering[i].fd, s->lingering[i].until_ms, now_ms)) {
            if (s->lingering[i].until_ms < soonest)
                soonest = s->lingering[i].until_ms;
            i++;
        } else {
            (void)close(s->lingering[i].fd);
            s->lingering[i] = s->lingering[--s->num_lingering];
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    return soonest;
}

int conns_poll_set(struct conns *s, struct pollfd p[LINGER_MAX])
{
    int n;

    (void)pthread_mutex_lock(&s->lock);
    n = s->num_lingering;
    for (int i = 0; i < n; i++)
        p[i] = (struct pollfd){.fd = s->lingering[i].fd, .events = POLLIN};
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}

void conns_shutdown(struct conns *s)
{
    (void)pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->head; c; c = c->next)
        (void)shutdown(c->fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&s->lock);
}
