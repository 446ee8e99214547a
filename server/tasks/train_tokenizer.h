/* train_tokenizer.h - the second part of a tag job: a tokenizer learned from the same sentences.
 *
 * If the data set keeps its raw text (CoNLL-U with "# text" or SpaceAfter=No), a tokenizer is
 * fitted to the sentences of the tagger, evaluated on the held-out ones, and put into the tagger's
 * checkpoint. A snapshot of this part holds everything that the first part made. */
#ifndef SERVER_TASKS_TRAIN_TOKENIZER_H
#define SERVER_TASKS_TRAIN_TOKENIZER_H

#include "server/tasks/tag_data.h"
#include "server/tasks/task.h"

struct train_tokenizer;

/* c, p and hooks are borrowed until train_tokenizer_free(). ST_CORRUPT: hooks->resume is a broken
 * snapshot of this part. */
enum status train_tokenizer_new(struct train_tokenizer **out, const struct tag_data *c,
                                const struct params *p, const struct fit_hooks *hooks,
                                struct err *e);
void train_tokenizer_free(struct train_tokenizer *s); /* s may be NULL */
/* Whether hooks->resume is a snapshot of this part; then the first part is done. */
bool train_tokenizer_resumes(const struct train_tokenizer *s);
/* Makes hooks those of the first part: its progress ends at the share where this part begins. */
void train_tokenizer_share(struct fit_hooks *hooks, struct train_tokenizer *s);
/* Fits a tokenizer if there is raw text, and adds checkpoint, metrics, evaluation and details to
 * *t, which holds the results of the first part. If this part is resumed, *t must be empty: the
 * snapshot holds those results. */
enum status train_tokenizer_run(struct trained *t, struct train_tokenizer *s, struct err *e);

#endif
