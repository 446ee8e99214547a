/* receiver.c - see receiver.h. */
#include "tests/integration/receiver.h"

#include "tests/integration/daemon.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 256 << 10, DEADLINE_MS = 60000, REQUEST_MS = 5000 };

/* The value of a header field. */
static void field_of(char *out, size_t cap, const char *request, const char *name)
{
    const char *at = strcasestr(request, name);

    out[0] = '\0';
    if (!at)
        return;
    at += strlen(name);
    at += strspn(at, ": ");
    snprintf(out, cap, "%.*s", (int)strcspn(at, "\r\n"), at);
}

/* Reads a request with its body; NULL: it did not come. */
static char *read_request(int fd)
{
    char *text = malloc(REQUEST_MAX), length[24], *body = NULL;
    size_t n = 0;

    while (n < REQUEST_MAX - 1) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t got = poll(&p, 1, REQUEST_MS) == 1 ? recv(fd, text + n, REQUEST_MAX - 1 - n, 0) : 0;

        if (got <= 0)
            break;
        n += (size_t)got;
        text[n] = '\0';
        body = strstr(text, "\r\n\r\n");
        field_of(length, sizeof(length), text, "\r\ncontent-length");
        if (body && n - (size_t)(body + 4 - text) >= strtoul(length, NULL, 10))
            return text;
    }
    free(text);
    return NULL;
}

static void keep(struct receiver *r, const char *request)
{
    struct message *m;

    (void)pthread_mutex_lock(&r->lock);
    if (r->count < MESSAGES_MAX) {
        m = &r->messages[r->count++];
        field_of(m->id, sizeof(m->id), request, "\r\nwebhook-id");
        field_of(m->timestamp, sizeof(m->timestamp), request, "\r\nwebhook-timestamp");
        field_of(m->signature, sizeof(m->signature), request, "\r\nwebhook-signature");
        m->body = strdup(strstr(request, "\r\n\r\n") + 4);
    }
    (void)pthread_mutex_unlock(&r->lock);
}

static void respond(struct receiver *r, int fd)
{
    int status = atomic_load(&r->answer);
    char text[300];

    if (status == ANSWER_NEVER && r->num_held < HELD_MAX) {
        r->held[r->num_held++] = fd;
        return;
    }
    if (status == ANSWER_GARBAGE)
        snprintf(text, sizeof(text), "\x01\x02 this is no HTTP\r\n\r\n");
    else
        snprintf(text, sizeof(text), "HTTP/1.1 %d X\r\n%sContent-Length: 2\r\n\r\nok", status,
                 r->field);
    if (status != ANSWER_CLOSE)
        (void)send(fd, text, strlen(text), MSG_NOSIGNAL);
    (void)shutdown(fd, SHUT_WR);
    close(fd);
}

static void *serve(void *ctx)
{
    struct receiver *r = ctx;
    struct pollfd p[2] = {{.fd = r->listener, .events = POLLIN},
                          {.fd = r->stop[0], .events = POLLIN}};

    while (poll(p, 2, -1) >= 0 && !p[1].revents) {
        int fd = accept(r->listener, NULL, NULL);
        char *request = fd >= 0 ? read_request(fd) : NULL;

        if (request) {
            keep(r, request);
            respond(r, fd);
        } else if (fd >= 0) {
            close(fd);
        }
        free(request);
    }
    return NULL;
}

void receiver_start(struct receiver *r, int answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);

    memset(r, 0, sizeof(*r));
    atomic_init(&r->answer, answer);
    ck_assert_int_eq(pthread_mutex_init(&r->lock, NULL), 0);
    r->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(r->listener, 0);
    ck_assert_int_eq(bind(r->listener, (struct sockaddr *)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(r->listener, 64), 0);
    ck_assert_int_eq(getsockname(r->listener, (struct sockaddr *)&at, &len), 0);
    snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%d/hook", ntohs(at.sin_port));
    ck_assert_int_eq(pipe2(r->stop, O_CLOEXEC), 0);
    ck_assert_int_eq(pthread_create(&r->thread, NULL, serve, r), 0);
}

void receiver_stop(struct receiver *r)
{
    if (!r->url[0])
        return;
    ck_assert_int_eq((int)write(r->stop[1], "", 1), 1);
    (void)pthread_join(r->thread, NULL);
    for (int i = 0; i < r->num_held; i++)
        close(r->held[i]);
    for (int i = 0; i < r->count; i++)
        free(r->messages[i].body);
    close(r->listener);
    close(r->stop[0]);
    close(r->stop[1]);
    (void)pthread_mutex_destroy(&r->lock);
    r->url[0] = '\0';
}

int receiver_count(struct receiver *r)
{
    int n;

    (void)pthread_mutex_lock(&r->lock);
    n = r->count;
    (void)pthread_mutex_unlock(&r->lock);
    return n;
}

const struct message *receiver_message(struct receiver *r, int i)
{
    ck_assert_int_lt(i, receiver_count(r));
    return &r->messages[i];
}

void receiver_wait(struct receiver *r, int count)
{
    int64_t until = now_ms() + DEADLINE_MS;

    while (receiver_count(r) < count && now_ms() < until)
        (void)poll(NULL, 0, 5);
    ck_assert_int_ge(receiver_count(r), count);
}

void receiver_verify(const struct message *m, const char *secret)
{
    struct base64_decode_ctx decode;
    struct hmac_sha256_ctx hmac;
    uint8_t key[100], mac[SHA256_DIGEST_SIZE];
    char expected[4 + BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)] = "v1,";
    const char *coded = secret + strlen("whsec_");
    size_t n = sizeof(key);

    ck_assert_int_eq(strncmp(secret, "whsec_", 6), 0);
    base64_decode_init(&decode);
    ck_assert(base64_decode_update(&decode, &n, key, strlen(coded), coded));
    hmac_sha256_set_key(&hmac, n, key);
    hmac_sha256_update(&hmac, strlen(m->id), (const uint8_t *)m->id);
    hmac_sha256_update(&hmac, 1, (const uint8_t *)".");
    hmac_sha256_update(&hmac, strlen(m->timestamp), (const uint8_t *)m->timestamp);
    hmac_sha256_update(&hmac, 1, (const uint8_t *)".");
    hmac_sha256_update(&hmac, strlen(m->body), (const uint8_t *)m->body);
    hmac_sha256_digest(&hmac, sizeof(mac), mac);
    base64_encode_raw(expected + 3, sizeof(mac), mac);
    expected[sizeof(expected) - 1] = '\0';
    ck_assert_str_eq(m->signature, expected);
    ck_assert_int_le(llabs(strtoll(m->timestamp, NULL, 10) - (long long)time(NULL)), 300);
}
