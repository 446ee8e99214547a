/* test_tag_data.c - stored sentences as a corpus, followed by the held-out ones. */
#include "server/formats/conllu.h"
#include "server/tasks/tag_data.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(held_out_sentences_come_last)
{
    struct tag_data d = {0};
    int held_out = -1;

    put_tagged(&f, "a", "the/DET/DT dog/NOUN/NN|read/VERB/VB");
    put_tagged(&f, "b", "cats/NOUN/NNS");
    ck_ok(tag_data_load(&d, &held_out, f.store, dataset_id(&f, "a"), 0, &f.e), &f.e);
    ck_assert_int_eq(held_out, 0);
    ck_assert_int_eq(d.corpus.count, 2);
    ck_assert_int_eq(d.views[0].length, 2);
    ck_assert_str_eq(d.views[0].tokens[1], "dog");
    ck_assert_str_eq(d.views[0].tags[TAG_UPOS][1], "NOUN");
    ck_assert_str_eq(d.views[1].tags[TAG_XPOS][0], "VB");
    tag_data_release(&d);
    d = (struct tag_data){0};
    ck_ok(tag_data_load(&d, &held_out, f.store, dataset_id(&f, "a"), dataset_id(&f, "b"), &f.e),
          &f.e);
    ck_assert_int_eq(held_out, 1);
    ck_assert_int_eq(d.corpus.count, 3);
    ck_assert_str_eq(d.views[2].tokens[0], "cats");
    tag_data_release(&d);
}
END_TEST

/* Lemmas and features are those of the lines that were uploaded. */
START_TEST(sentences_from_conllu_have_lemmas_and_features)
{
    static const char text[] = "1\tdogs\tdog\tNOUN\tNNS\tNumber=Plur\t_\t_\t_\t_\n"
                               "2\tran\t_\tVERB\tVBD\t_\t_\t_\t_\t_\n\n";
    const struct data_limits limits = {.max_sentences = 9, .max_tokens = 9};
    struct tag_data d = {0};
    struct tagged_set set;
    bool created;

    ck_ok(conllu_read(&set, text, sizeof(text) - 1, &limits, &f.e), &f.e);
    ck_ok(store_dataset_put_tagged(f.store, "c", &set, NULL, &created, &f.e), &f.e);
    tagged_set_release(&set);
    put_tagged(&f, "a", "the/DET/DT");
    ck_ok(tag_data_load(&d, NULL, f.store, dataset_id(&f, "c"), dataset_id(&f, "a"), &f.e), &f.e);
    ck_assert_str_eq(d.views[0].lemmas[0], "dog");
    ck_assert_ptr_null(d.views[0].lemmas[1]);
    ck_assert_str_eq(d.views[0].feats[0], "Number=Plur");
    ck_assert_str_eq(d.views[0].feats[1], "_");
    ck_assert_ptr_null(d.views[1].lemmas);
    ck_assert_ptr_null(d.views[1].feats);
    tag_data_release(&d);
}
END_TEST

START_TEST(a_data_set_that_is_gone_is_an_error)
{
    struct tag_data d = {0};

    ck_assert_int_ne(tag_data_load(&d, NULL, f.store, 77, 0, &f.e), ST_OK);
    tag_data_release(&d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks tag data");
    TCase *t = tcase_create("tag_data");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, held_out_sentences_come_last);
    tcase_add_test(t, sentences_from_conllu_have_lemmas_and_features);
    tcase_add_test(t, a_data_set_that_is_gone_is_an_error);
    suite_add_tcase(s, t);
    return suite_run(s);
}
