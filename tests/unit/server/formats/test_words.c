/* test_words.c - plain text into sentences and tokens. */
#include "server/formats/words.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_sentences = 100, .max_tokens = 20};

/* Tokens joined by '|', sentences by '/'. */
static const struct {
    const char *text, *expect;
} rows[] = {
    {"The dog ate the apple", "The|dog|ate|the|apple"},
    {"  Hello,\tworld!  ", "Hello|,|world|!"},
    {"(Hi!) \"you\"", "(|Hi|!|)/\"|you|\""},
    {"don't e-mail 3.14", "don't|e|-|mail|3.14"},
    {"... --", ".|.|./-|-"},
    {"one\n\n two \r\n", "one/two"},
    {"a\xc2\xa0"
     "b\xe2\x80\xaf"
     "c\xe3\x80\x80"
     "d",
     "a|b|c|d"},
    {"\xe4\xbd\xa0\xe5\xa5\xbd \xc3\xa9t\xc3\xa9.",
     "\xe4\xbd\xa0|\xe5\xa5\xbd|\xc3\xa9t\xc3\xa9|."},
};

START_TEST(text_is_split)
{
    struct tagged_set s;
    struct err e = {0};
    char got[256] = "";

    ck_assert_int_eq(
        words_split(&s, rows[_i].text, strlen(rows[_i].text), INPUT_TEXT, NULL, &limits, &e),
        ST_OK);
    for (int i = 0; i < s.count; i++)
        for (int k = 0; k < s.items[i].length; k++) {
            if (i + k)
                strncat(got, k ? "|" : "/", sizeof(got) - strlen(got) - 1);
            strncat(got, s.items[i].form[k], sizeof(got) - strlen(got) - 1);
        }
    ck_assert_str_eq(got, rows[_i].expect);
    tagged_set_release(&s);
}
END_TEST

static const struct {
    const char *text;
    enum status st;
} bad[] = {
    {"a\xff", ST_MALFORMED},
    {"a \x07 b", ST_INVALID},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", ST_TOO_LARGE},
};

START_TEST(bad_text_is_refused)
{
    struct tagged_set s;
    struct err e = {0};

    ck_assert_int_eq(
        words_split(&s, bad[_i].text, strlen(bad[_i].text), INPUT_TEXT, NULL, &limits, &e),
        bad[_i].st);
    ck_assert_int_eq(s.count, 0);
    ck_assert_int_gt((int)strlen(e.message), 10);
}
END_TEST

/* Words joined by '|', sentences by '/', as they are given. */
static void splits(const char *text, enum text_input input, const char *want)
{
    struct tagged_set s;
    struct err e = {0};
    char got[512] = "";

    ck_assert_msg(words_split(&s, text, strlen(text), input, NULL, &limits, &e) == ST_OK, "%s",
                  e.message);
    for (int i = 0; i < s.count; i++)
        for (int k = 0; k < s.items[i].length; k++) {
            if (i + k)
                strncat(got, k ? "|" : "/", sizeof(got) - strlen(got) - 1);
            strncat(got, s.items[i].form[k], sizeof(got) - strlen(got) - 1);
        }
    ck_assert_str_eq(got, want);
    for (int i = 0; i < s.count; i++)
        ck_assert((s.items[i].place != NULL) == (input == INPUT_TEXT || input == INPUT_SENTENCES));
    tagged_set_release(&s);
}

START_TEST(what_is_split_already_is_not_split_again)
{
    splits("Mr. Smith, e-mail!\nNew one. Two.", INPUT_WORDS, "Mr.|Smith,|e-mail!/New|one.|Two.");
    splits("\n\n a\xe3\x80\x80\x62 \r\n\nc", INPUT_WORDS, "a|b/c");
    splits("Mr.\nNew York\r\n e-mail!  \n\n\nthe end\n", INPUT_VERTICAL,
           "Mr.|New York|e-mail!/the end");
    splits("th\xe1\xbb\xa7 \xc4\x91\xc3\xb4\n.", INPUT_VERTICAL,
           "th\xe1\xbb\xa7 \xc4\x91\xc3\xb4|.");
}
END_TEST

START_TEST(lines_are_sentences_when_it_says_so)
{
    splits("One. Two!\nThree", INPUT_SENTENCES, "One|.|Two|!/Three");
    splits("One. Two!\nThree", INPUT_TEXT, "One|./Two|!/Three");
}
END_TEST

START_TEST(places_are_code_points_and_bytes)
{
    static const char text[] = "\xc3\xa9t\xc3\xa9, oui.\n";
    struct tagged_set s;
    struct err e = {0};
    const struct word_place *w;

    ck_assert_int_eq(words_split(&s, text, sizeof(text) - 1, INPUT_TEXT, NULL, &limits, &e), ST_OK);
    ck_assert_int_eq(s.items[0].length, 4);
    w = s.items[0].place;
    ck_assert(w[0].start == 0 && w[0].end == 3 && !w[0].space_after && w[0].token_end);
    ck_assert(w[1].start == 3 && w[1].end == 4 && w[1].space_after);
    ck_assert(w[2].start == 5 && w[2].end == 8 && !w[2].space_after);
    ck_assert(w[3].start == 8 && w[3].end == 9 && w[3].space_after);
    ck_assert(w[0].start_byte == 0 && w[0].end_byte == 5);
    ck_assert(w[2].start_byte == 7 && w[2].end_byte == 10);
    tagged_set_release(&s);
}
END_TEST

/* A tokenizer whose words have white space inside. */
START_TEST(a_tokenizer_splits_where_there_is_one)
{
    static const char text[] = "New York is New\n York is New York is";
    struct text_word words[6] = {0};
    const size_t ends[] = {8, 11, 21, 24, 33, 36}, starts[] = {0, 9, 12, 22, 25, 34};
    const struct text_view v = {text, sizeof(text) - 1, words, 6};
    struct tokenizer_params p;
    struct tokenizer *t = NULL;
    struct tagged_set s;
    struct err e = {0};

    for (int i = 0; i < 6; i++)
        words[i] = (struct text_word){
            .start = starts[i], .end = ends[i], .token_end = true, .sentence_end = i == 5};
    tokenizer_defaults(&p);
    p.hidden_size = 8;
    p.embedding_dim = 8;
    p.epochs = 150;
    p.learning_rate = 0.02;
    ck_assert_int_eq(tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e), ST_OK);
    ck_assert_int_eq(words_split(&s, text, sizeof(text) - 1, INPUT_TEXT, t, &limits, &e), ST_OK);
    ck_assert_int_eq(s.count, 1);
    ck_assert_int_eq(s.items[0].length, 6);
    ck_assert_str_eq(s.items[0].form[2], "New York"); /* the line end in it is one space */
    ck_assert_uint_eq(s.items[0].place[2].end, 21);
    tagged_set_release(&s);
    ck_assert_int_eq(words_split(&s, text, sizeof(text) - 1, INPUT_SENTENCES, t, &limits, &e),
                     ST_OK);
    ck_assert_int_eq(s.count, 2);
    tagged_set_release(&s);
    tokenizer_free(t);
}
END_TEST

static const struct {
    const char *text;
    enum text_input input;
    enum status st;
    long line;
} wrong[] = {
    {"a b\nc\n\xC3\x28", INPUT_WORDS, ST_MALFORMED, 3},
    {"a\n\xED\xB0\x80", INPUT_VERTICAL, ST_MALFORMED, 2},
    {"a b\nc \x1b[0m", INPUT_WORDS, ST_INVALID, 2},
    {"a b\nc\x7f", INPUT_TEXT, ST_INVALID, 2},
    {"a\n\nb\x01", INPUT_VERTICAL, ST_INVALID, 3},
    {"a\n\nb\x01", INPUT_SENTENCES, ST_INVALID, 3},
};

START_TEST(wrong_text_is_refused_with_its_line)
{
    struct tagged_set s;
    struct err e = {0};

    ck_assert_int_eq(
        words_split(&s, wrong[_i].text, strlen(wrong[_i].text), wrong[_i].input, NULL, &limits, &e),
        wrong[_i].st);
    ck_assert_int_eq(e.line, wrong[_i].line);
    ck_assert_int_eq(s.count, 0);
}
END_TEST

START_TEST(long_words_are_taken)
{
    for (int input = INPUT_TEXT; input <= INPUT_VERTICAL; input++) {
        char text[3000] = "fine\n";
        struct tagged_set s;
        struct err e = {0};

        memset(text + 5, 'a', 2000);
        ck_assert_int_eq(
            words_split(&s, text, strlen(text), (enum text_input)input, NULL, &limits, &e), ST_OK);
        ck_assert_str_eq(s.items[s.count - 1].form[s.items[s.count - 1].length - 1], text + 5);
        tagged_set_release(&s);
    }
}
END_TEST

START_TEST(a_text_without_words_has_no_sentence)
{
    static const char *const texts[] = {"", " ", "\n", " \n\t \r\n", "\xC2\xA0", "\n\n\n"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        for (int input = INPUT_TEXT; input <= INPUT_VERTICAL; input++) {
            struct tagged_set s;
            struct err e = {0};

            ck_assert_int_eq(words_split(&s, texts[i], strlen(texts[i]), (enum text_input)input,
                                         NULL, &limits, &e),
                             ST_OK);
            ck_assert_msg(s.count == 0, "'%s' has %d sentences", texts[i], s.count);
            tagged_set_release(&s);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("words");
    TCase *t = tcase_create("split");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, text_is_split, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, bad_text_is_refused, 0, (int)(sizeof(bad) / sizeof(bad[0])));
    tcase_add_test(t, what_is_split_already_is_not_split_again);
    tcase_add_test(t, lines_are_sentences_when_it_says_so);
    tcase_add_test(t, places_are_code_points_and_bytes);
    tcase_add_test(t, a_tokenizer_splits_where_there_is_one);
    tcase_add_loop_test(t, wrong_text_is_refused_with_its_line, 0,
                        (int)(sizeof(wrong) / sizeof(wrong[0])));
    tcase_add_test(t, long_words_are_taken);
    tcase_add_test(t, a_text_without_words_has_no_sentence);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
