/* source_apply.c - see source_apply.h. */
#include "server/api/source_apply.h"

#include "server/api/common.h"
#include "server/api/dataset_upload.h"
#include "server/api/resources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PARAMETERS_MAX = 32 };

const char *source_media_type(const char *type)
{
    static const char *const known[] = {MEDIA_CSV,    MEDIA_JSON, MEDIA_JSONL,
                                        MEDIA_NDJSON, MEDIA_TSV,  MEDIA_CONLLU};
    size_t n = strcspn(type, "; \t");

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strlen(known[i]) == n && strncasecmp(type, known[i], n) == 0)
            return known[i];
    return n == strlen("text/html") && strncasecmp(type, "text/html", n) == 0 ? "text/html" : "";
}

/* The parameters of the upload, as pairs; borrowed from tree. */
static int read_parameters(struct http_pair *out, const cJSON *tree)
{
    const cJSON *p;
    int n = 0;

    cJSON_ArrayForEach(p, tree)
    {
        if (cJSON_IsString(p) && n < PARAMETERS_MAX)
            out[n++] = (struct http_pair){p->string, p->valuestring};
    }
    return n;
}

static enum status run(struct app *app, const struct source_content *c, const struct buf *body,
                       const cJSON *tree, char **answer)
{
    struct http_pair query[PARAMETERS_MAX + 1];
    char path[NAME_MAX_LEN + 32];
    const char *type = source_media_type(c->type), *data = NULL;
    struct http_req rq = {.method = HTTP_PUT,
                          .path = path,
                          .param = {c->name},
                          .query = query,
                          .num_query = read_parameters(query, tree),
                          .body = body->len ? body->data : "",
                          .body_len = body->len,
                          .request_id = "",
                          .content_type = type};
    struct http_res *rs = http_res_new(&rq);
    size_t len = 0;
    int status;

    if (!rs)
        return ST_NOMEM;
    (void)snprintf(path, sizeof(path), "/v1/datasets/%s", c->name);
    if (c->append)
        query[rq.num_query++] = (struct http_pair){"on_conflict", "replace"};
    if (c->append)
        api_dataset_append(app, &rq, rs);
    else
        dataset_upload_put(app, &rq, rs, false);
    status = http_res_get(rs, &type, &data, &len);
    *answer = data ? strndup(data, len) : NULL;
    http_res_free(rs);
    return status / 100 == 2 ? ST_OK : status == 503 ? ST_BUSY : ST_INVALID;
}

enum status api_source_apply(void *ctx, const struct source_content *c, char **answer)
{
    struct app *app = ctx;
    struct err e = {0};
    struct buf body;
    cJSON *tree = cJSON_Parse(c->parameters);
    enum status st;

    *answer = NULL;
    buf_init(&body, (size_t)app->config->max_body_bytes);
    buf_add(&body, c->body, c->len);
    st = buf_status(&body, &e);
    if (!st)
        st = http_body_prepare(&body, c->type, &e);
    if (st)
        *answer = http_problem_text(&e, NULL);
    else
        st = run(app, c, &body, tree, answer);
    buf_release(&body);
    cJSON_Delete(tree);
    return st;
}
