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

static const struct data_limits limits = {.max_series = 50,
                                          .max_series_length = 2000,
                                          .max_sentences = 1000,
                                          .max_tokens = 10000,
                                          .max_json_depth = 16};

/* What was read is written, and read again alike. */
static void read_again(const struct buf *text, const struct series_set *series,
                       const struct tagged_set *tagged)
{
    struct series_set set = {0};
    struct tagged_set words = {0};
    struct err e = {0};
    cJSON *tree = NULL;

    if (text->st || json_read(&tree, text->data, text->len, limits.max_json_depth, &e))
        abort();
    if (series && (json_read_series(&set, text->data, text->len, "series", NULL, &limits, &e) ||
                   !same_series(&set, series)))
        abort();
    if (tagged && (json_read_tagged(&words, text->data, text->len, &limits, &e) ||
                   words.count != tagged->count))
        abort();
    series_set_release(&set);
    tagged_set_release(&words);
    cJSON_Delete(tree);
}

/* The text is that of an upload, or of a forecast. */
static void read_data(const char *text, size_t size)
{
    static const char *const others[] = {"horizon", "level", NULL};
    struct series_set series;
    struct tagged_set tagged;
    struct err e = {0};
    struct buf b;

    buf_init(&b, SIZE_MAX / 4);
    if (json_read_series(&series, text, size, "series", NULL, &limits, &e) == ST_OK) {
        json_write_series(&b, &series);
        read_again(&b, &series, NULL);
        series_set_release(&series);
    } else if (series.count || !e.message[0]) {
        abort();
    }
    e = (struct err){0};
    if (json_read_series(&series, text, size, "series", others, &limits, &e) == ST_OK)
        series_set_release(&series);
    e = (struct err){0};
    if (json_read_tagged(&tagged, text, size, &limits, &e) == ST_OK) {
        b.len = 0;
        json_write_tagged(&b, &tagged);
        read_again(&b, NULL, &tagged);
        tagged_set_release(&tagged);
    } else if (tagged.count || !e.message[0]) {
        abort();
    }
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"task", "params", NULL};
    const char *text = NULL;
    struct err e = {0};
    int64_t n = 0;
    cJSON *tree = NULL, *beside = NULL;
    enum status st = json_read_beside(&beside, json_data_members, (const char *)data, size, 16, &e);

    if (st && (!e.message[0] || beside))
        abort();
    if (json_read(&tree, (const char *)data, size, limits.max_json_depth, &e)) {
        if (!e.message[0] || tree || !st)
            abort();
        return 0;
    }
    if ((st == ST_OK) != (bool)cJSON_IsObject(tree))
        abort();
    (void)json_only(tree, "", names, &e);
    (void)json_get_string(&text, tree, "", "task", true, &e);
    (void)json_get_int(&n, tree, "", "horizon", 1, 1000, false, &e);
    if (!st)
        read_data((const char *)data, size);
    cJSON_Delete(beside);
    cJSON_Delete(tree);
    return 0;
}
