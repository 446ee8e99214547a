/* post.c - see post.h. */
#include "server/webhooks/post.h"

#include "server/client/outbound.h"

#include <string.h>

enum {
    REPLY_BYTES_MAX = 4096, /* of a reply's body, which nobody reads */
    CONNECT_MS_MAX = 10000
};

_Static_assert(OUTBOUND_URL_MAX <= (int)WEBHOOK_URL_MAX, "every URL that may be used fits");

enum status post_check_url(const char *url, const struct outbound_rules *rules, struct err *e)
{
    static const struct outbound_rules strict = {.allow = ""};
    enum status st = outbound_check_url(url, rules ? rules : &strict, e);

    if (st == ST_FORBIDDEN) /* of the operator, not of a key */
        e->status = st = ST_INVALID;
    return st;
}

static bool is_over(void *ctx)
{
    const struct webhook_post *const *post = ctx;

    return atomic_load((*post)->stop);
}

enum status post_send(struct webhook_reply *reply, const struct webhook_post *post, void *ctx,
                      struct err *e)
{
    const struct outbound_rules *rules = ctx;
    struct outbound_reply answer = {0};
    const struct outbound_request request = {
        .url = post->url,
        .method = "POST",
        .headers = post->headers,
        .body = post->body,
        .len = strlen(post->body),
        .max_bytes = REPLY_BYTES_MAX,
        .cut = true,
        .no_redirects = true,
        .connect_ms = (long)(post->timeout_ms < CONNECT_MS_MAX ? post->timeout_ms : CONNECT_MS_MAX),
        .all_ms = (long)post->timeout_ms,
        .give_up = is_over,
        .ctx = &post,
    };
    enum status st = outbound_send(&answer, &request, rules, e);

    if (!st)
        *reply = (struct webhook_reply){.status = answer.status, .retry_after = answer.retry_after};
    outbound_release(&answer);
    return st;
}
