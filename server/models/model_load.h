/* model_load.h - a model version as requests use it, from the bytes of its checkpoint. */
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
    char dataset[NAME_MAX_LEN + 1];      /* that it was trained on; "": imported */
    bool baseline_as_good; /* as the model, on the held-out end; false: or not known */
    const struct forecaster *forecaster; /* TASK_FORECAST */
    const struct timeline *time;         /* per series: of its first observation (row 0) */
    const struct tagger *tagger;         /* TASK_TAG */
    const struct tokenizer *tokenizer;   /* TASK_TAG: how its treebank splits text; or NULL */
};

/* Fills task and forecaster with time, or tagger with tokenizer, which m owns then. On error they
 * stay NULL. ST_CORRUPT, ST_NOMEM. */
enum status model_load(struct model *m, const uint8_t *bytes, size_t len, struct err *e);
/* Frees what model_load() made; m itself stays the caller's. */
void model_release(struct model *m);

#endif
