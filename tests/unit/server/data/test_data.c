/* test_data.c - sets of series and of sentences in memory: ownership and size. */
#include "server/data/data.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(series_are_added_one_by_one)
{
    struct series_set s;
    char id[8];

    series_set_init(&s);
    for (int i = 0; i < 100; i++) {
        struct series *one;

        id[0] = (char)('a' + i % 26);
        id[1] = '\0';
        one = series_set_add(&s, id);
        ck_assert_ptr_nonnull(one);
        ck_assert_str_eq(one->id, id);
        ck_assert_ptr_ne(one->id, id);
        ck_assert_int_eq(one->length, 0);
    }
    ck_assert_int_eq(s.count, 100);
    ck_assert_str_eq(s.items[27].id, "b");
    ck_assert(series_set_note(&s, &(struct data_note){.code = "code", .column = (char[]){"column"}},
                              "detail"));
    ck_assert(series_set_note(
        &s, &(struct data_note){.code = "other", .parameter = "parameter", .line = 7}, "%d %s", 2,
        "more"));
    ck_assert_int_eq(s.num_notes, 2);
    ck_assert_str_eq(s.notes[0].column, "column");
    ck_assert_str_eq(s.notes[1].detail, "2 more");
    series_set_release(&s);
    ck_assert_int_eq(s.count, 0);
    ck_assert_ptr_null(s.items);
}
END_TEST

/* Rows behind the last value of a target have covariates only. */
START_TEST(a_series_is_observed_up_to_its_last_value)
{
    double values[8] = {1, 2, NAN, 3, NAN, 4, NAN, 5};
    const struct series one = {.id = "a", .length = 4, .values = values};
    struct series_set s = {.num_columns = 2, .num_covariates = 1};

    ck_assert_int_eq(series_observed(&s, &one), 1);
    values[4] = 7;
    ck_assert_int_eq(series_observed(&s, &one), 3);
    s.num_covariates = 0;
    values[4] = NAN;
    ck_assert_int_eq(series_observed(&s, &one), 4);
}
END_TEST

START_TEST(row_numbers_from_0_are_no_time)
{
    struct series s = {.time = {{FREQ_INDEX, 1}, 0}};

    ck_assert(!series_has_time(&s));
    s.time.start = 3;
    ck_assert(series_has_time(&s));
    s.time = (struct timeline){{FREQ_D, 1}, 0};
    ck_assert(series_has_time(&s));
}
END_TEST

START_TEST(sentences_own_their_words)
{
    struct tagged_set t;
    struct tagged_sentence *s;
    const char *tag;
    char word[] = "dog";

    tagged_set_init(&t);
    s = tagged_set_add(&t, 2);
    ck_assert_ptr_nonnull(s);
    ck_assert(s->length == 2 && !s->form[0] && !s->upos[1] && !s->xpos[1]);
    s->form[0] = tagged_set_text(&t, word, 3);
    word[0] = 'f';
    ck_assert_str_eq(s->form[0], "dog");
    s->form[1] = tagged_set_text(&t, word, 2);
    ck_assert_str_eq(s->form[1], "fo");
    tag = tagged_set_tag(&t, "NOUNS", 4);
    ck_assert_str_eq(tag, "NOUN");
    ck_assert_ptr_eq(tagged_set_tag(&t, "NOUN", 4), tag);
    ck_assert_str_eq(tagged_set_tag(&t, "NOU", 3), "NOU");
    ck_assert_uint_gt(tagged_set_bytes(&t), 10);
    tagged_set_release(&t);
    ck_assert_int_eq(t.count, 0);
}
END_TEST

/* The moved sentences keep their addresses, and the other set is empty. */
START_TEST(a_set_takes_over_another)
{
    struct tagged_set t, more;
    size_t bytes;
    char *word;

    tagged_set_init(&t);
    tagged_set_init(&more);
    ck_assert(tagged_set_append(&t, &more));
    ck_assert_int_eq(t.count, 0);
    tagged_set_add(&t, 1)->form[0] = tagged_set_text(&t, "one", 3);
    for (int i = 0; i < 3; i++)
        tagged_set_add(&more, 1)->form[0] = tagged_set_text(&more, "more", 4);
    word = more.items[2].form[0];
    bytes = tagged_set_bytes(&t) + tagged_set_bytes(&more);
    ck_assert(tagged_set_append(&t, &more));
    ck_assert_int_eq(t.count, 4);
    ck_assert_ptr_eq(t.items[3].form[0], word);
    ck_assert_str_eq(t.items[0].form[0], "one");
    ck_assert_int_eq(more.count, 0);
    ck_assert_uint_eq(tagged_set_bytes(&t), bytes);
    tagged_set_release(&more);
    ck_assert_str_eq(t.items[3].form[0], "more");
    tagged_set_release(&t);
}
END_TEST

START_TEST(memory_goes_with_the_body)
{
    struct err e = {0};

    ck_assert_uint_eq(data_memory(0), 48 << 20);
    ck_assert_uint_eq(data_memory(20 << 20), 60 << 20);
    ck_assert_int_eq(data_too_large(20 << 20, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "more than 60 MiB"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data");
    TCase *t = tcase_create("all");

    tcase_add_test(t, series_are_added_one_by_one);
    tcase_add_test(t, a_series_is_observed_up_to_its_last_value);
    tcase_add_test(t, row_numbers_from_0_are_no_time);
    tcase_add_test(t, sentences_own_their_words);
    tcase_add_test(t, a_set_takes_over_another);
    tcase_add_test(t, memory_goes_with_the_body);
    suite_add_tcase(s, t);
    return suite_run(s);
}
