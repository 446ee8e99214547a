/* test_report_tag.c - evaluations of taggers as JSON. */
#include "server/tasks/report_tag.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tagger with the tags A and B, and its results for four tokens. */
static struct tagger *tagger;
static struct tag_score scores[2] = {{3, 2, 2, 1, 2.0 / 3, 0.8}, {1, 2, 1, 0.5, 1, 2.0 / 3}};
static int64_t confused[4] = {2, 1, 0, 1};
static float before[4] = {-1, -2, -3, -4}, after[4] = {-0.5f, -1, NAN, -2};
static struct tagger_evaluation ev;

static void setup(void)
{
    struct err e = {0};
    uint8_t *bytes;
    size_t len;

    tagger_by_hand(&bytes, &len);
    ck_assert_int_eq(tagger_load(&tagger, bytes, len, &e), ST_OK);
    free(bytes);
    ev = (struct tagger_evaluation){.column[TAG_UPOS] = {.tokens = 4,
                                                         .correct = 3,
                                                         .unknown = 0,
                                                         .sentences = 2,
                                                         .sentences_correct = 1,
                                                         .accuracy = 0.75,
                                                         .unknown_accuracy = NAN,
                                                         .num_tags = 2,
                                                         .tags = scores,
                                                         .confusion = confused},
                                    .loss_before = 2,
                                    .loss_after = 0.5,
                                    .last_batch_loss = 0.25,
                                    .held_out = true,
                                    .first_length = 2,
                                    .first_before = before,
                                    .first_after = after};
}

static void teardown(void)
{
    tagger_free(tagger);
}

START_TEST(metrics_are_those_of_the_main_column)
{
    char *text = report_text(report_tag_metrics(&ev));

    ck_assert_str_eq(text, "{\"accuracy\":0.75,\"unknown_accuracy\":null,\"tokens\":4,"
                           "\"unknown_tokens\":0,\"sentences\":2,\"sentences_correct\":1,"
                           "\"last_batch_loss\":0.25,\"held_out\":true}");
    free(text);
}
END_TEST

START_TEST(features_and_lemmas_are_reported_where_there_are_any)
{
    cJSON *o;

    ev.feats = (struct word_evaluation){.tokens = 4, .accuracy = 0.25};
    o = report_tag_metrics(&ev);
    ck_assert_double_eq(json_number_at(o, "feats_accuracy"), 0.25);
    ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(o, "lemma_accuracy"));
    cJSON_Delete(o);
    ev.lemmas = (struct word_evaluation){.tokens = 4, .accuracy = 0.5};
    o = report_tag_metrics(&ev);
    ck_assert_double_eq(json_number_at(o, "lemma_accuracy"), 0.5);
    cJSON_Delete(o);
}
END_TEST

START_TEST(two_columns_are_reported_apart_too)
{
    cJSON *o;

    ev.column[TAG_XPOS] = ev.column[TAG_UPOS];
    ev.column[TAG_XPOS].accuracy = 0.5;
    o = report_tag_metrics(&ev);
    ck_assert_double_eq(json_number_at(o, "accuracy"), 0.75);
    ck_assert_double_eq(json_number_at(o, "upos/accuracy"), 0.75);
    ck_assert_double_eq(json_number_at(o, "xpos/accuracy"), 0.5);
    cJSON_Delete(o);
    ev.column[TAG_UPOS] = (struct column_evaluation){0};
    o = report_tag_metrics(&ev);
    ck_assert_double_eq(json_number_at(o, "accuracy"), 0.5); /* XPOS is all there is */
    ck_assert_ptr_null(json_at(o, "xpos"));
    cJSON_Delete(o);
}
END_TEST

START_TEST(an_evaluation_has_tags_confusion_and_the_first_sentence)
{
    static const char *const tokens[] = {"good", "bad"};
    const struct sentence_view first = {.tokens = tokens, .length = 2};
    cJSON *o = report_tag_evaluation(tagger, &ev, &first);

    ck_assert_str_eq(json_text_at(o, "task"), "tag");
    ck_assert_double_eq(json_number_at(o, "metrics/accuracy"), 0.75);
    ck_assert_double_eq(json_number_at(o, "loss_before"), 2);
    ck_assert_double_eq(json_number_at(o, "loss_after"), 0.5);
    ck_assert_str_eq(json_text_at(o, "tags/1/tag"), "B");
    ck_assert_double_eq(json_number_at(o, "tags/0/support"), 3);
    ck_assert_double_eq(json_number_at(o, "tags/1/precision"), 0.5);
    ck_assert_double_eq(json_number_at(o, "columns/upos/confusion/0/1"), 1); /* true A, given B */
    ck_assert_double_eq(json_number_at(o, "columns/upos/confusion/1/0"), 0);
    ck_assert_ptr_null(json_at(o, "columns/xpos"));
    ck_assert_str_eq(json_text_at(o, "first_sentence/tokens/1"), "bad");
    ck_assert_double_eq(json_number_at(o, "first_sentence/scores_before/1/A"), -3);
    ck_assert_double_eq(json_number_at(o, "first_sentence/scores_after/0/B"), -1);
    ck_assert(cJSON_IsNull(json_at(o, "first_sentence/scores_after/1/A")));
    cJSON_Delete(o);
    o = report_tag_evaluation(tagger, &ev, NULL);
    ck_assert_ptr_null(json_at(o, "first_sentence"));
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_confusion_of_too_many_tags_is_null)
{
    cJSON *o;

    ev.column[TAG_UPOS].confusion = NULL;
    o = report_tag_evaluation(tagger, &ev, NULL);
    ck_assert(cJSON_IsNull(json_at(o, "columns/upos/confusion")));
    cJSON_Delete(o);
}
END_TEST

START_TEST(details_are_tags_and_words)
{
    cJSON *o = report_tag_details(tagger, true);

    ck_assert_int_eq(json_count_at(o, "tags"), 2);
    ck_assert_str_eq(json_text_at(o, "tags/0"), "A");
    ck_assert_int_eq((int)json_number_at(o, "words"), tagger_num_words(tagger));
    ck_assert_str_eq(json_text_at(o, "tokenizer"), "learned");
    ck_assert_str_eq(json_text_at(o, "column"), tag_column_name(tagger_main_column(tagger)));
    ck_assert(cJSON_IsNull(json_at(o, "arithmetic"))); /* a file of before names none */
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_split_is_three_spans)
{
    const struct tokenizer_score s = {.tokens = {.precision = 0.5, .recall = 1, .f1 = 2.0 / 3},
                                      .words = {.f1 = 0.25},
                                      .sentences = {.recall = 0.75}};
    cJSON *o = report_split(&s);

    ck_assert_double_eq(json_number_at(o, "tokens/precision"), 0.5);
    ck_assert_double_eq(json_number_at(o, "tokens/f1"), 2.0 / 3);
    ck_assert_double_eq(json_number_at(o, "words/f1"), 0.25);
    ck_assert_double_eq(json_number_at(o, "sentences/recall"), 0.75);
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks report tag");
    TCase *t = tcase_create("report_tag");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, metrics_are_those_of_the_main_column);
    tcase_add_test(t, features_and_lemmas_are_reported_where_there_are_any);
    tcase_add_test(t, two_columns_are_reported_apart_too);
    tcase_add_test(t, an_evaluation_has_tags_confusion_and_the_first_sentence);
    tcase_add_test(t, a_confusion_of_too_many_tags_is_null);
    tcase_add_test(t, details_are_tags_and_words);
    tcase_add_test(t, a_split_is_three_spans);
    suite_add_tcase(s, t);
    return suite_run(s);
}
