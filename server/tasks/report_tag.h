/* report_tag.h - the evaluation, metrics and details of a tagger as JSON trees; NULL when out of
 * memory. */
#ifndef SERVER_TASKS_REPORT_TAG_H
#define SERVER_TASKS_REPORT_TAG_H

#include "server/tasks/report.h"

#include <lstm/tagger.h>
#include <lstm/tokenizer.h>

cJSON *report_tag_metrics(const struct tagger_evaluation *all);
/* first: the first training sentence, whose tags the tutorial shows; or NULL. */
cJSON *report_tag_evaluation(const struct tagger *t, const struct tagger_evaluation *ev,
                             const struct sentence_view *first);
/* splits: the model has a learned tokenizer, too. */
cJSON *report_tag_details(const struct tagger *t, bool splits);
/* How well held-out text was split. */
cJSON *report_split(const struct tokenizer_score *s);

#endif
