/* fuzz_prometheus.c - any bytes as an answer of Prometheus. What is written afterwards is JSON,
 * with as many series at most as may be. */
#include "server/formats/json.h"
#include "server/formats/prometheus_matrix.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct prometheus_grid g = {1577836800, 60, 20, 8, 200};
    struct prometheus_matrix *m = NULL;
    struct err e = {0};
    struct buf out;
    cJSON *tree = NULL;
    char *text = malloc(size + 1);

    if (!text || prometheus_matrix_new(&m, &g, &e))
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    buf_init(&out, 16 << 20);
    for (int page = 0; page < 2; page++)
        if (prometheus_matrix_add(m, text, size, &e) && !e.message[0])
            abort();
    prometheus_matrix_write(&out, m, "id");
    if (out.st || json_read(&tree, out.data, out.len, 8, &e) ||
        cJSON_GetArraySize(cJSON_GetObjectItem(tree, "series")) > 8)
        abort();
    if (prometheus_matrix_newest(m) > g.start + g.points * g.step)
        abort();
    cJSON_Delete(tree);
    buf_release(&out);
    prometheus_matrix_free(m);
    free(text);
    return 0;
}
