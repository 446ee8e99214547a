/* tag_baseline.h - the accuracy of giving every word the tag that it has most often: what a tagger
 * has to beat (Jurafsky and Martin, "Speech and Language Processing", chapter 17). */
#ifndef SERVER_TASKS_TAG_BASELINE_H
#define SERVER_TASKS_TAG_BASELINE_H

#include <lstm/tagger.h>

/* *accuracy, 0..1: over the tokens with a tag in column c of the sentences from number `first` on,
 * by what the sentences before it have. A word that they do not have gets the tag that is most
 * frequent there. NaN where there is nothing to count. ST_NOMEM. */
enum status tag_baseline(double *accuracy, const struct corpus *corpus, int first,
                         enum tag_column c, struct err *e);

#endif
