/* datasets.c - /v1/datasets: list, describe, delete. dataset_upload.c receives data sets,
 * dataset_data.c returns them. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/dataset_render.h"
#include "server/store/source.h"

enum { SERIES_SHOWN_IN_LIST = 20 };

/* A data set that was never fetched is not there yet, but its source is. */
static void tell_source(struct store *store, const char *name, struct err *e)
{
    struct source s = {0};
    struct err ignored = {0};
    bool found = false;

    if (store_source_find(&s, &found, store, name, &ignored) == ST_OK && found)
        err_set(e, ST_NOT_FOUND,
                "the dataset '%s' was not fetched yet; GET /v1/datasets/%s/source tells why", name,
                name);
    source_release(&s);
}

void api_dataset_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct dataset d = {0};
    cJSON *o = NULL;
    const struct dataset_page page = dataset_page_of(rq);
    enum status st = store_dataset_get(&d, app->store, rq->param[0], &e);

    if (!st)
        st = dataset_render(&o, app->store, &d, &page, &e);
    else if (st == ST_NOT_FOUND)
        tell_source(app->store, rq->param[0], &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        api_send_json(rs, 200, o);
        dataset_send_etag(rs, app->store, &d);
    }
    dataset_release(&d);
}

void api_dataset_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct dataset_list list = {0};
    cJSON *items = cJSON_CreateArray();
    const struct dataset_page page = {0, SERIES_SHOWN_IN_LIST};
    int limit = api_limit(rq);
    enum status st =
        store_dataset_list(&list, app->store, api_names(rq), api_cursor(rq), limit + 1, &e);

    for (int i = 0; !st && i < list.count && i < limit; i++) {
        cJSON *o = NULL;

        st = dataset_render(&o, app->store, &list.items[i], &page, &e);
        if (!st)
            items = json_push(items, o);
    }
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, list.count > limit ? list.items[limit - 1].name : NULL);
    }
    dataset_list_release(&list);
}

/* DELETE /v1/datasets/{name} -> 204, with its source. 404; 409 while a job uses it. */
void api_dataset_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0}, ignored = {0};
    enum status st = store_dataset_delete(app->store, rq->param[0], &e);

    if (st == ST_NOT_FOUND && store_source_delete(app->store, rq->param[0], &ignored) == ST_OK)
        st = ST_OK; /* it was never fetched */
    if (st)
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}
