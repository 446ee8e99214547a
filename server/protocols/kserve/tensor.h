/* tensor.h - tensors as JSON: name, shape, datatype, data. Private to kserve/. */
#ifndef SERVER_PROTOCOLS_KSERVE_TENSOR_H
#define SERVER_PROTOCOLS_KSERVE_TENSOR_H

#include <cjson/cJSON.h>
#include <lstm/status.h>
#include <stdbool.h>

/* A tensor of one or two dimensions; everything is borrowed from the JSON. */
struct tensor {
    const char *name;
    bool bytes;      /* its datatype is BYTES; otherwise a number */
    int rows, width; /* of one dimension: 1 row */
    bool flat;       /* it has one dimension */
    const cJSON *data;
};

/* place: JSON pointer of the tensor. ST_INVALID: a member that is missing or of another type, a
 * datatype that is none, a shape that the data do not have. */
enum status tensor_read(struct tensor *out, const cJSON *json, const char *place, struct err *e);
/* A place among the elements, in row-major order. Data may be one list, or one for each row. */
struct tensor_at {
    const cJSON *first; /* of a single list, before it was returned */
    const cJSON *row;   /* the next row of several */
    const cJSON *value; /* the element that was returned last */
};
struct tensor_at tensor_begin(const struct tensor *t);
/* The next element; NULL after the last one. */
const cJSON *tensor_next(struct tensor_at *at);

/* {"name","datatype","shape":[rows,width],"data"}, or of one dimension if width is 0. Consumes
 * data; NULL when out of memory. */
cJSON *tensor_make(const char *name, const char *datatype, int rows, int width, cJSON *data);

#endif
