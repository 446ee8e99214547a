/* train_tokenizer.h - the second part of a tag job: a tokenizer learned from the same sentences.
 *
 * Where the data set keeps its raw text (CoNLL-U with "# text" or SpaceAfter=No), a tokenizer is
 * fitted to the sentences of the tagger, scored on the held-out ones, and put into the tagger's
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
void train_tokenizer_free(struct train_tokenizer *s); /* NULL is fine */
/* Whether hooks->resume is a snapshot of this part, so that the first one is done. */
bool train_tokenizer_resumes(const struct train_tokenizer *s);
/* Makes hooks those of the first part: progress runs up to where this one begins. */
void train_tokenizer_share(struct fit_hooks *hooks, struct train_tokenizer *s);
/* Fits, where there is raw text, and adds checkpoint, metrics, evaluation and details to *t, which
 * holds what the first part made. When this part is resumed, *t is empty: the snapshot has that. */
enum status train_tokenizer_run(struct trained *t, struct train_tokenizer *s, struct err *e);

#endif
