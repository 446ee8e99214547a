/* tag_data.c - see tag_data.h. */
#include "server/tasks/tag_data.h"

#include "server/formats/conllu.h"

#include <stdlib.h>

void tag_data_release(struct tag_data *d)
{
    free(d->views);
    tagged_set_release(&d->set);
}

enum status tag_data_load(struct tag_data *d, int *held_out, struct store *s, int64_t dataset_id,
                          int64_t validation, struct err *e)
{
    struct tagged_set more = {0};
    enum status st = store_tagged_load(&d->set, s, dataset_id, e);

    if (!st && validation)
        st = store_tagged_load(&more, s, validation, e);
    if (held_out)
        *held_out = more.count;
    if (!st && !tagged_set_append(&d->set, &more))
        st = err_nomem(e, 0);
    tagged_set_release(&more);
    if (!st)
        st = conllu_read_words(&d->set, e);
    if (st)
        return st;
    d->views = calloc((size_t)d->set.count + 1, sizeof(*d->views));
    if (!d->views)
        return err_nomem(e, 0);
    for (int i = 0; i < d->set.count; i++) {
        const struct tagged_sentence *t = &d->set.items[i];

        d->views[i] = (struct sentence_view){
            .tokens = (const char *const *)t->form,
            .tags = {(const char *const *)t->upos, (const char *const *)t->xpos},
            .length = t->length,
            .feats = (const char *const *)t->feats,
            .lemmas = (const char *const *)t->lemma};
    }
    d->corpus = (struct corpus){d->views, d->set.count};
    return ST_OK;
}
