/* tensor.c - see tensor.h. */
#include "server/protocols/kserve/tensor.h"

#include "server/formats/json.h"
#include "server/formats/json_build.h"

#include <math.h>
#include <string.h>

enum { DIMENSION_MAX = 10000000 };

static enum status read_datatype(struct tensor *t, const cJSON *json, const char *place,
                                 struct err *e)
{
    static const char *const numbers[] = {"FP64",  "FP32",  "FP16",   "INT8",   "INT16", "INT32",
                                          "INT64", "UINT8", "UINT16", "UINT32", "UINT64"};
    const char *name = NULL;
    enum status st = json_get_string(&name, json, place, "datatype", true, e);

    if (st)
        return st;
    t->bytes = strcmp(name, "BYTES") == 0;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (t->bytes || strcmp(name, numbers[i]) == 0)
            return ST_OK;
    err_set(e, ST_INVALID, "datatype is '%.40s'; it must be BYTES or one of numbers, such as FP64",
            name);
    return err_at(e, "%s/datatype", place);
}

static enum status read_shape(struct tensor *t, const cJSON *json, const char *place, struct err *e)
{
    const cJSON *shape = cJSON_GetObjectItemCaseSensitive(json, "shape"), *d;
    int n = cJSON_IsArray(shape) ? cJSON_GetArraySize(shape) : 0, size[2] = {1, 1};
    bool ok = n == 1 || n == 2;
    int i = 2 - n;

    cJSON_ArrayForEach(d, shape)
    {
        ok = ok && cJSON_IsNumber(d) && d->valuedouble >= 0 && d->valuedouble <= DIMENSION_MAX &&
             d->valuedouble == floor(d->valuedouble);
        if (ok)
            size[i++] = (int)d->valuedouble;
    }
    t->flat = n == 1;
    t->rows = size[0];
    t->width = size[1];
    if (ok)
        return ST_OK;
    err_set(e, ST_INVALID, "shape must be a list of one or two whole numbers up to %d",
            DIMENSION_MAX);
    return err_at(e, "%s/shape", place);
}

const cJSON *tensor_next(struct tensor_at *at)
{
    at->value = at->first ? at->first : at->value ? at->value->next : NULL;
    at->first = NULL;
    while (!at->value && at->row) { /* the first value of the next row that has one */
        at->value = at->row->child;
        at->row = at->row->next;
    }
    return at->value;
}

struct tensor_at tensor_begin(const struct tensor *t)
{
    bool nested = cJSON_IsArray(t->data->child);

    return nested ? (struct tensor_at){.row = t->data->child}
                  : (struct tensor_at){.first = t->data->child};
}

static bool fits(const struct tensor *t, const cJSON *v)
{
    return t->bytes ? cJSON_IsString(v) : cJSON_IsNumber(v) || cJSON_IsNull(v);
}

/* Counts the elements; -1 when one is of another type, or the rows are not as wide as the shape. */
static int64_t count(const struct tensor *t)
{
    bool nested = cJSON_IsArray(t->data->child);
    int64_t n = 0;

    for (const cJSON *row = t->data->child; row; row = row->next) {
        if (nested != (bool)cJSON_IsArray(row) || (nested && cJSON_GetArraySize(row) != t->width))
            return -1;
        if (!nested && !fits(t, row))
            return -1;
        for (const cJSON *v = nested ? row->child : NULL; v; v = v->next)
            if (!fits(t, v))
                return -1;
        n += nested ? t->width : 1;
    }
    return n;
}

enum status tensor_read(struct tensor *out, const cJSON *json, const char *place, struct err *e)
{
    enum status st;

    *out = (struct tensor){0};
    if (!cJSON_IsObject(json)) {
        err_set(e, ST_INVALID, "a tensor is an object with name, shape, datatype and data");
        return err_at(e, "%s", place);
    }
    st = json_get_string(&out->name, json, place, "name", true, e);
    if (!st)
        st = read_datatype(out, json, place, e);
    if (!st)
        st = read_shape(out, json, place, e);
    out->data = cJSON_GetObjectItemCaseSensitive(json, "data");
    if (!st && (!cJSON_IsArray(out->data) || count(out) != (int64_t)out->rows * out->width)) {
        err_set(e, ST_INVALID,
                "data must be a list of %lld %s, which the shape demands, or a list of such rows; "
                "binary data are not read here",
                (long long)out->rows * out->width, out->bytes ? "texts" : "numbers");
        return err_at(e, "%s/data", place);
    }
    return st;
}

cJSON *tensor_make(const char *name, const char *datatype, int rows, int width, cJSON *data)
{
    cJSON *shape = json_push(cJSON_CreateArray(), cJSON_CreateNumber(rows));
    cJSON *o = json_put_text(cJSON_CreateObject(), "name", name);

    if (width)
        shape = json_push(shape, cJSON_CreateNumber(width));
    o = json_put_text(o, "datatype", datatype);
    o = json_put(o, "shape", shape);
    return json_put(o, "data", data);
}
