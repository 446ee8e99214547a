/* common.h - functions that all resources use: names, bodies, cursors, JSON responses. Private to
 * api/. */
#ifndef SERVER_API_COMMON_H
#define SERVER_API_COMMON_H

#include "server/api/api.h"
#include "server/formats/json.h"
#include "server/formats/json_body.h"
#include "server/formats/json_build.h"

enum {
    LIST_LIMIT_DEFAULT = 100,
    LIST_LIMIT_MAX = 1000,
    SERIES_LIMIT_MAX = 10000,
    POINTS_MAX = 1000000, /* limit of ?max_points= */
    WAIT_SECONDS_MAX = 300
};
#define VERSION_MAX       999999999999999LL
#define MEDIA_JSON        "application/json"
#define MEDIA_JSONL       "application/jsonl"
#define MEDIA_NDJSON      "application/x-ndjson"
#define MEDIA_CSV         "text/csv"
#define MEDIA_TSV         "text/tab-separated-values"
#define MEDIA_CONLLU      "text/x-conllu"
#define MEDIA_TEXT        "text/plain"
#define MEDIA_SVG         "image/svg+xml"
#define MEDIA_SAFETENSORS "application/vnd.safetensors"
#define MEDIA_ONNX        "application/onnx"

/* ST_INVALID unless name is [a-z0-9][a-z0-9._-]{0,63}. what: "dataset", for the message. pointer:
 * of the member that holds it, or NULL when it is part of the path. */
enum status api_check_name(const char *name, const char *what, const char *pointer, struct err *e);
/* Reads the body as one JSON document; ST_UNSUPPORTED when it has another type. *out is new. */
enum status api_read_json(cJSON **out, const struct app *app, const struct http_req *rq,
                          struct err *e);
/* Accepts an empty body, or an object without members. */
enum status api_check_empty(const struct app *app, const struct http_req *rq, struct err *e);
/* Reads If-Match and If-None-Match. *out borrows from rq; precondition_release() it. ST_NOMEM. */
enum status api_read_precondition(struct precondition *out, const struct http_req *rq,
                                  struct err *e);
/* Values of ?on_conflict=, NULL-terminated, in the order of enum on_conflict. */
extern const char *const api_conflicts[];
/* Reads a body with series, and with other members named in others (NULL-terminated). */
enum status api_read_body(struct json_body *out, const struct app *app, const struct http_req *rq,
                          const char *const *others, struct err *e);
/* Reads a day (its beginning in UTC) or an RFC 3339 time; *out in ms since 1970. ST_INVALID. */
enum status api_read_time(int64_t *out, const char *text, struct err *e);
/* Reads a status code: 404, or 4xx for its whole class. ST_INVALID. */
enum status api_read_status(int *from, int *to, const char *text, struct err *e);
/* The value of ?limit=. */
int api_limit(const struct http_req *rq);
/* The value of ?cursor=; "" from the start. */
const char *api_cursor(const struct http_req *rq);
/* ST_MALFORMED unless text consists of 1 to NAME_MAX_LEN of [A-Za-z0-9._-]. */
enum status api_check_cursor(const char *text, struct err *e);
/* The value of ?version=, a number or an alias; without it, the version that serves. */
struct version_ref api_version_asked(const struct http_req *rq);
/* Reads a number or an alias, such as {n} of a path; *out borrows text. ST_MALFORMED. */
enum status api_read_version_ref(struct version_ref *out, const char *text, struct err *e);
/* The same, in the form of a parameter's check. */
enum status api_check_version(const char *text, struct err *e);
/* The same for ?versions=: 2 to 10 versions, separated by commas. In compare.c. */
enum status api_check_versions(const char *text, struct err *e);
/* Reads the cursor of a list that is ordered by number: a positive integer. pointer may be NULL. */
enum status api_read_version(int64_t *out, const char *text, const char *pointer, struct err *e);

/* The last result of http_go_on(), for work on one thread that checks it within a batch. */
struct api_going {
    const struct http_req *rq;
    enum status st;
    struct err why;
};
/* The function of a struct stop_flag whose ctx is a struct api_going. */
bool api_must_stop(void *going);

/* Sends tree, which is consumed. NULL (out of memory) is sent as a problem document. */
void api_send_json(struct http_res *rs, int status, cJSON *tree);
/* The same for the response to GET of one resource, with a strong ETag of its bytes. */
void api_send_resource(struct http_res *rs, cJSON *tree);
/* Sends {"items":items,"next":next or null}; items is consumed. */
void api_send_list(struct http_res *rs, cJSON *items, const char *next);

/* Adds a time as RFC 3339 with milliseconds; 0: null. As json_put(). */
cJSON *api_put_time(cJSON *obj, const char *name, int64_t ms);

#endif
