/* tag_baseline.h - the accuracy of a baseline that gives every word its most frequent tag. A tagger
 * must do better (Jurafsky and Martin, "Speech and Language Processing", chapter 17). */
#ifndef SERVER_TASKS_TAG_BASELINE_H
#define SERVER_TASKS_TAG_BASELINE_H

#include <lstm/tagger.h>

/* *accuracy, 0..1: over the tokens that have a tag in column c, in the sentences from number
 * `first` on. The tags are those of the sentences before; a word that does not occur in them gets
 * their most frequent tag. NaN if there is no such token. ST_NOMEM. */
enum status tag_baseline(double *accuracy, const struct corpus *corpus, int first,
                         enum tag_column c, struct err *e);

#endif
