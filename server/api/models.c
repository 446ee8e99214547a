/* models.c - /v1/models: list, describe, versions, checkpoints out and in, evaluation, delete. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/render.h"
#include "server/api/retrain_rule.h"
#include "server/base/version.h"
#include "server/formats/onnx/onnx_forecaster.h"
#include "server/formats/onnx/onnx_tagger.h"
#include "server/tasks/describe_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds whether the data set has changed since the training; null when that is unknown. */
static cJSON *put_changed(cJSON *o, struct app *app, const struct model_version *m)
{
    const char *learnt = cJSON_GetStringValue(cJSON_GetObjectItem(o, "dataset_digest"));
    struct dataset d = {0};
    struct err ignored = {0};
    cJSON *changed = NULL;

    if (learnt && m->dataset && !store_dataset_get(&d, app->store, m->dataset, &ignored))
        changed = cJSON_CreateBool(strcmp(d.digest, learnt) != 0);
    dataset_release(&d);
    return json_put(o, "dataset_changed", changed ? changed : cJSON_CreateNull());
}

/* Adds the rule by which the model is trained again; null: none. */
static cJSON *put_retrain(cJSON *o, struct app *app, const struct model_version *m)
{
    struct retrain r = {0};
    struct err ignored = {0};
    bool found = false;
    enum status st = store_retrain_find(&r, &found, app->store, m->name, &ignored);

    o = json_put(o, "retrain", !st && found ? retrain_render(&r) : cJSON_CreateNull());
    retrain_release(&r);
    return o;
}

static void send_version(struct app *app, const char *name, struct version_ref ref,
                         struct http_res *rs)
{
    struct err e = {0};
    struct model_version m = {0};

    if (store_model_find(&m, app->store, name, ref, &e))
        http_res_err(rs, &e);
    else
        api_send_resource(rs, put_retrain(put_changed(render_model(&m), app, &m), app, &m));
    model_version_release(&m);
}

static void send_models(struct http_res *rs, const struct model_list *list, int limit, bool by_name)
{
    cJSON *items = cJSON_CreateArray();
    char next[24] = "";

    for (int i = 0; i < list->count && i < limit; i++)
        items = json_push(items, render_model(&list->items[i]));
    if (list->count > limit && !by_name)
        snprintf(next, sizeof(next), "%lld", (long long)list->items[limit - 1].version);
    if (list->count <= limit)
        api_send_list(rs, items, NULL);
    else
        api_send_list(rs, items, by_name ? list->items[limit - 1].name : next);
}

void api_model_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct model_list list = {0};
    int limit = api_limit(rq);

    if (store_model_list(&list, app->store, api_names(rq), api_cursor(rq), limit + 1, &e))
        http_res_err(rs, &e);
    else
        send_models(rs, &list, limit, true);
    model_list_release(&list);
}

/* GET /v1/models/{name}?version=n: that version, or the one that serves. */
void api_model_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    send_version(ctx, rq->param[0], api_version_asked(rq), rs);
}

/* number 0: deletes all versions. */
static enum status delete_number(struct app *app, const char *name, int64_t number, struct err *e)
{
    enum status st;

    model_cache_change_begin(app->cache);
    st = store_model_delete(app->store, name, number, e);
    model_cache_drop(app->cache, name);
    model_cache_change_end(app->cache, name);
    return st;
}

static void delete_version(struct app *app, const char *name, struct version_ref ref,
                           struct http_res *rs)
{
    struct err e = {0};
    struct model_version m = {.version = ref.number};
    enum status st = ref.alias ? store_model_find(&m, app->store, name, ref, &e) : ST_OK;

    if (!st)
        st = delete_number(app, name, m.version, &e);
    model_version_release(&m);
    if (st)
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}

void api_model_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    delete_version(ctx, rq->param[0], api_version_asked(rq), rs);
}

void api_model_versions(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct model_list list = {0};
    const char *cursor = api_cursor(rq);
    int64_t before = 0;
    int limit = api_limit(rq);
    enum status st = ST_OK;

    if (cursor[0])
        st = api_read_version(&before, cursor, "?cursor", &e);
    if (!st)
        st = store_model_versions(&list, app->store, rq->param[0], before, limit + 1, &e);
    if (st)
        http_res_err(rs, &e);
    else
        send_models(rs, &list, limit, false);
    model_list_release(&list);
}

void api_version_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct err e = {0};
    struct version_ref ref;

    if (api_read_version_ref(&ref, rq->param[1], &e))
        http_res_err(rs, &e);
    else
        send_version(ctx, rq->param[0], ref, rs);
}

void api_version_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct err e = {0};
    struct version_ref ref;

    if (api_read_version_ref(&ref, rq->param[1], &e))
        http_res_err(rs, &e);
    else
        delete_version(ctx, rq->param[0], ref, rs);
}

/* Sets the name under which a browser saves the file. */
static void name_file(struct http_res *rs, const char *name, int64_t version, const char *extension)
{
    char disposition[160];

    snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s-%lld.%s\"", name,
             (long long)version, extension);
    http_res_header(rs, "Content-Disposition", disposition);
}

static void send_safetensors(struct app *app, const struct http_req *rq, struct http_res *rs)
{
    struct err e = {0};
    struct model_version m = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = store_model_find(&m, app->store, rq->param[0], api_version_asked(rq), &e);

    if (!st)
        st = store_model_checkpoint(&bytes, &len, app->store, m.name, m.version, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        name_file(rs, m.name, m.version, "safetensors");
        http_res_body(rs, 200, MEDIA_SAFETENSORS, (char *)bytes, len);
        http_res_etag(rs, m.digest);
    }
    model_version_release(&m);
}

static enum status write_onnx(struct buf *out, const struct model *m, struct err *e)
{
    const struct onnx_about about = {m->name, m->version, LSTMD_VERSION};

    return m->forecaster ? onnx_forecaster_write(out, &about, m->forecaster, e)
                         : onnx_tagger_write(out, &about, m->tagger, e);
}

static void send_onnx(struct app *app, const struct http_req *rq, struct http_res *rs)
{
    struct err e = {0};
    const struct model *m = NULL;
    struct buf out;
    char *bytes = NULL, etag[DIGEST_LEN + 8];
    size_t len = 0;
    enum status st = model_cache_acquire(&m, app->cache, rq->param[0], api_version_asked(rq), &e);

    buf_init(&out, ONNX_BYTES_MAX);
    if (!st)
        st = write_onnx(&out, m, &e);
    if (!st)
        st = buf_take(&out, &bytes, &len, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        name_file(rs, m->name, m->version, "onnx");
        http_res_body(rs, 200, MEDIA_ONNX, bytes, len);
        snprintf(etag, sizeof(etag), "%s-onnx", m->digest);
        http_res_etag(rs, etag);
    }
    buf_release(&out);
    model_cache_release(app->cache, m);
}

/* GET /v1/models/{name}/checkpoint: the file of the version that serves, or of ?version=. As ONNX
 * its LSTM as a graph; 409 when it has none that stands alone. A client that accepts neither type
 * and names no format gets the safetensors file. */
void api_checkpoint_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const offered[] = {MEDIA_SAFETENSORS, MEDIA_ONNX, NULL};
    const char *media = MEDIA_SAFETENSORS;
    struct err e = {0};

    if (http_accept(&media, rq, rs, offered, &e) && http_query(rq, "format"))
        http_res_err(rs, &e);
    else if (strcmp(media, MEDIA_ONNX) == 0)
        send_onnx(ctx, rq, rs);
    else
        send_safetensors(ctx, rq, rs);
}

/* ---- import ---- */

/* The body is raw bytes. curl's default type is accepted, since the file itself shows what it
 * is. */
static enum status check_checkpoint_type(const struct http_req *rq, struct err *e)
{
    static const char *const types[] = {"",
                                        "application/octet-stream",
                                        MEDIA_SAFETENSORS,
                                        "application/x-safetensors",
                                        "application/safetensors",
                                        "application/x-www-form-urlencoded"};

    if (rq->body_len == 0)
        return err_set(e, ST_MALFORMED, "the body is empty; send a safetensors file");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(rq->content_type, types[i]) == 0)
            return ST_OK;
    return err_set(
        e, ST_UNSUPPORTED,
        "Content-Type '%.80s' is not read here; send %s, application/octet-stream or none",
        rq->content_type, MEDIA_SAFETENSORS);
}

static enum status import_checkpoint(int64_t *version, struct app *app, const struct http_req *rq,
                                     const struct precondition *pre, struct err *e)
{
    struct model_submission m = {
        .name = rq->param[0],
        .checkpoint = (const uint8_t *)rq->body,
        .checkpoint_len = rq->body_len,
        .precondition = pre,
    };
    struct model_description d;
    enum status st = describe_model(&d, m.checkpoint, m.checkpoint_len, e);

    m.parameter_count = d.parameter_count;
    if (!st && m.parameter_count > app->max_parameters)
        st = err_set(e, ST_TOO_LARGE, "the model has %lld parameters; max_parameters allows %lld",
                     (long long)m.parameter_count, (long long)app->max_parameters);
    if (!st) {
        m.task = task_name(d.task);
        m.params = d.params;
        m.details = d.details;
        model_cache_change_begin(app->cache);
        st = store_model_put(version, app->store, &m, e);
        model_cache_change_end(app->cache, m.name);
    }
    model_description_release(&d);
    return st;
}

/* PUT /v1/models/{name}/checkpoint -> 201, the next version. 409: another task; 412: precondition;
 * 422: not such a file. */
void api_checkpoint_put(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct model_version m = {0};
    struct precondition pre = {0};
    int64_t version = 0;
    char location[160];
    enum status st = api_check_name(rq->param[0], "model", NULL, &e);

    if (!st)
        st = check_checkpoint_type(rq, &e);
    if (!st)
        st = api_read_precondition(&pre, rq, &e);
    if (!st)
        st = import_checkpoint(&version, app, rq, &pre, &e);
    if (!st)
        st = store_model_get(&m, app->store, rq->param[0], version, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        api_send_json(rs, 201, render_model(&m));
        snprintf(location, sizeof(location), "/v1/models/%s/versions/%lld", m.name,
                 (long long)version);
        http_res_header(rs, "Location", location);
    }
    model_version_release(&m);
    precondition_release(&pre);
}
