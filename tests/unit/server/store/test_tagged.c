/* test_tagged.c - tagged sentences in the store: kept, appended, counted. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* ---- helpers ---- */

static struct dataset get(const char *name)
{
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    return d;
}

static int64_t rows_of(const char *table)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return fixture_int(&f, sql);
}

/* ---- tagged ---- */

START_TEST(sentences_come_back_as_they_were)
{
    struct tagged_set back;
    struct dataset d;

    put_tagged(&f, "x", "The/DET/DT dog/NN|Everybody//PRP read|\xc3\xa9t\xc3\xa9/NN");
    d = get("x");
    ck_assert_int_eq(d.kind, DATA_TAGGED);
    ck_assert_int_eq(d.sentences, 3);
    ck_assert_int_eq(d.tokens, 5);
    ck_assert_int_eq(d.num_upos, 2);
    ck_assert_int_eq(d.num_xpos, 2);
    ck_assert_int_eq(d.num_columns, 2);
    ck_assert_str_eq(d.columns[0], "upos");
    ck_assert_str_eq(d.columns[1], "xpos");
    ck_ok(store_tagged_load(&back, f.store, d.id, &f.e), &f.e);
    ck_assert_int_eq(back.count, 3);
    ck_assert_str_eq(back.items[0].form[0], "The");
    ck_assert_str_eq(back.items[0].upos[0], "DET");
    ck_assert_str_eq(back.items[0].xpos[0], "DT");
    ck_assert_ptr_null(back.items[0].xpos[1]);
    ck_assert_ptr_null(back.items[1].upos[0]);
    ck_assert_str_eq(back.items[1].xpos[0], "PRP");
    ck_assert_ptr_null(back.items[1].upos[1]);
    ck_assert_str_eq(back.items[2].form[0], "\xc3\xa9t\xc3\xa9");
    tagged_set_release(&back);
    dataset_release(&d);
}
END_TEST

START_TEST(sentences_are_appended)
{
    struct tagged_set more = tagged_of("a/DET b/VERB|c//X"), back;
    struct data_limits few = {.max_sentences = 4, .max_tokens = 100};
    struct dataset before, d;

    put_tagged(&f, "x", "The/DET dog/NN");
    before = get("x");
    ck_assert_int_eq(before.num_columns, 1);
    ck_ok(store_dataset_append_tagged(f.store, "x", &more, &few, &f.e), &f.e);
    d = get("x");
    ck_assert_int_eq(d.sentences, 3);
    ck_assert_int_eq(d.tokens, 5);
    ck_assert_int_eq(d.num_upos, 3);
    ck_assert_int_eq(d.num_xpos, 1);
    ck_assert_int_eq(d.num_columns, 2);
    ck_assert_str_ne(d.digest, before.digest);
    ck_assert_int_eq(d.created_at, before.created_at);
    ck_assert_int_ge(d.updated_at, before.updated_at);
    ck_ok(store_tagged_load(&back, f.store, d.id, &f.e), &f.e);
    ck_assert_str_eq(back.items[2].form[0], "c");
    ck_status(store_dataset_append_tagged(f.store, "x", &more, &few, &f.e), ST_TOO_LARGE, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_sentences allows 4"));
    few = (struct data_limits){.max_sentences = 100, .max_tokens = 7};
    ck_status(store_dataset_append_tagged(f.store, "x", &more, &few, &f.e), ST_TOO_LARGE, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_tokens 7"));
    tagged_set_release(&back);
    tagged_set_release(&more);
    dataset_release(&before);
    dataset_release(&d);
}
END_TEST

START_TEST(many_tags_are_counted_once)
{
    struct tagged_set t;
    struct dataset d;
    char tag[16];
    bool created;

    tagged_set_init(&t);
    for (int i = 0; i < 1500; i++) {
        struct tagged_sentence *s = tagged_set_add(&t, 1);

        snprintf(tag, sizeof(tag), "T%d", i % 700);
        s->form[0] = tagged_set_text(&t, "w", 1);
        s->upos[0] = tagged_set_tag(&t, tag, strlen(tag));
    }
    ck_ok(store_dataset_put_tagged(f.store, "x", &t, NULL, &created, &f.e), &f.e);
    ck_ok(store_dataset_append_tagged(f.store, "x", &t, &wide, &f.e), &f.e);
    d = get("x");
    ck_assert_int_eq(d.num_upos, 700);
    ck_assert_int_eq(rows_of("dataset_tag"), 700);
    dataset_release(&d);
    tagged_set_release(&t);
}
END_TEST

/* Lines of CoNLL-U as they were read are kept with the words, copied with them, and part of the
 * content. */
START_TEST(the_lines_of_conllu_are_kept)
{
    static const char line[] = "# text = a\n1\ta\t_\tX\t_\t_\t_\t_\t_\tSpaceAfter=No\n\n";
    struct tagged_set t = tagged_of("a/X|b/X"), more = tagged_of("c/X"), back;
    char id[JOB_ID_LEN + 1], digest[DIGEST_LEN + 1];
    struct dataset d;
    bool created;

    ck_ok(store_dataset_put_tagged(f.store, "x", &t, NULL, &created, &f.e), &f.e);
    ck_ok(store_dataset_get(&d, f.store, "x", &f.e), &f.e);
    memcpy(digest, d.digest, sizeof(digest));
    dataset_release(&d);
    t.items[0].source = strdup(line);
    ck_ok(store_dataset_put_tagged(f.store, "x", &t, NULL, &created, &f.e), &f.e);
    ck_ok(store_dataset_get(&d, f.store, "x", &f.e), &f.e);
    ck_assert_str_ne(d.digest, digest);
    dataset_release(&d);
    submit(id, &f, "x", "m");
    ck_ok(store_dataset_append_tagged(f.store, "x", &more, &wide, &f.e), &f.e); /* a copy */
    ck_ok(store_tagged_load(&back, f.store, dataset_id(&f, "x"), &f.e), &f.e);
    ck_assert_int_eq(back.count, 3);
    ck_assert_str_eq(back.items[0].source, line);
    ck_assert_ptr_null(back.items[1].source);
    ck_assert_ptr_null(back.items[2].source);
    tagged_set_release(&back);
    tagged_set_release(&t);
    tagged_set_release(&more);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagged");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, sentences_come_back_as_they_were);
    tcase_add_test(t, sentences_are_appended);
    tcase_add_test(t, many_tags_are_counted_once);
    tcase_add_test(t, the_lines_of_conllu_are_kept);
    suite_add_tcase(s, t);
    return suite_run(s);
}
