/* test_tag_render.c - tags of sentences as JSON and CoNLL-U, by hand. */
#include "server/api/tag_render.h"

#include "server/api/common.h"
#include "server/http/http.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static struct model model = {.task = TASK_TAG, .name = "t", .version = 2};
static struct tagging given;
static int best[3] = {0, 1, 0};
static float score[3] = {0.75f, 0.5f, 0.123456789f};
static float log_probs[6] = {-0.25f, -1.5f, -2, -0.125f, -0.5f, -0.5f};
static struct http_res *rs;

static void setup(void)
{
    struct tagger *tagger = NULL;
    uint8_t *bytes;
    size_t len;
    struct err e = {0};

    tagger_by_hand(&bytes, &len); /* tags A and B */
    ck_ok(tagger_load(&tagger, bytes, len, &e), &e);
    free(bytes);
    model.tagger = tagger;
    given = (struct tagging){.model = &model, .tokens = 3};
    given.set = tagged_of("good bad|so\"so");
    given.out[tagging_main(&given)] = (struct tag_output){best, score, log_probs};
    rs = http_res_new(NULL);
    ck_assert_ptr_nonnull(rs);
}

static void teardown(void)
{
    http_res_free(rs);
    tagged_set_release(&given.set);
    tagger_free((struct tagger *)model.tagger);
}

/* The text of the answer; it lives until the next call. */
static const char *body(void)
{
    static char text[4000];
    const char *type, *data;
    size_t len;

    ck_assert_int_eq(http_res_get(rs, &type, &data, &len), 200);
    ck_assert_uint_lt(len, sizeof(text));
    memcpy(text, data, len);
    text[len] = '\0';
    return text;
}

START_TEST(the_best_tags_and_their_scores)
{
    tagging_send_json(rs, &given);
    ck_assert_str_eq(body(), "{\"model\":\"t\",\"version\":2,\"sentences\":["
                             "{\"tokens\":[\"good\",\"bad\"],\"tags\":[\"A\",\"B\"],"
                             "\"scores\":[0.75,0.5]},"
                             "{\"tokens\":[\"so\\\"so\"],\"tags\":[\"A\"],"
                             "\"scores\":[0.123457]}]}\n");
}
END_TEST

START_TEST(scores_of_all_tags)
{
    given.all_scores = given.probabilities = true;
    tagging_send_json(rs, &given);
    ck_assert_ptr_nonnull(
        strstr(body(), "\"probabilities\":[{\"A\":0.778801,\"B\":0.22313},"
                       "{\"A\":0.135335,\"B\":0.882497}],"
                       "\"all_scores\":[{\"A\":-0.25,\"B\":-1.5},{\"A\":-2,\"B\":-0.125}]"));
}
END_TEST

/* Falling scores; of equals the first tag; not more than there are. */
START_TEST(the_best_k_tags)
{
    given.top_k = 5;
    tagging_send_json(rs, &given);
    ck_assert_ptr_nonnull(strstr(body(), "\"top_k\":[[{\"tag\":\"A\",\"score\":0.778801},"
                                         "{\"tag\":\"B\",\"score\":0.22313}],"
                                         "[{\"tag\":\"B\",\"score\":0.882497},"
                                         "{\"tag\":\"A\",\"score\":0.135335}]]"));
    ck_assert_ptr_nonnull(strstr(body(), "[[{\"tag\":\"A\",\"score\":0.606531},"
                                         "{\"tag\":\"B\",\"score\":0.606531}]]"));
}
END_TEST

/* "don't go": the first two words are one token. */
START_TEST(places_and_multiword_tokens)
{
    struct word_place *p = calloc(2, sizeof(*p));

    ck_assert_ptr_nonnull(p);
    p[0] = (struct word_place){.start = 1, .end = 3, .start_byte = 1, .end_byte = 4};
    p[1] = (struct word_place){.start = 3,
                               .end = 6,
                               .start_byte = 4,
                               .end_byte = 7,
                               .space_after = true,
                               .token_end = true};
    given.set.items[0].place = p;
    tagging_send_json(rs, &given);
    ck_assert_ptr_nonnull(strstr(body(), "\"start\":[1,3],\"end\":[3,6],\"start_byte\":[1,4],"
                                         "\"end_byte\":[4,7],\"space_after\":[false,true],"
                                         "\"multiword\":[[0,1]]}"));
}
END_TEST

START_TEST(conllu_has_the_columns_of_the_model)
{
    given.media = MEDIA_CONLLU;
    tagging_send_lines(rs, &given);
    ck_assert_ptr_nonnull(strstr(body(), "1\tgood\t_\tA\t_\t"));
    ck_assert_ptr_nonnull(strstr(body(), "2\tbad\t_\tB\t_\t"));
    ck_assert_ptr_nonnull(strstr(body(), "\n\n1\tso\"so\t_\tA\t"));
}
END_TEST

START_TEST(words_with_their_tags)
{
    given.media = MEDIA_TSV;
    tagging_send_lines(rs, &given);
    ck_assert_str_eq(body(), "good\tA\nbad\tB\n\nso\"so\tA\n\n");
}
END_TEST

/* Of several texts. */
START_TEST(sentences_name_their_document)
{
    given.set.items[0].document = 1;
    given.set.items[1].document = 3;
    tagging_send_json(rs, &given);
    ck_assert_ptr_nonnull(strstr(body(), "{\"text\":0,\"tokens\":[\"good\",\"bad\"]"));
    ck_assert_ptr_nonnull(strstr(body(), "{\"text\":2,\"tokens\":[\"so\\\"so\"]"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tag_render");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_best_tags_and_their_scores);
    tcase_add_test(t, scores_of_all_tags);
    tcase_add_test(t, the_best_k_tags);
    tcase_add_test(t, places_and_multiword_tokens);
    tcase_add_test(t, words_with_their_tags);
    tcase_add_test(t, sentences_name_their_document);
    tcase_add_test(t, conllu_has_the_columns_of_the_model);
    suite_add_tcase(s, t);
    return suite_run(s);
}
