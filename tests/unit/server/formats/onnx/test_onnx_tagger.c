/* test_onnx_tagger.c - graphs of taggers: inputs, outputs, metadata. */
#include "server/formats/onnx/onnx_tagger.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/server/formats/onnx/onnx_reader.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct onnx_about about = {"words", 1, "1.2.3"};
static struct buf out;

static void setup(void)
{
    buf_init(&out, ONNX_BYTES_MAX);
}

static void teardown(void)
{
    buf_release(&out);
}

static struct message written(const struct params *p, bool xpos)
{
    struct sentences s;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_init(&s, tutorial_text);
    if (xpos)
        sentences_add_xpos(&s);
    ck_assert_msg(!tagger_fit(&t, &s.corpus, p, NULL, &e), "%s", e.message);
    ck_assert_msg(!onnx_tagger_write(&out, &about, t, &e), "%s", e.message);
    ck_assert_int_eq(tagger_has_context(t), p->context);
    ck_assert_str_eq(tagger_row(t, 0), "<unk>");
    tagger_free(t);
    sentences_release(&s);
    return checked_graph(&out);
}

static struct params recipe_of_tagger(const char *name)
{
    struct params p;
    struct err e;

    ck_assert(!params_defaults(&p, TASK_TAG, name, &e));
    p.epochs = 2;
    return p;
}

static void expect_value(struct message graph, bool output, int k, const char *name)
{
    char got[64];

    graph_value(got, graph, output, k);
    ck_assert_str_eq(got, name);
}

static void expect_metadata(const char *key, const char *value)
{
    char got[1024];

    file_metadata(got, sizeof(got), &out, key);
    ck_assert_msg(strstr(got, value), "%s is %s", key, got);
}

START_TEST(words_are_numbers_of_the_vocabulary)
{
    struct params p = recipe_of_tagger("tutorial-tagger");
    struct message graph = written(&p, false);

    expect_value(graph, false, 0, "words");
    expect_value(graph, false, 1, "lengths");
    expect_value(graph, true, 0, "upos");
    expect_value(graph, true, 1, "");
    ck_assert_int_eq(graph_count(graph, "ReduceSum"), 0);
    expect_metadata("lstmd.vocabulary", "[\"<unk>\",\"The\",\"dog\"");
    expect_metadata("lstmd.upos_tags", "[\"DET\",\"NN\",\"V\"]");
    expect_metadata("lstmd.whole", "true");
    expect_metadata("lstmd.task", "tag");
}
END_TEST

START_TEST(features_are_summed_and_columns_are_split)
{
    struct params p = recipe_of_tagger("default");
    struct message graph = written(&p, true);
    struct constant table = graph_constant(graph, "embedding");
    float v;

    expect_value(graph, false, 0, "features");
    expect_value(graph, true, 0, "upos");
    expect_value(graph, true, 1, "xpos");
    ck_assert_int_eq(graph_count(graph, "ReduceSum"), 1);
    ck_assert_int_eq(graph_count(graph, "Softmax"), 2);
    for (int64_t i = 0; i < table.dim[1]; i++) { /* the row of -1 */
        memcpy(&v, table.data + (size_t)i * sizeof(v), sizeof(v));
        ck_assert_float_eq(v, 0);
    }
    expect_metadata("lstmd.xpos_tags", "\"det\"");
    expect_metadata("lstmd.whole", "false");
    expect_metadata("lstmd.left_out", "context model");
    expect_metadata("lstmd.precision", "float32");
}
END_TEST

START_TEST(a_full_buffer_is_an_error)
{
    struct params p = recipe_of_tagger("tutorial-tagger");
    struct sentences s;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_init(&s, tutorial_text);
    ck_assert(!tagger_fit(&t, &s.corpus, &p, NULL, &e));
    for (size_t max = 1; max < 2000; max += 37) {
        buf_release(&out);
        buf_init(&out, max);
        ck_assert_int_eq(onnx_tagger_write(&out, &about, t, &e), ST_TOO_LARGE);
    }
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("onnx_tagger");
    TCase *t = tcase_create("onnx_tagger");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, words_are_numbers_of_the_vocabulary);
    tcase_add_test(t, features_are_summed_and_columns_are_split);
    tcase_add_test(t, a_full_buffer_is_an_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}
