/* fuzz_json.c - any bytes as a JSON request body, and through every reader of bodies behind it. */
#include "server/formats/json.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct data_limits limits = {.max_series = 50,
                                              .max_series_length = 2000,
                                              .max_sentences = 1000,
                                              .max_tokens = 10000,
                                              .max_json_depth = 16};
    static const char *const names[] = {"task", "params", NULL};
    struct series_set series;
    struct tagged_set tagged;
    struct err e = {0};
    const char *text = NULL;
    int64_t n = 0;
    cJSON *tree = NULL;

    if (json_read(&tree, (const char *)data, size, limits.max_json_depth, &e)) {
        if (!e.message[0] || tree)
            abort();
        return 0;
    }
    (void)json_only(tree, "", names, &e);
    (void)json_get_string(&text, tree, "", "task", true, &e);
    (void)json_get_int(&n, tree, "", "horizon", 1, 1000, false, &e);
    if (json_read_series(&series, tree, "", "series", &limits, &e) == ST_OK) {
        cJSON *out = json_write_series(&series);

        if (!out)
            abort();
        cJSON_Delete(out);
        series_set_release(&series);
    }
    if (json_read_tagged(&tagged, tree, &limits, &e) == ST_OK) {
        cJSON *out = json_write_tagged(&tagged);

        if (!out)
            abort();
        cJSON_Delete(out);
        tagged_set_release(&tagged);
    }
    cJSON_Delete(tree);
    return 0;
}
