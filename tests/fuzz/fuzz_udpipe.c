/* fuzz_udpipe.c - any bytes as the form of /process, and as tagged CoNLL-U that it writes. */
#include "server/formats/json.h"
#include "server/protocols/udpipe/process_result.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The response is JSON, whatever the tagged text is. */
static void write_result(const struct process_request *q, const char *text, size_t size)
{
    struct err e = {0};
    cJSON *json = NULL;
    struct buf b;

    buf_init(&b, 1 << 24);
    process_result_put(&b, q, "m", text, size);
    if (buf_status(&b, &e) || json_read(&json, b.data, b.len, 8, &e))
        abort();
    if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, "result")))
        abort();
    cJSON_Delete(json);
    buf_release(&b);
}

static void read_form(const char *type, const char *body, size_t size)
{
    static const struct http_pair header = {"Content-Type", "multipart/form-data; boundary=b"};
    static const struct http_fields headers = {&header, 1};
    const struct http_req rq = {
        .content_type = type, .body = body, .body_len = size, .fields = &headers};
    struct process_request q = {0};
    struct err e = {0};
    cJSON *json = NULL;
    enum status st = process_request_read(&q, &rq, &e);

    if (st && !e.message[0])
        abort();
    if (!st && (strlen(q.body) != q.body_len || (q.conllu && q.body != q.data)))
        abort();
    if (!st && !q.conllu && json_read(&json, q.body, q.body_len, 8, &e))
        abort();
    if (!st)
        write_result(&q, q.data, strlen(q.data));
    cJSON_Delete(json);
    process_request_release(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *body = malloc(size + 1);

    if (!body)
        return 0;
    memcpy(body, data, size);
    body[size] = '\0'; /* as of a request */
    read_form("application/x-www-form-urlencoded", body, size);
    read_form("multipart/form-data", body, size);
    free(body);
    return 0;
}
