/* fuzz_kserve.c - any bytes as an inference request, and as a response of the API to it. */
#include "server/formats/json.h"
#include "server/protocols/kserve/inference.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The body is JSON with as many series or texts as the tensor has rows. */
static void check_body(const struct inference *q)
{
    struct err e = {0};
    cJSON *body = NULL;

    if (strlen(q->body) != q->body_len || json_read(&body, q->body, q->body_len, 8, &e))
        abort();
    if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(body, q->tags ? "texts" : "series")) !=
        q->rows)
        abort();
    cJSON_Delete(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inference q = {0};
    struct err e = {0};
    cJSON *json = NULL, *answer;
    enum status st;

    if (json_read(&json, (const char *)data, size, 16, &e))
        return 0;
    st = inference_read(&q, json, &e);
    if (st && !e.message[0])
        abort();
    if (!st) {
        check_body(&q);
        answer = inference_answer(&q, json);
        if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(answer, "outputs")))
            abort();
        cJSON_Delete(answer);
    }
    inference_release(&q);
    cJSON_Delete(json);
    return 0;
}
