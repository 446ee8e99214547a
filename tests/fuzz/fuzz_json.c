/* fuzz_json.c - any bytes as a JSON request body, through every reader of such bodies. */
#include "server/formats/json.h"
#include "server/formats/json_body.h"

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

static const char *const others[] = {"horizon", "level", NULL};

static enum status read_body(struct json_body *out, const char *text, size_t size, bool upload,
                             struct err *e)
{
    const struct json_body_options o = {.default_id = "series",
                                        .others = upload ? NULL : others,
                                        .sentences = upload,
                                        .limits = &limits};

    return json_body_read(out, &o, text, size, e);
}

/* Data that were read are the same after they were written and read again. */
static void read_again(const struct json_body *first)
{
    struct json_body body;
    struct err e = {0};
    struct buf text;

    buf_init(&text, SIZE_MAX / 4);
    if (first->kind == DATA_TAGGED)
        json_write_tagged(&text, &first->tagged);
    else
        json_write_series(&text, &first->series);
    if (text.st || read_body(&body, text.data, text.len, true, &e) || body.st)
        abort();
    if (body.kind == DATA_TAGGED ? body.tagged.count != first->tagged.count
                                 : !same_series(&body.series, &first->series))
        abort();
    json_body_release(&body);
    buf_release(&text);
}

/* The text is that of an upload, or of a forecast. */
static void read_data(const char *text, size_t size, bool upload, const cJSON *tree)
{
    struct json_body body;
    struct err e = {0};
    enum status st = read_body(&body, text, size, upload, &e);

    if ((st == ST_OK) != (bool)cJSON_IsObject(tree) || (st && (!e.message[0] || body.tree)))
        abort();
    if (!st && body.st && (!body.err.message[0] || body.series.count || body.tagged.count))
        abort();
    if (!st && (bool)body.tree == upload)
        abort();
    if (!st && !body.st && upload)
        read_again(&body);
    json_body_release(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"task", "params", NULL};
    const char *text = NULL;
    struct err e = {0};
    int64_t n = 0;
    cJSON *tree = NULL;
    enum status st = json_read(&tree, (const char *)data, size, limits.max_json_depth, &e);

    if (st && (!e.message[0] || tree))
        abort();
    if (!st) {
        (void)json_only(tree, "", names, &e);
        (void)json_get_string(&text, tree, "", "task", true, &e);
        (void)json_get_int(&n, tree, "", "horizon", 1, 1000, false, &e);
    }
    read_data((const char *)data, size, true, tree);
    read_data((const char *)data, size, false, tree);
    cJSON_Delete(tree);
    return 0;
}
