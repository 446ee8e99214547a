/* checkpoint_internal.h - the members of struct checkpoint, which the files of this folder
 * share. */
#ifndef CORE_CHECKPOINT_CHECKPOINT_INTERNAL_H
#define CORE_CHECKPOINT_CHECKPOINT_INTERNAL_H

#include "core/base/strmap.h"
#include <lstm/checkpoint.h>

enum { CHECKPOINT_DTYPES = CKPT_BF16 + 1 };
#define CHECKPOINT_METADATA "__metadata__" /* the one name that no tensor can have */

struct ckpt_tensor {
    char *name;
    enum checkpoint_dtype dtype;
    int ndim;
    int64_t shape[2];
    void *data; /* (size), owned */
    size_t size;
    uint64_t begin, end; /* while reading: offsets into the data */
};
struct ckpt_pair {
    char *key, *value;
};
struct checkpoint {
    struct ckpt_tensor *tensors;
    struct ckpt_pair *pairs;
    int num_tensors, num_pairs;
    int cap_tensors, cap_pairs;
    struct strmap tensor_index, pair_index;
};

extern const char *const checkpoint_dtype_names[CHECKPOINT_DTYPES]; /* "F32" ... */
extern const size_t checkpoint_dtype_sizes[CHECKPOINT_DTYPES];      /* bytes of an element */

/* Bytes of a tensor of this shape; false when it is negative or overflows. */
bool checkpoint_tensor_bytes(size_t *out, enum checkpoint_dtype dtype, const int64_t *shape,
                             int ndim);

/* *out: a new tensor without data. name: owned by c from here on, even on failure. ST_INVALID: the
 * name exists already. */
enum status checkpoint_push_tensor(struct ckpt_tensor **out, struct checkpoint *c, char *name,
                                   struct err *e);
/* key and value: owned by c from here on, even on failure. ST_INVALID: the key exists already. */
enum status checkpoint_push_pair(struct checkpoint *c, char *key, char *value, struct err *e);

/* "F32 (24,6)" */
enum { CHECKPOINT_SHAPE_TEXT = 64 };
void checkpoint_shape_text(char out[CHECKPOINT_SHAPE_TEXT], enum checkpoint_dtype dtype,
                           const int64_t *shape, int ndim);

#endif
