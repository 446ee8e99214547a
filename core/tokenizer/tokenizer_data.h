/* tokenizer_data.h - turns documents into samples for the training of the tokenizer's net. */
#ifndef CORE_TOKENIZER_TOKENIZER_DATA_H
#define CORE_TOKENIZER_TOKENIZER_DATA_H

#include "core/tokenizer/tokenizer_model.h"

enum { TRAIN_STEPS_MAX = 128 }; /* steps of a sample */

struct sample_range {
    size_t from;
    int length;
};

struct tokenizer_data {
    size_t count, capacity; /* steps */
    int32_t *rows;          /* (count, TOKEN_FEATURES) */
    uint8_t *ends;          /* (count) enum step_end */
    struct sample_range *samples;
    int num_samples, samples_capacity;
    float unknown_rate;
};

/* Fills the empty splits and rows of t, and *out, from checked documents. Release out also on
 * error. ST_NOMEM, ST_TOO_LARGE; ST_CANCELLED when stop (may be NULL) is set. */
enum status tokenizer_data_init(struct tokenizer_data *out, struct tokenizer *t,
                                const struct text_view *documents, int count,
                                const struct stop_flag *stop, struct err *e);
void tokenizer_data_release(struct tokenizer_data *d);
/* Borrows d. */
struct sample_source tokenizer_data_source(struct tokenizer_data *d);

#endif
