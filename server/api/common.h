/* common.h - what the resources share: names, bodies, cursors, JSON answers. Private to api/. */
#ifndef API_COMMON_H
#define API_COMMON_H

#include "server/api/api.h"
#include "server/formats/json.h"

enum { LIST_LIMIT_DEFAULT = 100, LIST_LIMIT_MAX = 1000 };
#define MEDIA_JSON        "application/json"
#define MEDIA_CSV         "text/csv"
#define MEDIA_CONLLU      "text/x-conllu"
#define MEDIA_TEXT        "text/plain"
#define MEDIA_SVG         "image/svg+xml"
#define MEDIA_SAFETENSORS "application/vnd.safetensors"

/* ST_INVALID unless name is [a-z0-9][a-z0-9._-]{0,63}. what: "dataset", for the message; pointer of
 * the body member it came from, or NULL when it is part of the path. */
enum status api_check_name(const char *name, const char *what, const char *pointer, struct err *e);
/* The request's body as one JSON document; ST_UNSUPPORTED when it is of another type. *out is new. */
enum status api_read_json(cJSON **out, const struct app *app, const struct http_req *rq,
                          struct err *e);
/* The same for a body with series: json_read_lists(). */
enum status api_read_json_lists(cJSON **out, struct json_lists *lists, const struct app *app,
                                const struct http_req *rq, struct err *e);
/* ?limit= and ?cursor=. *cursor: "" from the start, else checked to be of [A-Za-z0-9._-]. */
enum status api_read_page(int *limit, const char **cursor, const struct http_req *rq,
                          struct err *e);
/* The path's {n} or the query's ?version=: a positive integer; 0 when text is NULL. */
enum status api_read_version(int64_t *out, const char *text, const char *pointer, struct err *e);

/* Sends tree, which is consumed; NULL (out of memory) becomes the problem for it. */
void api_send_json(struct http_res *rs, int status, cJSON *tree);
/* The same as the answer to a GET of one resource: with a strong ETag over its bytes. */
void api_send_resource(struct http_res *rs, cJSON *tree);
/* {"items":items,"next":next or null}; items is consumed. */
void api_send_list(struct http_res *rs, cJSON *items, const char *next);

/* Builders that keep going after out of memory: NULL in, NULL out, and the tree is freed. */
cJSON *api_put(cJSON *obj, const char *name, cJSON *value);          /* value consumed */
cJSON *api_put_text(cJSON *obj, const char *name, const char *text); /* NULL text: null */
cJSON *api_put_number(cJSON *obj, const char *name, double v);       /* NaN: null */
cJSON *api_put_time(cJSON *obj, const char *name, int64_t ms);       /* 0: null */
/* A JSON text that the store keeps, parsed; NULL text: null. Duplicates nothing. */
cJSON *api_put_raw(cJSON *obj, const char *name, const char *json);
/* Array append with the same rule as api_put. */
cJSON *api_push(cJSON *array, cJSON *value);

#endif
