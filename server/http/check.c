/* check.c - decides by the header alone: whether the request is readable, the path exists, the
 * client may use it, and the body is acceptable. What can be refused before the body is read, is
 * refused here. */
#include "server/base/clock.h"
#include "server/http/charset.h"
#include "server/http/cors.h"
#include "server/http/etag.h"
#include "server/http/form.h"
#include "server/http/http.h"
#include "server/http/near.h"
#include "server/http/origin.h"
#include "server/http/parameters.h"
#include "server/http/problem.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- headers ---- */

static int count_header(const struct request *r, const char *name)
{
    int n = 0;

    for (int i = 0; i < r->fields.count; i++)
        n += strcasecmp(r->fields.list[i].name, name) == 0;
    return n;
}

struct gathering {
    struct request *r;
    int room;
};

static enum MHD_Result gather(void *ctx, enum MHD_ValueKind kind, const char *name,
                              const char *value)
{
    struct gathering *g = ctx;

    (void)kind;
    if (g->r->fields.count < g->room)
        g->r->field_list[g->r->fields.count++] = (struct http_pair){name, value ? value : ""};
    return MHD_YES;
}

static bool gather_headers(struct request *r)
{
    struct gathering g = {r, MHD_get_connection_values(r->connection, MHD_HEADER_KIND, NULL, NULL)};

    if (g.room < 0)
        g.room = 0;
    r->field_list =
        g.room <= REQUEST_FIELDS ? r->some_fields : malloc((size_t)g.room * sizeof(*r->field_list));
    if (!r->field_list)
        return false;
    r->fields.list = r->field_list;
    (void)MHD_get_connection_values(r->connection, MHD_HEADER_KIND, gather, &g);
    r->rq.fields = &r->fields;
    return true;
}

/* Reads "Text/CSV ; charset=utf-8" as "text/csv". A type that is too long is unknown. */
static void read_content_type(struct request *r)
{
    const char *s = http_header(&r->rq, "Content-Type");
    size_t n = s ? strcspn(s, "; \t,") : 0;

    if (n >= sizeof(r->content_type))
        n = sizeof(r->content_type) - 1;
    for (size_t i = 0; i < n; i++)
        r->content_type[i] = (char)tolower((unsigned char)s[i]);
    r->content_type[n] = '\0';
    r->rq.content_type = r->content_type;
}

static const char *own_prefix(const struct request *r)
{
    return r->http->config.path_prefix ? r->http->config.path_prefix : "";
}

/* Reads what a trusted proxy reports. */
static void read_proxy(struct request *r)
{
    const struct http_config *c = &r->http->config;
    const char *prefix;

    memcpy(r->client, r->conn->client, sizeof(r->conn->client));
    r->rq.prefix = own_prefix(r);
    if (!c->trusted_proxies || !proxy_trusted(r->conn->client, c->trusted_proxies))
        return;
    proxy_client(r->client, r->conn->client, &r->fields, c->forwarded, c->trusted_proxies);
    prefix = http_header(&r->rq, "X-Forwarded-Prefix");
    if (prefix && http_prefix_ok(prefix))
        r->rq.prefix = prefix;
}

/* ---- refusals ---- */

bool request_refuse(struct request *r, int kind, const struct err *e)
{
    if (!r->refusal)
        r->refusal = http_res_new(&r->rq);
    if (!r->refusal)
        return false;
    if (kind < ST_COUNT)
        http_res_err(r->refusal, e);
    else
        response_problem(r->refusal, kind, e->message, e);
    return true;
}

static int check_header_size(const struct request *r, struct err *e)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t max = r->http->config.limits.max_header_bytes;

    if (!info || info->header_size <= max)
        return ST_OK;
    err_set(e, ST_TOO_LARGE,
            "the request line and the header are %zu bytes, more than %zu (max_header_bytes)",
            info->header_size, max);
    return PROBLEM_HEADERS;
}

static bool refuse_with_allow(struct request *r, bool refused)
{
    char allow[64];
    struct err e = {0};

    route_allow(allow, sizeof(allow), r->match.allowed);
    if (!refused) {
        r->refusal = http_res_new(&r->rq);
        if (!r->refusal)
            return false;
        http_res_status(r->refusal, 204);
        if (http_header(&r->rq, "Access-Control-Request-Method") &&
            cors_allowed(http_header(&r->rq, "Origin"), r->http->config.cors_origins))
            cors_answer_preflight(r->refusal, allow,
                                  http_header(&r->rq, "Access-Control-Request-Private-Network") !=
                                      NULL);
    } else {
        err_set(&e, ST_INVALID, "%s is not allowed on this path; allowed are: %s", r->method_name,
                allow);
        if (!request_refuse(r, PROBLEM_METHOD, &e))
            return false;
    }
    http_res_header(r->refusal, "Allow", allow);
    return true;
}

void request_tell_refused(const struct request *r, const struct http_route *route, const char *path,
                          int status)
{
    const struct http_config *c = &r->http->config;
    const struct http_event event = {.route = route,
                                     .resource = path,
                                     .key = r->rq.key,
                                     .client = r->client,
                                     .request_id = r->id,
                                     .status = status};

    if (c->audit)
        c->audit->refused(c->app, &event);
}

static int check_key(struct request *r, const struct http_route *route, struct err *e)
{
    const char *sent =
        key_sent(http_header(&r->rq, "Authorization"), http_header(&r->rq, "X-API-Key"));
    enum key_verdict verdict = key_check(&r->key, &r->http->keys, sent, route, r->rq.param[0]);

    int kind;

    if (r->key.name[0])
        r->rq.key = &r->key;
    if (verdict == KEY_OK)
        return ST_OK;
    stats_count_key(&r->http->stats, verdict);
    kind = key_refusal(verdict, &r->key, route, r->rq.param[0], e);
    if (verdict == KEY_UNKNOWN)
        kind = request_hold(r, kind, e);
    request_tell_refused(r, route, r->rq.path, problem_code(kind));
    return kind;
}

/* Runs after check_key(). Probes and other open routes do not count for a key's limit. */
static int check_rate(struct request *r, struct err *e)
{
    int64_t most = r->rq.key ? r->key.limit[LIMIT_REQUESTS] : 0;

    if (!most || rates_take(&r->rate, r->http->rates, r->key.id, most, clock_monotonic_ms()))
        return ST_OK;
    r->retry_seconds = r->rate.seconds;
    stats_count_key(&r->http->stats, KEY_QUOTA);
    return (int)err_set(e, ST_QUOTA,
                        "the key '%s' may send %lld requests a minute; try again in "
                        "%lld s",
                        r->key.name, (long long)most, (long long)r->rate.seconds);
}

/* Refuses a connection beyond the limit, except for probes. */
static int check_room(const struct request *r, const struct http_route *route, struct err *e)
{
    if (!r->conn->over_limit || route_is_probe(route))
        return ST_OK;
    return (int)err_set(e, ST_BUSY, "there are more than %u connections (max_connections)",
                        r->http->config.limits.max_connections);
}

/* ---- who sends it ---- */

/* place: the text that precedes the name in the message. */
static int check_name(const struct request *r, const char *place, const char *name, struct err *e)
{
    if (host_is_ours(name, r->http->config.allowed_hosts))
        return ST_OK;
    err_set(e, ST_INVALID,
            "%s is '%.100s'; it must be an IP address, localhost, or a name that the configuration "
            "lists in allowed_hosts",
            place, name);
    return PROBLEM_HOST;
}

/* A target in absolute form overrides Host (RFC 9112, 3.2.2), so both must be names of ours. */
static int check_names(const struct request *r, struct err *e)
{
    const char *host = http_header(&r->rq, "Host");
    char authority[300];
    size_t n;
    int kind = ST_OK;

    if (!r->http->check_host)
        return ST_OK;
    if (host)
        kind = check_name(r, "Host", host, e);
    if (kind || strncasecmp(r->raw, "http://", 7) != 0)
        return kind;
    n = strcspn(r->raw + 7, "/?#");
    if (n >= sizeof(authority))
        n = sizeof(authority) - 1;
    memcpy(authority, r->raw + 7, n);
    authority[n] = '\0';
    return check_name(r, "the host of the request target", authority, e);
}

/* A POST that only computes counts as a change too: a foreign page has no reason to send one. */
static int check_sender(const struct request *r, struct err *e)
{
    const struct sender s = {http_header(&r->rq, "Host"), http_header(&r->rq, "Origin"),
                             http_header(&r->rq, "Sec-Fetch-Site")};
    enum http_method method = http_method_from_name(r->method_name);

    if (method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS)
        return ST_OK;
    if (count_header(r, "Origin") > 1 || count_header(r, "Sec-Fetch-Site") > 1)
        return (int)err_set(e, ST_MALFORMED, "Origin or Sec-Fetch-Site is there more than once");
    if (sender_is_ours(&s, r->http->config.allowed_hosts) ||
        cors_allowed(s.origin, r->http->config.cors_origins))
        return ST_OK;
    err_set(e, ST_INVALID,
            "a web page of another origin sent this (Origin %.100s, Sec-Fetch-Site %.20s); pages "
            "of this server may, and those that the configuration lists in allowed_hosts or "
            "cors_origins",
            s.origin ? s.origin : "not sent", s.site ? s.site : "not sent");
    return PROBLEM_ORIGIN;
}

/* ---- the body ---- */

/* The end of the body must be beyond doubt; otherwise bytes after it could be taken for a
 * request. */
static int check_framing(struct request *r, struct err *e)
{
    const char *length = http_header(&r->rq, "Content-Length");
    const char *coding = http_header(&r->rq, "Transfer-Encoding");
    const char *expect = http_header(&r->rq, "Expect");

    r->expects_continue = expect && strcasecmp(expect, "100-continue") == 0;
    r->close = true;
    if ((length && coding) || count_header(r, "Content-Length") > 1 ||
        count_header(r, "Transfer-Encoding") > 1)
        return (int)err_set(e, ST_MALFORMED,
                            "send one Content-Length or one Transfer-Encoding, not both");
    if (coding && strcasecmp(coding, "chunked") != 0) {
        err_set(e, ST_UNSUPPORTED, "Transfer-Encoding '%.40s' is not read; use chunked", coding);
        return PROBLEM_NOT_IMPLEMENTED;
    }
    r->close = false;
    r->chunked = coding != NULL;
    if (length)
        r->expected = strtoull(length, NULL, 10); /* libmicrohttpd has checked the number */
    return ST_OK;
}

static int check_host(const struct request *r, const char *version, struct err *e)
{
    int n = count_header(r, "Host");

    if (n == 1 || (n == 0 && strcmp(version, "HTTP/1.0") == 0))
        return ST_OK;
    return (int)err_set(e, ST_MALFORMED, "there are %d Host headers; send exactly one", n);
}

static int check_body(struct request *r, const struct http_route *route, struct err *e)
{
    const char *coding = http_header(&r->rq, "Content-Encoding");
    size_t max = r->http->config.limits.max_body_bytes;

    if (!route->body && r->expected > 0)
        return (int)err_set(e, ST_MALFORMED, "%s takes no body on this path", r->method_name);
    if (coding_find(&r->coding, coding, e))
        return (int)ST_UNSUPPORTED;
    if (route->body && charset_find(&r->charset, http_header(&r->rq, "Content-Type"), e))
        return (int)ST_UNSUPPORTED;
    r->form = route->form && form_is(r->content_type);
    r->close = r->expected > max; /* the response comes first, and the body is not read */
    if (r->close)
        return (int)err_set(e, ST_TOO_LARGE,
                            "the body is %llu bytes, more than %zu (max_body_bytes)",
                            (unsigned long long)r->expected, max);
    r->close = !request_has_room(r, r->expected, e);
    return r->close ? ST_BUSY : ST_OK;
}

/* ---- what a handler relies on ---- */

static enum status check_condition(const struct request *r, const struct http_route *route,
                                   const char *name, struct err *e)
{
    const char *value = http_header(&r->rq, name);

    if (!value)
        return ST_OK;
    if (!route->conditional)
        return err_set(
            e, ST_MALFORMED,
            "%s has no condition on this path, so that %s would be ignored; leave it out",
            r->method_name, name);
    if (count_header(r, name) > 1)
        return err_set(e, ST_MALFORMED, "there are several %s headers; send one with a list", name);
    if (!etag_list_valid(value))
        return err_set(e, ST_MALFORMED,
                       "%s is '%.80s'; it must be * or a list of ETags in quotes, such as \"abc\"",
                       name, value);
    return ST_OK;
}

/* Checks everything that is read of a request that changes something, except its body, so that no
 * handler has to. */
static enum status check_input(const struct request *r, const struct http_route *route,
                               struct err *e)
{
    enum status st =
        route->foreign ? ST_OK : query_only(r->rq.query, r->rq.num_query, route->query, e);

    if (!st && !route->foreign)
        st = parameters_check(r->rq.query, r->rq.num_query, r->http->config.parameters,
                              r->http->config.num_parameters, e);
    if (!st && http_route_writes(route))
        st = check_condition(r, route, "If-Match", e);
    if (!st && http_route_writes(route))
        st = check_condition(r, route, "If-None-Match", e);
    return st;
}

/* ---- all checks ---- */

/* Checks the rest of the header, when a route matches path and method. */
static int check_matched(struct request *r, const struct http_route *route, struct err *e)
{
    int kind = check_room(r, route, e);

    if (!kind)
        kind = check_key(r, route, e);
    if (!kind)
        kind = check_rate(r, e);
    if (!kind)
        kind = (int)check_input(r, route, e);
    if (!kind)
        kind = check_body(r, route, e);
    return kind;
}

/* Sets the WWW-Authenticate header of RFC 6750, section 3. */
static void challenge(struct request *r, int kind)
{
    char text[120] = "Bearer realm=\"lstmd\"";

    if (kind == PROBLEM_UNKNOWN_KEY || kind == PROBLEM_EXPIRED_KEY || kind == PROBLEM_REVOKED_KEY)
        (void)snprintf(text, sizeof(text), "Bearer realm=\"lstmd\", error=\"invalid_token\"");
    else if (kind == PROBLEM_FORBIDDEN)
        (void)snprintf(text, sizeof(text),
                       "Bearer realm=\"lstmd\", error=\"insufficient_scope\", scope=\"%s\"",
                       key_scope_needed(r->http->routes.rows[r->row].route));
    else if (kind != PROBLEM_UNAUTHORIZED)
        return;
    http_res_header(r->refusal, "WWW-Authenticate", text);
}

static bool refuse(struct request *r, int kind, const struct err *e)
{
    char seconds[24];

    if (!request_refuse(r, kind, e))
        return false;
    challenge(r, kind);
    if (r->retry_seconds) {
        (void)snprintf(seconds, sizeof(seconds), "%lld", (long long)r->retry_seconds);
        http_res_header(r->refusal, "Retry-After", seconds);
    }
    if (r->coding == CODING_UNKNOWN)
        http_res_header(r->refusal, "Accept-Encoding", CODING_READ);
    return true;
}

static bool check_route(struct request *r, struct err *e)
{
    enum http_method method = http_method_from_name(r->method_name);
    const struct http_route *route;
    char near[320];
    int kind;

    r->rq.method = method;
    r->head = method == HTTP_HEAD;
    switch (route_find(&r->match, &r->http->routes, method, r->target.segment,
                       r->target.num_segments)) {
    case ROUTE_NO_PATH:
        near_path(near, sizeof(near), &r->http->routes, r->target.segment, r->target.num_segments);
        err_set(e, ST_NOT_FOUND, "there is nothing at %.100s%s%s", r->rq.path, near,
                near[0] ? "" : "; /openapi.json lists the paths");
        return refuse(r, ST_NOT_FOUND, e);
    case ROUTE_NO_METHOD:
        return refuse_with_allow(r, method != HTTP_OPTIONS);
    default:
        break;
    }
    r->row = r->match.row;
    route = r->http->routes.rows[r->row].route;
    memcpy(r->rq.param, r->match.param, sizeof(r->rq.param));
    if (method == HTTP_HEAD)
        r->rq.method = HTTP_GET;
    kind = check_matched(r, route, e);
    return !kind || refuse(r, kind, e);
}

bool request_check(struct request *r, const char *method, const char *version)
{
    struct err e = {0};
    const char *id;
    int kind;

    if (!gather_headers(r))
        return false;
    read_proxy(r);
    id = http_header(&r->rq, "X-Request-Id");
    if (id && request_id_ok(id))
        memcpy(r->id, id, strlen(id) + 1);
    memcpy(r->conn->id, r->id, sizeof(r->id));
    strncpy(r->method_name, method, sizeof(r->method_name) - 1);
    read_content_type(r);
    kind = check_header_size(r, &e);
    if (!kind)
        kind = check_framing(r, &e);
    if (!kind)
        kind = check_host(r, version, &e);
    if (!kind)
        kind = check_names(r, &e);
    if (!kind)
        kind = check_sender(r, &e);
    if (!kind && strcmp(r->raw, "*") == 0 && strcmp(method, "OPTIONS") == 0) {
        r->match.allowed = (1U << HTTP_OTHER) - 1;
        return refuse_with_allow(r, false);
    }
    if (!kind)
        kind = (int)target_parse(&r->target, r->raw, own_prefix(r), &e);
    if (kind)
        return request_refuse(r, kind, &e);
    r->rq.path = r->target.path;
    r->rq.query = r->target.query;
    r->rq.num_query = r->target.num_query;
    return check_route(r, &e);
}
