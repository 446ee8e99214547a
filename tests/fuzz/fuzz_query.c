/* fuzz_query.c - the parsers of a client's request line and header: the target with its query,
 * Accept, If-None-Match, keys, the route table, and the problem that quotes them.
 *
 * Input: a request target, and behind a newline a header value. Beyond not crashing: accepted text
 * is UTF-8 without NUL, every parameter occurs once or repeats ("match[]"), and every problem
 * document can be parsed as JSON. */
#include "server/http/accept.h"
#include "server/http/etag.h"
#include "server/http/http.h"
#include "server/http/keys.h"
#include "server/http/problem.h"
#include "server/http/query.h"
#include "server/http/request_id.h"
#include "server/http/route.h"
#include <lstm/utf8.h>

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void handler(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    (void)rs;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/", handler, NULL, false, true},
    {HTTP_GET, "/v1/jobs", handler, "limit cursor", false, false},
    {HTTP_GET, "/v1/models/{name}/versions/{n}", handler, NULL, false, false},
    {HTTP_POST, "/v1/models/{name}/tag", handler, NULL, true, false},
};

/* Makes a problem document of the error and parses it. */
static void check_problem(const struct err *e, const char *path)
{
    char *text = http_problem_text(e, path);
    cJSON *o = text ? cJSON_Parse(text) : NULL;

    require(o && utf8_valid(text, strlen(text)));
    cJSON_Delete(o);
    free(text);
}

static void check_target(const struct target *t)
{
    require(t->path[0] == '/' && utf8_valid(t->path, strlen(t->path)));
    require(t->num_segments >= 1 && t->num_segments <= TARGET_SEGMENTS_MAX + 1);
    for (int i = 0; i < t->num_segments; i++)
        require(utf8_valid(t->segment[i], strlen(t->segment[i])));
    for (int i = 0; i < t->num_query; i++) {
        require(utf8_valid(t->query[i].value, strlen(t->query[i].value)));
        for (int k = 0; k < i; k++)
            require(query_repeats(t->query[i].name) ||
                    strcmp(t->query[i].name, t->query[k].name) != 0);
    }
}

static void read_parameters(const struct target *t, const char *header)
{
    static const char *const offered[] = {"application/json", "text/csv", NULL};
    const struct http_pair h[] = {{"Accept", header}};
    const struct http_fields fields = {h, 1};
    const struct http_req rq = {
        .path = t->path, .query = t->query, .num_query = t->num_query, .fields = &fields};
    struct err e = {0};
    const char *type = NULL;
    int64_t n = 5;
    bool b;

    if (query_only(t->query, t->num_query, "limit cursor format all", &e))
        check_problem(&e, t->path);
    if (http_query_int(&n, &rq, "limit", 1, 1000, &e))
        check_problem(&e, t->path);
    require(n >= 1 && n <= 1000);
    if (http_query_bool(&b, &rq, "all", &e))
        check_problem(&e, t->path);
    if (http_accept(&type, &rq, NULL, offered, &e))
        check_problem(&e, t->path);
    else
        require(type == offered[0] || type == offered[1]);
}

static void find_route(struct target *t)
{
    struct route_table table;
    struct route_match m;
    char allow[64];

    require(route_table_init(&table, routes, 4, NULL) == ST_OK);
    if (route_find(&m, &table, HTTP_HEAD, t->segment, t->num_segments) == ROUTE_FOUND)
        require(m.row >= 0 && m.row < 4);
    route_allow(allow, sizeof(allow), m.allowed);
    route_table_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *raw = malloc(size + 1);
    char *header;
    struct access who;
    struct target t;
    struct err e = {0};

    if (!raw)
        return 0;
    memcpy(raw, data, size);
    raw[size] = '\0';
    header = strchr(raw, '\n');
    if (header)
        *header++ = '\0';
    else
        header = raw + strlen(raw);
    if (target_parse(&t, raw, "", &e)) {
        check_problem(&e, raw);
    } else {
        check_target(&t);
        read_parameters(&t, header);
        find_route(&t);
    }
    target_release(&t);
    (void)etag_listed(header, "abc", false);
    (void)etag_listed(header, "abc", true);
    (void)request_id_ok(header);
    (void)key_check(&who, &(struct keys){"secret", "look"}, key_sent(header, NULL), &routes[1],
                    header);
    free(raw);
    return 0;
}
