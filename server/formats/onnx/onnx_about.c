/* onnx_about.c - see onnx_about.h. */
#include "server/formats/onnx/onnx_about.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 24 };

/* Of the largest file, the part that is not weights: names of series and words. */
static const int64_t beside_weights = 256 * 1024 * 1024;

static enum status too_large(struct err *e)
{
    return err_set(e, ST_TOO_LARGE,
                   "the model is too large for the ONNX format, whose files have less than 2 GiB; "
                   "take the safetensors file");
}

enum status onnx_check_size(int64_t weights, struct err *e)
{
    int64_t most = ((int64_t)ONNX_BYTES_MAX - beside_weights) / (int64_t)sizeof(float);

    return weights > most ? too_large(e) : ST_OK;
}

enum status onnx_status(const struct buf *out, struct err *e)
{
    return out->st == ST_TOO_LARGE ? too_large(e) : buf_status(out, e);
}

void onnx_about_begin(struct onnx_file *f, struct buf *out, const struct onnx_about *a,
                      const char *doc)
{
    onnx_begin(f, out, a->producer, a->version, a->name, doc);
}

void onnx_metadata_int(struct onnx_file *f, const char *key, int64_t v)
{
    char number[NUMBER_MAX];

    snprintf(number, sizeof(number), "%lld", (long long)v);
    onnx_metadata(f, key, number);
}

void onnx_about_metadata(struct onnx_file *f, const struct onnx_about *a, const char *task,
                         const char *arithmetic, const char *left_out)
{
    onnx_metadata(f, "lstmd.model", a->name);
    onnx_metadata_int(f, "lstmd.version", a->version);
    onnx_metadata(f, "lstmd.task", task);
    if (arithmetic[0])
        onnx_metadata(f, "lstmd.arithmetic", arithmetic);
    onnx_metadata(f, "lstmd.left_out", left_out);
}

void onnx_metadata_list(struct onnx_file *f, const char *key, int n,
                        const char *(*item)(const void *ctx, int i), const void *ctx)
{
    struct buf list;

    buf_init(&list, f->out->max);
    buf_puts(&list, "[");
    for (int i = 0; i < n; i++) {
        buf_puts(&list, i ? "," : "");
        buf_put_json_string(&list, item(ctx, i));
    }
    buf_puts(&list, "]");
    if (list.st)
        f->out->st = f->out->st ? f->out->st : list.st;
    else
        onnx_metadata(f, key, list.data);
    buf_release(&list);
}
