/* checkpoint.h - models and training states as safetensors bytes.
 *
 * Source: https://huggingface.co/docs/safetensors (8-byte little-endian header length, a JSON
 * header {"__metadata__":{string:string}, NAME:{"dtype","shape","data_offsets"}}, then the data,
 * without holes or overlaps). Written headers are canonical: tensors in the order they were added,
 * metadata keys in the order they were set, padded with spaces to 8 bytes, so that reading and
 * writing again gives the same bytes. Reading trusts nothing: sizes, offsets, shapes, dtypes,
 * duplicate names, and UTF-8 are checked before any tensor is touched. */
#ifndef LSTM_CHECKPOINT_H
#define LSTM_CHECKPOINT_H

#include <lstm/cpu.h>
#include <lstm/net.h>
#include <lstm/status.h>

/* Most bytes of a header, as in the reference implementation; most tensors, most metadata pairs. */
enum { CHECKPOINT_HEADER_MAX = 100 * 1000 * 1000, CHECKPOINT_TENSORS_MAX = 65536 };

enum checkpoint_dtype { CKPT_F32, CKPT_F64, CKPT_I32, CKPT_I64, CKPT_U8, CKPT_F16, CKPT_BF16 };

struct checkpoint; /* named tensors and metadata strings; owns all of it */

enum status checkpoint_new(struct checkpoint **out, struct err *e);
void checkpoint_free(struct checkpoint *c);

/* Copies data (row-major, as many elements of dtype as the product of shape). ndim 0..2. ST_INVALID
 * when the name exists. */
enum status checkpoint_add(struct checkpoint *c, const char *name, enum checkpoint_dtype dtype,
                           const int64_t *shape, int ndim, const void *data, struct err *e);
/* Copies value (UTF-8, NUL-terminated); replaces an earlier value of the key. */
enum status checkpoint_set(struct checkpoint *c, const char *key, const char *value, struct err *e);
enum status checkpoint_set_i64(struct checkpoint *c, const char *key, int64_t v, struct err *e);
enum status checkpoint_set_f64(struct checkpoint *c, const char *key, double v,
                               struct err *e); /* round-trips */
/* n doubles as one space-separated string that round-trips exactly; NaN is written as "nan". */
enum status checkpoint_set_f64s(struct checkpoint *c, const char *key, const double *v, size_t n,
                                struct err *e);
/* n strings as one value, joined by '\n'; a string that contains '\n' is ST_INVALID,
 * and so is a single empty string, which would read back as none. */
enum status checkpoint_set_strings(struct checkpoint *c, const char *key, const char *const *v,
                                   size_t n, struct err *e);

const char *checkpoint_get(const struct checkpoint *c,
                           const char *key); /* NULL: not there; borrowed */
/* ST_CORRUPT "checkpoint: metadata KEY is missing / is 'x', it must be …" */
enum status checkpoint_get_i64(int64_t *out, const struct checkpoint *c, const char *key,
                               int64_t min, int64_t max, struct err *e);
enum status checkpoint_get_f64(double *out, const struct checkpoint *c, const char *key,
                               struct err *e); /* finite */
/* Exactly n numbers when n > 0, else any number up to max. *out is new, free() it. */
enum status checkpoint_get_f64s(double **out, size_t *count, const struct checkpoint *c,
                                const char *key, size_t n, size_t max, struct err *e);
/* Splits at '\n'. *out is one allocation with the array and the text; free() it. "" gives 0
 * strings. */
enum status checkpoint_get_strings(char ***out, size_t *count, const struct checkpoint *c,
                                   const char *key, size_t max, struct err *e);
/* The metadata key of the arithmetic (<lstm/cpu.h>) in which the content was computed. */
#define CHECKPOINT_ARITHMETIC "lstmd.arithmetic"
/* Sets this key to the arithmetic in force. */
enum status checkpoint_set_arithmetic(struct checkpoint *c, struct err *e);
/* ST_CORRUPT unless its value is the arithmetic in force. For trainings, which must resume in the
 * same one. */
enum status checkpoint_check_arithmetic(const struct checkpoint *c, struct err *e);
/* Copies its value; "" when the key is missing. ST_CORRUPT when it is not the name of an
 * arithmetic. */
enum status checkpoint_get_arithmetic(char out[ARITHMETIC_LEN_MAX + 1], const struct checkpoint *c,
                                      struct err *e);

int checkpoint_num_metadata(const struct checkpoint *c);
/* Pair i in the order in which keys were set; borrowed from c. */
void checkpoint_metadata(const struct checkpoint *c, int i, const char **key, const char **value);

struct checkpoint_tensor {
    const char *name;
    enum checkpoint_dtype dtype;
    int ndim;
    int64_t shape[2];
    const void *data; /* borrowed from the checkpoint, 8-byte aligned */
    size_t size;      /* bytes */
};
static inline int64_t checkpoint_elements(const struct checkpoint_tensor *t)
{
    int64_t n = 1;

    for (int i = 0; i < t->ndim; i++)
        n *= t->shape[i];
    return n;
}
int checkpoint_num_tensors(const struct checkpoint *c);
void checkpoint_tensor(struct checkpoint_tensor *out, const struct checkpoint *c, int i);
/* Finds the tensor of this name, with any dtype and shape. Returns false, with out untouched, when
 * there is none. */
bool checkpoint_look_up(struct checkpoint_tensor *out, const struct checkpoint *c,
                        const char *name);
/* ST_CORRUPT when it is missing or has another dtype or shape; the message holds the expected
 * one. */
enum status checkpoint_find(struct checkpoint_tensor *out, const struct checkpoint *c,
                            const char *name, enum checkpoint_dtype dtype, const int64_t *shape,
                            int ndim, struct err *e);

/* *bytes is new, free() it. */
enum status checkpoint_write(uint8_t **bytes, size_t *len, const struct checkpoint *c,
                             struct err *e);
/* bytes are borrowed for the call and copied. ST_CORRUPT, ST_NOMEM; *out untouched on error. */
enum status checkpoint_read(struct checkpoint **out, const uint8_t *bytes, size_t len,
                            struct err *e);

/* The tensors of a net under their state_dict names, after a prefix ("" for none), and back into a
 * net of the same configuration. strict: tensors that the net does not have are refused. F64, F16
 * and BF16 tensors of the right shape are read too, and rounded. Weights are written as F32. An
 * embedding table that F16 holds exactly (net_halve_embedding()) is written as F16. */
enum status checkpoint_add_net(struct checkpoint *c, const char *prefix, const struct net *n,
                               struct err *e);
enum status checkpoint_get_net(struct net *n, const struct checkpoint *c, const char *prefix,
                               bool strict, struct err *e);
/* ST_CORRUPT naming the first weight that is NaN or infinite: no model file may hold one. */
enum status checkpoint_check_finite(const struct net *n, struct err *e);
/* As net_config_check(), for sizes from a file: ST_CORRUPT instead of ST_INVALID. */
enum status checkpoint_check_net_config(const struct net_config *nc, struct err *e);

#endif
