/* raw_text.h - the raw text of tagged sentences, to learn from it how text is split. */
#ifndef SERVER_FORMATS_RAW_TEXT_H
#define SERVER_FORMATS_RAW_TEXT_H

#include "server/data/data.h"

#include <lstm/tokenizer.h>

struct documents {
    struct text_view *items; /* texts and words owned by this */
    int count, cap;
};

/* The texts of the sentences first..first+count-1 that were read from CoNLL-U which tells of white
 * space (a "# text" line or SpaceAfter=No): surface tokens joined as SpaceAfter says, the words of
 * a multi-word token where they lie side by side in it (else it is one word), sentences joined by a
 * space, or by none when SpaceAfter says so, "# newpar" as a blank line, "# newdoc" as a new
 * document. out->count is 0 when there are none. ST_NOMEM; on error out is empty. */
enum status documents_init(struct documents *out, const struct tagged_set *set, int first,
                           int count, struct err *e);
void documents_release(struct documents *d);

#endif
