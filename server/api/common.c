/* common.c - see common.h. */
#include "server/api/common.h"

#include "server/data/timestamp.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool name_ok(const char *s)
{
    size_t n = strlen(s);

    if (n < 1 || n > NAME_MAX_LEN || !strchr("abcdefghijklmnopqrstuvwxyz0123456789", s[0]))
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

enum status api_check_name(const char *name, const char *what, const char *pointer, struct err *e)
{
    if (name_ok(name))
        return ST_OK;
    err_set(e, ST_INVALID,
            "'%.80s' cannot be the name of a %s: 1 to %d characters of a-z, 0-9, '.', '_' and '-', "
            "the first one a letter or digit",
            name, what, NAME_MAX_LEN);
    if (pointer)
        err_at(e, "%s", pointer);
    return ST_INVALID;
}

static enum status check_json_body(const struct http_req *rq, struct err *e)
{
    const char *type = http_body_type(rq);

    if (rq->body_len == 0)
        return err_set(e, ST_MALFORMED, "the request has no body; a JSON object is needed");
    if (strcmp(type, MEDIA_JSON) != 0)
        return err_set(e, ST_UNSUPPORTED,
                       "Content-Type '%.80s' is not read here; send application/json", type);
    return ST_OK;
}

enum status api_read_json(cJSON **out, const struct app *app, const struct http_req *rq,
                          struct err *e)
{
    enum status st = check_json_body(rq, e);

    return st ? st : json_read(out, rq->body, rq->body_len, app->limits.max_json_depth, e);
}

enum status api_check_empty(const struct app *app, const struct http_req *rq, struct err *e)
{
    static const char *const members[] = {NULL};
    cJSON *body = NULL;
    enum status st;

    if (rq->body_len == 0)
        return ST_OK;
    st = api_read_json(&body, app, rq, e);
    if (!st)
        st = json_only(body, "", members, e);
    cJSON_Delete(body);
    return st;
}

enum status api_read_body(struct json_body *out, const struct app *app, const struct http_req *rq,
                          const char *const *others, struct err *e)
{
    const struct json_body_options o = {
        .default_id = "series", .others = others, .limits = &app->limits};
    enum status st = check_json_body(rq, e);

    return st ? st : json_body_read(out, &o, rq->body, rq->body_len, e);
}

static enum status read_etags(struct etag_list *out, const char *header, struct err *e)
{
    struct http_etag tag;
    enum status st = ST_OK;

    out->any = header && http_etag_any(header);
    while (!st && header && !out->any && http_etag_next(&tag, &header))
        st = etag_list_add(out, tag.value, tag.len, tag.weak, e);
    return st;
}

enum status api_read_precondition(struct precondition *out, const struct http_req *rq,
                                  struct err *e)
{
    enum status st = read_etags(&out->match, http_header(rq, "If-Match"), e);

    return st ? st : read_etags(&out->none_match, http_header(rq, "If-None-Match"), e);
}

enum status api_read_time(int64_t *out, const char *text, struct err *e)
{
    struct timestamp t = {0};

    if (timestamp_parse(&t, text, strlen(text), e) == ST_OK &&
        (t.precision == FREQ_D || t.precision == FREQ_S) &&
        !__builtin_mul_overflow(t.seconds, (int64_t)1000, out))
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "'%.40s' is no point in time; write a date such as 2027-01-31, or an RFC 3339 "
                   "time",
                   text);
}

enum status api_read_status(int *from, int *to, const char *text, struct err *e)
{
    bool ok = strlen(text) == 3 && text[0] >= '1' && text[0] <= '5',
         class = ok && strcmp(text + 1, "xx") == 0;

    if (!class && !(ok && isdigit((unsigned char)text[1]) && isdigit((unsigned char)text[2])))
        return err_set(e, ST_INVALID, "'%.40s' is no status; write one such as 404, or 4xx", text);
    *from = class ? (text[0] - '0') * 100 : (int)strtol(text, NULL, 10);
    *to = class ? *from + 99 : *from;
    return ST_OK;
}

int api_limit(const struct http_req *rq)
{
    return (int)http_query_number(rq, "limit", LIST_LIMIT_DEFAULT);
}

const char *api_cursor(const struct http_req *rq)
{
    const char *c = http_query(rq, "cursor");

    return c ? c : "";
}

enum status api_check_cursor(const char *text, struct err *e)
{
    size_t n = strlen(text);

    if (n >= 1 && n <= NAME_MAX_LEN &&
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n)
        return ST_OK;
    return err_set(e, ST_MALFORMED, "cursor '%.80s' did not come from the 'next' of a list", text);
}

enum status api_read_version_ref(struct version_ref *out, const char *text, struct err *e)
{
    *out = (struct version_ref){0};
    if (alias_name_ok(text) || strcmp(text, ALIAS_LATEST) == 0) {
        out->alias = text;
        return ST_OK;
    }
    if (strspn(text, "0123456789") == strlen(text))
        return api_read_version(&out->number, text, NULL, e);
    return err_set(
        e, ST_MALFORMED,
        "version '%.80s' is neither a whole number from 1 nor the name of an alias, such "
        "as '" ALIAS_SERVES "'",
        text);
}

enum status api_check_version(const char *text, struct err *e)
{
    struct version_ref ignored;

    return api_read_version_ref(&ignored, text, e);
}

struct version_ref api_version_asked(const struct http_req *rq)
{
    const char *text = http_query(rq, "version");
    struct version_ref ref = {0};
    struct err ignored = {0};

    if (text) /* its syntax was checked already */
        (void)api_read_version_ref(&ref, text, &ignored);
    return ref;
}

enum status api_read_version(int64_t *out, const char *text, const char *pointer, struct err *e)
{
    size_t n = strlen(text);

    *out = 0;
    if (strspn(text, "0123456789") == n && n >= 1 && n <= 15)
        *out = strtoll(text, NULL, 10);
    if (*out > 0)
        return ST_OK;
    err_set(e, ST_MALFORMED, "version '%.40s' is not a whole number from 1", text);
    return pointer ? err_at(e, "%s", pointer) : ST_MALFORMED;
}

bool api_must_stop(void *going)
{
    struct api_going *g = going;

    if (!g->st)
        g->st = http_go_on(g->rq, &g->why);
    return g->st != ST_OK;
}

static char *print_line(cJSON *tree, size_t *len)
{
    char *text = tree ? json_print(tree) : NULL;
    char *line = NULL;

    cJSON_Delete(tree);
    if (!text)
        return NULL;
    *len = strlen(text);
    line = realloc(text, *len + 2);
    if (!line) {
        free(text);
        return NULL;
    }
    line[(*len)++] = '\n'; /* so that a shell's prompt begins on a new line */
    line[*len] = '\0';
    return line;
}

static void send_nomem(struct http_res *rs)
{
    struct err e = {0};

    err_nomem(&e, 0);
    http_res_err(rs, &e);
}

void api_send_json(struct http_res *rs, int status, cJSON *tree)
{
    size_t len = 0;
    char *line = print_line(tree, &len);

    if (!line)
        send_nomem(rs);
    else
        http_res_body(rs, status, MEDIA_JSON, line, len);
}

void api_send_resource(struct http_res *rs, cJSON *tree)
{
    char digest[DIGEST_LEN + 1];
    size_t len = 0;
    char *line = print_line(tree, &len);

    if (!line) {
        send_nomem(rs);
        return;
    }
    digest_hex(digest, line, len);
    digest[32] = '\0';
    http_res_body(rs, 200, MEDIA_JSON, line, len);
    http_res_etag(rs, digest);
}

void api_send_list(struct http_res *rs, cJSON *items, const char *next)
{
    cJSON *o = cJSON_CreateObject();

    o = json_put(o, "items", items);
    api_send_json(rs, 200, json_put_text(o, "next", next));
}

cJSON *api_put_time(cJSON *obj, const char *name, int64_t ms)
{
    char text[32];

    return json_put_text(obj, name, ms ? rfc3339_ms(text, ms) : NULL);
}
