/* inner.c - see inner.h. */
#include "server/http/inner.h"

#include "server/base/clock.h"
#include "server/http/parameters.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/http/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- checks, as of a request that comes from outside ---- */

static enum status check_param(const char *text, size_t len, struct err *e)
{
    if (len == 0 || len > ROUTE_PARAM_BYTES_MAX)
        return err_set(e, ST_NOT_FOUND, "a name in a path has 1 to %d bytes, not %zu",
                       ROUTE_PARAM_BYTES_MAX, len);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return err_set(e, ST_MALFORMED, "a name in a path has a control character (0x%02x)",
                           (unsigned char)text[i]);
    return ST_OK;
}

/* Writes the pattern with its placeholders replaced. */
static enum status write_path(char out[INNER_PATH_MAX], const struct http_inner *in, struct err *e)
{
    size_t used = 0;
    int n = 0;
    enum status st;

    for (const char *p = in->route->pattern; *p;) {
        const char *from = p;
        size_t len = 1;

        if (*p == '{') {
            from = in->param[n] ? in->param[n] : "";
            len = strlen(from);
            n++;
            st = check_param(from, len, e);
            if (st)
                return st;
            p += strcspn(p, "}");
        }
        if (used + len >= INNER_PATH_MAX)
            return err_set(e, ST_NOT_FOUND, "the names of a path have at most %d bytes together",
                           INNER_PATH_MAX);
        memcpy(out + used, from, len);
        used += len;
        p++;
    }
    out[used] = '\0';
    return ST_OK;
}

static int check_key(const struct http_reply *a, struct request *r, const struct http_inner *in,
                     struct err *e)
{
    const struct access *who = a->rq.key;
    enum key_verdict verdict =
        who ? key_judge(who, in->route, in->param[0] ? in->param[0] : "") : KEY_OK;
    int kind;

    if (verdict == KEY_OK)
        return ST_OK;
    kind = key_refusal(verdict, who, in->route, in->param[0], e);
    if (r) {
        stats_count_key(&r->http->stats, verdict);
        request_tell_refused(r, in->route, a->path, problem_code(kind));
    }
    return kind;
}

static int check_rate(const struct http_reply *a, struct request *r, struct err *e)
{
    const struct access *who = a->rq.key;
    int64_t most = who ? who->limit[LIMIT_REQUESTS] : 0;

    if (!r || !most || rates_take(&r->rate, r->http->rates, who->id, most, clock_monotonic_ms()))
        return ST_OK;
    stats_count_key(&r->http->stats, KEY_QUOTA);
    return (int)err_set(e, ST_QUOTA,
                        "the key '%s' may send %lld requests a minute; try again in %lld s",
                        who->name, (long long)most, (long long)r->rate.seconds);
}

static int check_query(const struct http_inner *in, const struct request *r, struct err *e)
{
    enum status st = query_only(in->query, in->num_query, in->route->query, e);

    if (!st && r)
        st = parameters_check(in->query, in->num_query, r->http->config.parameters,
                              r->http->config.num_parameters, e);
    return (int)st;
}

static int check(struct http_reply *a, struct request *r, const struct http_inner *in,
                 struct err *e)
{
    int kind = (int)write_path(a->path, in, e);

    if (!kind)
        kind = check_key(a, r, in, e);
    if (!kind && in->counts)
        kind = check_rate(a, r, e);
    return kind ? kind : check_query(in, r, e);
}

/* ---- the reply ---- */

static void refuse(struct http_reply *a, int kind, const struct err *e)
{
    if (kind < ST_COUNT)
        http_res_err(a->res, e);
    else
        response_problem(a->res, kind, e->message, e);
}

/* Reads a response that is in a file. */
static enum status read_file(struct http_reply *a, struct err *e)
{
    size_t len = a->res->file.len, done = 0;

    if (len > INNER_BYTES_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "the response has %zu bytes, and may have %d here; ask for less at once",
                       len, INNER_BYTES_MAX);
    a->text = malloc(len + 1);
    if (!a->text)
        return err_nomem(e, len);
    while (done < len) {
        ssize_t got = pread(a->res->file.fd, a->text + done, len - done, (off_t)done);

        if (got == 0 || (got < 0 && errno != EINTR))
            return err_set(e, ST_IO, "cannot read a response again: %s",
                           got ? strerror(errno) : "its file is shorter than it was");
        done += got > 0 ? (size_t)got : 0;
    }
    a->text[len] = '\0';
    a->data = a->text;
    a->len = len;
    return ST_OK;
}

static void read_reply(struct http_reply *a)
{
    struct err e = {0};
    enum status st = ST_OK;

    a->status = http_res_get(a->res, &a->type, &a->data, &a->len);
    if (a->res->kind == RESPONSE_STREAM)
        st = err_set(&e, ST_INTERNAL, "%s sends a stream", a->path);
    else if (a->res->kind == RESPONSE_FILE && !a->res->no_memory)
        st = read_file(a, &e);
    else if (a->len > INNER_BYTES_MAX)
        st = err_set(&e, ST_TOO_LARGE,
                     "the response has %zu bytes, and may have %d here; ask for less at once",
                     a->len, INNER_BYTES_MAX);
    if (!st)
        return;
    http_res_err(a->res, &e);
    a->status = http_res_get(a->res, &a->type, &a->data, &a->len);
}

/* Waits or moves like the inner response; false: it does neither. */
static bool comes_later(const struct http_reply *a, const struct http_req *rq, struct http_res *rs)
{
    const struct http_res *res = a->res;

    if (res->no_memory)
        return false;
    if (res->kind == RESPONSE_MOVE)
        return http_move(rs, rq, res->lane);
    if (res->kind != RESPONSE_WAIT)
        return false;
    http_res_wait(rs, res->topic, res->deadline_ms);
    return true;
}

static void run(struct http_reply *a, struct request *r, void *app, const struct http_inner *in)
{
    struct err e = {0};

    if (r && work_begin(r, &a->rq, in->route, &e)) {
        http_res_err(a->res, &e);
        return;
    }
    in->route->handler(app, &a->rq, a->res);
    if (a->res->kind == RESPONSE_WAIT && a->rq.wait_over) {
        err_set(&e, ST_BUSY, "the wait is over; ask again");
        http_res_err(a->res, &e);
    }
    if (r)
        work_tell_done(r, &a->rq, in->route, a->res);
}

/* Makes the request; false when out of memory. */
static bool make(struct http_reply *a, const struct http_req *rq, const struct http_inner *in)
{
    *a = (struct http_reply){0};
    a->rq = *rq;
    a->rq.method = in->route->method;
    a->rq.path = a->path;
    memcpy(a->rq.param, in->param, sizeof(a->rq.param));
    a->rq.query = in->query;
    a->rq.num_query = in->num_query;
    a->rq.body = in->body ? in->body : "";
    a->rq.body_len = in->body ? in->body_len : 0;
    a->rq.content_type = in->content_type ? in->content_type : "";
    a->accept = (struct http_pair){"Accept", in->accept};
    a->fields = (struct http_fields){&a->accept, in->accept ? 1 : 0};
    a->rq.fields = &a->fields;
    a->res = http_res_new(&a->rq);
    return a->res != NULL;
}

static void reply_no_memory(struct http_reply *a)
{
    a->status = 503;
    a->type = PROBLEM_MEDIA_TYPE;
    a->data = problem_no_memory;
    a->len = strlen(problem_no_memory);
}

bool http_inner_ask(struct http_reply *out, void *app, const struct http_req *rq,
                    struct http_res *rs, const struct http_inner *in)
{
    struct request *r = rq->work ? work_request(rq->work) : NULL;
    struct err e = {0};
    int kind;

    if (http_move(rs, rq, in->route->lane))
        return false;
    if (!make(out, rq, in)) {
        reply_no_memory(out);
        return true;
    }
    kind = check(out, r, in, &e);
    if (kind)
        refuse(out, kind, &e);
    else
        run(out, r, app, in);
    if (comes_later(out, rq, rs)) {
        http_reply_release(out);
        return false;
    }
    read_reply(out);
    return true;
}

const char *http_reply_header(const struct http_reply *a, const char *name)
{
    return a->res ? http_res_get_header(a->res, name) : NULL;
}

void http_reply_release(struct http_reply *a)
{
    http_res_free(a->res);
    free(a->text);
    *a = (struct http_reply){0};
}
