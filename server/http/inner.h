/* inner.h - a request to another route of this server that a handler makes for its client.
 *
 * So a protocol is a translation of requests and responses. Everything that holds for the client's
 * own request to the route holds for an inner one: scope, names and limit of its key, the checks of
 * path and query, the lane, the audit. The response is kept in memory. */
#ifndef SERVER_HTTP_INNER_H
#define SERVER_HTTP_INNER_H

#include "server/http/http.h"

enum { INNER_PATH_MAX = 600, INNER_BYTES_MAX = 8 << 20 /* of a response */ };

/* What is asked. All members are borrowed until the reply is released; texts are UTF-8. */
struct http_inner {
    const struct http_route *route;
    const char *param[3]; /* for the placeholders of the pattern, in order; NULL counts as "" */
    const struct http_pair *query;
    int num_query;
    const char *body; /* NULL: none */
    size_t body_len;
    const char *content_type; /* lower case, without parameters */
    const char *accept;       /* NULL: the route's default */
    bool counts;              /* takes one more request from the limit of the key */
};

/* All zero before and after. Must not be copied or moved while it holds a reply. */
struct http_reply {
    int status;
    const char *type, *data; /* data (len) is followed by a NUL; borrowed until the release */
    size_t len;
    /* Private: */
    struct http_res *res;
    struct http_req rq;
    struct http_fields fields;
    struct http_pair accept;
    char path[INNER_PATH_MAX];
    char *text; /* owned; of a response that was in a file */
};

/* Asks for what `in` describes in place of rq, which the calling handler serves, and fills out.
 * Returns false when the response comes later: the handler then releases what it holds and returns.
 * It is called again, and asks again. So what changes something must not be asked twice: before the
 * last request of several, a handler is in the lane HTTP_BULK, and none of them waits. A refusal is
 * a reply like others, with a problem document. */
bool http_inner_ask(struct http_reply *out, void *app, const struct http_req *rq,
                    struct http_res *rs, const struct http_inner *in);
/* A header field of the reply, or NULL. */
const char *http_reply_header(const struct http_reply *a, const char *name);
void http_reply_release(struct http_reply *a);

#endif
