/* fuzz_json.c - any bytes as a JSON request body, and through every reader of bodies behind it. */
#include "server/formats/json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static bool same_series(const struct series_set *a, const struct series_set *b)
{
    if (a->count != b->count || a->num_columns != b->num_columns)
        return false;
    for (int i = 0; i < a->count; i++) {
        const struct series *s = &a->items[i], *t = &b->items[i];

        if (strcmp(s->id, t->id) != 0 || s->length != t->length || s->time.start != t->time.start)
            return false;
        for (int k = 0; k < s->length * a->num_columns; k++)
            if (!same_number(s->values[k], t->values[k]))
                return false;
    }
    return true;
}

/* Lists of numbers beside the tree are another way to the same series, or to the same error. */
static void read_with_lists(const uint8_t *data, size_t size, const struct series_set *expected,
                            const struct err *expected_error, const struct data_limits *limits)
{
    struct json_lists lists = {0};
    struct series_set series = {0};
    struct err e = {0};
    cJSON *tree = NULL;
    enum status st =
        json_read_lists(&tree, &lists, (const char *)data, size, limits->max_json_depth, &e);

    if (!st)
        st = json_read_series(&series, tree, "", "series", &lists, limits, &e);
    if (st ? expected || e.status != expected_error->status ||
                 strcmp(e.message, expected_error->message) != 0 ||
                 strcmp(e.pointer, expected_error->pointer) != 0
           : !expected || !same_series(&series, expected))
        abort();
    if (!st)
        series_set_release(&series);
    cJSON_Delete(tree);
    json_lists_release(&lists);
}

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
        read_with_lists(data, size, NULL, &e, &limits);
        return 0;
    }
    (void)json_only(tree, "", names, &e);
    (void)json_get_string(&text, tree, "", "task", true, &e);
    (void)json_get_int(&n, tree, "", "horizon", 1, 1000, false, &e);
    e = (struct err){0};
    if (json_read_series(&series, tree, "", "series", NULL, &limits, &e)) {
        read_with_lists(data, size, NULL, &e, &limits);
    } else {
        cJSON *out = json_write_series(&series);

        if (!out)
            abort();
        cJSON_Delete(out);
        read_with_lists(data, size, &series, NULL, &limits);
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
