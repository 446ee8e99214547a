/* report_tag.h - the evaluation, metrics and details of a tagger as JSON trees; NULL when out of
 * memory. */
#ifndef SERVER_TASKS_REPORT_TAG_H
#define SERVER_TASKS_REPORT_TAG_H

#include "server/tasks/report.h"

#include <lstm/tagger.h>
#include <lstm/tokenizer.h>

cJSON *report_tag_metrics(const struct tagger_evaluation *all);
/* first: the first training sentence, whose tags the tutorial shows; may be NULL. */
cJSON *report_tag_evaluation(const struct tagger *t, const struct tagger_evaluation *ev,
                             const struct sentence_view *first);
/* splits: the model also has a learned tokenizer. */
cJSON *report_tag_details(const struct tagger *t, bool splits);
/* The figures of a tokenizer on held-out text. */
cJSON *report_split(const struct tokenizer_score *s);

#endif
