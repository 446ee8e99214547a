/* evaluate.h - how good a model is on a data set that it was not trained on. */
#ifndef SERVER_TASKS_EVALUATE_H
#define SERVER_TASKS_EVALUATE_H

#include "server/store/store.h"

#include <lstm/tagger.h>

/* The evaluation of t on a stored tagged data set as a JSON text, malloc'ed: accuracy, on unknown
 * words, per tag, confusion, whole sentences, for each column. stop and errors as of
 * tagger_evaluate(). */
enum status evaluate_tagger(char **json, const struct tagger *t, struct store *s,
                            int64_t dataset_id, const struct stop_flag *stop, struct err *e);

#endif
