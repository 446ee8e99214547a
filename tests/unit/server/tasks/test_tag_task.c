/* test_tag_task.c - training a tagger on stored sentences: resources and results. */
#include "server/models/model_load.h"
#include "server/tasks/tag_data.h"
#include "server/tasks/tag_task.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/tasks/treebank.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCES = 30 };

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_treebank(&f, "t", SENTENCES, false);
}

static void teardown(void)
{
    fixture_close(&f);
}

static struct params small(void)
{
    struct params p;

    ck_ok(params_defaults(&p, TASK_TAG, NULL, &f.e), &f.e);
    p.hidden_size = 3;
    p.embedding_dim = 4;
    p.epochs = 2;
    p.test_size = 6;
    return p;
}

/* Resolves against "t"; validation: a data set that is held out, or NULL. */
static void resolve(struct job_draft *draft, const char *validation)
{
    const struct job_request r = {.task = TASK_TAG};
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, "t", &f.e), &f.e);
    ck_ok(
        tag_task.resolve(draft, &r, f.store, &d, validation ? dataset_id(&f, validation) : 0, &f.e),
        &f.e);
    dataset_release(&d);
}

START_TEST(a_validation_data_set_is_held_out_whole)
{
    struct job_draft draft = {.params = small(), .need.limit = SIZE_MAX};

    put_treebank(&f, "v", 7, false);
    resolve(&draft, "v");
    ck_assert_int_eq(draft.params.test_size, 7);
    draft.params = small();
    resolve(&draft, NULL);
    ck_assert_int_eq(draft.params.test_size, 6);
    ck_assert_mem_eq(&draft.sized, &draft.params, sizeof(draft.params));
    job_draft_release(&draft);
}
END_TEST

START_TEST(parameters_are_bounded_by_columns_and_members)
{
    struct job_draft one = {.params = small(), .need.limit = SIZE_MAX}, two = one;

    one.params.members = 1;
    two.params.members = 2;
    resolve(&one, NULL);
    resolve(&two, NULL);
    ck_assert_int_gt(one.need.parameters, 0);
    ck_assert_int_gt(two.need.parameters, 2 * one.need.parameters); /* a joined net is wider */
    job_draft_release(&one);
    job_draft_release(&two);
}
END_TEST

START_TEST(the_largest_batch_that_fits_is_found)
{
    struct job_draft draft = {.params = small(), .need.limit = SIZE_MAX};
    struct tag_data c = {0};
    struct params p;

    draft.params.batch_size = 16;
    resolve(&draft, NULL);
    p = draft.params;
    ck_ok(tag_data_load(&c, NULL, f.store, dataset_id(&f, "t"), 0, &f.e), &f.e);
    ck_assert_uint_eq(draft.need.bytes, tagger_training_bytes(&p, &c.corpus));
    draft.need.limit = draft.need.bytes - 1;
    resolve(&draft, NULL);
    ck_assert_int_gt(draft.need.batch_fits, 0);
    ck_assert_int_lt(draft.need.batch_fits, 16);
    p.batch_size = draft.need.batch_fits;
    ck_assert_uint_le(tagger_training_bytes(&p, &c.corpus), draft.need.limit);
    p.batch_size++;
    ck_assert_uint_gt(tagger_training_bytes(&p, &c.corpus), draft.need.limit);
    draft.need.limit = 1;
    resolve(&draft, NULL);
    ck_assert_int_eq(draft.need.batch_fits, 0);
    tag_data_release(&c);
    job_draft_release(&draft);
}
END_TEST

static void run(struct trained *out, const char *dataset)
{
    const struct fit_hooks hooks = {.ctx = NULL};
    const struct job job = {.dataset_id = dataset_id(&f, dataset)};
    struct job_draft draft = {.params = small(), .need.limit = SIZE_MAX};

    *out = (struct trained){0};
    resolve(&draft, NULL);
    ck_ok(tag_task.run(out, f.store, &job, &draft.params, &hooks, &f.e), &f.e);
    ck_assert(out->checkpoint && out->metrics && out->evaluation && out->details);
}

START_TEST(a_tagger_comes_out_with_its_reports)
{
    struct trained t;
    struct model m = {0};
    cJSON *metrics, *details, *evaluation;

    run(&t, "t");
    ck_ok(model_load(&m, t.checkpoint, t.checkpoint_len, &f.e), &f.e);
    ck_assert_int_eq(m.task, TASK_TAG);
    ck_assert_ptr_null(m.tokenizer); /* there is no raw text to learn from */
    ck_assert_int_eq(t.parameter_count, tagger_num_params(m.tagger));
    metrics = cJSON_Parse(t.metrics);
    details = cJSON_Parse(t.details);
    evaluation = cJSON_Parse(t.evaluation);
    ck_assert_int_eq((int)json_number_at(metrics, "sentences"), 6);
    ck_assert_int_eq((int)json_number_at(metrics, "tokens"), 24);
    ck_assert_int_eq(json_count_at(details, "tags"), 4);
    ck_assert_str_eq(json_text_at(details, "tokenizer"), "unicode");
    ck_assert_str_eq(json_text_at(evaluation, "first_sentence/tokens/1"), "dog");
    cJSON_Delete(metrics);
    cJSON_Delete(details);
    cJSON_Delete(evaluation);
    model_release(&m);
    trained_release(&t);
}
END_TEST

START_TEST(raw_text_gives_a_tokenizer_too)
{
    struct trained t;
    struct model m = {0};
    cJSON *metrics;

    put_treebank(&f, "text", SENTENCES, true);
    run(&t, "text");
    ck_ok(model_load(&m, t.checkpoint, t.checkpoint_len, &f.e), &f.e);
    ck_assert_ptr_nonnull(m.tokenizer);
    ck_assert_int_eq(t.parameter_count,
                     tagger_num_params(m.tagger) + tokenizer_num_params(m.tokenizer));
    metrics = cJSON_Parse(t.metrics);
    ck_assert_ptr_nonnull(json_at(metrics, "accuracy"));
    ck_assert_ptr_nonnull(json_at(metrics, "text/words/f1"));
    cJSON_Delete(metrics);
    model_release(&m);
    trained_release(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks tag task");
    TCase *t = tcase_create("tag_task");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_validation_data_set_is_held_out_whole);
    tcase_add_test(t, parameters_are_bounded_by_columns_and_members);
    tcase_add_test(t, the_largest_batch_that_fits_is_found);
    tcase_add_test(t, a_tagger_comes_out_with_its_reports);
    tcase_add_test(t, raw_text_gives_a_tokenizer_too);
    suite_add_tcase(s, t);
    return suite_run(s);
}
