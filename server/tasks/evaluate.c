/* evaluate.c - see evaluate.h. */
#include "server/tasks/evaluate.h"

#include "server/tasks/report_tag.h"
#include "server/tasks/tag_data.h"

enum status evaluate_tagger(char **json, const struct tagger *t, struct store *s,
                            int64_t dataset_id, const struct stop_flag *stop, struct err *e)
{
    struct tag_data d = {0};
    struct tagger_evaluation ev = {0};
    enum status st = tag_data_load(&d, NULL, s, dataset_id, 0, e);

    if (!st)
        st = tagger_evaluate(&ev, t, &d.corpus, stop, e);
    if (!st) {
        *json = report_text(report_tag_evaluation(t, &ev, NULL));
        st = *json ? ST_OK : err_nomem(e, 0);
    }
    tagger_evaluation_release(&ev);
    tag_data_release(&d);
    return st;
}
