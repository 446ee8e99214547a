/* test_tagger_io.c - files of taggers: round trips, older files, files with false values. */
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct tagger *fitted(const struct corpus *c)
{
    struct params p;
    struct tagger *t = NULL;
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 5;
    p.embedding_dim = 4;
    p.num_layers = 2;
    p.epochs = 1;
    ck_assert_msg(tagger_fit(&t, c, &p, NULL, &e) == ST_OK, "%s", e.message);
    return t;
}

START_TEST(a_model_file_round_trips)
{
    static const char *const extra[] = {"data_digest", "abc", "note", "\xC3\xA9\n", NULL};
    static const char *const ours[] = {"tags", "X", NULL};
    struct sentences s;
    struct tagger *a, *b = NULL;
    struct err e = {0};
    uint8_t *x, *y;
    size_t nx, ny;
    int best[2][7];
    float score[2][7];

    sentences_random(&s, 60, 4);
    sentences_add_xpos(&s);
    a = fitted(&s.corpus);
    ck_assert_int_eq(tagger_save(a, extra, &x, &nx, &e), ST_OK);
    ck_assert_int_eq(tagger_load(&b, x, nx, &e), ST_OK);
    ck_assert_int_eq(tagger_save(b, extra, &y, &ny, &e), ST_OK);
    ck_assert(nx == ny && memcmp(x, y, nx) == 0);
    ck_assert_int_eq(tagger_num_words(a), tagger_num_words(b));
    ck_assert(tagger_params(b)->bidirectional && tagger_params(b)->num_layers == 2);
    ck_assert_ptr_null(tagger_evaluation(b));
    ck_assert_int_eq(tagger_num_tags(b, TAG_XPOS), 6);
    for (int i = 0; i < 6; i++)
        ck_assert_str_eq(tagger_tag(a, TAG_XPOS, i), tagger_tag(b, TAG_XPOS, i));
    ck_assert_int_eq(predict_upos(best[0], score[0], NULL, a, s.views, 1, &e), ST_OK);
    ck_assert_int_eq(predict_upos(best[1], score[1], NULL, b, s.views, 1, &e), ST_OK);
    ck_assert_int_eq(best[0][0], best[1][0]);
    ck_assert(score[0][0] == score[1][0]);
    free(y);
    ck_assert_int_eq(tagger_save(a, ours, &y, &ny, &e), ST_INVALID);
    ck_assert_int_eq(tagger_save(a, NULL, &y, &ny, &e), ST_OK);
    free(x);
    free(y);
    tagger_free(a);
    tagger_free(b);
    sentences_release(&s);
}
END_TEST

/* The name does not depend on the process that loads the file. An older file, like the one by hand,
 * has none. */
START_TEST(a_model_file_names_the_arithmetic_of_its_fit)
{
    char fitted_in[ARITHMETIC_LEN_MAX + 1];
    struct sentences s;
    struct tagger *a, *b = NULL;
    struct err e = {0};
    uint8_t *x, *y;
    size_t nx, ny;

    sentences_random(&s, 20, 4);
    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    arithmetic_name(fitted_in);
    a = fitted(&s.corpus);
    ck_assert_str_eq(tagger_arithmetic(a), fitted_in);
    ck_assert_int_eq(tagger_save(a, NULL, &x, &nx, &e), ST_OK);
    tagger_free(a);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(tagger_load(&b, x, nx, &e), ST_OK);
    ck_assert_str_eq(tagger_arithmetic(b), fitted_in);
    ck_assert_int_eq(tagger_save(b, NULL, &y, &ny, &e), ST_OK);
    ck_assert(nx == ny && memcmp(x, y, nx) == 0);
    tagger_free(b);
    free(x);
    free(y);
    tagger_by_hand(&x, &nx);
    ck_assert_int_eq(tagger_load(&b, x, nx, &e), ST_OK);
    ck_assert_str_eq(tagger_arithmetic(b), "");
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    tagger_free(b);
    free(x);
    sentences_release(&s);
}
END_TEST

/* The file by hand with one metadata value replaced, or removed when value is NULL. */
static void changed(uint8_t **bytes, size_t *len, const char *key, const char *value)
{
    struct checkpoint *from, *to;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *b;
    size_t n;

    tagger_by_hand(&b, &n);
    ck_assert_int_eq(checkpoint_read(&from, b, n, &e), ST_OK);
    ck_assert_int_eq(checkpoint_new(&to, &e), ST_OK);
    for (int i = 0; i < checkpoint_num_metadata(from); i++) {
        const char *k, *v;

        checkpoint_metadata(from, i, &k, &v);
        if (strcmp(k, key) != 0)
            ck_assert_int_eq(checkpoint_set(to, k, v, &e), ST_OK);
    }
    if (value)
        ck_assert_int_eq(checkpoint_set(to, key, value, &e), ST_OK);
    for (int i = 0; i < checkpoint_num_tensors(from); i++) {
        checkpoint_tensor(&t, from, i);
        ck_assert_int_eq(checkpoint_add(to, t.name, t.dtype, t.shape, t.ndim, t.data, &e), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(bytes, len, to, &e), ST_OK);
    checkpoint_free(from);
    checkpoint_free(to);
    free(b);
}

/* Such files do not mention features, and name the default recipe, which has other features now. */
START_TEST(a_file_from_before_there_were_features_loads)
{
    struct tagger *t = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    changed(&b, &len, "recipe", "default");
    ck_assert_msg(tagger_load(&t, b, len, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(tagger_params(t)->features, FEATURES_WORD);
    ck_assert_int_eq(tagger_params(t)->column, COLUMN_UPOS);
    ck_assert_int_eq(tagger_num_words(t), 3);
    tagger_free(t);
    free(b);
    t = NULL;
    changed(&b, &len, "column", "xpos");
    ck_assert_int_eq(tagger_load(&t, b, len, &e), ST_OK);
    ck_assert(tagger_has(t, TAG_XPOS) && !tagger_has(t, TAG_UPOS));
    ck_assert_str_eq(tagger_tag(t, TAG_XPOS, 1), "B");
    tagger_free(t);
    free(b);
}
END_TEST

static const struct {
    const char *key, *value, *message;
} lies[] = {
    {"lstmd.task", NULL, "lstmd.task is missing"},
    {"lstmd.task", "forecast", "lstmd.task is \"forecast\""},
    {"lstmd.task", "", "lstmd.task"},
    {"vocabulary", NULL, "vocabulary is missing"},
    {"vocabulary", "", "vocabulary is empty"},
    {"vocabulary", "good\n<unk>\nbad", "first word"},
    {"vocabulary", "<unk>\ngood", "the tensors have"},
    {"vocabulary", "<unk>\ngood\nbad\nugly", "the tensors have"},
    {"vocabulary", "<unk>\ngood\ngood", "\"good\" twice"},
    {"vocabulary", "<unk>\n\nbad", "entry 1"},
    {"vocabulary", "<unk>\ngood\nbad\n", "entry 3"},
    {"vocabulary", "<unk>\ngo\tod\nbad", "entry 1"},
    {"tags", NULL, "tags is missing"},
    {"tags", "", "tags is empty"},
    {"tags", "A", "the tensors have"},
    {"tags", "A\nB\nC", "the tensors have"},
    {"tags", "A\nA", "\"A\" twice"},
    {"tags", "A\n\x7F", "entry 1"},
    {"hidden_size", NULL, "the tensors have"},
    {"hidden_size", "2", "the tensors have"},
    {"hidden_size", "4096", "the tensors have"},
    {"hidden_size", "0", "hidden_size is 0"},
    {"hidden_size", "x", "hidden_size is \"x\""},
    {"embedding_dim", NULL, "the tensors have"},
    {"embedding_dim", "4096", "the tensors have"},
    {"num_layers", "16", "the tensors have"},
    {"bidirectional", NULL, "the tensors have"},
    {"bidirectional", "true", "the tensors have"},
    {"column", "both", "xpos_tags is missing"},
    {"features", "affixes", "entry 1 of metadata vocabulary is \"good\""},
    {"column", "lemma", "column is \"lemma\""},
    {"loss", "mse", "loss is \"mse\""},
    {"recipe", "tutorial-sine", "recipe is"},
    {"dropout", "1", "dropout is 1"},
};

START_TEST(files_that_lie_are_refused)
{
    struct tagger *t = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    changed(&b, &len, lies[_i].key, lies[_i].value);
    ck_assert_int_eq(tagger_load(&t, b, len, &e), ST_CORRUPT);
    ck_assert_int_eq(e.status, ST_CORRUPT);
    ck_assert_msg(strstr(e.message, lies[_i].message) != NULL, "%s", e.message);
    ck_assert_ptr_null(t);
    free(b);
}
END_TEST

START_TEST(damaged_files_are_refused_or_answer)
{
    struct sentences s;
    struct err e = {0};
    uint8_t *b;
    size_t len;
    int best[2], read = 0;
    float score[2];

    sentences_init(&s, "good bad");
    tagger_by_hand(&b, &len);
    for (size_t n = 0; n < len; n++) {
        struct tagger *t = NULL;

        ck_assert_int_eq(tagger_load(&t, b, n, &e), ST_CORRUPT);
    }
    for (size_t i = 0; i < 2 * len; i++) {
        uint8_t mask = i % 2 ? 0x80 : 0x01;
        struct tagger *t = NULL;

        b[i / 2] ^= mask;
        if (!tagger_load(&t, b, len, &e)) {
            if (!predict_upos(best, score, NULL, t, s.views, 1, &e))
                ck_assert(best[0] >= 0 && best[0] < tagger_num_tags(t, TAG_UPOS) &&
                          isfinite(score[0]));
            tagger_free(t);
            read++;
        }
        b[i / 2] ^= mask;
    }
    ck_assert_int_gt(read, 0);
    free(b);
    sentences_release(&s);
}
END_TEST

START_TEST(weights_that_overflow_are_an_error)
{
    static const float huge[2] = {3e38F, 3e38F};
    struct tagger *t = NULL;
    struct sentences s;
    struct err e = {0};
    uint8_t *b;
    size_t len;
    int best[2];
    float score[2];

    sentences_init(&s, "good bad");
    tagger_by_hand(&b, &len);
    /* linear.bias comes first, linear.weight after it. */
    memcpy(b + len - 4 * (2 + 2 + 4 + 4 + 4 + 4 + 3), huge, 8);
    memcpy(b + len - 4 * (2 + 4 + 4 + 4 + 4 + 3), huge, 8);
    ck_assert_int_eq(tagger_load(&t, b, len, &e), ST_OK);
    ck_assert_int_eq(predict_upos(best, score, NULL, t, s.views, 1, &e), ST_CORRUPT);
    tagger_free(t);
    free(b);
    sentences_release(&s);
}
END_TEST

START_TEST(weights_that_are_no_numbers_are_refused)
{
    static const uint8_t nan_bytes[4] = {0, 0, 0xC0, 0x7F};
    struct tagger *t = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    tagger_by_hand(&b, &len);
    memcpy(b + len - 4, nan_bytes, 4);
    ck_assert_int_eq(tagger_load(&t, b, len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "embedding.weight"));
    ck_assert_ptr_null(t);
    free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagger");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_model_file_round_trips);
    tcase_add_test(t, a_model_file_names_the_arithmetic_of_its_fit);
    tcase_add_test(t, a_file_from_before_there_were_features_loads);
    tcase_add_loop_test(t, files_that_lie_are_refused, 0, sizeof(lies) / sizeof(lies[0]));
    tcase_add_test(t, damaged_files_are_refused_or_answer);
    tcase_add_test(t, weights_that_overflow_are_an_error);
    tcase_add_test(t, weights_that_are_no_numbers_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
