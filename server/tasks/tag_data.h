/* tag_data.h - loads a stored tagged data set as a corpus for training. */
#ifndef SERVER_TASKS_TAG_DATA_H
#define SERVER_TASKS_TAG_DATA_H

#include "server/store/store.h"

#include <lstm/tagger.h>

struct tag_data {
    struct tagged_set set;
    struct sentence_view *views; /* (set.count) borrows set */
    struct corpus corpus;        /* borrows views */
};
/* Loads the sentences of a data set, followed by those of `validation` (0: none), which are to be
 * held out. *held_out, which may be NULL: their number. Release d after an error too. */
enum status tag_data_load(struct tag_data *d, int *held_out, struct store *s, int64_t dataset_id,
                          int64_t validation, struct err *e);
void tag_data_release(struct tag_data *d);

#endif
