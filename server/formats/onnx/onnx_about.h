/* onnx_about.h - what the metadata of a model of ONNX tells of where it comes from. */
#ifndef SERVER_FORMATS_ONNX_ONNX_ABOUT_H
#define SERVER_FORMATS_ONNX_ONNX_ABOUT_H

#include "server/formats/onnx/onnx_graph.h"

struct onnx_about {
    const char *name; /* of the model */
    int64_t version;
    const char *producer; /* the version of lstmd */
};

/* ST_TOO_LARGE when so many weights do not fit into a file of ONNX. */
enum status onnx_check_size(int64_t weights, struct err *e);
/* The status of the finished file. */
enum status onnx_status(const struct buf *out, struct err *e);
/* Begins the file and its graph, which takes its name from the model. */
void onnx_about_begin(struct onnx_file *f, struct buf *out, const struct onnx_about *a,
                      const char *doc);
/* The metadata that each model has. task: "forecast" or "tag". arithmetic: "" when unknown.
 * left_out: what of the service's own results is not in the graph, in sentences. */
void onnx_about_metadata(struct onnx_file *f, const struct onnx_about *a, const char *task,
                         const char *arithmetic, const char *left_out);
void onnx_metadata_int(struct onnx_file *f, const char *key, int64_t v);
/* A list of n texts as a JSON array; item returns text i, borrowed. */
void onnx_metadata_list(struct onnx_file *f, const char *key, int n,
                        const char *(*item)(const void *ctx, int i), const void *ctx);

#endif
