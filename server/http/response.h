/* response.h - a response while its handler fills it in. Private to http/. */
#ifndef SERVER_HTTP_RESPONSE_H
#define SERVER_HTTP_RESPONSE_H

#include "server/http/spool.h"

enum { RESPONSE_HEADERS_MAX = 16, RESPONSE_ROOM = 256 };
enum response_kind {
    RESPONSE_BODY,
    RESPONSE_FILE, /* the body is in file */
    RESPONSE_WAIT, /* call the handler again when topic is notified */
    RESPONSE_MOVE, /* call the handler again in lane */
    RESPONSE_STREAM
};

struct http_res {
    const struct http_req *rq; /* borrowed, may be NULL */
    enum response_kind kind;
    int status;
    bool no_memory;         /* a part could not be stored: problem_no_memory is sent */
    bool not_modified;      /* If-None-Match contains the ETag */
    bool not_modified_gzip; /* If-None-Match contains the ETag of the compressed response */
    char content_type[96];
    const char *data; /* freed by release(release_ctx); NULL when there is no body */
    size_t len;
    void (*release)(void *ctx);
    void *release_ctx;
    bool shared; /* data belong to others and do not change */
    struct spool_file file;
    enum http_lane lane;
    int num_headers;
    size_t room_used;
    char topic[HTTP_TOPIC_MAX];
    int64_t deadline_ms;
    struct http_stream stream;
    /* From here on nothing is cleared at first. */
    struct http_pair header[RESPONSE_HEADERS_MAX]; /* name in room or owned; value follows it */
    char room[RESPONSE_ROOM];
};

/* As http_res_err(), but also for an enum problem. */
void response_problem(struct http_res *rs, int kind, const char *detail, const struct err *e);
/* Moves a large body that only this response owns into a file of s. If that fails, the response
 * becomes a problem document. */
void response_spool(struct http_res *rs, struct spool *s);
/* 304 when not_modified applies, 503 when there was no memory, otherwise the status. */
int response_status(const struct http_res *rs);

#endif
