/* evaluate.h - measures a model on a data set that it was not trained on. */
#ifndef SERVER_TASKS_EVALUATE_H
#define SERVER_TASKS_EVALUATE_H

#include "server/store/store.h"

#include <lstm/tagger.h>

/* *json: the evaluation of t on a stored tagged data set, a malloc'ed text. For each column:
 * accuracy, also on unknown words and per tag, the confusion matrix, and the share of sentences
 * without an error. stop and errors as for tagger_evaluate(). */
enum status evaluate_tagger(char **json, const struct tagger *t, struct store *s,
                            int64_t dataset_id, const struct stop_flag *stop, struct err *e);

#endif
