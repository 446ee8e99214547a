/* case_variants.h - the training sentences in other cases. Private to tagging/.
 *
 * A training part has few headlines, few lines in capitals and few in small letters. So some of its
 * sentences, other ones in each epoch, are trained on as if they were such lines. */
#ifndef CORE_TAGGING_CASE_VARIANTS_H
#define CORE_TAGGING_CASE_VARIANTS_H

#include "core/tagging/context.h"
#include "core/text/letter_case.h"
#include "core/text/vocabulary.h"

#include <lstm/rng.h>

struct case_variants {
    int32_t *types[NUM_CASES]; /* (tokens) forms in each case; NULL: no sentence has a variant */
};

/* Numbers the forms of count sentences v in each case, and adds them to forms. types: (tokens)
 * the forms as they are written. Sentences with fewer than two words that have a case stay as
 * they are. out: zeroed; case_variants_release() it also on failure. ST_NOMEM, ST_TOO_LARGE;
 * ST_CANCELLED when stop (may be NULL) is set. */
enum status case_variants_init(struct case_variants *out, struct vocabulary *forms,
                               const int32_t *types, const struct sentence_view *v, int count,
                               const struct stop_flag *stop, struct err *e);
void case_variants_release(struct case_variants *v);
/* The forms to train one sentence on this time: most often `types`, the written ones. */
const int32_t *case_variants_draw(const struct case_variants *v, const int32_t *types,
                                  struct rng *rng);

/* The sentences of c, and behind them a share of them in other cases. */
struct case_copies {
    size_t *offset;
    int32_t *types;
    int32_t *classes[TAG_COLUMNS];
};
/* Makes the copies, and lets c borrow them. c stays as it is if no sentence has a variant. out:
 * zeroed; case_copies_release() it also on failure. ST_NOMEM. */
enum status case_copies_init(struct case_copies *out, struct context_corpus *c,
                             const struct case_variants *v, struct err *e);
void case_copies_release(struct case_copies *copies);

#endif
