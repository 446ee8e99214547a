/* model_load.h - makes a model from the bytes of its checkpoint. */
#ifndef SERVER_MODELS_MODEL_LOAD_H
#define SERVER_MODELS_MODEL_LOAD_H

#include "server/store/store.h"

#include <lstm/forecaster.h>
#include <lstm/tagger.h>
#include <lstm/tokenizer.h>

/* One model version; immutable once it is loaded. */
struct model {
    enum task task;
    char name[NAME_MAX_LEN + 1];
    int64_t version;
    char digest[DIGEST_LEN + 1];
    char dataset[NAME_MAX_LEN + 1]; /* its training data; "": imported */
    /* Seasonal naive was as good on the held-out end; false also when that is not known. */
    bool baseline_as_good;
    const struct forecaster *forecaster; /* TASK_FORECAST */
    const struct timeline *time;         /* for each series: of its first observation (row 0) */
    const char *value_name;      /* of the only column of values; NULL: several, or not known */
    const struct tagger *tagger; /* TASK_TAG */
    const struct tokenizer *tokenizer; /* TASK_TAG: splits text like the treebank; or NULL */
};

/* Sets task, and forecaster with time or tagger with tokenizer, which m then owns. On error they
 * stay NULL. ST_CORRUPT, ST_NOMEM. */
enum status model_load(struct model *m, const uint8_t *bytes, size_t len, struct err *e);
/* Frees what model_load() made; the caller owns m itself. */
void model_release(struct model *m);

#endif
