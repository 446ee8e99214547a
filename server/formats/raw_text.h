/* raw_text.h - the raw text of tagged sentences, from which a tokenizer is trained. */
#ifndef SERVER_FORMATS_RAW_TEXT_H
#define SERVER_FORMATS_RAW_TEXT_H

#include "server/data/data.h"

#include <lstm/tokenizer.h>

struct documents {
    struct text_view *items; /* texts and words are owned */
    int count, cap;
};

/* The texts of sentences first to first + count - 1, as far as they come from CoNLL-U with white
 * space (a "# text" line or SpaceAfter=No). Surface tokens are joined as SpaceAfter tells. The
 * words of a multi-word token are kept if they lie side by side in it; otherwise it is one word.
 * Sentences are joined by a space, or by nothing when SpaceAfter tells so; "# newpar" is a blank
 * line, "# newdoc" a new document. out->count is 0 when there are none. ST_NOMEM; on error out is
 * empty. */
enum status documents_init(struct documents *out, const struct tagged_set *set, int first,
                           int count, struct err *e);
void documents_release(struct documents *d);

#endif
